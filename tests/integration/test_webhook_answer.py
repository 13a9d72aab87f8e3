"""What becomes of an endpoint's answer."""

import asyncio
import gc
import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable

import psutil
import pytest
from attempts import NOW, leased, sender
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.clock import MINUTE, SECOND
from receiver import (
    Reaction,
    Receiver,
    answer,
    drip,
    endless,
    response,
    send,
    send_then_close,
    send_then_hang_up,
    send_then_reset,
    send_then_stall,
)
from stopwatch import Stopwatch

KIB, MIB = 1024, 1024 * 1024


async def attempt_with(*reactions: Reaction, seconds: float = 5, keep_bytes: int = 16 * KIB) -> Attempt:
    """Make one attempt against a receiver with this reaction."""
    async with Receiver(*reactions) as receiver, sender() as webhook:
        delivery = leased(receiver.url, timeout=round(seconds * SECOND), keep_bytes=keep_bytes)
        return await webhook.send(delivery)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 226, 299])
async def test_any_2xx_is_a_success(status: int) -> None:
    """Any 2xx is a success."""
    attempt = await attempt_with(answer(status))
    assert (attempt.status_code, attempt.error, attempt.succeeded) == (status, AttemptError.NONE, True)


async def test_e2_a_2xx_is_a_success_whatever_the_body() -> None:
    """A 200 whose body says `error` is a success: the status decides."""
    attempt = await attempt_with(answer(200, b'{"error":"x"}'))
    assert attempt.succeeded
    assert attempt.response_body == b'{"error":"x"}'


async def test_e4_switching_protocols_is_a_failure_and_ends_the_connection() -> None:
    """An endpoint that answers 101 has failed, and its connection is closed."""
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    async with Receiver(send(switch)) as receiver, sender() as webhook:
        attempt = await webhook.send(leased(receiver.url, timeout=MINUTE))
        await receiver.deserted()
    assert (attempt.status_code, attempt.error) == (101, AttemptError.STATUS)
    assert attempt.duration < 30_000_000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_e5_redirects_are_not_followed(status: int) -> None:
    """A redirect is a failure, and its target is not called."""
    async with Receiver() as elsewhere:
        attempt = await attempt_with(answer(status, headers=[("Location", elsewhere.url)]))
        called = await elsewhere.connected()
    assert (attempt.status_code, attempt.error) == (status, AttemptError.REDIRECT)
    assert attempt.response_headers["location"] == elsewhere.url
    assert called == 0


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503, 599])
async def test_e7_any_other_status_is_a_failure(status: int) -> None:
    """Any other status, 410 included, is a failure that keeps its status and its headers."""
    attempt = await attempt_with(answer(status, b"no", [("Retry-After", "120")]))
    assert (attempt.status_code, attempt.error) == (status, AttemptError.STATUS)
    assert (attempt.response_headers["retry-after"], attempt.response_body) == ("120", b"no")


async def test_gives_header_names_in_lower_case_and_joins_repeated_ones() -> None:
    """Header names are in lower case, repeated headers joined, bytes beyond ASCII read as Latin-1."""
    head = b"HTTP/1.1 200 OK\r\nX-A:1\r\nx-a:  2 \r\nX-Bytes: \xe9\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n"
    attempt = await attempt_with(send(head))
    assert attempt.response_headers == {"x-a": "1, 2", "x-bytes": "é", "x-empty": "", "content-length": "0"}


async def test_keeps_as_many_headers_as_are_worth_keeping() -> None:
    """Of more than 16 KiB of headers it keeps the shortest, such as `Retry-After`; of less, all."""
    large, larger = [("X-A", "a" * 10 * KIB)], [("X-B", "b" * 11 * KIB)]
    attempt = await attempt_with(answer(503, headers=[*large, ("Retry-After", "9")]))
    assert {*attempt.response_headers} == {"content-length", "x-a", "retry-after"}
    attempt = await attempt_with(answer(503, headers=[*larger, *large, ("Retry-After", "9")]))
    assert {*attempt.response_headers} == {"content-length", "x-a", "retry-after"}
    attempt = await attempt_with(answer(503, headers=[(f"X-{number}", "x") for number in range(4_000)]))
    kept = sum(len(name) + len(value) for name, value in attempt.response_headers.items())
    assert 16 * KIB - 10 < kept <= 16 * KIB


