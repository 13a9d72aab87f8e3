"""One stream of events: reads a little ahead, stores what is there together, and acknowledges it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from bellrope.v1.eventing_pb2 import QueueRequest, QueueStreamRequest, QueueStreamResponse

from bellrope_server.admission.bodies import Bodies, counted
from bellrope_server.convert.errors import to_status
from bellrope_server.convert.events import fill_in
from bellrope_server.errors import Draining, ServiceError
from bellrope_server.model import Accepted, NewEvent

MOST_AHEAD = 1024  # events read but not stored: the waiting ones, those in the order, and the current one
MOST_TOGETHER = 256  # events in one order to the store

Read = NewEvent | ServiceError
Requests = AsyncIterator[QueueStreamRequest]


class QueueStream:
    """Stores the events of one stream."""

    def __init__(
        self,
        read: Callable[[QueueRequest], Awaitable[NewEvent]],
        queue_each: Callable[[Sequence[NewEvent]], Awaitable[list[Accepted | ServiceError]]],
        *,
        bodies: Bodies,
        draining: asyncio.Event,
    ) -> None:
        """`read` checks an event, or raises why it is refused; `draining` ends the stream.

        While large events take too much memory, `bodies` makes reading wait.
        """
        self._read = read
        self._queue_each = queue_each
        self._draining = draining
        self._ahead: asyncio.Queue[Read | None] = asyncio.Queue(MOST_AHEAD - MOST_TOGETHER - 1)
        self._settled = 0
        self._bodies = bodies
        self._held = 0

    async def answers(self, requests: Requests) -> AsyncIterator[QueueStreamResponse]:
        """Yield the outcomes of the events, in order; raise the error that ends the stream early."""
        reading = asyncio.create_task(self._read_ahead(requests))
        try:
            while group := await self._next_group():
                yield self._answer(await self._settle(group))
            await reading
        finally:
            reading.cancel()
            try:
                await asyncio.wait((reading,))
            finally:
                self._bodies.let_go(self._held)

    async def _read_ahead(self, requests: Requests) -> None:
        """Check events as they come until the sender ends; raise Draining if the server stops first."""
        reading = asyncio.create_task(self._read_all(requests))
        draining = asyncio.create_task(self._draining.wait())
        try:
            done, _ = await asyncio.wait((reading, draining), return_when=asyncio.FIRST_COMPLETED)
            await self._ahead.put(None)
        finally:
            reading.cancel()
            draining.cancel()
            await asyncio.wait((reading, draining))
        if reading not in done:
            raise Draining(retry_after=1)
        reading.result()

    async def _read_all(self, requests: Requests) -> None:
        async for request in requests:
            size = counted(len(request.event.data))
            if size or self._held:  # otherwise there is room
                await self._bodies.wait_and_hold(size, own=lambda: self._held)
                self._held += size
            try:
                read: Read = await self._read(request.event)
            except ServiceError as error:
                self._let_go(size)
                read = error
            if self._ahead.full():
                await self._ahead.put(read)
            else:
                self._ahead.put_nowait(read)

    async def _next_group(self) -> list[Read]:
        """Wait for one event, then take all that are there; an empty list means the end."""
        group: list[Read] = []
        entry = await self._ahead.get()
        while entry is not None:
            group.append(entry)
            if len(group) == MOST_TOGETHER or self._ahead.empty():
                return group
            entry = self._ahead.get_nowait()
        if group:
            self._ahead.put_nowait(None)
        return group

    async def _settle(self, group: list[Read]) -> list[Accepted | ServiceError]:
        """Store the valid events, and return the outcome of each event."""
        good = [entry for entry in group if isinstance(entry, NewEvent)]
        stored = iter(await self._queue_each(good) if good else ())
        self._let_go(sum(counted(len(event.data)) for event in good))
        return [next(stored) if isinstance(entry, NewEvent) else entry for entry in group]

    def _let_go(self, size: int) -> None:
        self._bodies.let_go(size)
        self._held -= size

    def _answer(self, outcomes: list[Accepted | ServiceError]) -> QueueStreamResponse:
        first = self._settled
        self._settled += len(outcomes)
        response = QueueStreamResponse(settled_count=self._settled)
        add = response.results.add
        for index, outcome in enumerate(outcomes, first):
            if isinstance(outcome, ServiceError):
                add(index=index, error=to_status(outcome))
            else:
                fill_in(add(index=index).accepted, outcome)
        return response
