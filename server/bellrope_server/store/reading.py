"""What the store shows: read on connections that never write, beside whatever is being written."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bellrope_server.errors import StoreUnavailable
from bellrope_server.model import Attempt, BulkAction, Delivery, Event, EventType, Micros, Project, Trigger
from bellrope_server.store.actions import bulk_log
from bellrope_server.store.engine.session import Database, Fault
from bellrope_server.store.log import backlog, deliveries, events, parked
from bellrope_server.store.log.backlog import Backlog
from bellrope_server.store.settings import read as settings
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Listed, Page

R = TypeVar("R")


class Reading:
    """Reads the log, and the projects and triggers, as they are on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")

    async def get_project(self, name: str) -> Project:
        """Return the project; raise ProjectNotFound."""
        return await self._read(settings.get_project, name)

    async def list_projects(self, page: Page) -> Listed[Project]:
        """Return a page of the projects, newest first."""
        return await self._read(settings.list_projects, page)

    async def get_trigger(self, project: str, name: str) -> Trigger:
        """Return the trigger; raise ProjectNotFound or TriggerNotFound."""
        return await self._read(settings.get_trigger, project, name)

    async def list_triggers(self, project: str, page: Page) -> Listed[Trigger]:
        """Return a page of the project's triggers, newest first; raise ProjectNotFound."""
        return await self._read(settings.list_triggers, project, page)

    async def get_event_type(self, project: str, type: str) -> EventType:
        """Return the event type; raise ProjectNotFound or EventTypeNotFound."""
        return await self._read(settings.get_event_type, project, type)

    async def list_event_types(self, project: str, page: Page) -> Listed[EventType]:
        """Return a page of the project's event types, newest first; raise ProjectNotFound."""
        return await self._read(settings.list_event_types, project, page)

    async def get_event(self, project: str, event_id: str) -> Event:
        """Return the event; raise ProjectNotFound or EventNotFound."""
        return await self._read(events.get_event, project, event_id)

    async def get_delivery(self, project: str, delivery_id: str) -> Delivery:
        """Return the delivery with its attempts; raise ProjectNotFound or DeliveryNotFound."""
        return await self._read(deliveries.get_delivery, project, delivery_id)

    async def list_deliveries(self, project: str, wanted: DeliveryFilter, page: Page) -> Listed[Delivery]:
        """Return a page of the project's deliveries with their last attempts in brief, newest first."""
        return await self._read(deliveries.list_deliveries, project, wanted, page)

    async def list_events(self, project: str, wanted: EventFilter, page: Page) -> Listed[Event]:
        """Return a page of the project's events, newest first; raise ProjectNotFound."""
        return await self._read(events.list_events, project, wanted, page)

    async def list_attempts(self, project: str, delivery_id: str, page: Page) -> Listed[Attempt]:
        """Return a page of a delivery's attempts, the last first; raise DeliveryNotFound."""
        return await self._read(deliveries.list_attempts, project, delivery_id, page)

    async def get_backlog(self, project: str, trigger: str, *, now: Micros) -> Backlog:
        """Return what a trigger owes at this time; raise ProjectNotFound or TriggerNotFound."""
        return await self._read(backlog.get_backlog, project, trigger, now)

    async def count_deliveries(self, project: str, wanted: DeliveryFilter) -> int:
        """Return how many deliveries a filter finds; raise ProjectNotFound."""
        count, place = await self._read(bulk_log.count_deliveries, project, wanted, None)
        while place is not None:
            more, place = await self._read(bulk_log.count_deliveries, project, wanted, place)
            count += more
        return count

    async def get_bulk_action(self, project: str, bulk_id: str) -> BulkAction:
        """Return the bulk action; raise ProjectNotFound or BulkActionNotFound."""
        return await self._read(bulk_log.get_bulk_action, project, bulk_id)

    async def list_bulk_actions(self, project: str, page: Page) -> Listed[BulkAction]:
        """Return a page of the project's bulk actions, newest first; raise ProjectNotFound."""
        return await self._read(bulk_log.list_bulk_actions, project, page)

    async def running_bulk_actions(self) -> list[BulkAction]:
        """Return the bulk actions of all projects that are not done."""
        return await self._read(bulk_log.running_bulk_actions)

    async def parked_at_least(self, most: int, *, now: Micros) -> frozenset[int]:
        """Return the triggers, by row, of which so many deliveries are due at this time and wait."""
        return await self._read(parked.parked_at_least, most, now)

    async def owed(self, event_row: int) -> tuple[list[Delivery], frozenset[str]]:
        """Return an event's deliveries in trigger-name order, and which of their triggers are paused."""
        return await self._read(deliveries.owed, event_row)

    async def _read(self, read: Callable[..., R], *arguments: Any) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_here, read, arguments)

    def _read_here(self, read: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        try:
            return self._read_connected(read, arguments)
        except self._database.errors:
            logging.getLogger(__name__).exception("store.read_failed")
            raise StoreUnavailable("The database cannot be read just now.") from None

    def _read_connected(self, read: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        """Read, once more if the connection had died while it was idle."""
        try:
            return read(self._database.reader(), *arguments)
        except self._database.errors as error:
            if self._database.fault(error) is not Fault.LOST:
                raise
            return read(self._database.reader(), *arguments)
