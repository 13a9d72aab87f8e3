"""Delays and times, valid and invalid; sorted by the ids of the faults."""

import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import grpc
import pytest
import typer
from acceptance.refusals import (
    http_refusal,
    invalid,
    native_queue,
    rpc_queue,
    rpc_refusal,
)
from acceptance.tenant import (
    Tenant,
)
from bellrope.v1 import cloudevents_pb2, eventing_pb2
from bellrope_server.cli import event_lines
from bellrope_server.cli.values import moment
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

Door: TypeAlias = Callable[[Tenant, str], Awaitable[str]]

TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@pytest.mark.parametrize(
    ("delay", "seconds"), [(b"0", 0), (b"1.5", 1.5), (b"-0", 0), (b"1e2", 100), (b"3600", 3600)]
)
async def test_D8_delays(delay: bytes, seconds: float, shop: Tenant) -> None:
    """A delay is a number of seconds, with or without a fraction."""
    status, answered = await shop.queue(b'{"type":"order","delay":%b}' % delay)
    event = await shop.event(answered["eventId"])
    waits = event.due_time.ToMicroseconds() - event.accept_time.ToMicroseconds()
    assert (status, waits) == (200, int(seconds * 1e6))


@pytest.mark.parametrize(
    ("delay", "sentence"),
    [
        (b"-1", "delay must not be negative"),
        (b"-0.001", "delay must not be negative"),
        (b'"1h"', "delay must be a number"),
        (b'"0"', "delay must be a number"),
        (b"true", "delay must be a number"),
        (b"[1]", "delay must be a number"),
        (b"315705600", "delay must not lead to a time more than 10 years ahead"),
        (b"9223372036854775808", "delay is out of range"),
        (b"1e400", "delay is out of range"),
    ],
)
async def test_D8_delays_that_are_none(delay: bytes, sentence: str, shop: Tenant) -> None:
    """Anything else is refused, and so is a delay that no clock can hold."""
    status, fault = await http_refusal(shop, b'{"type":"order","delay":%b}' % delay)
    assert (status, fault, fault.sentence) == (400, invalid("delay"), sentence)


@pytest.mark.parametrize(
    "delay",
    [
        Duration(seconds=-1),
        Duration(nanos=-1),
        Duration(seconds=315_705_600),
        Duration(seconds=2**63 - 1),
        Duration(nanos=2_000_000_000),
    ],
)
async def test_D8_durations_that_are_none(delay: Duration, shop: Tenant) -> None:
    """Over gRPC a delay is a Duration within its own limits and ours."""
    assert await rpc_refusal(shop, delay=delay) == invalid("delay")


async def test_D8_half_a_second_over_grpc(shop: Tenant) -> None:
    """A Duration's nanoseconds count, rounded up to the microsecond."""
    answered = await rpc_queue(shop, delay=Duration(seconds=100, nanos=500_000_001))
    event = await shop.event(answered.event_id)
    assert event.due_time.ToMicroseconds() - event.accept_time.ToMicroseconds() == 100_500_001


@pytest.mark.parametrize(
    "timestamp",
    [
        pytest.param("2026-01-31T09:30:00", id="D10 no offset"),
        pytest.param("2024-W01-1", id="D12 a week"),
        pytest.param("20240101T000000Z", id="D12 the basic form"),
        pytest.param("2024-01-01", id="D12 a date"),
        pytest.param("2024-01-01 00:00:00Z", id="D12 a space"),
        pytest.param("2024-01-01T00:00Z", id="D12 no seconds"),
        pytest.param("2024-01-01T00:00:00+0100", id="D12 an offset without a colon"),
        pytest.param("2024-01-01T00:00:00,5Z", id="D12 a comma"),
        pytest.param("2024-01-01T24:00:00Z", id="D12 24 o'clock"),
        pytest.param("2023-02-29T00:00:00Z", id="D12 a day that is none"),
        pytest.param("٢٠٢٤-01-01T00:00:00Z", id="D12 digits of another script"),
        pytest.param(" 2024-01-01T00:00:00Z", id="D12 a space before it"),
        pytest.param("1587902400", id="D12 a number in a string"),
        pytest.param("now", id="D12 a word"),
        pytest.param(True, id="D12 a boolean"),
        pytest.param(10**20, id="D12 a number that no clock holds"),
        pytest.param(-(10**20), id="D12 one before all time"),
        pytest.param(4_102_444_800_000, id="D12 the year 2100"),
    ],
)
async def test_D10_D12_timestamps_that_are_none(timestamp: object, shop: Tenant) -> None:
    """A timestamp as text must be RFC 3339 with an offset; similar formats are refused."""
    status, fault = await http_refusal(shop, {"type": "order", "timestamp": timestamp})
    assert (status, fault) == (400, invalid("timestamp"))


