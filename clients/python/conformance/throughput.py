"""Streams events to a server with the client, or with the generated code alone; `--asyncio` in that form.

The other arguments are HOST:PORT, `client` or `stubs`, JSON text that every event has, and how many events
each stream has.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import bellrope
import grpc
import grpc.aio
from bellrope import RawJSON, aio
from bellrope.v1.eventing_pb2 import QueueRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub

Counts = list[int]


def events(data: RawJSON, count: int) -> Iterator[bellrope.Event]:
    """Yield the events of a stream."""
    return (bellrope.Event("measured", data) for _ in range(count))


def message(number: int, data: bytes) -> QueueStreamRequest:
    """Return an event as a message; its id is as long as the client's own."""
    event = QueueRequest(project="default", type="measured", data=data, id=f"{number:036}")
    return QueueStreamRequest(event=event)


def client(server: str, data: str, counts: Counts) -> Iterator[int]:
    """Stream with the client; yield how many events were stored."""
    with bellrope.Client(server) as sender:
        for count in counts:
            outcomes = sender.queue_stream(events(RawJSON(data), count))
            yield sum(isinstance(each, bellrope.Queued) for each in outcomes)


def stubs(server: str, data: str, counts: Counts) -> Iterator[int]:
    """Stream with the generated code; yield how many events were stored."""
    raw = data.encode()
    with grpc.insecure_channel(server) as channel:
        for count in counts:
            answers = EventingStub(channel).QueueStream(message(number, raw) for number in range(count))
            yield sum(each.HasField("accepted") for answer in answers for each in answer.results)


async def client_asyncio(server: str, data: str, counts: Counts) -> AsyncIterator[int]:
    """Stream with the client for asyncio; yield how many events were stored."""
    async with aio.Client(server) as sender:
        for count in counts:
            outcomes = sender.queue_stream(events(RawJSON(data), count))
            yield sum([isinstance(each, bellrope.Queued) async for each in outcomes])


async def stubs_asyncio(server: str, data: str, counts: Counts) -> AsyncIterator[int]:
    """Stream with the generated code for asyncio; yield how many events were stored."""
    raw = data.encode()

    async with grpc.aio.insecure_channel(server) as channel:
        for count in counts:
            answers = EventingStub(channel).QueueStream(message(number, raw) for number in range(count))
            stored = [each.HasField("accepted") async for answer in answers for each in answer.results]
            yield sum(stored)


async def all_of(stored: AsyncIterator[int]) -> Counts:
    """Run the streams of asyncio."""
    return [each async for each in stored]


FORMS: dict[tuple[str, bool], Callable[[str, str, Counts], Iterator[int]]] = {
    ("client", False): client,
    ("stubs", False): stubs,
    ("client", True): lambda *given: iter(asyncio.run(all_of(client_asyncio(*given)))),
    ("stubs", True): lambda *given: iter(asyncio.run(all_of(stubs_asyncio(*given)))),
}


def main() -> None:
    """Stream, and fail if an event was not stored."""
    server, form, data, *counts = (each for each in sys.argv[1:] if each != "--asyncio")
    wanted = [int(count) for count in counts]
    stored = list(FORMS[form, "--asyncio" in sys.argv](server, data, wanted))
    if stored != wanted:
        raise SystemExit(f"{stored} of {wanted} events were stored")


if __name__ == "__main__":
    main()
