"""Misbehaving receivers, and what becomes of their deliveries; sorted by the ids of the faults."""

import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from acceptance.tenant import Attempt, Delivery, Tenant
from bellrope.v1 import triggers_pb2
from faults.sink import sinks
from google.protobuf.duration_pb2 import Duration
from kit import until
from receiver import (
    Reaction,
    Receiver,
    answer,
    drip,
    response,
    send,
    send_then_close,
    send_then_hang_up,
    send_then_reset,
    send_then_stall,
)
from stopwatch import Stopwatch

MIB = 1024 * 1024
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n"
QUICK = Duration(seconds=1)
HARMFUL = b"\x00\xff\xfe\x1b[31m<script>alert(1)</script>"


async def order(tenant: Tenant, **keys: Any) -> str:
    """Queue an event of the type `order` and return its id."""
    status, answered = await tenant.queue({"type": "order"} | keys)
    assert status == 200, answered
    return str(answered["eventId"])


@asynccontextmanager
async def called(tenant: Tenant, *reactions: Reaction, **fields: Any) -> AsyncIterator[Receiver]:
    """Give a receiver that a trigger calls for events of the type `order`; the timeout is one second."""
    async with Receiver(*reactions) as receiver:
        await tenant.trigger(receiver.url, **({"timeout": QUICK} | fields))
        yield receiver


def outcomes(delivery: Any) -> list[tuple[int, str]]:
    """Return status and error of each attempt."""
    return [(each.status_code, Attempt.Error.Name(each.error)) for each in delivery.attempts]


FAILURES = {
    "E4 another protocol": (send(SWITCH), 101, "STATUS"),
    "E12 500": (answer(500), 500, "STATUS"),
    "E12 502": (answer(502), 502, "STATUS"),
    "E12 503": (answer(503), 503, "STATUS"),
    "E12 504": (answer(504), 504, "STATUS"),
    "E14 a header byte by byte": (drip(HEAD + b"X-Endless: "), 0, "TIMEOUT"),
    "E14 header lines without end": (drip(HEAD, b"a: b\r\n"), 0, "TIMEOUT"),
    "E17 no HTTP": (send_then_close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), 0, "PROTOCOL_ERROR"),
    "E17 a header of 1 MB": (send_then_close(HEAD, b"X: ", b"x" * MIB, b"\r\n\r\n"), 0, "PROTOCOL_ERROR"),
    "E17 any bytes": (send_then_close(bytes(range(256)) * 64), 0, "PROTOCOL_ERROR"),
}


@pytest.mark.parametrize(("reaction", "status", "error"), FAILURES.values(), ids=FAILURES)
async def test_a_receiver_that_fails_so_is_called_again(
    reaction: Reaction, status: int, error: str, tenant: Tenant
) -> None:
    """E4, E12, E14, E17: The attempt ends in time with the right error, and the next one succeeds."""
    async with called(tenant, reaction, answer(200)) as receiver:
        delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(status, error), (200, "ERROR_UNSPECIFIED")]
    assert (delivery.state, len(receiver.requests)) == (Delivery.SUCCEEDED, 2)
    assert [request.connection for request in receiver.requests][1] == (1 if 500 <= status < 600 else 2)
    assert delivery.attempts[0].duration.ToMicroseconds() < 4_000_000  # by default it has five seconds


SUCCESSES = {
    "E14 a body byte by byte": (drip(HEAD + b"\r\n"), True),
    "E19 whole, then a reset": (send_then_reset(response(200, b"abc")), False),
}


@pytest.mark.parametrize(("reaction", "truncated"), SUCCESSES.values(), ids=SUCCESSES)
async def test_a_receiver_that_answered_2xx_is_not_called_again(
    reaction: Reaction, truncated: bool, tenant: Tenant
) -> None:
    """E14, E19: The status of a whole answer decides, whatever happens to the connection afterwards."""
    async with called(tenant, reaction) as receiver:
        delivery = await tenant.delivery(await order(tenant))
    assert (delivery.state, outcomes(delivery)) == (Delivery.SUCCEEDED, [(200, "ERROR_UNSPECIFIED")])
    assert (delivery.attempts[0].truncated, len(receiver.requests)) == (truncated, 1)
    assert delivery.attempts[0].duration.ToMicroseconds() < 4_000_000  # by default it has five seconds


