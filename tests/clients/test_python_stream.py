"""`queue_stream` of the Python client: any number of events, whatever happens to the server meanwhile."""

import asyncio
import os
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path

import bellrope
import psutil
import pytest
from bellrope import Event, Queued, aio
from grpc import StatusCode

from tests.clients.either import RETRIED, Connect, EitherClient, failing, new_name, trigger_at
from tests.clients.lossy import lossy
from tests.clients.streams import Endless, Lives, Numbered
from tests.clients.webhook import Webhook
from tests.kit import Server, lent, serving, until
from tests.ports import lasting_address

MANY, SIZE = (100_000, 2048) if os.environ.get("BELLROPE_FULL") else (8_000, 16_384)
AHEAD = 1024
MIB = 1024 * 1024


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def accepted(client: EitherClient) -> bool:
    """Return whether the server accepts another call."""
    try:
        return bool(await client.queue("a"))
    except bellrope.Overloaded:
        return False


async def drained(client: EitherClient, events: object) -> None:
    """Return all outcomes."""
    await remaining(client.queue_stream(events))


async def test_each_event_has_its_outcome_in_order(client: EitherClient, webhook: Webhook) -> None:
    """An outcome is Queued, or the error of a refused event with its index and id; others go on."""
    wanted, taken = await trigger_at(webhook.url, client), new_name()
    events = [Event(wanted, id=taken), Event("two words"), Event("a", 1, id=taken), Event(wanted)]
    first, second, third, fourth = [outcome async for outcome in client.queue_stream(events)]
    assert (first.event_id, first.delivery_count) == (taken, 1)
    assert (fourth.event_id, fourth.delivery_count) == (events[3].id, 1)
    assert (type(second), type(third)) == (bellrope.InvalidRequest, bellrope.Conflict)
    told = [(each.index, each.event_id, each.field, each.reason) for each in (second, third)]
    assert told == [(1, events[1].id, "type", "INVALID_FIELD"), (2, taken, "id", "ID_CONFLICT")]


async def test_a_stream_of_nothing_is_fine(connect: Connect, silent: str) -> None:
    """A stream without events ends at once, and calls no server."""
    assert [each async for each in (await connect(silent)).queue_stream([])] == []


