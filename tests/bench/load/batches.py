"""Many events in one call: loops like those of loops.py, of batches and of a stream."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import grpc
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from google.protobuf.timestamp_pb2 import Timestamp

from bench.load.event import TYPE, data
from bench.load.ledger import Ledger

BATCH, BATCHES = 100, 4
"""Events of a batch, and batches at once."""
AHEAD = 1024
"""Events of a stream that have no outcome yet, as with our client."""


@dataclass(frozen=True)
class Source:
    """Makes the events of a measurement."""

    address: str
    endpoints: int

    def event(self, number: int, due: int | None = None) -> QueueRequest:
        """Return an event, due at once or at a time in microseconds since 1970."""
        made = QueueRequest(project="default", type=TYPE.format(number % self.endpoints), data=data(number))
        if due is not None:
            made.schedule_time.CopyFrom(Timestamp(seconds=due // 10**6, nanos=due % 10**6 * 1000))
        return made


async def batches(source: Source, ledger: Ledger, over: asyncio.Event) -> None:
    """Send each batch as soon as the last one is acknowledged."""
    async with grpc.aio.insecure_channel(source.address) as channel, asyncio.TaskGroup() as group:
        stub = EventingStub(channel)
        for _ in range(BATCHES):
            group.create_task(_batches(source, stub, ledger, over))


async def _batches(source: Source, stub: EventingStub, ledger: Ledger, over: asyncio.Event) -> None:
    while not over.is_set():
        numbers = [ledger.send() for _ in range(BATCH)]
        await queue(stub, map(source.event, numbers))
        for number in numbers:
            ledger.answered(number)


async def queue(stub: EventingStub, events: Iterable[QueueRequest]) -> None:
    """Queue one batch."""
    await stub.QueueBatch(QueueBatchRequest(project="default", events=events), timeout=60)


async def stream(source: Source, ledger: Ledger, over: asyncio.Event) -> None:
    """Keep a stream full."""
    async with grpc.aio.insecure_channel(source.address) as channel:
        await _Stream(source, EventingStub(channel).QueueStream(), ledger).run(over)


class _Stream:
    """One stream, and the numbers of its events in order."""

    def __init__(self, source: Source, call: grpc.aio.StreamStreamCall, ledger: Ledger) -> None:
        self._source, self._call, self._ledger = source, call, ledger
        self._room = asyncio.Semaphore(AHEAD)
        self._numbers: list[int] = []

    async def run(self, over: asyncio.Event) -> None:
        """Send until it is over, then wait for the outcomes."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send(over))
            group.create_task(self._read())

    async def _send(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self._room.acquire()
            number = self._ledger.send()
            self._numbers.append(number)
            await self._call.write(QueueStreamRequest(event=self._source.event(number)))
        await self._call.done_writing()

    async def _read(self) -> None:
        async for response in self._call:
            for result in response.results:
                accepted = result.HasField("accepted")
                self._ledger.answered(self._numbers[result.index], accepted=accepted)
                self._room.release()


async def queue_due(source: Source, ledger: Ledger, dues: Sequence[int], *, base: float) -> None:
    """Queue events that are due later; the ledger has each as sent when it is due.

    `base` is the ledger's time at the start of 1970.
    """
    async with grpc.aio.insecure_channel(source.address) as channel:
        stub = EventingStub(channel)
        for first in range(0, len(dues), BATCH):
            part = dues[first : first + BATCH]
            numbers = [ledger.send(at=base + due / 1e6) for due in part]
            await queue(stub, map(source.event, numbers, part))
            for number in numbers:
                ledger.answered(number)