@pytest.mark.parametrize(
    "schedule_time",
    [
        Timestamp(seconds=2**62),
        Timestamp(seconds=-(2**62)),
        Timestamp(nanos=-1),
        Timestamp(seconds=4_102_444_800),
        Timestamp(seconds=253_402_300_799, nanos=999_999_999),
    ],
)
async def test_D10_timestamps_that_are_none_over_grpc(schedule_time: Timestamp, shop: Tenant) -> None:
    """Over gRPC a time is in the years 1 to 9999, and at most ten years ahead."""
    assert await rpc_refusal(shop, schedule_time=schedule_time) == invalid("schedule_time")


@pytest.mark.parametrize(
    "form",
    [
        "{:%Y-%m-%dT%H:%M:%S}Z",
        "{:%Y-%m-%dt%H:%M:%S}z",
        "{:%Y-%m-%dT%H:%M:%S}+00:00",
        "{:%Y-%m-%dT%H:%M:%S}.000-00:00",
    ],
)
async def test_D13_timestamps_in_words(form: str, shop: Tenant) -> None:
    """Every form that RFC 3339 allows is accepted, with lower-case letters too."""
    status, answered = await shop.queue({"type": "order", "timestamp": form.format(TOMORROW)})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%S.%fZ}")
    status, answered = await native_queue(shop, {"type": "order", "scheduleTime": form.format(TOMORROW)})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}")


@pytest.mark.parametrize("unit", [1, 1000], ids=["seconds", "milliseconds"])
async def test_timestamps_in_numbers(unit: int, shop: Tenant) -> None:
    """A number is in milliseconds, or in seconds if it is below 10^11."""
    status, answered = await shop.queue({"type": "order", "timestamp": TOMORROW.timestamp() * unit})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%S.%fZ}")


async def test_D15_nanoseconds_are_rounded_up(shop: Tenant) -> None:
    """A time between two microseconds becomes the later one, so that nothing is early."""
    said = f"{TOMORROW:%Y-%m-%dT%H:%M:%S}"
    _, answered = await shop.queue({"type": "order", "timestamp": f"{said}.1234560001Z"})
    time_ = Timestamp(seconds=int(TOMORROW.timestamp()), nanos=123_456_001)
    over_grpc = await rpc_queue(shop, schedule_time=time_)
    _, native = await native_queue(shop, {"type": "order", "scheduleTime": f"{said}.123456001Z"})
    assert native["dueTime"] == f"{said}.123457Z"
    assert (answered["dueTime"], over_grpc.due_time.nanos) == (f"{said}.123457Z", 123_457_000)


# One reader for all doors.

DAY = "2016-12-31"
FORM = "must be a time in RFC 3339 with an offset: 2026-01-31T09:30:00Z"
TIMES = {
    f"{DAY}t09:30:00z": "",
    f"{DAY}T09:30:00.{'0' * 30}1Z": "",
    f"{DAY}T23:59:60Z": "",
    f"{DAY}T15:59:60-08:00": "",
    f"{DAY}T12:00:60Z": "has a second 60 that is not a leap second: 23:59:60 in UTC",
    "2026-02-30T00:00:00Z": "has a day that does not exist: 2026-02-30",
    "9999-12-31T23:59:60Z": "must be in the years 1 to 9999",
    "0000-01-01T00:00:00Z": "must be in the years 1 to 9999",
    f"{DAY}T09:30:00": FORM,
    f"{DAY} 09:30:00Z": FORM,
}
"""Times, and what is wrong with each; "" if nothing is."""

CE = {"specversion": "1.0", "source": "/here", "type": "order"}
IN_JSON = {"Content-Type": "application/cloudevents+json"}


def _over_http(path: str, field: str, **headers: str) -> Door:
    async def door(shop: Tenant, text: str) -> str:
        body = {**CE, "id": text, field: text} if headers else {"type": "order", field: text}
        _, answered = await shop.send("POST", shop.server.http + path.format(shop.project), body, **headers)
        return said(answered, field)

    return door


async def _in_a_batch(shop: Tenant, text: str) -> str:
    url = f"{shop.server.http}/v1/projects/{shop.project}/events:queueBatch"
    _, answered = await shop.send("POST", url, {"events": [{"type": "order", "expireTime": text}]})
    return said(answered, "events[0].expireTime")


