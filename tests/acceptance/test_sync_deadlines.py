"""TriggerSync and time: how long a caller waits, and what it gets when that is over."""

import asyncio
import time

import pytest
from acceptance.orders import webhook
from acceptance.sync_calls import Trigger, over_http
from acceptance.sync_calls import trigger as trigger
from acceptance.tenant import Delivery, Fault, Tenant, held, http_fault, seconds_from_now, soon
from bellrope.v1 import triggers_pb2
from google.protobuf.duration_pb2 import Duration
from receiver import answer, hang

LONG_WAIT = triggers_pb2.RetryPolicy(min_backoff=Duration(seconds=60))


async def test_an_event_that_is_due_after_the_deadline(trigger: Trigger, tenant: Tenant) -> None:
    """An event that is due after the deadline is refused at once by its key, and nothing is stored."""
    async with webhook(tenant):
        told = await trigger(delay=60, wait=5)
    assert told.fault == Fault("INVALID_ARGUMENT", "INVALID_FIELD", ("delay",))
    assert told.fault.sentence == "delay leads to a time after the deadline of this call"
    assert await tenant.deliveries() == []


async def test_an_event_that_is_due_within_the_deadline(trigger: Trigger, tenant: Tenant) -> None:
    """A short delay is waited for."""
    async with webhook(tenant, answer(200, b"1")):
        start = time.monotonic()
        told = await trigger(delay=0.3, wait=10)
    assert (told.outcome, told.result, time.monotonic() - start >= 0.3) == ("OK", b"1", True)


async def test_a_webhook_that_is_not_tried_again_before_the_deadline(
    trigger: Trigger, tenant: Tenant
) -> None:
    """If no other attempt can start in time, the caller gets the error at once, with the time of the next."""
    async with webhook(tenant, answer(500), retry_policy=LONG_WAIT):
        told = await soon(trigger(wait=30), seconds=25)
        assert told.fault == Fault("ABORTED", "WEBHOOK_FAILED")
        assert told.results == (("hook", "SCHEDULED", 1),)
        assert 50 < seconds_from_now(told.last_attempts[0].next_attempt_time) <= 72
        assert (await tenant.delivery(told.event_id, attempt_count=1)).state == Delivery.SCHEDULED


async def test_a_slow_webhook_meets_the_deadline(trigger: Trigger, tenant: Tenant) -> None:
    """At the deadline the caller gets an error, on time; the event goes on without it."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(200, b"1"))):
        start = time.monotonic()
        told = await trigger(wait=0.5, id="slow")
        waited = time.monotonic() - start
        gate.set()
        delivery = await tenant.delivery("slow")
    assert (told.outcome, 0.45 < waited < 20) == ("DEADLINE_PASSED", True)
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 1)


async def test_the_deadline_s_answer_has_the_event_s_id(tenant: Tenant) -> None:
    """Over HTTP the 504 has the event's id, so that the caller can ask again."""
    async with webhook(tenant, hang):
        told = await over_http(tenant)(wait=0.3)
        (waiting,) = await tenant.deliveries()
    assert told.fault
    assert (told.fault.code, told.event_id) == ("DEADLINE_EXCEEDED", waiting.event_id)
    assert (
        told.fault.sentence
        == "The deadline passed before an answer came. The event is stored; delivery continues."
    )
    assert told.results == (("hook", "DELIVERING", 0),)


async def test_one_success_is_enough_at_the_deadline(tenant: Tenant) -> None:
    """At the deadline a success is the answer, even if another webhook has not answered yet."""
    async with webhook(tenant, hang, name="a"), webhook(tenant, answer(200, b'"b"'), name="b"):
        told = await over_http(tenant)(wait=1.5)
    assert (told.outcome, told.result) == ("OK", b'"b"')
    assert told.results == (("a", "DELIVERING", 0), ("b", "SUCCEEDED", 1))


@pytest.mark.parametrize(
    ("query", "headers"),
    [("?timeout=300ms", {}), ("?timeout=0.3s", {}), ("", {"Grpc-Timeout": "300m"})],
)
async def test_how_a_caller_over_http_says_how_long_to_wait(
    query: str, headers: dict[str, str], tenant: Tenant
) -> None:
    """`?timeout=300ms` and `Grpc-Timeout: 300m` are the caller's deadline."""
    async with webhook(tenant, hang):
        start = time.monotonic()
        status, _ = await tenant.queue({"type": "order", "isSynchronous": True}, query=query, **headers)
    assert (status, 0.3 <= time.monotonic() - start < 20) == (504, True)


@pytest.mark.parametrize(
    ("header", "path", "event", "once"),
    [
        ("Grpc-Timeout: 9S", "/v1/api/{}/eventing/queue", {"isSynchronous": True}, 404),
        ("Grpc-Timeout: 9S", "/v1/projects/{}/events:queue", {}, 200),
        ("Connect-Timeout-Ms: 9000", "/bellrope.v1.Eventing/Queue", {}, 200),
    ],
)
async def test_of_two_timeouts_neither_is_chosen(
    header: str, path: str, event: dict[str, object], once: int, tenant: Tenant
) -> None:
    """A header that says how long to wait comes once, as the parameter does."""
    name, _, value = header.partition(": ")
    project = {} if "{}" in path else {"project": tenant.project}
    url = f"{tenant.server.http}{path.format(tenant.project)}"
    for times, status in ((2, 400), (1, once)):
        asked = {"type": "order"} | event | project
        async with tenant.http.post(url, json=asked, headers=[(name, value)] * times) as answer:
            assert (answer.status, name in await answer.text()) == (status, times == 2)


@pytest.mark.parametrize(
    "query", ["?timeout=soon", "?timeout=10", "?timeout=-1s", "?timeout=1h", "?timeout=9s&timeout=9s"]
)
async def test_a_timeout_that_is_none(query: str, tenant: Tenant) -> None:
    """A timeout is a number with `ms`, `s` or `m`; anything else is refused, and nothing is stored."""
    native = f"{tenant.server.http}/v1/projects/{tenant.project}/events:triggerSync{query}"
    async with webhook(tenant):
        documented = await tenant.queue({"type": "order", "isSynchronous": True}, query=query)
        answers = [documented, await tenant.send("POST", native, {"type": "order"})]
    faults = [(status, http_fault(answered)) for status, answered in answers]
    found = [(status, fault.reason, fault.fields) for status, fault in faults]
    assert found == [(400, "INVALID_FIELD", ("timeout",))] * 2
    assert await tenant.deliveries() == []


@pytest.mark.parametrize("header", ["10s", "10", "soon"])
async def test_a_timeout_in_a_header_has_the_units_of_grpc(header: str, tenant: Tenant) -> None:
    """What is wrong with `Grpc-Timeout` is said of the header, with its own capital units."""
    async with webhook(tenant):
        body = {"type": "order", "isSynchronous": True}
        status, answered = await tenant.queue(body, **{"Grpc-Timeout": header})
    assert (status, http_fault(answered).fields) == (400, ("Grpc-Timeout",))
    assert answered["error"] == "Grpc-Timeout must be a length of time like `10S`"


async def test_a_deadline_that_is_over_already(tenant: Tenant) -> None:
    """A timeout of zero gets the deadline's error, not one about a key that the caller never sent."""
    async with webhook(tenant):
        told = await over_http(tenant)(wait=0)
    assert told.fault == Fault("DEADLINE_EXCEEDED", "DEADLINE_PASSED")
