"""What was leased for the scheduler and not begun when it stops is given back, and waits for the next one."""

import asyncio
from collections.abc import Sequence

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Attempt, Leased, Micros, NewEvent, State
from bellrope_server.scheduler.scheduler import Scheduler
from bellrope_server.scheduler.slots import Caps, Slots
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.handover import HandOver
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, Sqlite, event, made, spec


class Untaken(HandOver):
    """A hand-over from which the scheduler gets nothing, as if it stopped just before."""

    async def receive(self) -> tuple[list[Leased], dict[int, Micros]]:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError


class NoSender:
    """A sender that nobody should ask."""

    async def send(self, leased: Leased) -> Attempt:
        """Fail."""
        raise AssertionError

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Fail."""
        raise AssertionError


async def test_what_was_not_begun_is_given_back(sqlite: Sqlite) -> None:
    """A server that stops gives back what it leased and did not attempt: no retry is spent, no time lost."""
    slots = Slots(Caps())
    handover = Untaken(slots, settled=lambda _event: None)
    store = made(SqliteDatabase(sqlite.path), handover=handover)
    await store.open()
    scheduler = Scheduler(
        store.leases,
        NoSender(),
        handover=handover,
        slots=slots,
        reader=NoSender(),
        shared=False,
        hint=lambda: None,
        clock=Clock(),
    )
    await scheduler.start()
    await store.settings.create_project(PROJECT)
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (before,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await scheduler.stop(grace=1)
    (after,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await store.close()
    assert (before.state, after.state, after.attempt_count) == (State.DELIVERING, State.SCHEDULED, 0)