async def _in_a_query(shop: Tenant, text: str) -> str:
    query = urlencode({"fromTime": text})
    _, answered = await shop.send("GET", f"{shop.server.http}/v1/projects/{shop.project}/events?{query}")
    return said(answered, "fromTime")


async def _in_headers(shop: Tenant, text: str) -> str:
    headers = {f"ce-{name}": value for name, value in {**CE, "id": quote(text), "time": text}.items()}
    url = f"{shop.server.http}/v1/api/{shop.project}/eventing/cloudevents"
    _, answered = await shop.send("POST", url, b"", **headers)
    return said(answered, "time")


async def _over_grpc(shop: Tenant, text: str) -> str:
    event = cloudevents_pb2.CloudEvent(id=text, source="/here", time=text)
    request = eventing_pb2.QueueRequest(project=shop.project, type="order", data=b"1", cloud_event=event)
    try:
        await shop.eventing.Queue(request)
    except grpc.aio.AioRpcError as error:
        return (error.details() or "").removeprefix("cloud_event.time ")
    return ""


async def _in_a_rule(shop: Tenant, text: str) -> str:
    rule = {"rule": "match", "type": "date", "eval": "<", "f1": "args.data.at", "f2": text}
    trigger = {"type": "order", "url": "http://127.0.0.1:8080/", "filter": rule}
    _, answered = await shop.send("POST", f"{shop.config}/eventing/triggers/dated", trigger)
    return said(answered, "filter.f2")


async def _as_an_option(shop: Tenant, text: str) -> str:
    try:
        moment(text, flag="--at")
    except typer.BadParameter as error:
        return error.message
    return ""


async def _in_a_line(shop: Tenant, text: str) -> str:
    (line,) = event_lines.lines(io.BytesIO(json.dumps({"type": "order", "scheduleTime": text}).encode()))
    return line.fault.removeprefix("scheduleTime ").removesuffix(" (INVALID_FIELD)")


def said(answered: Any, field: str) -> str:
    """Return what is wrong with the time; the Space Cloud-compatible API takes numbers too."""
    sentence = answered.get("error", "") if isinstance(answered, dict) else ""
    return str(sentence).removeprefix(f"{field} ").replace("be a number, or a time", "be a time")


DOORS: dict[str, Door] = {
    "Space Cloud-compatible": _over_http("/v1/api/{}/eventing/queue", "timestamp"),
    "native": _over_http("/v1/projects/{}/events:queue", "scheduleTime"),
    "native batch": _in_a_batch,
    "native query": _in_a_query,
    "structured CloudEvent": _over_http("/v1/api/{}/eventing/cloudevents", "time", **IN_JSON),
    "binary CloudEvent": _in_headers,
    "gRPC CloudEvent": _over_grpc,
    "Space Cloud rule": _in_a_rule,
    "command line": _as_an_option,
    "queue-batch": _in_a_line,
}


@pytest.mark.parametrize("door", DOORS)
async def test_a_time_has_one_meaning_at_every_door(door: str, shop: Tenant) -> None:
    """Whatever way a time comes in, the same times are accepted, and the others get the same sentence."""
    assert {text: await DOORS[door](shop, text) for text in TIMES} == TIMES


async def test_a_leap_second_is_due_in_the_next_second(shop: Tenant) -> None:
    """An event for 23:59:60 is due at midnight, in both APIs over HTTP."""
    said = f"{TOMORROW:%Y-%m-%d}T23:59:60Z"
    midnight = f"{TOMORROW + timedelta(days=1):%Y-%m-%d}T00:00:00"
    _, answered = await shop.queue({"type": "order", "timestamp": said})
    assert answered["dueTime"] == f"{midnight}.000000Z"
    _, answered = await native_queue(shop, {"type": "order", "scheduleTime": said})
    assert answered["dueTime"] == f"{midnight}Z"


async def test_a_time_that_cannot_be_shown_is_refused(shop: Tenant) -> None:
    """A time that is after the year 9999 once it is rounded up is refused, because no answer can show it."""
    last = Timestamp(seconds=253_402_300_799, nanos=999_999_001)
    assert await rpc_refusal(shop, expire_time=last) == invalid("expire_time")
    last.nanos -= 1
    event = await shop.event((await rpc_queue(shop, expire_time=last)).event_id)
    assert event.expire_time == last