async def test_reads_over_interim_answers() -> None:
    """100 and 103 are not the answer; what follows them is."""
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    attempt = await attempt_with(send(interim, response(204)))
    assert (attempt.status_code, attempt.response_headers) == (204, {"content-length": "0"})


async def test_reads_chunks_and_drops_trailers() -> None:
    """A chunked body is read whole; its trailers are not headers."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    attempt = await attempt_with(send(head, b'2\r\n{"\r\n4\r\na":1\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n'))
    assert attempt.response_body == b'{"a":1}'
    assert (attempt.truncated, list(attempt.response_headers)) == (False, ["transfer-encoding"])


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "X-GZIP": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": lambda body: zlib.compress(body, wbits=-15),
    "deflate, gzip": lambda body: gzip.compress(zlib.compress(body)),
    "identity, gzip": lambda body: gzip.compress(body[:3]) + gzip.compress(body[3:]),
    "gzip ": lambda body: b"".join(gzip.compress(bytes([byte])) for byte in body),
    " gzip": lambda body: gzip.compress(body) + bytes(512),
    "gzip,": lambda body: gzip.compress(body) + b"\r\n",
    "gzip, deflate, gzip": lambda body: gzip.compress(zlib.compress(gzip.compress(body))),
}


@pytest.mark.parametrize("coding", CODINGS)
async def test_a_compressed_answer_is_read(coding: str) -> None:
    """bellrope asks for `identity`. An answer that is compressed all the same is decompressed."""
    body = b'{"event": {"type": "paid"}}'
    attempt = await attempt_with(answer(200, CODINGS[coding](body), [("Content-Encoding", coding)]))
    assert (attempt.response_body, attempt.truncated, attempt.succeeded) == (body, False, True)


@pytest.mark.parametrize(("keep", "kept"), [(16 * KIB, 16 * KIB), (MIB, MIB)])
async def test_a_compressed_body_is_kept_up_to_the_same_limit(keep: int, kept: int) -> None:
    """A body that is small on the wire and large when decompressed is cut like any other."""
    bomb = gzip.compress(gzip.compress(bytes(8 * MIB)))
    attempt = await attempt_with(answer(200, bomb, [("Content-Encoding", "gzip, gzip")]), keep_bytes=keep)
    assert (attempt.response_body == bytes(kept), attempt.truncated, attempt.succeeded) == (True, True, True)


async def test_very_many_empty_members_cost_nothing() -> None:
    """An answer of very many gzip members stays as it came."""
    body = gzip.compress(b"x") + gzip.compress(b"") * 40_000
    watch = Stopwatch()
    attempt = await attempt_with(answer(200, body, [("Content-Encoding", "gzip")]), keep_bytes=MIB)
    assert (attempt.response_body, attempt.truncated) == (body, False)
    assert watch.seconds < 2


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        *(("gzip", b"not gzip"), ("deflate", b'{"a":1}'), ("br", b"\x0b\x02\x80{}\x03"), ("utf-8", b"fine")),
        *(("gzip, gzip, gzip, gzip, gzip", b"fine"), ("gzip", b""), ("gzip", b"\x1f\x8b\x08\xff")),
    ],
)
async def test_a_body_that_is_not_in_its_coding_stays_as_it_came(coding: str, body: bytes) -> None:
    """The status decides, and the log shows the bytes that came, if they cannot be decompressed."""
    attempt = await attempt_with(answer(200, body, [("Content-Encoding", coding)]))
    assert (attempt.succeeded, attempt.response_body) == (True, body)


BROKEN = {
    "gzip": gzip.compress(b"x" * 1000)[:-9],
    "gzip ": gzip.compress(b"x" * 1000) + gzip.compress(b"y" * 1000)[:-1],
    "x-gzip": gzip.compress(b"x")[:5],
    "deflate": zlib.compress(b"x" * 1000)[:-1],
    "deflate, gzip": gzip.compress(zlib.compress(b"x" * 1000)[:-1]),
}


@pytest.mark.parametrize("coding", BROKEN)
async def test_a_compressed_body_that_breaks_off_has_failed(coding: str) -> None:
    """A 2xx whose compressed body ends early is no answer: the attempt has failed, and is made again."""
    attempt = await attempt_with(answer(200, BROKEN[coding], [("Content-Encoding", coding)]))
    assert (attempt.error, attempt.status_code) == (AttemptError.PROTOCOL_ERROR, 200)
    assert attempt.response_body.startswith(b"x") or coding == "x-gzip"


async def test_a_compressed_body_that_was_cut_here_has_not_broken_off() -> None:
    """If bellrope itself stops reading a compressed body, the status decides, as for any body."""
    noise = bytes(random.Random(1).randbytes(20 * KIB))
    attempt = await attempt_with(answer(200, gzip.compress(noise), [("Content-Encoding", "gzip")]))
    assert (attempt.succeeded, attempt.truncated) == (True, True)
    assert noise.startswith(attempt.response_body)
    assert len(attempt.response_body) > 15 * KIB


@pytest.mark.parametrize(
    ("size", "keep", "kept", "truncated"),
    [
        (0, 16 * KIB, 0, False),
        (16 * KIB, 16 * KIB, 16 * KIB, False),
        (16 * KIB + 1, 16 * KIB, 16 * KIB, True),
        (MIB, 16 * KIB, 16 * KIB, True),
        (MIB, MIB, MIB, False),
        (MIB + 1, MIB, MIB, True),
        (10, 0, 0, True),
    ],
)
async def test_keeps_the_first_of_a_body(size: int, keep: int, kept: int, truncated: bool) -> None:
    """A body is kept up to a limit, and marked as truncated if there was more."""
    body = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    attempt = await attempt_with(answer(200, body), keep_bytes=keep)
    assert attempt.succeeded
    assert attempt.response_body == body[:kept]
    assert attempt.truncated == truncated


@pytest.mark.parametrize(("status", "error"), [(200, AttemptError.NONE), (500, AttemptError.STATUS)])
async def test_e15_stops_reading_an_endless_body(status: int, error: AttemptError) -> None:
    """An endless body is cut off at 1 MiB, and the status decides."""
    flood = endless(f"HTTP/1.1 {status} Any\r\n\r\n".encode(), bytes(64 * KIB))
    async with Receiver(flood) as receiver, sender() as webhook:
        attempt = await webhook.send(leased(receiver.url, timeout=MINUTE))
        await receiver.deserted()
    assert (attempt.status_code, attempt.error) == (status, error)
    assert (len(attempt.response_body), attempt.truncated) == (16 * KIB, True)
    assert attempt.duration < 30_000_000


async def test_e15_endless_bodies_do_not_add_up() -> None:
    """Attempt after attempt against an endless body, memory does not grow."""
    flood = endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(64 * KIB))
    async with Receiver(flood) as receiver, sender() as webhook:
        for _ in range(10):
            await webhook.send(leased(receiver.url, keep_bytes=MIB))
        before = psutil.Process().memory_info().rss
        for _ in range(40):
            await webhook.send(leased(receiver.url, keep_bytes=MIB))
        after = psutil.Process().memory_info().rss
    assert after - before < 8 * MIB


async def test_nothing_is_held_when_the_attempts_are_over() -> None:
    """Large events and answers are freed when their attempts are over."""
    body = b'"' + b"x" * MIB + b'"'
    tracemalloc.start()
    async with sender() as webhook:
        async with Receiver(answer(200, body)) as receiver:
            delivery = leased(receiver.url, data=body, keep_bytes=MIB)
            sending = [asyncio.create_task(webhook.send(delivery)) for _ in range(16)]
            assert all([(await attempt).succeeded for attempt in sending])
        sending.clear()
        receiver.requests.clear()
        gc.collect()
        held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 4 * MIB


LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


@pytest.mark.parametrize("end", [send_then_close, send_then_reset])
@pytest.mark.parametrize("start", [LENGTH, CHUNKED, CHUNKED + b"9\r\nd"])
async def test_a_2xx_that_breaks_off_is_a_failure(start: bytes, end: Callable[[bytes], Reaction]) -> None:
    """A 200 whose connection ends before its body does is a failed attempt, which is retried."""
    attempt = await attempt_with(end(start))
    assert (attempt.status_code, attempt.error) == (200, AttemptError.CONNECTION_RESET)
    assert (attempt.succeeded, attempt.truncated) == (False, True)
    assert attempt.response_body.startswith(b"abc") or end is send_then_reset


async def test_a_2xx_whose_body_is_not_http_is_a_failure() -> None:
    """A 200 with a chunk that has no length is a failed attempt."""
    attempt = await attempt_with(send_then_close(CHUNKED + b"no length\r\n"))
    assert (attempt.status_code, attempt.succeeded, attempt.truncated) == (200, False, True)


async def test_another_status_that_breaks_off_is_that_status() -> None:
    """A status that is a failure anyway stays the reason."""
    attempt = await attempt_with(send_then_close(LENGTH.replace(b"200", b"503")))
    assert (attempt.status_code, attempt.error, attempt.truncated) == (503, AttemptError.STATUS, True)


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    """A 200 without a length, as HTTP/1.0 has it, is whole when the connection ends."""
    attempt = await attempt_with(send_then_close(b"HTTP/1.0 200 OK\r\n\r\nabc"))
    assert (attempt.succeeded, attempt.response_body, attempt.truncated) == (True, b"abc", False)


async def test_e19_a_whole_answer_before_a_reset_is_whole() -> None:
    """A whole answer before a reset is complete."""
    attempt = await attempt_with(send_then_reset(response(200, b"abc")))
    assert (attempt.status_code, attempt.response_body, attempt.truncated) == (200, b"abc", False)


async def test_e14_a_2xx_whose_body_never_ends_in_time_is_a_success() -> None:
    """A status that came in time decides, even if its body drips until the timeout."""
    watch = Stopwatch()
    attempt = await attempt_with(drip(b"HTTP/1.1 200 OK\r\n\r\n"), seconds=0.3)
    assert watch.seconds < 2
    assert (attempt.status_code, attempt.error, attempt.truncated) == (200, AttemptError.NONE, True)
    assert attempt.duration >= 290_000
    assert set(attempt.response_body) == set(b"x")


@pytest.mark.parametrize("end", [send_then_stall, send_then_hang_up])
@pytest.mark.parametrize("status", [200, 413])
async def test_e20_an_answer_before_the_body_was_read_counts(
    status: int, end: Callable[[bytes], Reaction]
) -> None:
    """An endpoint may answer before it has read the body: its status counts."""
    async with Receiver(end(response(status)), read_body=False) as receiver, sender() as webhook:
        big = b'"' + b"x" * 8 * MIB + b'"'
        attempt = await webhook.send(leased(receiver.url, data=big, timeout=2 * SECOND))
    assert attempt.status_code == status
    assert attempt.succeeded == (status == 200)


async def test_e25_cookies_are_not_kept() -> None:
    """A cookie that an endpoint sets is not sent back to it."""
    cookie = answer(200, headers=[("Set-Cookie", "a=b; Path=/")])
    async with Receiver(cookie) as receiver, sender() as webhook:
        for _ in range(2):
            await webhook.send(leased(receiver.url))
    assert [request.header("cookie") for request in receiver.requests] == [None, None]


async def test_tells_when_it_began_and_how_long_it_took() -> None:
    """An attempt's start is by the wall clock; its duration is by a clock that does not jump."""
    times = iter([NOW, NOW - 3_600_000_000])
    async with Receiver() as receiver, sender(now=lambda: next(times)) as webhook:
        attempt = await webhook.send(leased(receiver.url))
    assert attempt.start_time == NOW
    assert 0 < attempt.duration < 30_000_000
