"""How many attempts may be under way at once: per trigger, per endpoint, and on this node."""

import threading
from collections import defaultdict
from dataclasses import dataclass

from bellrope_server.attempt import Attempt
from bellrope_server.config import Config
from bellrope_server.model import Trigger
from bellrope_server.scheduler.ramps import Ramps
from bellrope_server.scheduler.shares import Shares

MANY = 8  # triggers that can use their whole cap at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most attempts under way at once. `node` is for this node, the others for all nodes of a database.

    A trigger can have its own cap in place of `trigger`.
    """

    trigger: int = 32
    endpoint: int = 64
    node: int = 512

    @classmethod
    def of(cls, config: Config) -> "Caps":
        """Return the caps that the settings say."""
        return cls(
            trigger=config.max_in_flight_per_trigger,
            endpoint=config.max_in_flight_per_endpoint,
            node=config.max_in_flight,
        )


class Slots:
    """Counts the slots that are taken. Safe to use from any thread.

    If the node has slots for many triggers, and others use some, a trigger gets at most an eighth as many
    slots as it leaves free, or one. So endpoints that hang leave slots for others. An endpoint that was down
    gets few.
    """

    def __init__(self, caps: Caps, shares: Shares | None = None) -> None:
        """`shares` gives this node's part of each cap. Without it, the node has the whole cap."""
        self._caps = caps
        self._for_many = caps.node >= 2 * MANY * caps.trigger
        self._shares = shares
        self._ramps = Ramps(caps.endpoint)
        self.is_open = True
        """False once no slots are offered any more."""
        self.behind: dict[int, Trigger] = {}
        """The triggers that have due deliveries but wait for a slot, the first in line first."""
        self._lock = threading.Lock()
        self._triggers: defaultdict[int, int] = defaultdict(int)
        self._endpoints: defaultdict[str, int] = defaultdict(int)
        self.taken = 0

    def free(self, trigger: Trigger) -> int:
        """Return how many slots the trigger could take now."""
        caps, endpoint = self._caps, trigger.endpoint
        of_trigger, of_endpoint = self._of(trigger), caps.endpoint
        if self._shares:
            of_trigger = self._shares.of(endpoint, of_trigger)
            of_endpoint = self._shares.of(endpoint, of_endpoint)
        own = self._triggers.get(trigger.id, 0)
        at_endpoint = self._ramps.of(endpoint, of_endpoint) - self._endpoints.get(endpoint, 0)
        on_node = caps.node - self.taken
        if self._for_many and own < self.taken:
            on_node = max((on_node - MANY * own) // (MANY + 1), own < 1 <= on_node)
        return max(0, min(of_trigger - own, at_endpoint, on_node))

    def _of(self, trigger: Trigger) -> int:
        return trigger.spec.max_in_flight or self._caps.trigger

    def may(self, trigger: Trigger) -> bool:
        """Return whether this node can have any slot of the trigger, free or taken."""
        least = min(self._of(trigger), self._caps.endpoint)
        return self._shares is None or self._shares.of(trigger.endpoint, least) > 0

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` slots and return how many were taken."""
        with self._lock:
            if count := min(wanted, self.free(trigger)) if self.is_open else 0:
                self._triggers[trigger.id] += count
                self._endpoints[trigger.endpoint] += count
                self.taken += count
            return count

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take a slot for a new delivery unless older deliveries wait for one."""
        return trigger.id not in self.behind and self.take(trigger, 1) == 1

    def close(self) -> None:
        """Offer no slots from now on."""
        with self._lock:
            self.is_open = False

    def ended(self, trigger: Trigger, attempt: Attempt) -> None:
        """Learn from an attempt, before its slot is given back, how many more its endpoint can bear."""
        with self._lock:
            self._ramps.ended(trigger.endpoint, attempt, of=self._endpoints[trigger.endpoint])

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give back slots that were taken for exactly this version of the trigger."""
        with self._lock:
            self.taken -= count
            if self._triggers[trigger.id] > count:
                self._triggers[trigger.id] -= count
            else:
                del self._triggers[trigger.id]  # a trigger without slots is forgotten
            if self._endpoints[trigger.endpoint] > count:
                self._endpoints[trigger.endpoint] -= count
            else:
                del self._endpoints[trigger.endpoint]
