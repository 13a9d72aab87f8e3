"""The bench's own load, against a real server: it must not be what is measured, nor count what failed."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.load.grpc import Grpc
from bench.load.http import Http
from bench.load.ledger import Ledger
from bench.load.loops import Door, closed, paced
from bench.measured import drained
from kit import Server, lent

CALLS = 300  # of 1 KiB: more than an HTTP/2 connection may send before it hears from the server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server without triggers."""
    with lent(tmp_path) as made:
        yield made


def doors(server: Server) -> tuple[Http, Grpc]:
    """Return both ways into it."""
    return Http(int(server.http.rpartition(":")[2]), endpoints=1), Grpc(server.grpc, endpoints=1)


async def sent(door: Door, count: int) -> list[bool]:
    """Send so many events, some of them at once, and return which were accepted."""
    callers = [await door.caller() for _ in range(8)]
    numbers = iter(range(count))

    async def call(turn: int) -> list[bool]:
        return [await callers[turn].send(number) for number in numbers]

    async with asyncio.timeout(60):
        answers = await asyncio.gather(*map(call, range(8)))
    for caller in callers:
        await caller.close()
    return [answer for each in answers for answer in each]


async def test_every_event_of_the_load_is_answered(server: Server) -> None:
    """The load never waits for itself: all of its events get their answers, over HTTP and over gRPC."""
    for door in doors(server):
        assert await sent(door, CALLS) == [True] * CALLS


async def test_a_refused_event_does_not_count_as_accepted(server: Server) -> None:
    """What the server refuses is no acknowledgement: a synchronous event that no trigger matches."""
    http, grpc = doors(server)
    refusing = (
        Http(http.port, endpoints=1, synchronous=True),
        Grpc(grpc.address, endpoints=1, synchronous=True),
    )
    for door in refusing:
        assert await sent(door, 3) == [False] * 3


async def test_what_is_accepted_and_not_delivered_is_lost(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a trigger nothing is delivered, and the ledger says so."""
    monkeypatch.setattr("bench.measured.DRAIN", 0.1)
    ledger, over = Ledger(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.3, over.set)
    await closed(doors(server)[0], 2, ledger, over)
    await drained(ledger)
    counts = ledger.counts(0, 1e9)
    assert counts.lost == ledger.next > 0
    assert counts.refused == 0


async def test_a_paced_load_keeps_its_pace(server: Server) -> None:
    """A hundred a second are a hundred a second, not as many as the server takes."""
    ledger, over = Ledger(), asyncio.Event()
    asyncio.get_running_loop().call_later(1.0, over.set)
    await paced(doors(server)[0], 100, ledger, over)
    assert 50 < ledger.next <= 100 + 64  # each caller sends the one that it waits for when it is over
