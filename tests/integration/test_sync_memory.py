"""What a synchronous caller gets without a read of the database, and what it gets if nobody tells it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.app.app import App
from bellrope_server.store.handover import NoWatch
from kit import app_here, post
from receiver import Connection, Reaction, Receiver, answer, response

QUEUE = "/v1/api/default/eventing/queue"
Hooks = Sequence[tuple[list[Reaction], dict[str, Any]]]
MIB = 1024 * 1024


@asynccontextmanager
async def serving(folder: Path, *hooks: tuple[list[Reaction], dict[str, Any]]) -> AsyncIterator[App]:
    """Give a server in this process with a trigger for each of these webhooks, named a, b, c..."""
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(app_here(folder))
        for name, (reactions, fields) in zip("abcdefg", hooks, strict=False):
            receiver = await stack.enter_async_context(Receiver(*reactions))
            url = f"http://{app.http_address}/v1/config/projects/default/eventing/triggers/{name}"
            saved = await asyncio.to_thread(post, url, {"type": "ask", "url": receiver.url} | fields)
            assert saved[0] == 200
        yield app


async def ask(app: App, **fields: Any) -> tuple[int, Any]:
    """Queue an event, and wait for the answers of its webhooks: longer than `post` has patience."""
    event = {"type": "ask", "isSynchronous": True} | fields
    return await asyncio.to_thread(post, f"http://{app.http_address}{QUEUE}?timeout=200s", event)


def late(seconds: float, body: bytes) -> Reaction:
    """Answer later."""

    async def react(connection: Connection) -> None:
        await asyncio.sleep(seconds)
        await connection.send(response(body=body))

    return react


ONCE = {"retries": 0}
FROM_MEMORY: dict[str, Hooks] = {
    "a success": [([answer(200, b"1")], {})],
    "a success of 1 MiB": [([answer(200, b'"%b"' % (b"x" * (MIB - 2)))], {})],
    "several": [([answer(500)], ONCE), ([late(0.3, b"1")], {}), ([answer(200, b"2")], {})],
}


@pytest.mark.parametrize("hooks", FROM_MEMORY.values(), ids=FROM_MEMORY.keys())
async def test_the_answer_needs_no_read(hooks: Hooks, tmp_path: Path) -> None:
    """If this server made every attempt, the answer is right even while the database cannot be read."""
    async with serving(tmp_path, *hooks) as app:
        app.store._readers.close()
        status, told = await ask(app)
        assert status == 200
        assert [each["state"] for each in told["results"]][-1] == "SUCCEEDED"
        assert len(told["results"]) == len(hooks)
        assert (await ask(app, id="x"))[0] == 200
        assert (await ask(app, id="x"))[0] == 500  # the control: asking again reads the database


async def test_who_is_told_nothing_looks(tmp_path: Path) -> None:
    """If no news comes at all, as from another node, the caller gets the answer by looking."""
    hooks = ([answer(500)], ONCE), ([late(0.3, b"1")], {})
    async with serving(tmp_path, *hooks) as app:
        app._doors._storage.handover._watch = NoWatch()
        status, told = await ask(app)
    assert (status, told["result"]) == (200, 1)
    assert [each["state"] for each in told["results"]] == ["DEAD_LETTERED", "SUCCEEDED"]
