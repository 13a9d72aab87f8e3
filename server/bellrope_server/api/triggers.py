"""The service Triggers."""

import asyncio
from contextlib import suppress

from bellrope.v1 import triggers_pb2 as pb
from google.protobuf.empty_pb2 import Empty

from bellrope_server.admission.call import Call
from bellrope_server.admission.limits import Limits
from bellrope_server.api.drafts import drafted
from bellrope_server.api.obstacles import Said
from bellrope_server.api.pages import next_token, page
from bellrope_server.api.rehearsal import Preview, delivery_of, event_of, rehearse
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.clock import Clock
from bellrope_server.convert import names
from bellrope_server.convert.triggers import TriggerReader, to_proto
from bellrope_server.errors import InvalidField, TriggerNotFound
from bellrope_server.model import Micros, NewEvent, Trigger
from bellrope_server.process.judge import Judge
from bellrope_server.rules.filter_subjects import Subject
from bellrope_server.store.intake.matching import subject
from bellrope_server.store.store import Store


class Triggers:
    """Manages triggers: which URL to call for which type of event."""

    def __init__(
        self,
        store: Store,
        reader: TriggerReader,
        checks: SchemaChecks,
        judge: Judge,
        *,
        preview: Preview,
        clock: Clock,
        limits: Limits,
    ) -> None:
        """`judge` tries filters. `preview` returns the request that a delivery would send."""
        self._store = store
        self._reader = reader
        self._checks = checks
        self._judge = judge
        self._preview = preview
        self._clock = clock
        self._limits = limits

    async def CreateTrigger(self, request: pb.CreateTriggerRequest, call: Call) -> pb.Trigger:
        """Save a new trigger."""
        spec = self._reader.spec(request.trigger)
        return to_proto(await self._store.settings.create_trigger(names.project(request.project), spec))

    async def GetTrigger(self, request: pb.GetTriggerRequest, call: Call) -> pb.Trigger:
        """Return one trigger."""
        return to_proto(
            await self._store.settings.get_trigger(names.project(request.project), request.trigger)
        )

    async def ListTriggers(self, request: pb.ListTriggersRequest, call: Call) -> pb.ListTriggersResponse:
        """List the project's triggers."""
        wanted = page(request.page_size, request.page_token, bound_to=request.project)
        found = await self._store.settings.list_triggers(names.project(request.project), wanted)
        return pb.ListTriggersResponse(
            triggers=[to_proto(trigger) for trigger in found],
            next_page_token=next_token(found.next, bound_to=request.project),
        )

    async def UpdateTrigger(self, request: pb.UpdateTriggerRequest, call: Call) -> pb.Trigger:
        """Change a trigger, or create it."""
        edit = self._reader.edit(request.trigger, request.update_mask.paths)
        create = self._reader.spec(request.trigger) if request.allow_missing else None
        name = names.trigger(request.trigger.name, field="name")
        return to_proto(
            await self._store.settings.update_trigger(
                names.project(request.project), name, edit, create=create
            )
        )

    async def DeleteTrigger(self, request: pb.DeleteTriggerRequest, call: Call) -> Empty:
        """Delete a trigger and cancel what it owes."""
        await self._store.settings.delete_trigger(names.project(request.project), request.trigger)
        return Empty()

    async def PauseTrigger(self, request: pb.PauseTriggerRequest, call: Call) -> pb.Trigger:
        """Stop attempts for a trigger."""
        project = names.project(request.project)
        return to_proto(await self._store.settings.set_paused(project, request.trigger, paused=True))

    async def ResumeTrigger(self, request: pb.ResumeTriggerRequest, call: Call) -> pb.Trigger:
        """Start attempts for a trigger again."""
        project = names.project(request.project)
        return to_proto(await self._store.settings.set_paused(project, request.trigger, paused=False))

    async def TestTrigger(self, request: pb.TestTriggerRequest, call: Call) -> pb.TestTriggerResponse:
        """Return what a trigger would do with an event."""
        project, now = names.project(request.project), self._clock.wall()
        trigger = await self._tried(request, project, now)
        event = await asyncio.to_thread(event_of, request, trigger, now=now, limits=self._limits)
        misfit = await self._misfit(event)
        said = await self._said(trigger.spec.filter, subject(event, event_id=event.event_id or "", now=now))
        sent = self._preview(delivery_of(event, trigger, now))
        return await asyncio.to_thread(rehearse, event, trigger, said=said, misfit=misfit, sent=sent)

    async def _tried(self, request: pb.TestTriggerRequest, project: str, now: Micros) -> Trigger:
        """Return the trigger to test: the saved one, or what the draft would make of it."""
        settings = self._store.settings
        if not request.HasField("draft"):
            return await settings.get_trigger(project, request.trigger)
        name, saved = names.trigger(request.trigger), None
        with suppress(TriggerNotFound):
            saved = await settings.get_trigger(project, name)
        return await asyncio.to_thread(
            drafted,
            self._reader,
            request.draft,
            name=name,
            project=await settings.get_project(project),
            saved=saved,
            now=now,
        )

    async def _said(self, filter: str, about: Subject) -> Said:
        """Return what a filter says of an event. The judge tries it, because it may take seconds."""
        return (await self._judge.tried([filter], about, project=about.project))[0] if filter else True

    async def _misfit(self, event: NewEvent) -> str:
        """Return what is wrong with the event's data; empty if it matches its schema."""
        try:
            await self._checks.check(event)
        except InvalidField as error:
            return error.sentence
        return ""
