"""Two servers on one PostgreSQL: a synchronous caller may ask either of them again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faults.servers import Short
from kit import Server, get, post, serving, until
from postgres import cluster
from receiver import Connection, Reaction, Receiver, answer, hang, response

QUEUE = "/v1/api/default/eventing/queue"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers with short leases."""
    name = cluster().create()
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    flag = f"--database={cluster().url(name)}"
    with serving(folders[0], flag, server=Short) as one, serving(folders[1], flag, server=Short) as other:
        yield one, other
    cluster().drop(name)


def late(body: bytes) -> Reaction:
    """Answer after a second."""

    async def react(connection: Connection) -> None:
        await asyncio.sleep(1)
        await connection.send(response(body=body))

    return react


async def save(server: Server, receiver: Receiver) -> None:
    """Save the trigger that all these events match."""
    url = f"{server.http}/v1/config/projects/default/eventing/triggers/ask"
    spec = {"type": "ask", "url": receiver.url, "timeout": 2000}
    assert (await asyncio.to_thread(post, url, spec))[0] == 200


def ask(server: Server, id: str) -> "asyncio.Task[tuple[int, Any]]":
    """Queue an event, and wait for its webhook's answer."""
    event = {"type": "ask", "id": id, "data": 1, "isSynchronous": True}
    return asyncio.create_task(asyncio.to_thread(post, server.http + QUEUE, event))


async def test_the_other_node_gives_the_recorded_answer(both: tuple[Server, Server]) -> None:
    """The same id, sent again to another node, gets the webhook's answer without another call."""
    async with Receiver(answer(body=b'{"n": 1}')) as receiver:
        one, other = both
        await save(one, receiver)
        first = await ask(one, "e1")
        again = await ask(other, "e1")
        assert (first[0], first[1]["result"]) == (200, {"n": 1})
        assert (again[0], again[1]["result"]) == (200, {"n": 1})
        assert len(receiver.requests) == 1


async def test_the_other_node_joins_the_wait(both: tuple[Server, Server]) -> None:
    """While the webhook has not answered yet, both callers wait for the same call."""
    async with Receiver(late(b"2")) as receiver:
        one, other = both
        await save(one, receiver)
        waiting = ask(one, "e2")
        await receiver.received(1)
        joined = ask(other, "e2")
        answers = await asyncio.gather(waiting, joined)
        assert [(status, answer["result"]) for status, answer in answers] == [(200, 2), (200, 2)]
        assert len(receiver.requests) == 1


async def test_i14_the_node_that_waits_dies(both: tuple[Server, Server]) -> None:
    """I14: When the node dies, the caller loses its connection but not its event; another node answers."""
    async with Receiver(hang, answer(body=b"3")) as receiver:
        one, other = both
        await save(one, receiver)
        waiting = ask(one, "e3")
        await receiver.received(1)
        one.kill()
        with pytest.raises((ConnectionError, OSError)):
            await waiting
        event = f"{other.http}/v1/projects/default/events/e3"
        assert (await asyncio.to_thread(get, event))[0] == 200
        await until(lambda: succeeded(other))  # when the lease is over
        status, told = await ask(other, "e3")
        assert (status, told["result"]) == (200, 3)


async def succeeded(server: Server) -> bool:
    """Return whether the event's delivery has succeeded."""
    found = await asyncio.to_thread(get, f"{server.http}/v1/projects/default/deliveries?eventId=e3")
    return [each["state"] for each in found[1].get("deliveries", [])] == ["SUCCEEDED"]
