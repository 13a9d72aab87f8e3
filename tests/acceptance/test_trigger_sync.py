"""TriggerSync: queue an event, then wait for the answers of its webhooks, over HTTP and gRPC."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import grpc
import pytest
from acceptance.lossy import lossy
from acceptance.tenant import (
    Attempt,
    Delivery,
    Fault,
    Tenant,
    held,
    http_fault,
    rpc_fault,
    seconds_from_now,
    soon,
)
from aiohttp import ServerDisconnectedError
from bellrope.v1 import eventing_pb2, eventing_pb2_grpc, triggers_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseDict
from receiver import Reaction, Receiver, answer, hang

MIB = 1024 * 1024
OK = 200
HTTP_STATUS = {
    "NO_TRIGGER_MATCHED": 404,
    "TRIGGER_PAUSED": 409,
    "ID_CONFLICT": 409,
    "WEBHOOK_FAILED": 502,
    "RESPONSE_TOO_LARGE": 502,
    "DEADLINE_PASSED": 504,
    "INVALID_FIELD": 400,
}
LONG_WAIT = triggers_pb2.RetryPolicy(min_backoff=Duration(seconds=60))


@dataclass(frozen=True)
class SyncAnswer:
    """The answer to a caller: `outcome` is "OK" or the reason, `result` the webhook's answer as JSON."""

    outcome: str
    result: bytes = b""
    base64: bool = False
    event_id: str = ""
    results: tuple[tuple[str, str, int], ...] = ()
    """For each trigger its name, its delivery's state, and the number of attempts."""
    fault: Fault | None = None
    last_attempts: tuple[Any, ...] = ()


Trigger: TypeAlias = Callable[..., Awaitable[SyncAnswer]]


def _told(response: Any) -> SyncAnswer:
    return SyncAnswer(
        outcome="OK",
        result=response.result,
        base64=response.result_base64,
        event_id=response.event_id,
        results=tuple((r.trigger, Delivery.State.Name(r.state), r.attempt_count) for r in response.results),
        last_attempts=tuple(each.last_attempt for each in response.results),
    )


def _failed(fault: Fault, about: Any) -> SyncAnswer:
    told = _told(about) if about is not None else SyncAnswer(outcome="")
    return replace(told, outcome=fault.reason, event_id=fault.metadata.get("event_id", ""), fault=fault)


def over_http(tenant: Tenant) -> Trigger:
    """Call through the documented path."""

    async def trigger(
        *, wait: float | None = None, delay: float = 0, data: object = None, **keys: Any
    ) -> SyncAnswer:
        body = {"type": "order", "isSynchronous": True, "delay": delay, "data": data} | keys
        query = "" if wait is None else f"?timeout={int(wait * 1000)}ms"
        url = tenant.url + query
        async with tenant.http.post(url, json=body) as response:
            text = await response.read()
        return _read_http(response.status, text)

    return trigger


def _read_http(status: int, text: bytes) -> SyncAnswer:
    answered = json.loads(text)
    if status != OK:
        fault = http_fault(answered)
        assert status == HTTP_STATUS[fault.reason]
        return _failed(fault, _message(fault.about))
    keys = ["result", "eventId", "results"]
    assert list(answered) in (keys, [*keys, "resultBase64"])
    response = _message({"eventId": answered["eventId"], "results": answered["results"]})
    start = len(b'{"result":')
    result = text[start : text.index(b',"eventId":"', start)] if len(text) < MIB else b""
    if not result:
        result = json.dumps(answered["result"]).encode()
    return replace(_told(response), result=result, base64=answered.get("resultBase64", False))


def _message(about: dict[str, Any] | None) -> Any:
    if about is None:
        return None
    members = {key: value for key, value in about.items() if key != "@type"}
    return ParseDict(members, eventing_pb2.TriggerSyncResponse())