@pytest.mark.timeout(900)
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(connect: Connect, tmp_path: Path) -> None:
    """After four kills the server has every event once, and the client never held many."""
    lives = Lives(tmp_path)
    await lives.begin()
    client, settled, sizes = await connect(lives.address), 0, []
    events = Numbered(MANY, SIZE)
    async for outcome in client.queue_stream(events, timeout=60):
        assert (type(outcome), outcome.event_id) == (Queued, f"event-{settled}")
        settled += 1
        assert events.taken - settled <= AHEAD
        if settled % (MANY // 4) == 0:
            sizes.append(psutil.Process().memory_info().rss)
            lives.kill_and_restart()
    assert settled == MANY
    await lives.end()
    assert lives.stored() == [(MANY, MANY)]
    assert lives.kills == 4
    assert sizes[-1] - sizes[0] < MANY * SIZE / 2


async def test_a_server_that_drains_is_replaced(connect: Connect, tmp_path: Path) -> None:
    """A draining server ends the stream with UNAVAILABLE; the next server gets the rest."""
    ids = [f"event-{number}" for number in range(3000)]
    address = f"--grpc={lasting_address()}"
    with serving(tmp_path, address, "--drain-grace=1") as first:
        client, source = await connect(first.grpc), (Event("a", id=id) for id in ids)
        async with aclosing(client.queue_stream(source, timeout=60)) as outcomes:
            seen = [(await anext(outcomes)).event_id for _ in range(100)]
            await asyncio.to_thread(first.stop)
            with serving(tmp_path, address):
                seen += [outcome.event_id async for outcome in outcomes]
    assert seen == ids


async def test_a_connection_that_breaks_again_and_again_is_made_anew(
    connect: Connect, server: Server
) -> None:
    """Each broken connection costs a moment, but no event: tries are counted from the last outcome."""
    async with lossy(server.grpc) as (target, proxy):
        client, seen = await connect(target), []
        events = [Event("a") for _ in range(4000)]
        async for outcome in client.queue_stream(events):
            seen.append(outcome.event_id)
            if len(seen) % 400 == 0:
                proxy.cut()
    assert seen == [event.id for event in events]


async def test_a_server_that_does_not_come_back_is_told(connect: Connect, tmp_path: Path) -> None:
    """The error names the first event without an outcome; from there on it is unknown what is stored."""
    seen: list[str] = []
    with serving(tmp_path, "--drain-grace=1") as server:
        client, events = await connect(server.grpc), Endless()

        async def ask() -> None:
            async for outcome in client.queue_stream(events, timeout=RETRIED):
                seen.append(outcome.event_id)
                if len(seen) == 50:
                    server.kill()

        error = await failing(ask(), bellrope.Unavailable)
    assert (error.index, error.event_id in seen) == (len(seen), False)
    assert events.taken - len(seen) <= AHEAD


@pytest.mark.parametrize(("data", "ahead"), [(None, AHEAD), ("x" * MIB, 16)], ids=["many", "large"])
async def test_a_server_that_never_answers_costs_the_timeout(
    connect: Connect, silent: str, data: object, ahead: int
) -> None:
    """It costs the timeout, and a bounded number of events, by number and by size."""
    events = Endless(data)
    call = drained(await connect(silent, timeout=0.3), events)
    async with asyncio.timeout(20):
        error = await failing(call, bellrope.DeadlinePassed)
    assert (events.taken, error.index) == (ahead, 0)


async def test_a_client_that_is_closed_ends_its_streams(connect: Connect, server: Server) -> None:
    """Closing the client ends its streams with an error, which is not a cancellation."""
    client = await connect(server.grpc)
    outcomes = client.queue_stream(Endless())
    assert type(await anext(outcomes)) is Queued
    await client.__aexit__(None, None, None)
    error = await failing(remaining(outcomes), bellrope.BellropeError)
    assert error.code is StatusCode.CANCELLED


async def remaining(outcomes: AsyncIterator[object]) -> None:
    """Return the other outcomes."""
    async for _ in outcomes:
        pass


async def test_an_error_of_the_iterable_is_the_callers(client: EitherClient) -> None:
    """An error of the iterable is raised as it is, even if it looks like one of the connection."""

    def events() -> Iterator[Event]:
        yield Event("a")
        raise bellrope.Unavailable("the source is gone")

    error = await failing(drained(client, events()), bellrope.Unavailable)
    assert error.message == "the source is gone"


async def test_who_stops_asking_ends_the_stream(connect: Connect, tmp_path: Path) -> None:
    """When the caller stops, its place at the server is free, and no more events are taken."""
    with lent(tmp_path, "--max-calls=1", "--drain-grace=1") as server:
        client, events = await connect(server.grpc), Endless()
        for _ in range(3):
            async with aclosing(client.queue_stream(events)) as outcomes:
                assert type(await anext(outcomes)) is Queued
            taken = events.taken
            await until(partial(accepted, client))
            assert events.taken == taken


def test_a_database_cursor_is_a_fine_source(server: Server) -> None:
    """The iterable runs in the thread that asks for outcomes, as a database cursor requires."""
    with closing(sqlite3.connect(":memory:")) as outbox, bellrope.Client(server.grpc) as client:
        outbox.execute("CREATE TABLE outbox (id TEXT)")
        outbox.executemany("INSERT INTO outbox VALUES (?)", [(new_name(),) for _ in range(3000)])
        rows = outbox.execute("SELECT id FROM outbox")
        for outcome in client.queue_stream(Event("a", id=id) for (id,) in rows):
            assert isinstance(outcome, Queued)
            outbox.execute("DELETE FROM outbox WHERE id = ?", (outcome.event_id,))
        assert outbox.execute("SELECT count(*) FROM outbox").fetchall() == [(0,)]


async def test_with_asyncio_outcomes_come_while_the_source_waits(server: Server) -> None:
    """The source can create an event from the outcome of the one before it."""
    said: asyncio.Queue[str] = asyncio.Queue()

    async def events() -> AsyncIterator[Event]:
        for number in range(5):
            yield Event("a", number)
            await said.get()

    async with aio.Client(server.grpc) as client:
        async for outcome in client.queue_stream(events()):
            assert isinstance(outcome, Queued)
            await said.put(outcome.event_id)


async def test_with_asyncio_a_break_does_not_disturb_the_source(server: Server) -> None:
    """While the source waits, the connection may break: the next events go over another one."""
    go = asyncio.Event()

    async def events() -> AsyncIterator[Event]:
        yield Event("a")
        await go.wait()
        yield Event("a")

    async with (
        lossy(server.grpc) as (target, proxy),
        aio.Client(target) as client,
        aclosing(client.queue_stream(events())) as outcomes,
    ):
        assert type(await anext(outcomes)) is Queued
        proxy.cut()
        asyncio.get_running_loop().call_later(0.2, go.set)
        assert [type(each) async for each in outcomes] == [Queued]


def test_streams_leave_no_threads(server: Server) -> None:
    """A stream that is over, read to the end or not, leaves no thread."""
    with bellrope.Client(server.grpc) as client:
        assert len(list(client.queue_stream(Event("a") for _ in range(10)))) == 10
        before = threading.active_count()
        for _ in range(20):
            outcomes = client.queue_stream(Endless())
            next(outcomes)
            outcomes.close()
        for thread in threading.enumerate():
            if thread.daemon and thread is not threading.current_thread():
                thread.join(0.2)
        assert threading.active_count() <= before
