"""Filters that never end by themselves hold up nothing, at whichever door their events come in."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import orjson
import pytest
from aiohttp import ClientSession
from bellrope.v1.eventing_pb2 import QueueRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.app.app import App
from bellrope_server.rules import filter_language
from kit import app_here
from pauses import ROUNDS, stands_still

SCAN = "data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))"
DATA = {"l": list(range(50)), "s": "a" * 15_000}  # an evaluation takes 0.25 s if nothing ends it
TRIGGERS = 3
PROJECT = "/v1/projects/default"


async def ask(app: App, path: str, body: object, *, kind: str = "application/json", fine: int = 200) -> Any:
    """POST JSON to a server in this process, and return the answer."""
    url, headers = f"http://{app.http_address}{path}", {"Content-Type": kind}
    async with ClientSession() as http, http.post(url, data=orjson.dumps(body), headers=headers) as response:
        answer = await response.json()
        assert response.status == fine, answer
        return answer


async def triggers(app: App, type: str) -> None:
    """Save triggers with filters that did not run before."""
    url = "http://127.0.0.1:8089/hook"
    for number in range(TRIGGERS):
        saved = {"name": f"{type}-{number}", "type": type, "url": url, "paused": True}
        await ask(app, f"{PROJECT}/triggers", saved | {"filter": f"{SCAN} || {number} < 0"})


async def queue(app: App, type: str) -> None:
    """Queue one event in the Space Cloud-compatible API."""
    await ask(app, "/v1/api/default/eventing/queue", {"type": type, "data": DATA})


async def queue_batch(app: App, type: str) -> None:
    """Queue a batch."""
    await ask(app, f"{PROJECT}/events:queueBatch", {"events": [{"type": type, "data": DATA}] * 9})


async def queue_cloud_event(app: App, type: str) -> None:
    """Queue a CloudEvent."""
    event = {"specversion": "1.0", "id": "1", "source": f"/{type}", "type": type, "data": DATA}
    path = "/v1/api/default/eventing/cloudevents"
    await ask(app, path, event, kind="application/cloudevents+json")


async def queue_stream(app: App, type: str) -> None:
    """Queue a stream of events over gRPC."""
    event = QueueRequest(project="default", type=type, data=orjson.dumps(DATA))

    async def requests() -> AsyncIterator[QueueStreamRequest]:
        for _ in range(9):
            yield QueueStreamRequest(event=event)

    async with grpc.aio.insecure_channel(app.grpc_address) as channel:
        assert [_ async for _ in EventingStub(channel).QueueStream(requests())]


async def replay(app: App, type: str) -> None:
    """Replay an event that matched nothing, to all triggers and then to one."""
    path = f"{PROJECT}/events/{type}:replay"
    await ask(app, path, {}, fine=404)
    await ask(app, path, {"trigger": f"{type}-0"}, fine=404)


async def replay_many(app: App, type: str) -> None:
    """Count what a bulk replay would send."""
    body = {"action": "REPLAY_EVENTS", "trigger": f"{type}-0", "dryRun": True, "events": {"type": type}}
    await ask(app, f"{PROJECT}/bulkActions", body)


DOORS = [queue, queue_batch, queue_cloud_event, queue_stream, replay, replay_many]


@pytest.mark.parametrize("door", DOORS, ids=[door.__name__ for door in DOORS])
async def test_filters_that_loop_hold_up_nothing(
    door: Callable[[App, str], Awaitable[None]], tmp_path: Path
) -> None:
    """While filters run for the first time that would take long, the server answers others."""
    unlimited = filter_language.compiled(SCAN)

    def a_third_of_an_evaluation(_: float) -> float:
        start = time.perf_counter()
        assert unlimited.eval(data={"event.data": DATA}).value() is True
        return (time.perf_counter() - start) / 3

    for number in range(ROUNDS):  # each with a new server, for slow filters rest
        (tmp_path / f"{number}").mkdir()
        async with app_here(tmp_path / f"{number}") as app:
            await ask(app, "/v1/api/default/eventing/queue", {"type": "a", "id": "a", "data": DATA})
            await triggers(app, "a")
            do = partial(door, app, "a")
            if not await stands_still(do, longer_than=a_third_of_an_evaluation, rounds=1):
                return
    pytest.fail("the server stood still")
