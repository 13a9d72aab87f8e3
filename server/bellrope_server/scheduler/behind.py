"""The triggers that have due deliveries in the table and wait for a slot, in line."""

from collections.abc import Iterator, KeysView
from itertools import islice
from typing import Any, TypeVar

from bellrope_server.model import Trigger

MOST_ASKED = 32  # triggers, the first in line, for which a free slot may be kept

K = TypeVar("K")


class Behind:
    """A line of triggers, and a line of those at each endpoint.

    Not safe for threads: the slots lock it, but for `in`, which any thread may ask.
    """

    def __init__(self) -> None:
        self._all: dict[int, Trigger] = {}
        self._at: dict[str, dict[int, Trigger]] = {}

    def __contains__(self, trigger_id: int) -> bool:
        return trigger_id in self._all

    def __getitem__(self, trigger_id: int) -> Trigger:
        return self._all[trigger_id]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Trigger]:
        """Give the triggers, the first in line first. Nothing may change meanwhile."""
        return iter(self._all.values())

    def keys(self) -> KeysView[int]:
        """Return their rows."""
        return self._all.keys()

    def put(self, trigger: Trigger) -> None:
        """Add a trigger as the last in line, or make it the last."""
        self.drop(trigger.id)
        self._all[trigger.id] = trigger
        self._at.setdefault(trigger.endpoint, {})[trigger.id] = trigger

    def drop(self, trigger_id: int) -> None:
        """Remove a trigger from the line, if it is there."""
        if trigger := self._all.pop(trigger_id, None):
            at_endpoint = self._at[trigger.endpoint]
            del at_endpoint[trigger_id]
            if not at_endpoint:
                del self._at[trigger.endpoint]

    def pass_over(self, trigger_ids: list[int]) -> None:
        """Make these the last in line, in this order."""
        for trigger_id in trigger_ids:
            self._all[trigger_id] = self._all.pop(trigger_id)

    def endpoints(self) -> Iterator[str]:
        """Give the first endpoints in line. Each that is passed over goes to the end."""
        return _in_line(self._at)

    def at(self, endpoint: str) -> Iterator[Trigger]:
        """Give the first triggers in line at an endpoint. Each that is passed over goes to the end."""
        triggers = self._at.get(endpoint, {})
        return (triggers[id] for id in _in_line(triggers))


def _in_line(line: dict[K, Any]) -> Iterator[K]:
    for key in list(islice(line, MOST_ASKED)):
        yield key
        line[key] = line.pop(key)
