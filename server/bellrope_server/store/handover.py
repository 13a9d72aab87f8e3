"""The hand-over between store and scheduler: created before both, filled by one, emptied by the other."""

import asyncio
import sys
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
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

    def of_deliveries(self, delivery_ids: Iterable[str]) -> list[Leased]:
        """Return those of these deliveries that wait."""

    def of_event(self, event_id: str) -> list[Leased]:
        """Return what waits of the events with this id, one in each project at most."""

    def of_trigger(self, trigger_id: int) -> list[Leased]:
        """Return what waits for any version of the trigger."""

    def of_triggers(self, wanted: Callable[[Trigger], bool]) -> list[Leased]:
        """Return what waits for these triggers."""

    def remove(self, unwanted: Sequence[Leased]) -> None:
        """Take these out, and give back what they took. They are still leased."""


class NoQueues:
    """No queues: nothing waits in memory."""

    def __bool__(self) -> bool:
        """Return that nothing waits."""
        return False

    def of_deliveries(self, delivery_ids: Iterable[str]) -> list[Leased]:
        """Find nothing."""
        return []

    def of_event(self, event_id: str) -> list[Leased]:
        """Find nothing."""
        return []

    def of_trigger(self, trigger_id: int) -> list[Leased]:
        """Find nothing."""
        return []

    def of_triggers(self, wanted: Callable[[Trigger], bool]) -> list[Leased]:
        """Find nothing."""
        return []

    def remove(self, unwanted: Sequence[Leased]) -> None:
        """Do nothing: nothing was found."""


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

    def withdraw(self, delivery_ids: Collection[str], *, project: str | None = None) -> list[Leased]:
        """Take back these deliveries unless they have begun, all or those of one project.

        The caller must give their leases back.
        """

        def unwanted(leased: Leased) -> bool:
            return leased.delivery_id in delivery_ids and project in (None, leased.trigger.project)

        return self._take_back(list(filter(unwanted, self._queues.of_deliveries(delivery_ids))), unwanted)

    def withdraw_event(self, project: str, event_id: str) -> list[Leased]:
        """Take back the deliveries of an event that have not begun, as `withdraw` does."""

        def its(leased: Leased) -> bool:
            return leased.event_id == event_id and leased.trigger.project == project

        return self._take_back(list(filter(its, self._queues.of_event(event_id))), its)

    def _take_back(self, found: list[Leased], unwanted: Callable[[Leased], bool]) -> list[Leased]:
        """Take out what was found in the queues, and what is unwanted of what nobody has received yet."""
        self._queues.remove(found)
        if self._leased and (more := [each for each in self._leased if unwanted(each)]):
            self._leased = [each for each in self._leased if not unwanted(each)]
            for each in more:
                self.slots.give_back(each.trigger)
            found += more
        return found

    def call_off(self, unwanted: Callable[[Trigger], bool]) -> None:
        """Have the scheduler give back the leases for these triggers, unless their attempts have begun."""
        self._call_off(self._queues.of_triggers(unwanted), unwanted)

    def call_off_versions(self, trigger_id: int, *, but: int | None = None) -> None:
        """Have the scheduler give back the leases for a trigger, as `call_off` does, but for one version."""

        def unwanted(trigger: Trigger) -> bool:
            return trigger.id == trigger_id and trigger.version != but

        found = [each for each in self._queues.of_trigger(trigger_id) if unwanted(each.trigger)]
        self._call_off(found, unwanted)

    def _call_off(self, found: list[Leased], unwanted: Callable[[Trigger], bool]) -> None:
        if found := self._take_back(found, lambda leased: unwanted(leased.trigger)):
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
