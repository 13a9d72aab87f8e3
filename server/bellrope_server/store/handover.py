"""The hand-over between store and scheduler: created before both, filled by one, emptied by the other."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import NamedTuple, Protocol

from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, Micros, State, Trigger


class Slots(Protocol):
    """Room for leases. The store takes some for each lease. Any thread may ask."""

    def take(self, trigger: Trigger, wanted: int, *, ahead: bool = True) -> int:
        """Take room for up to `wanted` of the trigger's leases and return for how many.

        Those that have no free slot yet wait in memory for one, unless `ahead` is False.
        """

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take room for a new delivery unless older deliveries wait in the table."""

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give back what leases took that are not attempted."""

    def most_repeated(self, trigger: Trigger) -> int:
        """Return how many of the trigger's attempts a crash can repeat at most."""


class NoSlots:
    """No slots at all: every delivery waits in the table."""

    def take(self, trigger: Trigger, wanted: int, *, ahead: bool = True) -> int:
        """Offer no slot."""
        return 0

    def take_for_new(self, trigger: Trigger) -> bool:
        """Offer no slot."""
        return False

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Do nothing: no slot was taken."""

    def most_repeated(self, trigger: Trigger) -> int:
        """Return that nothing is known of what others attempted."""
        return sys.maxsize


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


class Queues(Protocol):
    """The deliveries that the scheduler has received and has not begun."""

    def __bool__(self) -> bool:
        """Return whether there are any."""

    def withdraw(self, unwanted: Callable[[Leased], bool]) -> list[Leased]:
        """Take these deliveries out, and give back what they took. They are still leased."""


class NoQueues:
    """No queues: nothing waits in memory."""

    def __bool__(self) -> bool:
        """Return that nothing waits."""
        return False

    def withdraw(self, unwanted: Callable[[Leased], bool]) -> list[Leased]:
        """Find nothing."""
        return []


class Pacing(Protocol):
    """Decides which answers to callers are held."""

    def pace(self, leased: Iterable[Trigger], waiting: Iterable[int]) -> Coroutine[None, None, None] | None:
        """Return what to await before the answer to a caller, if anything.

        The caller's deliveries are leased for the triggers `leased`, or wait in the table for those with the
        rows `waiting`.
        """


class NoPacing:
    """Holds no answer."""

    def pace(self, leased: Iterable[Trigger], waiting: Iterable[int]) -> Coroutine[None, None, None] | None:
        """Return nothing to await."""
        return None


class News(NamedTuple):
    """What to attempt, when to look at which trigger, which leases to give back unused."""

    leased: list[Leased]
    waiting: dict[int, Micros]
    unsent: list[Leased]
    settings_changed: bool
    """True if another node changed triggers: what waits in memory may be leased for an old version."""


class HandOver:
    """The deliveries that the store leased for the scheduler, and when the scheduler should look for more.

    The store asks `slots` from the writing thread. Everything else happens on the event loop, after the
    commit.
    """

    def __init__(
        self,
        slots: Slots,
        *,
        watch: Watch,
        queues: Queues = NoQueues(),  # noqa: B008
        pacing: Pacing = NoPacing(),  # noqa: B008
    ) -> None:
        """`watch` hears of each event whose deliveries changed.

        `queues` and `pacing` are the scheduler's.
        """
        self.pace = pacing.pace
        self.slots = slots
        self._watch = watch
        self._queues = queues
        self._news = asyncio.Event()
        self._leased: list[Leased] = []
        self._waiting: dict[int, Micros] = {}
        self._unsent: list[Leased] = []
        self._settings_changed = False

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Hand over deliveries to attempt: they are committed and leased, and each has its slot or place."""
        self._leased += leased
        self._news.set()

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Ask the scheduler to look at the trigger's deliveries at this time, when one of them is due."""
        noted = self._waiting.get(trigger_id)
        if noted is None or wake_time < noted:
            self._waiting[trigger_id] = wake_time
        self._news.set()

    @property
    def in_line(self) -> bool:
        """True while something that was handed over waits for a slot."""
        return bool(self._queues)

    def settled(self, event_row: int) -> None:
        """Report that a delivery of this event has changed."""
        self._watch.changed(event_row)

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Report an attempt that is on disk, and the delivery's state: None if the attempt was late."""
        self._watch.attempted(leased, attempt, state)

    def withdraw(self, unwanted: Callable[[Leased], bool]) -> list[Leased]:
        """Take back what was handed over and has not begun. The caller must give these leases back."""
        found = self._queues.withdraw(unwanted)
        if self._leased and (more := [each for each in self._leased if unwanted(each)]):
            self._leased = [each for each in self._leased if not unwanted(each)]
            for each in more:
                self.slots.give_back(each.trigger)
            found += more
        return found

    def call_off(self, unwanted: Callable[[Leased], bool]) -> None:
        """Have the scheduler give back these leases, unless their attempts have begun."""
        if found := self.withdraw(unwanted):
            self.give_back(found)

    def give_back(self, unsent: Sequence[Leased]) -> None:
        """Have the scheduler give back leases whose attempts have not begun and will not."""
        self._unsent += unsent
        self._news.set()

    def settings_changed(self) -> None:
        """Report that another node changed triggers."""
        self._settings_changed = True
        self._news.set()

    async def receive(self) -> News:
        """Wait for news and take it."""
        await self._news.wait()
        return self.rest()

    def rest(self) -> News:
        """Take what is there, without waiting."""
        news = News(self._leased, self._waiting, self._unsent, self._settings_changed)
        self._leased, self._waiting, self._unsent, self._settings_changed = [], {}, [], False
        self._news.clear()
        return news


def nobody() -> HandOver:
    """Return a hand-over that nothing empties: it offers no slots, so nothing is ever leased for it."""
    return HandOver(NoSlots(), watch=NoWatch())
