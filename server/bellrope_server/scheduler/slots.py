"""How many attempts may be under way at once: per trigger, per endpoint, and on this node."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator

from bellrope_server.attempt import Attempt
from bellrope_server.model import Micros, Trigger
from bellrope_server.scheduler.ahead import Ahead, Version, version
from bellrope_server.scheduler.behind import Behind
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.ramps import Ramps
from bellrope_server.scheduler.shares import Shares

MOST_ASKED = 1024  # triggers that are behind and have no free slot, before the search for others ends
UNRECORDED = 2  # caps: a trigger's attempts that have ended and whose outcome is not on disk
MANY = 8  # triggers that can use their whole cap at the same time


class Slots:
    """Counts the slots that are taken. Safe to use from any thread.

    If the node has slots for many triggers, and others use some, a trigger gets at most an eighth as many
    slots as it leaves free, or one. So endpoints that hang leave slots for others. An endpoint that was down
    gets few.

    Outcomes that are not on disk yet count, too: while a trigger has more of them than twice its cap, they
    take its slots. So a crash, or a database that hangs, repeats at most three times as many attempts as the
    cap says.

    A lease takes a slot, or a place ahead of the slots. Which of a trigger's leases has the slot is decided
    when an attempt begins.
    """

    def __init__(self, caps: Caps, shares: Shares | None = None, *, ahead: Ahead | None = None) -> None:
        """`shares` gives this node's part of each cap. Without it, the node has the whole cap."""
        self._caps = caps
        self._for_many = caps.node >= 2 * MANY * caps.trigger
        self._shares = shares
        self._ramps = Ramps(caps.endpoint)
        self._ahead = ahead or Ahead()
        self.is_open = True
        """False once no slots are offered any more."""
        self.behind = Behind()
        """The triggers that have due deliveries in the table but wait for a slot."""
        self._lock = threading.Lock()
        self._triggers: defaultdict[int, int] = defaultdict(int)
        self._endpoints: defaultdict[str, int] = defaultdict(int)
        self._unused: defaultdict[Version, int] = defaultdict(int)
        """Slots that leases took and no attempt uses yet."""
        self._unrecorded: defaultdict[int, int] = defaultdict(int)
        """Attempts that have ended and whose outcome is not on disk: a crash would repeat them."""
        self.taken = 0

    @property
    def leased(self) -> int:
        """How many leases have a slot or a place."""
        return self.taken + self._ahead.count

    @property
    def scarce(self) -> bool:
        """True while the node has fewer slots left than one endpoint can take: others need them as well."""
        return self._caps.node - self.taken <= self._caps.endpoint

    def free(self, trigger: Trigger) -> int:
        """Return how many slots the trigger could take now."""
        of_trigger, of_endpoint = self._limits(trigger)
        own, unrecorded = self._triggers.get(trigger.id, 0), self._unrecorded.get(trigger.id, 0)
        at_endpoint = of_endpoint - self._endpoints.get(trigger.endpoint, 0)
        on_node = self._caps.node - self.taken
        of_trigger -= max(0, unrecorded - UNRECORDED * of_trigger)
        if self._for_many and own < self.taken:
            on_node = max((on_node - MANY * own) // (MANY + 1), own < 1 <= on_node)
        return max(0, min(of_trigger - own, at_endpoint, on_node))

    def _limits(self, trigger: Trigger) -> tuple[int, int]:
        """Return how many attempts this node may have under way now: for the trigger, and at its endpoint."""
        of_trigger, of_endpoint = self._of(trigger), self._caps.endpoint
        if self._shares:
            of_trigger = self._shares.of(trigger.endpoint, of_trigger)
            of_endpoint = self._shares.of(trigger.endpoint, of_endpoint)
        return of_trigger, self._ramps.of(trigger.endpoint, of_endpoint)

    def room(self, trigger: Trigger) -> int:
        """Return how many of the trigger's deliveries could be leased now: free slots, and places ahead."""
        with self._lock:
            return self.free(trigger) + self._ahead_room(trigger)

    def excess(self, trigger: Trigger, count: int) -> int:
        """Return how many of `count` waiting leases are more than the endpoint takes in a second by now."""
        with self._lock:
            return max(0, count - self._ahead.allowed(trigger, self._at_once(trigger)))

    def waits_for_commits(self, trigger: Trigger) -> bool:
        """Return whether outcomes that are not on disk yet keep the trigger from having all its slots."""
        return self._are_many(self._unrecorded.get(trigger.id, 0), trigger)

    def is_ramped(self, trigger: Trigger) -> bool:
        """Return whether the endpoint gets fewer attempts at once than it may, because it was down."""
        return self._ramps.of(trigger.endpoint, self._caps.endpoint) < self._caps.endpoint

    def usual_duration(self, trigger: Trigger) -> Micros | None:
        """Return how long the trigger's recent attempts took on average, if there were any."""
        with self._lock:
            return self._ahead.usual_duration(trigger)

    def put_behind(self, trigger: Trigger) -> None:
        """Note, as the last in line, that due deliveries of the trigger wait in the table."""
        with self._lock:
            self.behind.put(trigger)

    def drop_behind(self, trigger_id: int) -> None:
        """Note that nothing of the trigger is known to wait in the table."""
        with self._lock:
            self.behind.drop(trigger_id)

    def able(self, most: int) -> list[int]:
        """Return the triggers that are behind to claim for: those with free slots, else any with room ahead.

        They are the first in line, `most` of them at most. A claim that also leased ahead for others would
        take longer, and the free slots would wait for it.
        """
        with self._lock:
            able = self._first(most, self._with_room(), self.free)
            return able or self._first(most, self._with_places(), self._ahead_room)

    def _first(self, most: int, line: Iterator[Trigger], has: Callable[[Trigger], int]) -> list[int]:
        """Return the first in a line that have something. If many are asked in vain, they go to the end."""
        able: list[int] = []
        in_vain: list[int] = []
        for trigger in line:
            (able if has(trigger) else in_vain).append(trigger.id)
            if len(able) == most:
                break
            if len(in_vain) == MOST_ASKED:
                self.behind.pass_over(in_vain)
                break
        return able

    def _with_room(self) -> Iterator[Trigger]:
        """Give the triggers that are behind at endpoints that have room, the first in line first."""
        full: dict[str, bool] = {}
        for trigger in self.behind if self.taken < self._caps.node else ():
            endpoint = trigger.endpoint
            if endpoint not in full:
                full[endpoint] = self._endpoints.get(endpoint, 0) >= self._limits(trigger)[1]
            if not full[endpoint]:
                yield trigger

    def _with_places(self) -> Iterator[Trigger]:
        """Give the triggers that are behind and may lease ahead, the first in line first."""
        line = () if self._ahead.full else self.behind
        return (each for each in line if self._ahead.knows(each.id))

    def _is_before_its_turn(self, trigger: Trigger) -> bool:
        """Return whether one that is behind comes first: at its endpoint, or anywhere if slots are scarce.

        It has no slot, or not half as many as this trigger. What waits in memory leaves the slot to the claim
        that is looking for the other one's deliveries.
        """
        if not self.behind:
            return False
        endpoints = self.behind.endpoints() if self.scarce else (trigger.endpoint,)
        return any(self._another_first(each, trigger) for each in endpoints)

    def _another_first(self, endpoint: str, trigger: Trigger) -> bool:
        own = self._triggers.get(trigger.id, 0)
        for other in self.behind.at(endpoint):
            has = self._triggers.get(other.id, 0)
            if (has == 0 or 2 * has < own) and other.id != trigger.id and self.free(other):
                return True
        return False

    def _of(self, trigger: Trigger) -> int:
        return trigger.spec.max_in_flight or self._caps.trigger

    def most_repeated(self, trigger: Trigger) -> int:
        """Return how many of the trigger's attempts a crash can repeat at most."""
        return (1 + UNRECORDED) * self._of(trigger)

    def may(self, trigger: Trigger) -> bool:
        """Return whether this node can have any slot of the trigger, free or taken."""
        least = min(self._of(trigger), self._caps.endpoint)
        return self._shares is None or self._shares.of(trigger.endpoint, least) > 0

    def take(self, trigger: Trigger, wanted: int, *, ahead: bool = True) -> int:
        """Take slots for up to `wanted` leases, and if `ahead` places for the rest. Return for how many."""
        with self._lock:
            if not self.is_open:
                return 0
            if count := min(wanted, self.free(trigger)):
                self._take(trigger, count)
            if ahead and count < wanted and (more := min(wanted - count, self._ahead_room(trigger))):
                self._ahead.take(trigger, more)
                count += more
            return count

    def _take(self, trigger: Trigger, count: int) -> None:
        self._triggers[trigger.id] += count
        self._endpoints[trigger.endpoint] += count
        self._unused[version(trigger)] += count
        self.taken += count

    def _ahead_room(self, trigger: Trigger) -> int:
        return self._ahead.room(trigger, self._at_once(trigger)) if min(self._limits(trigger)) else 0

    def _at_once(self, trigger: Trigger) -> int:
        """Return how many attempts the trigger has, and could have besides what others have; at least one."""
        return max(1, self._triggers.get(trigger.id, 0) + self.free(trigger))

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take a slot or a place for a new delivery unless older deliveries wait in the table.

        A slot that is another trigger's turn is left to it.
        """
        with self._lock:
            if trigger.id in self.behind or not self.is_open:
                return False
            if self.free(trigger) and not self._is_before_its_turn(trigger):
                self._take(trigger, 1)
            elif self._ahead_room(trigger):
                self._ahead.take(trigger, 1)
            else:
                return False
            return True

    def close(self) -> None:
        """Offer no slots from now on."""
        with self._lock:
            self.is_open = False

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give back what leases of exactly this version of the trigger took, without any attempt."""
        with self._lock:
            if count := count - self._ahead.give_back(trigger, count):
                self._use(trigger, count)
                self._free(trigger, count)

    def waits(self, trigger: Trigger, size: int) -> None:
        """Note that a lease with so many bytes of data waits in memory; a negative size: no longer."""
        with self._lock:
            self._ahead.waits(trigger, size)

    def begin(self, trigger: Trigger) -> bool:
        """Give one of the trigger's leases a slot for its attempt, and return whether there was one."""
        with self._lock:
            if not self._unused.get(version(trigger)):
                if not self.is_open or not self.free(trigger) or self._is_before_its_turn(trigger):
                    return False
                self._ahead.give_back(trigger, 1)
                self._take(trigger, 1)
            self._use(trigger, 1)
            return True

    def end(self, trigger: Trigger, attempt: Attempt | None, *, size: int = 0) -> None:
        """Give back the slot of an attempt that sent so many bytes of data, or was not made after all.

        An attempt shows how many more its endpoint can bear.
        """
        with self._lock:
            if attempt:
                self._ramps.ended(trigger.endpoint, attempt, of=self._endpoints[trigger.endpoint])
                self._ahead.ended(trigger, size, attempt.duration)
                self._unrecorded[trigger.id] += 1
            self._free(trigger, 1)

    def recorded(self, trigger: Trigger) -> bool:
        """Note that an outcome is on disk or given up; return whether its trigger may have waited for it."""
        with self._lock:
            unrecorded = self._unrecorded[trigger.id]
            if unrecorded > 1:
                self._unrecorded[trigger.id] = unrecorded - 1
            else:
                del self._unrecorded[trigger.id]
        return self._are_many(unrecorded, trigger)

    def _are_many(self, unrecorded: int, trigger: Trigger) -> bool:
        """Return whether so many outcomes that are not on disk take slots of the trigger."""
        return unrecorded > UNRECORDED and unrecorded > UNRECORDED * self._limits(trigger)[0]

    def _use(self, trigger: Trigger, count: int) -> None:
        key = version(trigger)
        if self._unused[key] > count:
            self._unused[key] -= count
        else:
            del self._unused[key]

    def _free(self, trigger: Trigger, count: int) -> None:
        self.taken -= count
        if self._triggers[trigger.id] > count:
            self._triggers[trigger.id] -= count
        else:
            del self._triggers[trigger.id]  # a trigger without slots is forgotten
        if self._endpoints[trigger.endpoint] > count:
            self._endpoints[trigger.endpoint] -= count
        else:
            del self._endpoints[trigger.endpoint]
