"""The TypeScript client when replies, connections and servers are lost: each event is stored once."""

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bellrope import Client
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger

from tests.clients.lossy import lossy
from tests.clients.streams import Lives, stored
from tests.clients.typescript import PACKAGE, for_node, needs_node, running
from tests.clients.webhook import Webhook
from tests.kit import Server

pytestmark = needs_node

COUNT = 2000


@pytest.fixture
def sender(tmp_path: Path) -> Path:
    """A program that sends events."""
    return for_node(PACKAGE / "tests/sender.node.ts", tmp_path)


@asynccontextmanager
async def sending(sender: Path, server: str, *call: Any) -> AsyncIterator[Process]:
    """Run the program."""
    arguments = json.dumps([{"server": server, "timeout": {"seconds": 60}}, *call])
    async with running(sender.parent, sender, arguments) as process:
        yield process


async def outcome(process: Process) -> Any:
    """Return the next outcome that the program prints, or None at its end."""
    assert process.stdout
    line = await process.stdout.readline()
    return json.loads(line) if line else None


async def trigger_at(url: str, server: Server, name: str) -> None:
    """Create a trigger for a type of its name."""
    request = CreateTriggerRequest(project="default", trigger=Trigger(name=name, type=name, url=url))
    with Client(server.grpc) as client:
        await asyncio.to_thread(client.triggers.CreateTrigger, request)


async def test_d5_a_lost_reply_is_asked_for_again_in_typescript(
    sender: Path, server: Server, webhook: Webhook
) -> None:
    """If the connection dies during the reply, the client sends again, and the webhook is called once."""
    await trigger_at(webhook.url, server, "ts-lost-reply")
    async with (
        lossy(server.grpc, lose=2) as (target, proxy),
        sending(sender, target, "queue", "ts-lost-reply") as queueing,
    ):
        queued = await outcome(queueing)
    assert (queued["deliveryCount"], queued["duplicate"], proxy.lost) == (1, True, 2)
    event = json.loads((await webhook.posts.get())[0])
    assert (event["id"], webhook.count) == (queued["eventId"], 1)


async def test_d5_a_lost_connection_joins_the_wait_again_in_typescript(
    sender: Path, server: Server, webhook: Webhook
) -> None:
    """If the connection dies while the webhook works, the client waits over another one."""
    webhook.free.clear()
    await trigger_at(webhook.url, server, "ts-lost-wait")
    async with (
        lossy(server.grpc) as (target, proxy),
        sending(sender, target, "trigger", "ts-lost-wait") as waiting,
    ):
        event = json.loads((await webhook.posts.get())[0])
        proxy.cut()
        webhook.free.set()
        answer = await outcome(waiting)
    assert (answer, webhook.count) == ({"eventId": event["id"], "result": {"fine": True}}, 1)


async def test_d5_of_many_calls_at_once_none_is_stored_twice_in_typescript(
    sender: Path, server: Server
) -> None:
    """If the connection dies under 300 calls, exactly the events are stored whose ids came back."""
    async with (
        lossy(server.grpc, lose=3) as (target, proxy),
        sending(sender, target, "load", "ts-many", 300) as loading,
    ):
        ids = await outcome(loading)
    assert (await asyncio.to_thread(stored, server, "ts-many"), proxy.lost) == (sorted(ids), 3)


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed_in_typescript(
    sender: Path, tmp_path: Path
) -> None:
    """After two kills the server has every event of a stream once."""
    lives = Lives(tmp_path)
    await lives.begin()
    settled = 0
    async with sending(sender, lives.address, "stream", "ts-killed", COUNT) as streaming:
        while progress := await outcome(streaming):
            settled = progress["settled"]
            if settled in (500, 1000):
                lives.kill_and_restart()
        assert (await streaming.wait(), settled, lives.kills) == (0, COUNT, 2)
    await lives.end()
    assert lives.stored() == [(COUNT, COUNT)]
