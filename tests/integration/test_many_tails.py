"""Many tails at once: each fact is encoded once for all of them, over gRPC, HTTP and Connect."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from aiohttp import ClientSession
from bellrope.v1.deliveries_pb2 import TailRequest, TailResponse
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.gateway.connect import connect
from bellrope_server.gateway.native import native
from bellrope_server.rpc import edge
from integration.connect_calls import HEADER, PROTO_STREAM, sealed
from integration.grpc_calls import PROJECT, queue
from kit import app_here

EVENTS = 10
FILTERS: tuple[dict[str, str], ...] = ({}, {"type": "order"}) * 8


def counting(encode: Callable[[Any], bytes], counts: Counter[str]) -> Callable[[Any], bytes]:
    """Return a function that does what `encode` does, and counts each event whose fact it encodes."""

    def counted(message: Any) -> bytes:
        counts[message.event_id] += 1
        return encode(message)

    return counted


async def over_grpc(channel: grpc.aio.Channel, stack: AsyncExitStack, wanted: dict[str, str]) -> Any:
    """Begin a tail; return a function that reads its next fact."""
    call = DeliveriesStub(channel).Tail(TailRequest(project=PROJECT, **wanted))
    stack.callback(call.cancel)

    async def read() -> str:
        return str((await call.read()).event_id)

    await read()
    return read


async def over_http(http: ClientSession, stack: AsyncExitStack, wanted: dict[str, str]) -> Any:
    """Begin a tail; return a function that reads its next fact."""
    tail = await stack.enter_async_context(http.get(f"/v1/projects/{PROJECT}/tail", params=wanted))

    async def read() -> str:
        return str(json.loads(await tail.content.readline())["eventId"])

    await read()
    return read


async def over_connect(http: ClientSession, stack: AsyncExitStack, wanted: dict[str, str]) -> Any:
    """Begin a tail; return a function that reads its next fact."""
    asked = sealed(TailRequest(project=PROJECT, **wanted).SerializeToString())
    tail = await stack.enter_async_context(
        http.post("/bellrope.v1.Deliveries/Tail", data=asked, headers={"Content-Type": PROTO_STREAM})
    )

    async def read() -> str:
        _, length = HEADER.unpack(await tail.content.readexactly(HEADER.size))
        return TailResponse.FromString(await tail.content.readexactly(length)).event_id

    await read()
    return read


async def test_an_event_is_encoded_once_for_all_tails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many callers tail a project, with whatever filters, each event costs as for one of them."""
    for_grpc, for_http, for_connect = Counter[str](), Counter[str](), Counter[str]()
    monkeypatch.setattr(edge, "_serialized", counting(edge._serialized, for_grpc))
    lines = native.LINES
    monkeypatch.setattr(native, "LINES", lines._replace(message=counting(lines.message, for_http)))
    framing = connect.FRAMINGS[PROTO_STREAM]
    framed = framing._replace(message=counting(framing.message, for_connect))
    monkeypatch.setattr(connect, "FRAMINGS", {PROTO_STREAM: framed})
    ids = [f"order-{number}" for number in range(EVENTS)]
    async with (
        app_here(tmp_path, drain_grace=0) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
        ClientSession(f"http://{app.http_address}") as http,
        AsyncExitStack() as stack,
    ):
        reads = [await over_grpc(channel, stack, wanted) for wanted in FILTERS]
        reads += [await over_http(http, stack, wanted) for wanted in FILTERS]
        reads += [await over_connect(http, stack, wanted) for wanted in FILTERS]
        for id in ids:
            await EventingStub(channel).Queue(queue("order", id=id))
        for read in reads:
            assert [await read() for _ in ids] == ids
    for counts in (for_grpc, for_http, for_connect):
        assert {id: counts[id] for id in ids} == dict.fromkeys(ids, 1)
