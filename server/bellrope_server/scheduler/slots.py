"""How many attempts may be under way at once: per trigger, per endpoint, and on this node."""

import threading
from dataclasses import dataclass
from typing import TypeVar

from bellrope_server.model import Trigger

K = TypeVar("K", int, str)


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
        self._triggers: dict[int, int] = {}
        self._endpoints: dict[str, int] = {}
        self.taken = 0

    def free(self, trigger: Trigger) -> int:
        """Return how many slots the trigger could take now."""
        cap = trigger.spec.max_in_flight or self._caps.trigger
        return max(
            0,
            min(
                cap - self._triggers.get(trigger.id, 0),
                self._caps.endpoint - self._endpoints.get(trigger.endpoint, 0),
                self._caps.node - self.taken,
            ),
        )

    def take(self, trigger: Trigger, wanted: int) -> int:
        """Take up to `wanted` slots and return how many were free."""
        with self._lock:
            count = min(wanted, self.free(trigger))
            if count:
                self._add(trigger, count)
            return count

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give back slots that were taken for this very version of the trigger."""
        with self._lock:
            self._add(trigger, -count)

    def _add(self, trigger: Trigger, count: int) -> None:
        _add(self._triggers, trigger.id, count)
        _add(self._endpoints, trigger.endpoint, count)
        self.taken += count


def _add(counts: dict[K, int], key: K, count: int) -> None:
    """Add to one of the counts; who comes to zero is forgotten."""
    if total := counts.get(key, 0) + count:
        counts[key] = total
    else:
        counts.pop(key, None)
