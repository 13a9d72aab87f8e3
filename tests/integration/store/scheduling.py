"""A scheduler on a test's store, with a sender whose attempts end when the test says so."""

import asyncio
from collections.abc import Sequence

from bellrope_server.attempt import Attempt
from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Leased, NewEvent
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.scheduler import Scheduler
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.handover import HandOver
from bellrope_server.store.store import Store
from bellrope_server.telemetry.trigger_counts import TriggerCounts
from integration.store.rig import attempt


class NoSender:
    """A sender that nobody should ask."""

    async def send(self, leased: Leased) -> Attempt:
        """Fail."""
        raise AssertionError

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Fail."""
        raise AssertionError


class Sender(NoSender):
    """A sender whose attempts end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        """The ids of the events whose attempts have begun."""
        self.urls: list[str] = []
        """Where each was sent."""
        self.suspects: list[str] = []
        """The ids of those that had lost a lease."""
        self.status = 200
        """What every attempt is answered with."""
        self._answers: dict[str, asyncio.Event] = {}

    async def send(self, leased: Leased) -> Attempt:
        """Make an attempt."""
        self.begun.append(leased.event_id)
        self.urls.append(leased.trigger.spec.url)
        if leased.suspect:
            self.suspects.append(leased.event_id)
        await self._answers.setdefault(leased.event_id, asyncio.Event()).wait()
        return attempt(self.status)

    def answer(self, event_id: str) -> None:
        """End the attempt for an event."""
        self._answers.setdefault(event_id, asyncio.Event()).set()


def scheduling(store: Store, sender: NoSender, handover: HandOver, slots: Slots, queues: Queues) -> Scheduler:
    """Return the scheduler of a store."""
    return Scheduler(
        store.leases,
        sender,
        handover=handover,
        slots=slots,
        queues=queues,
        reader=sender,
        shared=False,
        hint=lambda: None,
        clock=Clock(),
        counts=TriggerCounts(),
    )
