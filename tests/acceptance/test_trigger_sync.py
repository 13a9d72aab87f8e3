"""TriggerSync: queue an event, then wait for the answers of its webhooks, over HTTP and gRPC."""

import asyncio
import base64
import json

import pytest
from acceptance.orders import webhook
from acceptance.sync_calls import MIB, Trigger, over_grpc, over_http
from acceptance.sync_calls import trigger as trigger
from acceptance.tenant import Attempt, Delivery, Fault, Tenant, held, rpc_fault, soon
from receiver import Receiver, answer


async def test_no_trigger_matches(trigger: Trigger, tenant: Tenant) -> None:
    """If no trigger matches, there is no answer to wait for: NOT_FOUND, and nothing is stored."""
    told = await trigger(id="once")
    assert told.fault == Fault("NOT_FOUND", "NO_TRIGGER_MATCHED")
    fault = await rpc_fault(tenant.event("once"))
    assert (fault.code, fault.reason) == ("NOT_FOUND", "EVENT_NOT_FOUND")


async def test_only_paused_triggers_match(trigger: Trigger, tenant: Tenant) -> None:
    """If all matching triggers are paused, none would answer: FAILED_PRECONDITION, and nothing is stored."""
    async with webhook(tenant, paused=True):
        told = await trigger(id="once")
    assert told.fault == Fault("FAILED_PRECONDITION", "TRIGGER_PAUSED")
    assert await tenant.deliveries() == []


async def test_a_paused_trigger_among_others_is_not_waited_for(trigger: Trigger, tenant: Tenant) -> None:
    """A paused trigger's delivery waits; the call returns the answers of the other triggers."""
    async with webhook(tenant, name="a", paused=True), webhook(tenant, answer(200, b"1"), name="b"):
        told = await soon(trigger(wait=20))
    assert (told.outcome, told.result) == ("OK", b"1")
    assert told.results == (("a", "SCHEDULED", 0), ("b", "SUCCEEDED", 1))


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (b'{"a": 1.0, "b": 18446744073709551616}', b'{"a": 1.0, "b": 18446744073709551616}'),
        (b" [1, 2]\n", b" [1, 2]\n"),
        (b"done", b'"done"'),
        (b'"\\ud800"', b'"\\"\\\\ud800\\""'),
        (b"", b"null"),
    ],
    ids=["object", "array", "text", "not quite JSON", "empty"],
)
async def test_the_result_is_the_webhook_s_body(
    body: bytes, result: bytes, trigger: Trigger, tenant: Tenant
) -> None:
    """JSON comes back byte for byte, other text as a string, an empty answer as null."""
    async with webhook(tenant, answer(201, body)):
        told = await trigger()
    assert (told.outcome, told.result, told.base64) == ("OK", result, False)
    assert told.results == (("hook", "SUCCEEDED", 1),)


async def test_bytes_that_are_not_utf_8_come_back_as_base64(trigger: Trigger, tenant: Tenant) -> None:
    """Bytes that are not text come back as base64, marked as such."""
    async with webhook(tenant, answer(200, b"\xff\x00\xfe")):
        told = await trigger()
    assert (base64.b64decode(json.loads(told.result)), told.base64) == (b"\xff\x00\xfe", True)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (b'{"response":{"a":1}}', b'{"a":1}'),
        (b'{"response":1,"event":{},"events":[],"error":null}', b"1"),
        (b'{"response":1,"more":2}', b'{"response":1,"more":2}'),
        (b'{"event":{}}', b'{"event":{}}'),
    ],
)
async def test_the_documented_dialect_unwraps_the_reply(body: bytes, result: bytes, tenant: Tenant) -> None:
    """Over HTTP an answer in the older shape comes back as its `response`; over gRPC it is unchanged."""
    async with webhook(tenant, answer(200, body)):
        told = [await over_http(tenant)(), await over_grpc(tenant)()]
    assert [each.result for each in told] == [result, body]


async def test_an_answer_of_1_mib_comes_back_whole(trigger: Trigger, tenant: Tenant) -> None:
    """An answer of up to 1 MiB comes back whole."""
    text = b"x" * (MIB - 2)
    async with webhook(tenant, answer(200, b'"%b"' % text)):
        told = await trigger()
    assert (told.outcome, told.result == b'"%b"' % text) == ("OK", True)


async def test_an_answer_over_1_mib_is_refused_and_never_cut(trigger: Trigger, tenant: Tenant) -> None:
    """An answer of one byte more is an error of its own: the webhook succeeded, but its answer is lost."""
    async with webhook(tenant, answer(200, b'"%b"' % (b"x" * (MIB - 1)))):
        told = await trigger()
    assert told.fault == Fault("RESOURCE_EXHAUSTED", "RESPONSE_TOO_LARGE")
    assert (await tenant.delivery(told.event_id)).state == Delivery.SUCCEEDED


async def test_of_several_answers_the_first_by_name_counts(trigger: Trigger, tenant: Tenant) -> None:
    """The result is that of the first trigger by name that succeeded, however late it answered."""
    gate = asyncio.Event()
    async with (
        webhook(tenant, answer(500), name="a", retries=0),
        webhook(tenant, held(gate, answer(200, b'"b"')), name="b"),
        webhook(tenant, answer(200, b'"c"'), name="c") as quick,
    ):
        call = asyncio.ensure_future(trigger())
        await soon(quick.received(1))
        gate.set()
        told = await soon(call)
    assert (told.outcome, told.result) == ("OK", b'"b"')
    assert told.results == (("a", "DEAD_LETTERED", 1), ("b", "SUCCEEDED", 1), ("c", "SUCCEEDED", 1))


async def test_a_retry_within_the_deadline_succeeds(trigger: Trigger, tenant: Tenant) -> None:
    """A failed attempt is tried again while the caller waits."""
    async with webhook(tenant, answer(500), answer(503), answer(200, b'"third"')):
        told = await trigger()
    assert (told.result, told.results) == (b'"third"', (("hook", "SUCCEEDED", 3),))


async def test_a_webhook_that_fails_for_good(trigger: Trigger, tenant: Tenant) -> None:
    """When the last attempt fails, the caller gets the error at once, with the webhook's answer."""
    async with webhook(tenant, answer(500, b"out of order"), retries=1):
        told = await soon(trigger(wait=30), seconds=25)
    assert told.fault == Fault("ABORTED", "WEBHOOK_FAILED")
    assert told.fault.sentence == "No webhook succeeded: hook answered 500."
    assert told.results == (("hook", "DEAD_LETTERED", 2),)
    (last,) = told.last_attempts
    assert (last.number, last.status_code, last.response_body) == (2, 500, b"out of order")
    assert (last.error, last.HasField("next_attempt_time")) == (Attempt.STATUS, False)


async def test_a_webhook_that_refuses_an_event(trigger: Trigger, tenant: Tenant) -> None:
    """An answer that is not retried ends the wait at once, however many retries are left."""
    async with webhook(tenant, answer(422, b"no", [("webhook-retry", "no")]), retries=100):
        told = await soon(trigger(wait=30), seconds=25)
    assert told.fault.sentence == "No webhook succeeded: hook answered 422."
    assert told.results == (("hook", "DEAD_LETTERED", 1),)


async def test_a_webhook_that_cannot_be_reached(trigger: Trigger, tenant: Tenant) -> None:
    """The error says what happened even if there was no answer."""
    async with Receiver() as gone:
        url = gone.url
    await tenant.trigger(url, retries=0)
    told = await trigger()
    assert told.fault
    assert told.fault.sentence == "No webhook succeeded: hook did not answer (CONNECT_FAILED)."
