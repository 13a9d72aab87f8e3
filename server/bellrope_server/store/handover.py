"""The hand-over between store and scheduler: made before both, filled by the one, drained by the other."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from bellrope_server.model import Leased, Micros, Trigger


class Slots(Protocol):
    """Room for attempts. The store takes a slot for what it leases; any thread may ask."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` free slots for the trigger and say how many."""

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take a slot for a new delivery unless older ones wait for one."""

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give taken slots back."""


class NoSlots:
    """Slots of which there are none: every delivery waits in the table."""

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Offer no slot."""
        return 0

    def take_for_new(self, trigger: Trigger) -> bool:
        """Offer no slot."""
        return False

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Ignore it: nothing was taken."""


class HandOver:
    """What the store leased for the scheduler, and when it should look for more.

    The store asks `slots` from the thread that writes. Everything else happens on the event loop, when it is
    on disk.
    """

    def __init__(self, slots: Slots, *, settled: Callable[[int], None]) -> None:
        """`settled` gets the row of each event for which something changed."""
        self.slots = slots
        self._settled = settled
        self._leased: list[Leased] = []
        self._waiting: dict[int, Micros] = {}
        self._news = asyncio.Event()

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Hand these over to be attempted: they are committed, leased, and each has its slot."""
        self._leased += leased
        self._news.set()

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Ask for a look at the trigger's deliveries at this time: one of them is due then."""
        noted = self._waiting.get(trigger_id)
        if noted is None or wake_time < noted:
            self._waiting[trigger_id] = wake_time
        self._news.set()

    def settled(self, event_row: int) -> None:
        """Say that something changed for a delivery of this event."""
        self._settled(event_row)

    async def receive(self) -> tuple[list[Leased], dict[int, Micros]]:
        """Wait until there is something, and take it: what to attempt, and when to look at which trigger."""
        await self._news.wait()
        return self.rest()

    def rest(self) -> tuple[list[Leased], dict[int, Micros]]:
        """Take what there is, without waiting."""
        leased, waiting = self._leased, self._waiting
        self._leased, self._waiting = [], {}
        self._news.clear()
        return leased, waiting


def nobody() -> HandOver:
    """Return a hand-over that nobody drains: it offers no slots, so nothing is ever leased for it."""
    return HandOver(NoSlots(), settled=lambda _event_row: None)
