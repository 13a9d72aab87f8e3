"""What a tenant decides, be it schemas, filters or data, does not hold up the event loop."""

import gzip
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import orjson
import pytest
from aiohttp import ClientSession
from bellrope.v1.eventing_pb2 import QueueBatchRequest
from bellrope_server.app.app import App
from bellrope_server.rules.event_schemas import EventSchema
from kit import app_here
from pauses import ROUNDS, stands_still
from slow_schemas import nested

SCHEMA = "/v1/config/projects/default/eventing/schema/order"
TRIGGER = "/v1/config/projects/default/eventing/triggers/hook"
QUEUE = "/v1/api/default/eventing/queue"
BOMB = "data.all(a, data.all(b, data.all(c, data.all(d, data.all(e, true)))))"
MEGABYTE = 1_000_000


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    """A server in this process and loop."""
    async with app_here(tmp_path) as app:
        yield app


async def post(app: App, path: str, body: str, *, expected: int = 200) -> None:
    """POST a JSON text to a server in this process."""
    url, headers = f"http://{app.http_address}{path}", {"Content-Type": "application/json"}
    async with ClientSession() as http, http.post(url, data=body, headers=headers) as response:
        assert (response.status, (await response.text())[:200])[0] == expected


def a_part(took: float) -> float:
    """Return a part of the time that something took."""
    return 0.4 * took


def event(data: str) -> str:
    """Return an event of the type `order`."""
    return f'{{"type": "order", "data": {data}}}'


async def test_a_loop_that_stands_still_is_seen() -> None:
    """The measurement sees a check that holds up the loop."""
    schema = EventSchema(json.dumps({"items": {"anyOf": [{"const": n} for n in range(1_000)]}}))

    async def check() -> None:
        assert schema.fits(json.dumps([999] * 300).encode())

    assert await stands_still(check, longer_than=a_part)


@pytest.mark.parametrize(
    ("schema", "data", "expected"),
    [
        ({"items": {"anyOf": [{"const": n} for n in range(1_900)]}}, [1_899] * 600, 200),
        ({"anyOf": [{"items": {"const": n}} for n in range(1, 900)]}, [0] * 2_000, 400),
        (nested(30, unevaluatedProperties=False), {"a": 1}, 400),
    ],
    ids=["accepted", "refused", "without end"],
)
async def test_a_slow_schema_holds_up_nothing(
    schema: dict[str, Any], data: Any, expected: int, app: App
) -> None:
    """While an event is checked that takes long, the server answers others."""
    await post(app, SCHEMA, json.dumps({"schema": schema}))
    body = event(json.dumps(data))
    assert not await stands_still(lambda: post(app, QUEUE, body, expected=expected), longer_than=a_part)


async def test_saving_a_slow_schema_holds_up_nothing(app: App) -> None:
    """While a schema is compiled that takes long, the server answers others."""
    schemas = (
        {"allOf": [{"pattern": f"(\\w{{50}}){{5}}x{n}y{number}"} for n in range(1_500)]}
        for number in range(ROUNDS)
    )
    bodies = [json.dumps({"schema": schema}) for schema in schemas]  # each takes long only once
    assert not await stands_still(lambda: post(app, SCHEMA, bodies.pop()), longer_than=a_part)


async def test_a_slow_filter_holds_up_nothing_for_long(app: App) -> None:
    """A filter that uses up its budget is evaluated once, and then rests, however many events come."""
    trigger = {"type": "order", "url": "http://127.0.0.1:8089/hook", "filter": BOMB}
    await post(app, TRIGGER, json.dumps(trigger))
    body = event(json.dumps(list(range(2_000))))

    async def many() -> None:
        for _ in range(20):
            await post(app, QUEUE, body)

    assert not await stands_still(many, longer_than=a_part)


