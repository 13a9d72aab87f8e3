"""Requests over the limits of sizes: bodies, headers, and bodies that are packed."""

import gzip
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from integration.raw_site import MIB, QUICK, Site, chunked, get, post, serving
from integration.raw_site import no_surprises as no_surprises
from integration.raw_site import site as site


async def test_a1_a_body_over_the_limit_is_refused_by_its_length_alone(site: Site) -> None:
    """A1: A Content-Length over the limit is answered 413 before a byte of the body is read."""
    answer = await site.ask(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\n\r\n")
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


async def test_a1_who_sends_the_whole_body_anyway_gets_the_answer(site: Site) -> None:
    """A1: A client that sends the whole body first still reads the 413, and can go on."""
    wire = await site.connect()
    assert (await wire.ask(post(b"x" * 2 * MIB))).status == 413
    assert (await wire.ask(post(b"small"))).body == b"small"


async def test_a1_chunks_over_the_limit_are_refused(site: Site) -> None:
    """A1: A body without a length is refused as soon as it exceeds the limit."""
    answer = await site.ask(chunked(*[b"x" * 65536] * 18))
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    "request_of", [post, lambda body: chunked(body) + b"0\r\n\r\n"], ids=["length", "chunks"]
)
async def test_a1_the_limit_itself_is_accepted(site: Site, request_of: Callable[[bytes], bytes]) -> None:
    """A1: A body of exactly the limit is read whole."""
    body = b"x" * QUICK.body_bytes
    assert (await site.ask(request_of(body))).body == body


async def test_a1_a_small_limit_holds_for_a_body_that_is_there_already() -> None:
    """A1: A body without a length that arrives with its header is refused too if it exceeds the limit."""
    async with serving(replace(QUICK, body_bytes=1000)) as site:
        assert (await site.ask(chunked(b"x" * 1000) + b"0\r\n\r\n")).status == 200
        assert (await site.ask(chunked(b"x" * 1001) + b"0\r\n\r\n")).status == 413


async def test_a8_a_long_header_value_is_refused(site: Site) -> None:
    """A8: A header value of 16 KiB is answered 431."""
    answer = await site.ask(get("/echo", "X-Long: " + "x" * 16384))
    assert (answer.status, answer.error["reason"]) == (431, "TOO_LARGE")


async def test_a8_many_lines_that_are_long_together_are_refused(site: Site) -> None:
    """A8: The limit covers all header lines together, however short each is."""
    answer = await site.ask(get("/echo", *[f"X-Line-{n}: {'x' * 1000}" for n in range(9)]))
    assert (answer.status, answer.error["reason"]) == (431, "TOO_LARGE")


async def test_a8_a_header_that_never_ends_is_refused_before_its_end(site: Site) -> None:
    """A8: A header that arrives in pieces is refused once it exceeds the limit, not at its end."""
    wire = await site.connect()
    wire.send(b"GET /echo HTTP/1.1\r\nHost: x\r\n")
    for n in range(9):
        wire.send(b"X-Line-%d: %s\r\n" % (n, b"x" * 1000))
        await wire.flush()
        await site.ask(get("/"))
    assert (await wire.answer()).status == 431


async def test_a8_the_limit_is_for_each_header_anew(site: Site) -> None:
    """A8: Each header on a connection counts from zero, even if each comes in two parts."""
    wire = await site.connect()
    for _ in range(20):
        request = get("/unread", f"X-Long: {'x' * 1000}")
        wire.send(request[:900])
        await wire.flush()
        await site.ask(get("/"))
        assert (await wire.ask(request[900:])).status == 200


async def test_a8_a_large_body_is_no_large_header(site: Site) -> None:
    """A8: Bytes after a small header, in the same packet, do not count."""
    assert (await site.ask(post(b"x" * 50_000))).status == 200


async def test_a9_two_hundred_header_lines_are_refused(site: Site) -> None:
    """A9: 200 header lines are answered 400."""
    answer = await site.ask(get("/echo", *[f"X-{n}: 1" for n in range(200)]))
    assert (answer.status, answer.error["error"]) == (400, "the request has too many header lines")


@pytest.mark.parametrize(("lines", "status"), [(100, 200), (101, 400)])
async def test_a9_the_limit_is_one_hundred_lines(site: Site, lines: int, status: int) -> None:
    """A9: 100 header lines are served, 101 are not; Host is one of them."""
    answer = await site.ask(get("/unread", *[f"X-{n}: 1" for n in range(lines - 1)]))
    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"not gzip at all", "the body is not gzip"),
        (gzip.compress(b"hello" * 100)[:-9], "the body is not one whole gzip stream"),
        (gzip.compress(b"hello") + b"more", "the body is not one whole gzip stream"),
        (gzip.compress(b"hello")[:-8] + b"\0" * 8, "the body is not gzip"),
    ],
    ids=["noise", "cut", "more", "wrong sum"],
)
async def test_a18_broken_gzip_is_refused(site: Site, body: bytes, sentence: str) -> None:
    """A18: A broken gzip body is answered 400, and the connection goes on."""
    wire = await site.connect()
    answer = await wire.ask(post(body, "Content-Encoding: gzip"))
    assert (answer.status, answer.error["error"]) == (400, sentence)
    assert (await wire.ask(post(b"next"))).body == b"next"


async def test_a18_whole_gzip_is_unpacked(site: Site) -> None:
    """A18: A gzip body is read unpacked."""
    assert (
        await site.ask(post(gzip.compress(b"hello" * 1000), "Content-Encoding: GZIP"))
    ).body == b"hello" * 1000


async def test_a18_the_limit_holds_for_what_was_packed(site: Site) -> None:
    """A18: A small body that unpacks to a large one is answered 413."""
    answer = await site.ask(post(gzip.compress(bytes(50 * MIB)), "Content-Encoding: gzip"))
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


async def test_a18_a_bomb_is_not_unpacked_beyond_the_limit(site: Site) -> None:
    """A18: A body that would unpack to 200 MiB is unpacked only until it exceeds the limit."""
    bomb = post(gzip.compress(bytes(200 * MIB), 1), "Content-Encoding: gzip")
    tracemalloc.start()
    try:
        assert (await site.ask(bomb)).status == 413
        assert tracemalloc.get_traced_memory()[1] < 30 * MIB
    finally:
        tracemalloc.stop()


async def test_a18_other_encodings_are_refused_with_a_hint(site: Site) -> None:
    """A18: Another encoding is answered 415 with what is supported."""
    answer = await site.ask(post(b"x", "Content-Encoding: br"))
    assert (answer.status, answer.error["error"]) == (415, "Content-Encoding must be gzip or absent")
