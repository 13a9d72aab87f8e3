"""Attempts without a status: each ends with the error that says why."""

import asyncio
import socket

import pytest
from attempts import leased, sender
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.clock import MILLISECOND, SECOND
from receiver import Reaction, Receiver, answer, close, drip, endless, hang, reset, send_then_close, stall
from stopwatch import Stopwatch

MIB = 1024 * 1024


async def attempt_with(reaction: Reaction, *, seconds: float = 5) -> Attempt:
    """Make one attempt against a receiver with this reaction."""
    async with Receiver(reaction) as receiver, sender() as webhook:
        return await webhook.send(leased(receiver.url, timeout=round(seconds * SECOND)))


@pytest.mark.parametrize(
    "reaction",
    [
        hang,
        drip(b"", b"HTTP/1.1 200 OK\r\n", every=0.05),
        drip(b"HTTP/1.1 200 OK\r\nX-Endless: "),
        drip(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", every=0.001),
    ],
    ids=["silence", "no header at all", "one header line", "header lines", "interim answers"],
)
async def test_e14_the_timeout_is_for_the_whole_attempt(reaction: Reaction) -> None:
    """However slowly bytes arrive, the attempt ends at the trigger's timeout."""
    watch = Stopwatch()
    attempt = await attempt_with(reaction, seconds=0.3)
    assert watch.seconds < 2
    assert (attempt.status_code, attempt.error) == (0, AttemptError.TIMEOUT)
    assert attempt.duration >= 290_000


async def test_a_body_that_is_not_read_ends_at_the_timeout() -> None:
    """An endpoint that stops reading cannot hold an attempt longer than the timeout."""
    async with Receiver(stall, read_body=False) as receiver, sender() as webhook:
        big = b'"' + b"x" * 16 * MIB + b'"'
        watch = Stopwatch()
        attempt = await webhook.send(leased(receiver.url, data=big, timeout=300 * MILLISECOND))
        assert watch.seconds < 2
    assert attempt.error == AttemptError.TIMEOUT
    assert attempt.duration >= 290_000


@pytest.mark.parametrize("reaction", [reset, close, send_then_close(b"HTTP/1.1 200 OK\r\nX: y\r\n")])
async def test_a_connection_that_ends_before_an_answer_is_a_reset(reaction: Reaction) -> None:
    """A connection that ends before a complete header is `connection_reset`."""
    attempt = await attempt_with(reaction)
    assert (attempt.status_code, attempt.error) == (0, AttemptError.CONNECTION_RESET)


async def test_an_interim_answer_is_no_answer() -> None:
    """A 100 and then nothing has no status."""
    attempt = await attempt_with(send_then_close(b"HTTP/1.1 100 Continue\r\n\r\n"))
    assert (attempt.status_code, attempt.error) == (0, AttemptError.CONNECTION_RESET)


async def test_nobody_listening_is_connect_failed() -> None:
    """A port where nobody listens is `connect_failed`."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        async with sender() as webhook:
            attempt = await webhook.send(leased(f"http://127.0.0.1:{bound.getsockname()[1]}/"))
    assert (attempt.status_code, attempt.error) == (0, AttemptError.CONNECT_FAILED)


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"garbage\r\n\r\n",
        bytes(range(256)) * 64,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>HTTP/0.9 has no header</html>",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n..",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * MIB + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 65 * 1024 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 12_000 + b"\r\n",
    ],
    ids=lambda sent: sent[:40].decode("latin-1").encode("unicode_escape").decode(),
)
async def test_e17_what_is_not_http_is_a_protocol_error(bytes_sent: bytes) -> None:
    """An answer that is not HTTP, or has a header over 64 KiB, is `protocol_error`."""
    attempt = await attempt_with(send_then_close(bytes_sent))
    assert (attempt.status_code, attempt.error) == (0, AttemptError.PROTOCOL_ERROR)


async def test_e17_a_large_header_is_taken() -> None:
    """A header of 60 KiB is accepted, though only 16 KiB of headers are kept."""
    attempt = await attempt_with(answer(200, headers=[("X", "x" * 60 * 1024)]))
    assert (attempt.succeeded, [*attempt.response_headers]) == (True, ["content-length"])


async def test_e17_an_endless_header_is_cut() -> None:
    """A header that never ends is cut off at the limit, not at the timeout."""
    attempt = await attempt_with(endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000))
    assert attempt.error == AttemptError.PROTOCOL_ERROR


async def test_e17_a_sender_survives_what_is_not_http() -> None:
    """After garbage the next attempt at the same endpoint works normally."""
    async with Receiver(send_then_close(bytes(1000)), answer(200)) as receiver, sender() as webhook:
        errors = [(await webhook.send(leased(receiver.url))).error for _ in range(3)]
    assert errors == [AttemptError.PROTOCOL_ERROR, AttemptError.NONE, AttemptError.NONE]


async def test_a_cancelled_attempt_drops_its_connection() -> None:
    """Cancelling an attempt raises the cancellation and closes the connection to the endpoint."""
    async with Receiver(hang) as receiver, sender() as webhook:
        delivery = leased(receiver.url, timeout=60 * SECOND)
        sending = asyncio.create_task(webhook.send(delivery))
        await receiver.received(1)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await receiver.deserted()
    assert len(receiver.requests) == 1
