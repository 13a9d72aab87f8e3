"""The service Deliveries."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.admission.call import Call
from bellrope_server.api.bulk import Bulk
from bellrope_server.api.explained import explained
from bellrope_server.api.pages import EVENT_IDS, MATCHES, RANKS, TIMES, next_token, page
from bellrope_server.api.project_backlogs import ProjectBacklogs
from bellrope_server.api.statistics import Statistics
from bellrope_server.clock import Clock
from bellrope_server.convert import deliveries, events, names, tail
from bellrope_server.convert import wanted as filters
from bellrope_server.convert.shared import Shared
from bellrope_server.errors import InvalidField
from bellrope_server.model import Trigger
from bellrope_server.process.judge import Judge
from bellrope_server.store.store import Store


class Deliveries:
    """Lists and changes events and deliveries, counts attempts, and manages bulk actions."""

    def __init__(
        self,
        store: Store,
        judge: Judge,
        *,
        clock: Clock,
        free_slots: Callable[[Trigger], int],
        bulk_started: Callable[[], None],
    ) -> None:
        """`free_slots` returns how many more attempts a trigger may start now."""
        self._store = store
        self._judge = judge
        self._clock = clock
        self._free_slots = free_slots
        self._backlogs = ProjectBacklogs(store.log, clock=clock, free_slots=free_slots)
        bulk = Bulk(store, clock=clock, started=bulk_started)
        self.StartBulkAction = bulk.StartBulkAction
        self.GetBulkAction = bulk.GetBulkAction
        self.ListBulkActions = bulk.ListBulkActions
        self.CancelBulkAction = bulk.CancelBulkAction
        self.WatchBulkAction = bulk.WatchBulkAction
        self.GetStatistics = Statistics(store.statistics, clock=clock).GetStatistics

    async def GetEvent(self, request: pb.GetEventRequest, call: Call) -> pb.Event:
        """Return one event."""
        return events.event_to_proto(
            await self._store.log.get_event(names.project(request.project), request.event_id)
        )

    async def ExplainEvent(self, request: pb.ExplainEventRequest, call: Call) -> pb.ExplainEventResponse:
        """Return which triggers match an event as they are now, and why the others do not."""
        bound_to = _bound_to(request)
        wanted = page(request.page_size, request.page_token, bound_to=bound_to, places=MATCHES)
        project = names.project(request.project)
        event, found = await self._store.log.event_triggers(project, request.event_id, wanted)
        matches = await explained(event, found, self._judge)
        return pb.ExplainEventResponse(
            matches=matches, next_page_token=next_token(matches.next, bound_to=bound_to)
        )

    async def GetDelivery(self, request: pb.GetDeliveryRequest, call: Call) -> pb.Delivery:
        """Return one delivery with its attempts."""
        project = names.project(request.project)
        return deliveries.to_proto(await self._store.log.get_delivery(project, request.delivery_id))

    async def ListEvents(self, request: pb.ListEventsRequest, call: Call) -> pb.ListEventsResponse:
        """List events."""
        bound_to = _bound_to(request)
        places = EVENT_IDS if request.id_prefix else TIMES
        wanted = page(request.page_size, request.page_token, bound_to=bound_to, places=places)
        project, asked = names.project(request.project), filters.events(request)
        found = await self._store.log.list_events(project, asked, wanted)
        return pb.ListEventsResponse(
            events=[events.event_to_proto(event) for event in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, call: Call
    ) -> pb.ListDeliveriesResponse:
        """List deliveries with their attempts in brief."""
        bound_to = _bound_to(request)
        asked = filters.listed_deliveries(request)
        wanted = page(request.page_size, request.page_token, bound_to=bound_to, places=TIMES)
        found = await self._store.log.list_deliveries(
            names.project(request.project),
            asked,
            wanted,
            order=filters.order(request, asked),
            attempts_each=filters.attempts_each(request),
        )
        return pb.ListDeliveriesResponse(
            deliveries=[deliveries.to_proto(delivery) for delivery in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def ListAttempts(self, request: pb.ListAttemptsRequest, call: Call) -> pb.ListAttemptsResponse:
        """List a delivery's attempts."""
        bound_to = _bound_to(request)
        wanted = page(request.page_size, request.page_token, bound_to=bound_to)
        project = names.project(request.project)
        found = await self._store.log.list_attempts(project, request.delivery_id, wanted)
        return pb.ListAttemptsResponse(
            attempts=[deliveries.attempt_to_proto(attempt) for attempt in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def GetBacklog(self, request: pb.GetBacklogRequest, call: Call) -> pb.Backlog:
        """Return what a trigger has not delivered yet, and why."""
        project = names.project(request.project)
        found = await self._store.log.get_backlog(project, request.trigger, now=self._clock.wall())
        return deliveries.backlog_to_proto(found, free_slots=self._free_slots(found.trigger))

    async def ListBacklogs(self, request: pb.ListBacklogsRequest, call: Call) -> pb.ListBacklogsResponse:
        """Return what each trigger of a project has not delivered yet, and why."""
        bound_to = _bound_to(request)
        wanted = page(request.page_size, request.page_token, bound_to=bound_to, places=RANKS)
        found = await self._backlogs.page(names.project(request.project), wanted)
        return pb.ListBacklogsResponse(
            backlogs=found, next_page_token=next_token(found.next, bound_to=bound_to)
        )

    async def Tail(self, request: pb.TailRequest, call: Call) -> AsyncGenerator[Shared, None]:
        """Yield facts as they happen; those that lost none before them are shared with other callers."""
        wanted = tail.wanted(request)
        with self._store.tail.listening(wanted) as listener:
            listener.belongs_to((await self._store.settings.get_project(wanted.project)).id)
            yield tail.BEGUN
            while True:
                fact, dropped = await listener.take()
                yield fact.once(tail.shared) if not dropped else tail.after_lost(fact, dropped)

    async def CancelDelivery(self, request: pb.CancelDeliveryRequest, call: Call) -> pb.Delivery:
        """Cancel a delivery."""
        project = names.project(request.project)
        return deliveries.to_proto(await self._store.actions.cancel(project, request.delivery_id))

    async def CancelEvent(self, request: pb.CancelEventRequest, call: Call) -> pb.CancelEventResponse:
        """Cancel an event's deliveries."""
        project = names.project(request.project)
        count = await self._store.actions.cancel_event(project, request.event_id)
        return pb.CancelEventResponse(cancelled_count=count)

    async def RescheduleDelivery(self, request: pb.RescheduleDeliveryRequest, call: Call) -> pb.Delivery:
        """Change when a delivery is due."""
        project = names.project(request.project)
        due_time = events.due_time(request, now=self._clock.wall())
        return deliveries.to_proto(
            await self._store.actions.reschedule(project, request.delivery_id, due_time)
        )

    async def ReplayEvent(self, request: pb.ReplayEventRequest, call: Call) -> pb.ReplayEventResponse:
        """Replay an event's deliveries, match it again, or send it to one trigger."""
        project = names.project(request.project)
        if request.force and not request.trigger:
            raise InvalidField("is for a replay to one `trigger`; name it", field="force")
        trigger = names.trigger(request.trigger) if request.trigger else ""
        count = await self._store.actions.replay_event(
            project, request.event_id, trigger=trigger, force=request.force
        )
        return pb.ReplayEventResponse(replayed_count=count)

    async def ReplayDelivery(self, request: pb.ReplayDeliveryRequest, call: Call) -> pb.Delivery:
        """Schedule a final delivery again, for its own trigger or another."""
        project = names.project(request.project)
        trigger = names.trigger(request.trigger) if request.trigger else ""
        return deliveries.to_proto(
            await self._store.actions.replay(project, request.delivery_id, trigger=trigger)
        )


def _bound_to(request: Any) -> str:
    """Return what a page's token is bound to: the whole request except the page."""
    asked = type(request)()
    asked.CopyFrom(request)
    asked.ClearField("page_size")
    asked.ClearField("page_token")
    return f"{request.DESCRIPTOR.name} {asked.SerializeToString(deterministic=True).hex()}"
