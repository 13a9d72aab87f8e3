"""Takes the events of a stream, with asyncio, in a task that outlives the stream's connections."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Self

from bellrope.requests import Event
from bellrope.v1.eventing_pb2 import QueueStreamRequest
from bellrope.window import Window

AT_ONCE = 16  # events of a plain iterable, before other tasks get a turn

Requests = deque[QueueStreamRequest]


class Feed:
    """Moves events from an iterable into the window, as far as it has room, and to the connection."""

    def __init__(self, events: AsyncIterable[Event] | Iterable[Event], window: Window) -> None:
        self._events = events
        self._window = window
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._arrival = asyncio.Event()
        self._requests: Requests | None = None  # of the connection, if there is one
        self._stop: Callable[[], None] = _nothing
        self._error: BaseException | None = None
        self.waiting_since = 0.0
        """Since when the window has an event, on the loop's clock."""

    async def has_event(self) -> bool:
        """Wait for an event without an outcome; return False at the end. Raise an error of the iterable."""
        while not self._window and not self._task.done():
            await self._arrived()
        self.raise_error()
        return bool(self._window)

    def has_room(self) -> None:
        """Take more events, if the window has room."""
        if not self._window.full:
            self._room.set()

    def send_to(self, requests: Requests | None, *, stop: Callable[[], None] | None = None) -> None:
        """Hand events to a new connection, or to none. `stop` ends it if the iterable fails."""
        self._requests = requests
        self._stop = stop or _nothing
        self._arrival.set()

    async def requests(self) -> Requests | None:
        """Return what the connection has to send, once there is something; None at the end."""
        mine = self._requests
        while not mine and mine is self._requests and not self._task.done():
            await self._arrived()
        return mine if mine is self._requests else None

    def raise_error(self) -> None:
        """Raise the error of the iterable, if it has failed."""
        if self._error:
            raise self._error

    async def _arrived(self) -> None:
        self._arrival.clear()
        await self._arrival.wait()

    async def _take(self) -> None:
        try:
            if isinstance(self._events, AsyncIterable):
                async for event in self._events:
                    self._add(event)
                    await self._room_for_more()
            else:
                await self._take_plain(self._events)
        except Exception as error:
            self._error = error
            self._stop()

    async def _take_plain(self, events: Iterable[Event]) -> None:
        for number, event in enumerate(events, 1):
            self._add(event)
            if self._window.full:
                await self._room_for_more()
            elif number % AT_ONCE == 0:
                await asyncio.sleep(0)

    def _add(self, event: Event) -> None:
        if not self._window:
            self.waiting_since = self._loop.time()
        request = self._window.add(event)
        if self._requests is not None:
            self._requests.append(request)
        self._arrival.set()

    async def _room_for_more(self) -> None:
        while self._window.full:
            self._room.clear()
            await self._room.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._arrival.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._take())
        self._task.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def _nothing() -> None:
    """Stop nothing."""