@pytest.mark.parametrize("end", [send_then_reset, send_then_close])
async def test_E19_a_receiver_whose_2xx_breaks_off_is_called_again(end: Any, tenant: Tenant) -> None:
    """A 2xx that ends before its body does is a failed attempt, and the delivery is tried again."""
    half = end(HEAD + b"Content-Length: 9\r\n\r\nabc")
    soon = triggers_pb2.RetryPolicy(min_backoff=Duration(nanos=100_000_000))
    async with called(tenant, half, answer(200), retry_policy=soon):
        delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(200, "CONNECTION_RESET"), (200, "ERROR_UNSPECIFIED")]
    assert delivery.state == Delivery.SUCCEEDED


@pytest.mark.parametrize(("status", "state"), [(200, Delivery.SUCCEEDED), (413, Delivery.DEAD_LETTERED)])
@pytest.mark.parametrize("end", [send_then_hang_up, send_then_stall])
async def test_a_receiver_may_answer_before_it_has_read(
    end: Any, status: int, state: int, tenant: Tenant
) -> None:
    """E20: The status counts, even if the receiver left most of the body unread."""
    async with Receiver(end(response(status)), read_body=False) as receiver:
        await tenant.trigger(receiver.url, retries=0, timeout=Duration(seconds=2))
        delivery = await tenant.delivery(await order(tenant, data="x" * (MIB - 2)))
    assert (delivery.state, [each[0] for each in outcomes(delivery)]) == (state, [status])


async def test_a_cookie_is_not_sent_back(tenant: Tenant) -> None:
    """E25: A cookie that an endpoint sets is not sent with the retry or the next event."""
    cookie = [("Set-Cookie", "session=marked; Path=/")]
    async with called(tenant, answer(500, headers=cookie), answer(200, headers=cookie)) as receiver:
        for _ in range(2):
            await tenant.delivery(await order(tenant))
    assert len(receiver.requests) == 3
    assert [request.header("cookie") for request in receiver.requests] == [None] * 3


async def test_any_bytes_of_an_answer_are_kept_and_shown_as_data(tenant: Tenant) -> None:
    """E24: Any answer is stored and shown in the log as data."""
    async with called(tenant, answer(200, HARMFUL, [("X-Said", "<b>\x1b[31m")])):
        delivery = await tenant.delivery(await order(tenant))
    (attempt,) = delivery.attempts
    assert (attempt.response_body, attempt.response_headers["x-said"]) == (HARMFUL, "<b>\x1b[31m")
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/deliveries/{delivery.delivery_id}"
    async with tenant.http.get(url) as shown:
        text, told = await shown.read(), await shown.json()
    assert shown.content_type == "application/json"
    assert base64.b64decode(told["attempts"][0]["responseBody"]) == HARMFUL
    assert (b"\x1b" in text, b"\x00" in text, b"<script>" in text) == (False, False, False)


async def test_what_waited_for_a_resume_goes_out_within_the_limits(tenant: Tenant) -> None:
    """E30: A resumed trigger sends what waited, but no more at once than its limit."""
    async with sinks() as [sink]:
        sink.delay = 0.02
        await tenant.trigger(sink.url(), max_in_flight=2)
        await tenant.pause()
        for _ in range(30):
            await order(tenant)
        await tenant.resume()
        await until(lambda: len(sink.arrivals) == 30)
        await until(lambda: sink.in_flight.now["*"] == 0)
    assert (sink.in_flight.most["*"], len(sink.event_ids)) == (2, 30)


async def test_a_pause_in_the_middle_of_retries(tenant: Tenant) -> None:
    """E30: Of a hundred deliveries with endless retries, none is sent later than 1 s after the pause."""
    async with sinks() as [sink]:
        sink.status = 500
        policy = triggers_pb2.RetryPolicy(schedule=[Duration(nanos=100_000_000)])
        await tenant.trigger(sink.url(), retries=100, retry_policy=policy)
        for _ in range(100):
            await order(tenant)
        await until(lambda: len(sink.arrivals) >= 200)
        watch = Stopwatch(tenant.server.process.pid)
        await tenant.pause()
        now = sink.arrivals[-1].time
        await until(lambda: quiet(sink))
        assert (sink.arrivals[-1].time - now) / 1e6 < 1 + watch.waited
        sink.status = 200
        sent = len(sink.arrivals)
        await tenant.resume()
        await until(lambda: len(sink.arrivals) == sent + 100)


def quiet(sink: Any) -> bool:
    """Return whether nothing has come for ten times the backoff."""
    return bool(time.time_ns() // 1000 - sink.arrivals[-1].time > 1_000_000)
