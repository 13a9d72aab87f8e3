"""The hand-over between store and scheduler: created before both, filled by one, emptied by the other."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, Micros, State, Trigger


class Slots(Protocol):
    """Room for attempts. The store takes a slot for each lease. Any thread may ask."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` free slots for the trigger and return how many."""

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take a slot for a new delivery unless older deliveries wait for one."""

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give taken slots back."""


class NoSlots:
    """No slots at all: every delivery waits in the table."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Offer no slot."""
        return 0

    def take_for_new(self, trigger: Trigger) -> bool:
        """Offer no slot."""
        return False

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Do nothing: no slot was taken."""


class Watch(Protocol):
    """Those who wait for the outcome of an event."""

    def changed(self, event_row: int) -> None:
        """Note that deliveries of this event have changed, in a way that only the database knows."""

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Note an attempt that is on disk, and the delivery's state: None if the attempt was late."""


class NoWatch:
    """Nobody waits for an outcome."""

    def changed(self, event_row: int) -> None:
        """Do nothing."""

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Do nothing."""


class HandOver:
    """The deliveries that the store leased for the scheduler, and when the scheduler should look for more.

    The store asks `slots` from the writing thread. Everything else happens on the event loop, after the
    commit.
    """

    def __init__(self, slots: Slots, *, watch: Watch) -> None:
        """`watch` hears of each event whose deliveries changed."""
        self.slots = slots
        self._watch = watch
        self._leased: list[Leased] = []
        self._waiting: dict[int, Micros] = {}
        self._news = asyncio.Event()

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Hand over deliveries to attempt: they are committed and leased, and each has its slot."""
        self._leased += leased
        self._news.set()

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Ask the scheduler to look at the trigger's deliveries at this time, when one of them is due."""
        noted = self._waiting.get(trigger_id)
        if noted is None or wake_time < noted:
            self._waiting[trigger_id] = wake_time
        self._news.set()

    def settled(self, event_row: int) -> None:
        """Report that a delivery of this event has changed."""
        self._watch.changed(event_row)

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Report an attempt that is on disk, and the delivery's state: None if the attempt was late."""
        self._watch.attempted(leased, attempt, state)

    async def receive(self) -> tuple[list[Leased], dict[int, Micros]]:
        """Wait for work and take it: what to attempt, and when to look at which trigger."""
        await self._news.wait()
        return self.rest()

    def rest(self) -> tuple[list[Leased], dict[int, Micros]]:
        """Take the pending work, without waiting."""
        leased, waiting = self._leased, self._waiting
        self._leased, self._waiting = [], {}
        self._news.clear()
        return leased, waiting


def nobody() -> HandOver:
    """Return a hand-over that nothing empties: it offers no slots, so nothing is ever leased for it."""
    return HandOver(NoSlots(), watch=NoWatch())
