"""A trigger that is not saved, read as an update of the saved one would read it."""

from dataclasses import replace

from bellrope.v1 import triggers_pb2

from bellrope_server.convert.triggers import TriggerReader
from bellrope_server.errors import InvalidField, ServiceError
from bellrope_server.model import Micros, Project, Trigger, TriggerSpec

Proto = triggers_pb2.Trigger


def drafted(
    reader: TriggerReader, draft: Proto, *, name: str, project: Project, saved: Trigger | None, now: Micros
) -> Trigger:
    """Return the trigger as it would be if the draft were saved under this name.

    Raises the errors of CreateTrigger, about `draft.url` where they are about `url` there.
    """
    try:
        spec = _spec(reader, draft, name, saved)
    except ServiceError as error:
        raise error.within("draft") from None
    if saved:
        return replace(saved, spec=spec)
    return Trigger(
        id=0,
        project_id=project.id,
        project=project.name,
        spec=spec,
        version=0,
        create_time=now,
        update_time=now,
        endpoint="",
        project_paused=project.paused,
    )


def _spec(reader: TriggerReader, draft: Proto, name: str, saved: Trigger | None) -> TriggerSpec:
    if draft.name not in ("", name):
        raise InvalidField("must be empty, or the trigger of the request", field="name")
    if saved:
        return reader.edit(draft, ())(saved.spec)
    named = Proto(name=name)
    named.MergeFrom(draft)
    return reader.spec(named)
