"""The callers that wait for the outcome of an event."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Waiters:
    """Wakes the watchers of an event when one of its deliveries changes."""

    def __init__(self) -> None:
        self._watching: dict[int, set[asyncio.Event]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def watching(self, event_row: int) -> Iterator[asyncio.Event]:
        """Yield an asyncio.Event that is set each time `changed` is called for this event's row."""
        changed = asyncio.Event()
        self._watching.setdefault(event_row, set()).add(changed)
        self._count += 1
        try:
            yield changed
        finally:
            watchers = self._watching[event_row]
            watchers.discard(changed)
            self._count -= 1
            if not watchers:
                del self._watching[event_row]

    def changed(self, event_row: int) -> None:
        """Wake the watchers of this event."""
        for watcher in self._watching.get(event_row, ()):
            watcher.set()