@pytest.mark.parametrize(
    "data",
    [
        "[" + "[]," * (MEGABYTE // 3) + "0]",
        "[" + "{}," * (MEGABYTE // 3) + "0]",
        "[" + ("[" * 62 + "]" * 62 + ",") * (MEGABYTE // 125) + "0]",
        "{" + ",".join(f'"\\u003a{n}":0' for n in range(MEGABYTE // 20)) + "}",
    ],
    ids=["arrays", "objects", "nested", "escaped names"],
)
async def test_large_data_holds_up_nothing_for_long(data: str, app: App) -> None:
    """While a large event of any form is read, the server answers others.

    Only the library that reads JSON holds up the loop, once for reading and once for writing.
    """

    def reading_it_twice(_: float) -> float:
        start = time.perf_counter()
        for _ in range(2):
            orjson.dumps(orjson.loads(data))
        return time.perf_counter() - start

    assert not await stands_still(lambda: post(app, QUEUE, event(data)), longer_than=reading_it_twice)


async def test_a_batch_of_slow_data_over_grpc_holds_up_nothing_for_long(app: App) -> None:
    """A batch whose data takes long to check is checked part by part, and the server answers others."""
    data = b"[%b0]" % (b"[]," * 5_000)
    body = QueueBatchRequest(project="default", events=[{"type": "a", "data": data}] * 1_000)
    sent = body.SerializeToString()

    async def queued() -> None:
        async with grpc.aio.insecure_channel(app.grpc_address) as channel:
            await channel.unary_unary("/bellrope.v1.Eventing/QueueBatch")(sent)

    assert not await stands_still(queued, longer_than=a_part)


MANY = b"{}," * 1_500_000 + b"{}"
CLOUD_EVENTS = "/v1/api/default/eventing/cloudevents"
CONNECT = "/bellrope.v1.Eventing/QueueBatch"
BATCHES = {
    "admin-queue": ("/v1/api/default/eventing/admin-queue", b'{"events":[%b]}' % MANY, "application/json"),
    "native": ("/v1/projects/default/events:queueBatch", b'{"events":[%b]}' % MANY, "application/json"),
    "CloudEvents": (CLOUD_EVENTS, b"[%b]" % MANY, "application/cloudevents-batch+json"),
    "Connect, JSON": (CONNECT, b'{"events":[%b]}' % MANY, "application/json"),
    "Connect, protobuf": (CONNECT, b"\x12\0" * 1_500_000, "application/proto"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("door", BATCHES)
async def test_a_batch_of_far_too_many_events_holds_up_nothing(door: str, packed: bool, app: App) -> None:
    """1.5 million empty events are refused, at every door and also as 10 kB of gzip, while others are served.

    The loop pauses less than it takes to build them once.
    """
    path, body, kind = BATCHES[door]
    headers = {"Content-Type": kind} | ({"Content-Encoding": "gzip"} if packed else {})
    sent = gzip.compress(body) if packed else body

    async def refused() -> None:
        url = f"http://{app.http_address}{path}"
        async with ClientSession() as http, http.post(url, data=sent, headers=headers) as response:
            assert (response.status in (413, 429), "TOO_LARGE" in await response.text()) == (True, True)

    def building_them(_: float) -> float:
        start = time.perf_counter()
        orjson.loads(b"[%b]" % MANY)
        return (time.perf_counter() - start) / 2

    assert not await stands_still(refused, longer_than=building_them)


HOOK = "http://127.0.0.1:8089/hook"
TIMES = 60_000
NAMES = b"{%b}" % b",".join(b'"n%d":"v"' % number for number in range(TIMES))
NATIVE = "/v1/projects/default"
MANY_MEMBERS = {
    "options": (QUEUE, b'{"type":"order","options":%b}' % NAMES, "options"),
    "options, native": (f"{NATIVE}/events:queue", b'{"type":"order","options":%b}' % NAMES, "options"),
    "options in a batch": (
        f"{NATIVE}/events:queueBatch",
        b'{"events":[{"type":"order","options":%b}]}' % NAMES,
        "events[0].options",
    ),
    "extensions": (
        CLOUD_EVENTS,
        b'{"specversion":"1.0","id":"1","source":"/o","type":"order",%b' % NAMES[1:],
        "extensions",
    ),
    "headers": (f"{NATIVE}/triggers", b'{"name":"a","headers":%b}' % NAMES, "headers"),
    "secrets": (f"{NATIVE}/triggers", b'{"name":"a","secrets":[%b"a"]}' % (b'"a",' * TIMES), "secrets"),
    "waits": (
        f"{NATIVE}/triggers",
        b'{"name":"a","retryPolicy":{"schedule":[%b"1s"]}}' % (b'"1s",' * TIMES),
        "retryPolicy.schedule",
    ),
    "headers of Space Cloud": (
        TRIGGER,
        b'{"type":"a","url":"%b","headers":[%b]}'
        % (HOOK.encode(), b",".join([b'{"key":"a","value":"b"}'] * (TIMES // 2))),
        "headers",
    ),
}


@pytest.mark.parametrize("what", MANY_MEMBERS)
async def test_a_list_of_far_too_many_members_holds_up_nothing(what: str, app: App) -> None:
    """A list or a map of tens of thousands is refused by its number, with its name, while others are served.

    The loop pauses only while the library reads it.
    """
    path, body, field = MANY_MEMBERS[what]
    kind = "application/cloudevents+json" if path == CLOUD_EVENTS else "application/json"

    async def refused() -> None:
        url = f"http://{app.http_address}{path}"
        async with (
            ClientSession() as http,
            http.post(url, data=body, headers={"Content-Type": kind}) as response,
        ):
            answer = await response.json()
            assert (response.status in (400, 413), answer["error"].split(" ", 1)[0]) == (True, field)
            assert "not have more than" in answer["error"]

    def reading_it_a_few_times(_: float) -> float:
        start = time.perf_counter()
        for _ in range(4):
            orjson.dumps(orjson.loads(body))
        return time.perf_counter() - start

    assert not await stands_still(refused, longer_than=reading_it_a_few_times)


async def test_a_batch_of_far_too_many_events_holds_up_nothing_over_grpc(app: App) -> None:
    """Two million empty events are refused over gRPC, too, in less than a part of the time to build them."""
    body = b"\x12\x00" * 2_000_000  # QueueBatchRequest.events

    async def refused() -> None:
        async with grpc.aio.insecure_channel(app.grpc_address) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await channel.unary_unary("/bellrope.v1.Eventing/QueueBatch")(body)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert caught.value.details() == "events must not have more than 1000 entries"

    def building_them(_: float) -> float:
        start = time.perf_counter()
        QueueBatchRequest.FromString(body)
        return (time.perf_counter() - start) / 4

    assert not await stands_still(refused, longer_than=building_them)


async def test_a_small_body_that_becomes_large_holds_up_nothing(app: App) -> None:
    """A body of 16 kB that decompresses to 16 MiB holds up the loop for less than that takes."""
    packed = gzip.compress(bytes(17 * MEGABYTE))
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    async def refused() -> None:
        url = f"http://{app.http_address}/v1/api/default/eventing/admin-queue"
        async with ClientSession() as http, http.post(url, data=packed, headers=headers) as response:
            assert response.status == 413

    def unpacking_it(_: float) -> float:
        start = time.perf_counter()
        gzip.decompress(packed)
        return (time.perf_counter() - start) / 2

    assert not await stands_still(refused, longer_than=unpacking_it)