def over_grpc(tenant: Tenant) -> Trigger:
    """Call through the generated stub."""

    async def trigger(
        *, wait: float | None = None, delay: float = 0, data: object = None, **keys: Any
    ) -> SyncAnswer:
        fields: dict[str, Any] = {"type": "order", "data": json.dumps(data).encode()} | keys
        if delay:
            fields["delay"] = Duration(nanos=int(delay % 1 * 1e9), seconds=int(delay))
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, **fields)
        try:
            return _told(await tenant.eventing.TriggerSync(request, timeout=wait))
        except grpc.aio.AioRpcError as error:
            fault = await rpc_fault(_raise(error))
        if fault.code == "DEADLINE_EXCEEDED":  # the channel's own clock ends the call, without our details
            return SyncAnswer(outcome="DEADLINE_PASSED", fault=fault)
        about = eventing_pb2.TriggerSyncResponse()
        return _failed(fault, about if fault.about is not None and fault.about.Unpack(about) else None)

    return trigger


async def _raise(error: BaseException) -> None:
    raise error


@pytest.fixture(params=[over_http, over_grpc], ids=["http", "grpc"])
def trigger(request: pytest.FixtureRequest, tenant: Tenant) -> Trigger:
    """Call TriggerSync for an event of the type `order`, over HTTP or gRPC."""
    caller: Trigger = request.param(tenant)
    return caller


@asynccontextmanager
async def webhook(
    tenant: Tenant, *reactions: Reaction, name: str = "hook", **fields: Any
) -> AsyncIterator[Receiver]:
    """Give a webhook that a trigger calls for events of the type `order`."""
    async with Receiver(*reactions) as receiver:
        await tenant.trigger(receiver.url, name=name, **fields)
        yield receiver


# No webhook to call.


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


# The form of the answer.


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


# Failure and the deadline.


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


async def test_a_webhook_that_cannot_be_reached(trigger: Trigger, tenant: Tenant) -> None:
    """The error says what happened even if there was no answer."""
    async with Receiver() as gone:
        url = gone.url
    await tenant.trigger(url, retries=0)
    told = await trigger()
    assert told.fault
    assert told.fault.sentence == "No webhook succeeded: hook did not answer (CONNECT_FAILED)."


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


@pytest.mark.parametrize("query", ["?timeout=soon", "?timeout=10", "?timeout=-1s", "?timeout=1h"])
async def test_a_timeout_that_is_none(query: str, tenant: Tenant) -> None:
    """A timeout is a number with `ms`, `s` or `m`; anything else is refused, and nothing is stored."""
    async with webhook(tenant):
        status, answered = await tenant.queue({"type": "order", "isSynchronous": True}, query=query)
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("timeout",))
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


# The same id again.


async def test_the_same_id_joins_the_wait(trigger: Trigger, tenant: Tenant) -> None:
    """Two callers with one id wait for the same call of the webhook, and both get its answer."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver:
        first = asyncio.ensure_future(trigger(id="same"))
        await soon(receiver.received(1))
        second = asyncio.ensure_future(trigger(id="same"))
        await tenant.queue({"type": "order"})  # so that the second has time to be accepted
        gate.set()
        told = await soon(asyncio.gather(first, second))
        mine = [request for request in receiver.requests if b'"id":"same"' in request.body]
    assert ([each.result for each in told], len(mine)) == ([b'"once"', b'"once"'], 1)


async def test_the_same_id_gets_the_recorded_outcome(trigger: Trigger, tenant: Tenant) -> None:
    """Later the same id gets the same answer, and the webhook is not called again."""
    async with webhook(tenant, answer(200, b'"first"'), answer(200, b'"second"')) as receiver:
        told = [await trigger(id="same"), await trigger(id="same")]
    assert ([each.result for each in told], len(receiver.requests)) == ([b'"first"', b'"first"'], 1)


async def test_the_same_id_gets_the_recorded_failure(trigger: Trigger, tenant: Tenant) -> None:
    """The same id gets the dead letter's error too."""
    async with webhook(tenant, answer(500), answer(200), retries=0) as receiver:
        told = [await trigger(id="same"), await trigger(id="same")]
    assert [each.outcome for each in told] == ["WEBHOOK_FAILED", "WEBHOOK_FAILED"]
    assert len(receiver.requests) == 1


