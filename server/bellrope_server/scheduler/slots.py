"""How many attempts may be under way at once: per trigger, per endpoint, and on this node."""

import threading
from collections import defaultdict
from dataclasses import dataclass

from bellrope_server.model import Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most attempts under way at once. A trigger can set its own instead of `trigger`."""

    trigger: int = 32
    endpoint: int = 64
    node: int = 512


class Slots:
    """Counts the slots that are taken. Safe to use from any thread."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._lock = threading.Lock()
        self._triggers: defaultdict[int, int] = defaultdict(int)
        self._endpoints: defaultdict[str, int] = defaultdict(int)
        self.taken = 0

    def free(self, trigger: Trigger) -> int:
        """Return how many slots the trigger could take now."""
        caps = self._caps
        in_trigger = (trigger.spec.max_in_flight or caps.trigger) - self._triggers.get(trigger.id, 0)
        at_endpoint = caps.endpoint - self._endpoints.get(trigger.endpoint, 0)
        return max(0, min(in_trigger, at_endpoint, caps.node - self.taken))

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` slots and return how many were free."""
        with self._lock:
            if count := min(wanted, self.free(trigger)):
                self._triggers[trigger.id] += count
                self._endpoints[trigger.endpoint] += count
                self.taken += count
            return count

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give back slots that were taken for this very version of the trigger."""
        with self._lock:
            self.taken -= count
            if self._triggers[trigger.id] > count:
                self._triggers[trigger.id] -= count
            else:
                del self._triggers[trigger.id]  # who has none left is forgotten
            if self._endpoints[trigger.endpoint] > count:
                self._endpoints[trigger.endpoint] -= count
            else:
                del self._endpoints[trigger.endpoint]
