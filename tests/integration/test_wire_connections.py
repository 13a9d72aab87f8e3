"""Connections: how many an address may have, how many requests one serves, and how one ends."""

import asyncio
import logging
import socket
from dataclasses import replace

import pytest
from aiohttp import web
from bellrope_server.gateway.wire.request import WireRequest
from integration.raw_site import QUICK, SOON, Answer, Site, chunked, get, post, serving
from integration.raw_site import no_surprises as no_surprises
from integration.raw_site import site as site


async def test_a16_one_address_has_only_so_many_connections() -> None:
    """A16: A connection over the cap gets 503; the others go on, and closing one makes room."""
    async with serving(replace(QUICK, connections_per_address=50)) as site:
        wires = [await site.connect() for _ in range(50)]
        assert (await wires[0].ask(get("/unread"))).status == 200
        refused = await (await site.connect()).answer()
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert refused.error["reason"] == "OVERLOADED"
        assert [(await wire.ask(get("/unread"))).status for wire in wires] == [200] * 50
        wires.pop().send(b"\r\nnonsense\r\n\r\n")
        assert (await until_admitted(site)).status == 200


async def until_admitted(site: Site) -> Answer:
    """Connect again and again until there is room."""
    async with asyncio.timeout(SOON):
        while True:
            try:
                answer = await site.ask(get("/unread"))
            except (ConnectionError, asyncio.IncompleteReadError):
                continue
            if answer.status == 200:
                return answer


async def test_a_connection_serves_many_requests(site: Site) -> None:
    """Keep-alive: one connection serves one request after another, errors among them."""
    wire = await site.connect()
    answers = [
        await wire.ask(data) for data in (post(b"a"), get("/nothing"), post(b"b"), get("/boom"), post(b"c"))
    ]
    assert [answer.status for answer in answers] == [200, 404, 200, 500, 200]


async def test_pipelined_requests_are_answered_in_order(site: Site) -> None:
    """Pipelining: a hundred requests sent at once are each answered, in order."""
    wire = await site.connect()
    wire.send(b"".join(post(b"%d" % n) for n in range(100)))
    assert [(await wire.answer()).body for _ in range(100)] == [b"%d" % n for n in range(100)]


async def test_pipelined_requests_before_a_broken_one_are_answered(site: Site) -> None:
    """Pipelining: complete requests before a broken one are answered, then the 400."""
    wire = await site.connect()
    wire.send(post(b"good"))
    await wire.flush()
    assert (await wire.answer()).body == b"good"
    wire.send(get("/unread"))
    assert (await wire.answer()).body == b"unread"
    assert (await wire.ask(b"broken\r\n\r\n")).status == 400


async def test_an_upgrade_is_not_granted(site: Site) -> None:
    """A request to upgrade is answered like any other, and closes: nothing can hide behind it."""
    wire = await site.connect()
    upgrade = get("/unread", "Connection: Upgrade", "Upgrade: websocket")
    answer = await wire.ask(upgrade + post(b"12345")[:-4])
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert await wire.rest() == b""


async def test_http_1_0_is_served_and_closed(site: Site) -> None:
    """HTTP/1.0 needs no Host, and its connection closes."""
    wire = await site.connect()
    assert (await wire.ask(b"GET /unread HTTP/1.0\r\n\r\n")).body == b"unread"
    assert await wire.rest() == b""


async def test_a_client_that_leaves_in_the_middle_is_no_error(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that goes away while it sends leaves no error in the log."""
    for start in (post(b"12345")[:-4], get("/echo")[:-4], chunked(b"1")):
        wire = await site.connect()
        wire.send(start)
        await wire.flush()
        wire.close()
    assert (await site.ask(get("/unread"))).status == 200
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_leaves_while_it_is_answered_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A client that goes away during a long answer leaves no error in the log."""
    ended = asyncio.Event()

    async def endless(request: WireRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                await asyncio.sleep(0)
        finally:
            ended.set()

    async with serving(served=endless) as site:
        wire = await site.connect()
        assert (await wire.ask(get("/"))).headers["x-request-id"]
        wire.close()
        await asyncio.wait_for(ended.wait(), SOON)
        await asyncio.sleep(0)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_resets_gives_its_place_back() -> None:
    """A connection that ends with a reset gives its place back."""
    async with serving(replace(QUICK, connections_per_address=2)) as site:
        for _ in range(20):
            wire = await site.connect()
            wire.send(post(b"12345")[:-4])
            await wire.flush()
            sock = wire._writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            wire.close()
            assert (await until_admitted(site)).status == 200