async def test_the_same_id_with_another_request_is_a_conflict(trigger: Trigger, tenant: Tenant) -> None:
    """One id stands for one request: another request with it is refused."""
    async with webhook(tenant):
        await trigger(id="same", data=1)
        told = await trigger(id="same", data=2)
    assert told.fault == Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",))


async def test_an_event_that_was_queued_first(trigger: Trigger, tenant: Tenant) -> None:
    """If an event was queued before, TriggerSync with its id waits for the delivery that is under way."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver:
        await tenant.queue({"type": "order", "id": "same"})
        await soon(receiver.received(1))
        call = asyncio.ensure_future(trigger(id="same"))
        gate.set()
        told = await soon(call)
    assert (told.result, len(receiver.requests)) == (b'"once"', 1)


async def test_an_event_that_was_queued_for_nobody(trigger: Trigger, tenant: Tenant) -> None:
    """An event that matched no trigger when it was queued has no answer later either."""
    await tenant.queue({"type": "order", "id": "same"})
    told = await trigger(id="same")
    assert told.fault == Fault("NOT_FOUND", "NO_TRIGGER_MATCHED")
    assert told.fault.sentence == "No trigger matched this event when it was stored."


async def test_both_ways_are_the_same_id(tenant: Tenant) -> None:
    """An id is the same over HTTP and gRPC."""
    async with webhook(tenant, answer(200, b'"once"')) as receiver:
        told = [await over_http(tenant)(id="same"), await over_grpc(tenant)(id="same")]
    assert ([each.result for each in told], len(receiver.requests)) == ([b'"once"', b'"once"'], 1)


# Callers that go away.


async def test_a_reply_over_http_that_was_lost_is_had_again(tenant: Tenant) -> None:
    """If the connection dies before the reply, the same id gets the answer without another call."""
    gate = asyncio.Event()
    body = {"type": "order", "isSynchronous": True, "id": "same"}
    async with (
        lossy(tenant.server.http) as (address, losing),
        webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver,
    ):
        url = f"http://{address}/v1/api/{tenant.project}/eventing/queue"
        call = asyncio.ensure_future(tenant.send("POST", url, body))
        await soon(receiver.received(1))
        losing.set()
        gate.set()
        with pytest.raises(ServerDisconnectedError):
            await soon(call)
        told = await over_http(tenant)(id="same")
    assert (told.result, len(receiver.requests)) == (b'"once"', 1)


async def test_a_reply_over_grpc_that_was_lost_is_had_again(tenant: Tenant) -> None:
    """A lost connection is UNAVAILABLE, which means unknown: send the event again with the same id."""
    gate = asyncio.Event()
    request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", id="same", data=b"null")
    async with (
        lossy(tenant.server.grpc) as (address, losing),
        grpc.aio.insecure_channel(address) as channel,
        webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver,
    ):
        call = asyncio.ensure_future(eventing_pb2_grpc.EventingStub(channel).TriggerSync(request, timeout=9))
        await soon(receiver.received(1))
        losing.set()
        gate.set()
        fault = await soon(rpc_fault(call))
        told = await over_grpc(tenant)(id="same")
    assert (fault.code, told.result, len(receiver.requests)) == ("UNAVAILABLE", b'"once"', 1)


async def test_a_caller_that_goes_away_changes_nothing(trigger: Trigger, tenant: Tenant) -> None:
    """If the caller goes away, the event goes on: it is tried again, and its outcome is stored."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(500)), answer(200, b'"late"')) as receiver:
        call = asyncio.ensure_future(trigger(id="same"))
        await soon(receiver.received(1))
        call.cancel()
        await asyncio.wait([call])
        gate.set()
        delivery = await tenant.delivery("same")
        told = await trigger(id="same")
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 2)
    assert (told.result, len(receiver.requests)) == (b'"late"', 2)
