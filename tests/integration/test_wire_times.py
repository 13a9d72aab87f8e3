"""Clients that are slow: in sending a header or a body, or between requests."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.server import SWEEP
from integration.raw_site import MIB, QUICK, Site, Wire, body_of, chunked, get, post, serving
from integration.raw_site import no_surprises as no_surprises
from integration.raw_site import site as site
from usual import usual_wire_limits


def test_a13_a14_the_default_times_are_short_enough() -> None:
    """A13, A14: With the sweep's delay a slow header ends within 10 seconds, and a slow body within 30."""
    assert usual_wire_limits().header_timeout + timedelta(seconds=SWEEP) < timedelta(seconds=10)
    assert usual_wire_limits().body_timeout + timedelta(seconds=SWEEP) < timedelta(seconds=30)


@pytest.mark.parametrize(
    "half",
    [
        b"G",
        b"GET /echo HTTP/1.1",
        b"GET /echo HTTP/1.1\r\nHo",
        b"GET /echo HTTP/1.1\r\nHost: x\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r",
        b"\r\n\r\nGET /echo HTTP/1.1\r\nX: \xff",
        get("/unread") + b"GET /ec",
        post(b"hello", path="/unread") + b"GET /echo HTTP/1.1\r\nHost: x\r\n",
    ],
)
async def test_a13_half_a_header_and_silence_is_answered_408(site: Site, half: bytes) -> None:
    """A13: A header that never ends, even after another request, is answered 408, and the server closes."""
    wire = await site.connect()
    wire.send(half)
    if b"/unread" in half:
        assert (await wire.answer()).body == b"unread"
    answer = await wire.answer()
    assert (answer.status, answer.error["reason"]) == (408, "REQUEST_TIMEOUT")
    assert await wire.rest() == b""


async def trickle(wire: Wire, byte: bytes) -> None:
    """Send one byte again and again, for ever."""
    while True:
        wire.send(byte)
        await asyncio.sleep(0.02)


async def test_a13_a_header_byte_by_byte_is_answered_408(site: Site) -> None:
    """A13: The time counts from the header's first byte; sending more does not extend it."""
    wire = await site.connect()
    wire.send(b"GET /echo HTTP/1.1\r\nHost: x\r\nX: ")
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(trickle(wire, b"x"))
        assert (await wire.answer()).status == 408
        slow.cancel()


async def test_a13_an_idle_connection_is_not_a_slow_header() -> None:
    """A13: A connection may be idle between requests: the time counts from the next header's first byte."""
    async with serving(replace(QUICK, header_timeout=timedelta(seconds=0.8))) as site:
        wire = await site.connect()
        for body in (b"one", b"two"):
            await asyncio.sleep(1)
            request = post(body)
            wire.send(request[:30])
            await asyncio.sleep(0.2)
            assert (await wire.ask(request[30:])).body == body


async def test_a13_the_time_counts_from_the_end_of_a_slow_body() -> None:
    """A13: A header that begins in the packet in which a slow body ends has the full time too."""
    limits = usual_wire_limits(header_timeout=timedelta(seconds=0.8))
    async with serving(limits) as site:
        wire = await site.connect()
        first, second = post(b"first"), post(b"second")
        wire.send(first[:-1])
        await asyncio.sleep(0.7)
        assert (await wire.ask(first[-1:] + second[:30])).body == b"first"
        await asyncio.sleep(0.4)
        assert (await wire.ask(second[30:])).body == b"second"


async def test_an_idle_connection_is_closed_in_the_end() -> None:
    """A connection that is idle beyond the limit is closed without an answer."""
    async with serving(replace(QUICK, idle_timeout=timedelta(seconds=0.4))) as site:
        wire = await site.connect()
        assert (await wire.ask(post(b"x"))).status == 200
        assert await wire.rest() == b""


@pytest.mark.parametrize("start", [post(b"12345")[:-4], chunked(b"1"), chunked(b"1") + b"5\r\n1"])
async def test_a14_part_of_a_body_and_silence_is_answered_408(site: Site, start: bytes) -> None:
    """A14: A body that stops halfway is answered 408, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(start)
    assert (answer.status, answer.error["reason"]) == (408, "REQUEST_TIMEOUT")
    assert answer.headers["connection"] == "close"
    assert await wire.rest() == b""


async def test_a14_a_body_byte_by_byte_is_answered_408(site: Site) -> None:
    """A14: The time is for the whole body: a byte now and then does not extend it."""
    wire = await site.connect()
    wire.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(trickle(wire, b"x"))
        assert (await wire.answer()).status == 408
        slow.cancel()


async def test_a14_a_body_that_nobody_reads_ends_too(site: Site) -> None:
    """A14: If the answer came before the body, the connection closes soon after."""
    wire = await site.connect()
    assert (await wire.ask(post(b"12345", path="/unread")[:-4])).body == b"unread"
    assert await wire.rest() == b""


async def test_a14_our_own_slowness_is_not_the_clients() -> None:
    """A14: While the server is the one that does not read, the body is not late; then its time restarts."""
    limits = replace(QUICK, body_bytes=8 * MIB)
    reading = asyncio.Event()

    async def slow(request: WireRequest) -> web.StreamResponse:
        await asyncio.sleep(1)
        reading.set()
        return web.Response(text=str(len(await body_of(request, limits))))

    async with serving(limits, served=slow) as site:
        wire = await site.connect()
        request = post(b"x" * 4 * MIB)
        wire.send(request[:-1])
        await reading.wait()
        await asyncio.sleep(0.1)
        assert (await wire.ask(request[-1:])).body == b"4194304"


async def test_a_long_call_is_not_cut(site: Site) -> None:
    """A handler may take longer than any of the limits, which are for the client."""
    release = asyncio.Event()

    async def waiting(request: WireRequest) -> web.StreamResponse:
        await release.wait()
        return web.Response(body=await body_of(request, QUICK))

    async with serving(served=waiting) as site:
        wire = await site.connect()
        wire.send(post(b"patience"))
        asyncio.get_running_loop().call_later(1, release.set)
        assert (await wire.answer()).body == b"patience"
