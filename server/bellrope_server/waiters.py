"""Who waits for the outcome of which event."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Waiters:
    """Wakes those who watch an event when something changes for one of its deliveries."""

    def __init__(self) -> None:
        self._watching: dict[int, set[asyncio.Event]] = {}

    def __len__(self) -> int:
        return sum(len(watchers) for watchers in self._watching.values())

    @contextmanager
    def watching(self, event_row: int) -> Iterator[asyncio.Event]:
        """Give an asyncio.Event that is set whenever `changed` is called for this event's row."""
        changed = asyncio.Event()
        self._watching.setdefault(event_row, set()).add(changed)
        try:
            yield changed
        finally:
            watchers = self._watching[event_row]
            watchers.discard(changed)
            if not watchers:
                del self._watching[event_row]

    def changed(self, event_row: int) -> None:
        """Wake whoever watches this event."""
        for watcher in self._watching.get(event_row, ()):
            watcher.set()
