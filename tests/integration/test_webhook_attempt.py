"""What the log has of an attempt besides its answer: the request as it was sent, and the times."""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError, SentRequest
from bellrope_server.clock import SECOND
from bellrope_server.model import Encoding
from receiver import Receiver, drip, hang, response

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
EVERY = {"Host", "User-Agent", "Accept", "Accept-Encoding", "Content-Length"}  # every request has these
OWN = {"Authorization": "Bearer abc", "X-Empty": "", "X-City": "Zürich"}


def lines(request: SentRequest) -> list[tuple[str, str]]:
    """Return the headers in the log."""
    pairs = (line.split(": ", 1) for line in request.headers.decode().split("\n"))
    return [(name, value) for name, value in pairs]


@pytest.mark.parametrize("encoding", Encoding)
async def test_the_request_is_kept_as_it_was_sent(encoding: Encoding) -> None:
    """The log has the URL, the headers in order with the signature, and the length of the body."""
    fields: Any = {"encoding": encoding, "secret": SECRET, "traceparent": TRACE, "data": b'"x"'}
    async with Receiver() as receiver, sender() as webhook:
        attempt = await webhook.send(leased(receiver.url + "?token=7#top", **fields))
    [received] = receiver.requests
    assert attempt.request is not None
    assert lines(attempt.request) == [header for header in received.headers if header[0] not in EVERY]
    assert {"webhook-signature", "traceparent"} <= {name for name, _ in lines(attempt.request)}
    assert (attempt.request.url, attempt.request.body_bytes) == (
        f"{receiver.url}?token=7",
        len(received.body),
    )


async def test_the_values_of_a_triggers_own_headers_are_not_kept() -> None:
    """A trigger's own headers may be credentials: they are sent, but the log has only their names."""
    async with Receiver() as receiver, sender() as webhook:
        attempt = await webhook.send(leased(receiver.url, headers=OWN))
    assert receiver.requests[0].header("Authorization") == "Bearer abc"
    assert attempt.request is not None
    assert lines(attempt.request)[-3:] == [(name, "[hidden]") for name in OWN]
    assert not any(value in repr(attempt) for value in ("Bearer abc", "Zürich"))


async def test_what_never_came_to_a_request_shows_none() -> None:
    """If the name is not found or the address is not allowed, there is no request to show."""

    async def nowhere(host: str, port: int) -> Sequence[str]:
        return []

    async with sender("hooks.example.com", resolve=nowhere) as webhook:
        lost = await webhook.send(leased("http://hooks.example.com/"))
        blocked = await webhook.send(leased("http://127.0.0.1:9/", version=2))
    assert [each.error for each in (lost, blocked)] == [AttemptError.DNS_ERROR, AttemptError.BLOCKED]
    for each in (lost, blocked):
        assert (each.request, each.connect_duration, each.first_byte_duration) == (None, None, None)


async def test_without_a_connection_the_request_is_the_one_that_was_to_be_sent() -> None:
    """After a refused connection there is no time of connecting and none of an answer."""
    async with Receiver() as receiver:
        url = receiver.url
    async with sender() as webhook:
        attempt = await webhook.send(leased(url))
    assert attempt.error is AttemptError.CONNECT_FAILED
    assert attempt.request is not None
    assert (attempt.request.url, attempt.connect_duration, attempt.first_byte_duration) == (url, None, None)


async def test_a_kept_connection_takes_no_time() -> None:
    """The first attempt shows how long it took to connect; the next, on the same connection, shows 0."""
    async with Receiver() as receiver, sender() as webhook:
        first, second = [await webhook.send(leased(receiver.url)) for _ in range(2)]
    assert receiver.connections == 1
    assert None not in (first.connect_duration, first.first_byte_duration, second.first_byte_duration)
    assert 0 < (first.connect_duration or 0) < (first.first_byte_duration or 0) <= first.duration
    assert second.connect_duration == 0
    assert 0 < (second.first_byte_duration or 0) <= second.duration


async def test_looking_the_name_up_counts() -> None:
    """All times count from the attempt's start: the time to connect includes a slow name server."""

    async def slowly(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(0.05)
        return ["127.0.0.1"]

    async with Receiver() as receiver, sender("loopback", resolve=slowly) as webhook:
        attempt = await webhook.send(leased(f"http://hooks.example.com:{receiver.port}/"))
    assert (attempt.connect_duration or 0) >= 50_000


async def test_an_answer_that_began_is_told_from_one_that_did_not() -> None:
    """Both run into the timeout, but one endpoint never answers, and the other's answer never ends."""
    timeout = SECOND
    dripping = drip(response(200).replace(b"Content-Length: 0", b"Content-Length: 9999"))
    async with Receiver(hang, dripping) as receiver, sender() as webhook:
        silent, slow = [await webhook.send(leased(receiver.url, timeout=timeout)) for _ in range(2)]
    assert (silent.error, silent.first_byte_duration) == (AttemptError.TIMEOUT, None)
    assert silent.connect_duration is not None
    assert slow.duration >= 999_000  # libcurl counts whole milliseconds, and we round down to them
    assert 0 < (slow.first_byte_duration or 0) < slow.duration


async def test_a_handshake_that_fails_is_no_connection() -> None:
    """With https a connection counts after TLS only: an endpoint without TLS has no time of connecting."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate every handshake fails
    async with Receiver(tls=context) as receiver, sender() as webhook:
        attempt = await webhook.send(leased(f"https://127.0.0.1:{receiver.port}/"))
    assert (attempt.error, attempt.connect_duration) == (AttemptError.TLS_ERROR, None)
