"""The log: events, deliveries and attempts, read for users, and removed in time."""

from collections.abc import Sequence

from bellrope_server.attempt import Attempt
from bellrope_server.clock import Clock
from bellrope_server.model import Delivery, Event, Micros, Retention
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.log import attempts, backlog, backlogs, deliveries, event_triggers, events, parked
from bellrope_server.store.log.attempts import BRIEF_ATTEMPTS
from bellrope_server.store.log.backlog import Backlog
from bellrope_server.store.log.backlogs import OpenDeliveries
from bellrope_server.store.log.event_triggers import EventTrigger
from bellrope_server.store.log.retention import Reached, Removals, Remove, Removed
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Listed, Order, Page


class Log:
    """Events, deliveries and attempts, as they are on disk."""

    def __init__(self, readers: Readers, commit: SharedCommit, clock: Clock) -> None:
        self._read = readers.read
        self._commit = commit
        self._do_remove = Verb(turn=Turn.REMOVE, run=Removals(clock).run)

    async def get_event(self, project: str, event_id: str) -> Event:
        """Return the event; raise ProjectNotFound or EventNotFound."""
        return await self._read(events.get_event, project, event_id)

    async def event_triggers(
        self, project: str, event_id: str, page: Page
    ) -> tuple[Event, Listed[EventTrigger]]:
        """Return an event and a page of the triggers that may match it; raise EventNotFound."""
        return await self._read(event_triggers.event_triggers, project, event_id, page)

    async def list_events(self, project: str, wanted: EventFilter, page: Page) -> Listed[Event]:
        """Return a page of the project's events, newest first; raise ProjectNotFound."""
        return await self._read(events.list_events, project, wanted, page)

    async def list_data(self, project: str, wanted: EventFilter, page: Page) -> Listed[tuple[str, bytes]]:
        """Return a page of events as their ids and their whole data, newest first; raise ProjectNotFound."""
        return await self._read(events.list_data, project, wanted, page)

    async def get_delivery(self, project: str, delivery_id: str) -> Delivery:
        """Return the delivery with its attempts; raise ProjectNotFound or DeliveryNotFound."""
        return await self._read(deliveries.get_delivery, project, delivery_id)

    async def list_deliveries(
        self,
        project: str,
        wanted: DeliveryFilter,
        page: Page,
        *,
        order: Order = Order.NEWEST,
        attempts_each: int = BRIEF_ATTEMPTS,
    ) -> Listed[Delivery]:
        """Return a page of the project's deliveries, with so many of their last attempts, in brief.

        By due time, the wanted state must be SCHEDULED.
        """
        return await self._read(deliveries.list_deliveries, project, wanted, page, order, attempts_each)

    async def list_attempts(self, project: str, delivery_id: str, page: Page) -> Listed[Attempt]:
        """Return a page of a delivery's attempts, the last first; raise DeliveryNotFound."""
        return await self._read(attempts.list_attempts, project, delivery_id, page)

    async def get_backlog(self, project: str, trigger: str, *, now: Micros) -> Backlog:
        """Return a trigger's backlog at this time; raise ProjectNotFound or TriggerNotFound."""
        return await self._read(backlog.get_backlog, project, trigger, now)

    async def next_backlogs(self, project: str, after: int, *, now: Micros) -> list[Backlog]:
        """Return the backlogs of the project's next triggers after the row `after`; raise ProjectNotFound."""
        return await self._read(backlog.next_backlogs, project, after, now)

    async def settings_version(self) -> int:
        """Return how often projects, triggers and event types have been changed."""
        return await self._read(backlog.settings_version)

    async def open_deliveries(self, after: int, *, now: Micros) -> list[OpenDeliveries]:
        """Return the open deliveries of the next triggers after the row `after`, the oldest trigger first."""
        return await self._read(backlogs.open_deliveries, after, now)

    async def count_deliveries(
        self, project: str, wanted: DeliveryFilter, *, of_deleted: bool = False
    ) -> int:
        """Return how many deliveries match a filter; raise ProjectNotFound.

        If `of_deleted`, only those whose trigger was deleted count.
        """
        count, place = await self._read(deliveries.count_deliveries, project, wanted, of_deleted, None)
        while place is not None:
            more, place = await self._read(deliveries.count_deliveries, project, wanted, of_deleted, place)
            count += more
        return count

    async def count_events(self, project: str, wanted: EventFilter) -> int:
        """Return how many events match a filter; raise ProjectNotFound."""
        count, place = await self._read(events.count_events, project, wanted, None)
        while place is not None:
            more, place = await self._read(events.count_events, project, wanted, place)
            count += more
        return count

    async def parked_at_least(self, most: int, *, now: Micros) -> frozenset[int]:
        """Return the triggers, by row, with at least `most` deliveries that are due but wait."""
        return await self._read(parked.parked_at_least, most, now)

    async def last_attempts(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Return an event's deliveries with their last attempts, that of the first success whole."""
        return await self._read(attempts.last_ones, deliveries)

    async def owed(self, event_row: int) -> tuple[list[Delivery], frozenset[str]]:
        """Return an event's deliveries in trigger-name order, without attempts, and the paused triggers."""
        return await self._read(deliveries.owed, event_row)

    async def remove(self, retention: Retention, reached: Reached) -> Removed:
        """Delete the next few rows whose retention time is over. `reached` is where to continue."""
        return await self._commit.submit(self._do_remove, Remove(retention=retention, reached=reached))
