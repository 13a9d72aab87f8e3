"""A webhook's answer that queues events: they are checked like others, never twice, and not for ever."""

import gzip
import json
import zlib
from typing import Any

import pytest
from acceptance.tenant import Delivery, Tenant, rpc_fault, soon
from bellrope.v1.deliveries_pb2 import ReplayDeliveryRequest
from bellrope.v1.triggers_pb2 import RetryPolicy
from google.protobuf.duration_pb2 import Duration
from kit import until
from receiver import Connection, Reaction, Receiver, answer, response, send, send_then_close

DEAD = "bellrope.delivery.dead_lettered"
MIB = 1024 * 1024


def reply(**members: Any) -> Reaction:
    """Answer 200 with this JSON object."""
    return answer(200, json.dumps(members).encode())


async def chain(tenant: Tenant, then: Reaction, **trigger: Any) -> Any:
    """Queue an event whose webhook gives this answer; return its delivery once it is final."""
    async with Receiver(then) as receiver:
        await tenant.trigger(receiver.url, **{"chain_events": True, **trigger})
        _, queued = await tenant.queue({"type": "order", "data": 1})
        return await tenant.delivery(queued["eventId"])


async def facts(tenant: Tenant, name: str, count: int) -> list[dict[str, Any]]:
    """Return the log's lines of one kind about this project, once there are enough."""
    found: list[dict[str, Any]] = []

    def there() -> bool:
        found[:] = [fact for fact in tenant.server.facts(name) if fact["project"] == tenant.project]
        return len(found) >= count

    await until(there)
    return found


async def test_an_answer_queues_its_events(tenant: Tenant, receiver: Receiver) -> None:
    """`event` and `events` are queued in the project, each with its cause and the number of hops."""
    await tenant.trigger(receiver.url, name="next", type="paid", options={"k": "v"})
    delivery = await chain(
        tenant,
        reply(
            response={"ok": True},
            event={"type": "paid", "payload": [1.0], "options": {"k": "v"}, "isSynchronous": False},
            events=[{"type": "unmatched", "data": 2, "delay": 60, "timestamp": "", "id": "own-id"}],
        ),
    )
    assert delivery.state == Delivery.SUCCEEDED
    [request] = await soon(receiver.received(1))
    assert request.body.endswith(b'"data":[1.0]}')
    first = await tenant.event(json.loads(request.body)["id"])
    second = await tenant.event("own-id")
    assert [(event.cause, event.hop) for event in (first, second)] == [(delivery.delivery_id, 1)] * 2
    assert (second.data, second.delivery_count) == (b"2", 0)
    assert second.due_time.seconds - second.accept_time.seconds in (59, 60)
    told = await facts(tenant, "event.chained", 2)
    assert [(fact["event_id"], fact["index"], fact["hop"]) for fact in told] == [
        (first.event_id, 0, 1),
        ("own-id", 1, 1),
    ]


async def test_what_a_caller_queues_has_no_cause(tenant: Tenant) -> None:
    """An event that a caller queued has no cause."""
    _, queued = await tenant.queue({"type": "order"})
    event = await tenant.event(queued["eventId"])
    assert (event.cause, event.hop) == ("", 0)


async def test_the_trace_goes_on(tenant: Tenant, receiver: Receiver) -> None:
    """A chained event has the trace of the event that caused it."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await tenant.trigger(receiver.url, name="next", type="paid")
    async with Receiver(reply(event={"type": "paid"})) as first:
        await tenant.trigger(first.url, chain_events=True)
        await tenant.queue({"type": "order"}, traceparent=trace)
        [request] = await soon(receiver.received(1))
    assert request.header("traceparent") == trace


async def test_nothing_is_queued_without_the_setting(tenant: Tenant, receiver: Receiver) -> None:
    """A trigger without `chain_events` queues nothing from the same answer."""
    await tenant.trigger(receiver.url, name="next", type="paid")
    delivery = await chain(tenant, reply(event={"type": "paid"}), chain_events=False)
    assert (delivery.state, len(await tenant.deliveries())) == (Delivery.SUCCEEDED, 1)


async def test_a_failure_queues_nothing(tenant: Tenant) -> None:
    """Only a 2xx answer queues events."""
    await chain(tenant, answer(500, b'{"event":{"type":"paid","id":"e"}}'), retries=0)
    assert (await rpc_fault(tenant.event("e"))).reason == "EVENT_NOT_FOUND"


REFUSED = {
    "no type": ({"data": 1}, "INVALID_FIELD", "type"),
    "reserved": ({"type": "bellrope.x"}, "INVALID_FIELD", "type"),
    "unknown key": ({"type": "x", "foo": 1}, "UNKNOWN_FIELD", "foo"),
    "data and payload": ({"type": "x", "data": 1, "payload": 1}, "INVALID_FIELD", "payload"),
    "synchronous": ({"type": "x", "isSynchronous": True}, "INVALID_FIELD", "isSynchronous"),
    "delay": ({"type": "x", "delay": -1}, "INVALID_FIELD", "delay"),
    "id": ({"type": "x", "id": "a b"}, "INVALID_FIELD", "id"),
    "time": ({"type": "x", "timestamp": "2999-01-01T00:00:00Z"}, "INVALID_FIELD", "timestamp"),
    "schema": ({"type": "strict", "payload": {"n": "x"}}, "INVALID_FIELD", "payload.n"),
    "no object": (5, "INVALID_FIELD", "event"),
}


async def test_each_event_is_judged_by_itself(tenant: Tenant) -> None:
    """A bad event is reported in the log; the others are queued, and the delivery succeeds."""
    schema = json.dumps({"properties": {"n": {"type": "integer"}}})
    await tenant.send("POST", f"{tenant.config}/eventing/schema/strict", {"schema": schema})
    bad = [event for event, _, _ in REFUSED.values()]
    delivery = await chain(tenant, reply(events=[*bad, {"type": "strict", "data": {"n": 1}, "id": "good"}]))
    assert delivery.state == Delivery.SUCCEEDED
    told = await facts(tenant, "event.chain_refused", len(bad))
    assert [(fact["reason"], fact["field"]) for fact in told] == [
        (reason, field) for _, reason, field in REFUSED.values()
    ]
    assert {(fact["trigger"], fact["cause"]) for fact in told} == {("hook", delivery.delivery_id)}
    assert (await tenant.event("good")).hop == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"events":{}}', "INVALID_FIELD"),
        (b'{"event":{"type":"x"},"event":{"type":"x"}}', "MALFORMED_JSON"),
        (b'{"event":{"type":"x","data":NaN}}', "MALFORMED_JSON"),
        (json.dumps({"events": [{"type": "x"}] * 101}).encode(), "TOO_LARGE"),
        (json.dumps({"event": {"type": "x", "data": "x" * MIB}}).encode(), "RESPONSE_TOO_LARGE"),
        (b" " * MIB + b'{"event":{"type":"x"}}', "RESPONSE_TOO_LARGE"),
    ],
)
async def test_an_answer_that_can_not_be_read_queues_nothing(
    tenant: Tenant, body: bytes, reason: str
) -> None:
    """Over 100 events, over 1 MiB, or ambiguous JSON: nothing is queued."""
    delivery = await chain(tenant, answer(200, body))
    [fact] = await facts(tenant, "event.chain_refused", 1)
    assert (delivery.state, fact["reason"], fact["index"]) == (Delivery.SUCCEEDED, reason, 0)
    assert len(await tenant.deliveries()) == 1


SILENT = {
    b"fine": "not JSON: expecting value at line 1, column 1 (MALFORMED_JSON)",
    b"[1]": "answer is not a JSON object with `event` or `events` (INVALID_FIELD)",
    b"null": "answer is not a JSON object with `event` or `events` (INVALID_FIELD)",
    b"{}": "answer has neither `event` nor `events` (INVALID_FIELD)",
    b'{"response":1,"event":null}': "answer has neither `event` nor `events` (INVALID_FIELD)",
    b'{"event":[{"type":"x"}]}': "event must be a JSON object (INVALID_FIELD)",
    b'{"event":"x"}': "event must be a JSON object (INVALID_FIELD)",
    b'{"events":[null]}': "event must be a JSON object (INVALID_FIELD)",
    b"\xff": "the answer is not text in UTF-8, nor in the charset of its Content-Type (MALFORMED_JSON)",
    b'{"events":[{"type":"x"},{"data":1},{"foo":1}]}': "event 2 of 3: type is required (INVALID_FIELD)",
    b'{"event":{"type":"order","id":"taken"}}': (
        "This id was already accepted with a different request. Use another id. (ID_CONFLICT)"
    ),
}


@pytest.mark.parametrize(("body", "said"), SILENT.items())
async def test_an_answer_that_queues_nothing_says_why(tenant: Tenant, body: bytes, said: str) -> None:
    """An answer that does not queue all of its events succeeds, and its attempt and the log say why."""
    await tenant.queue({"type": "other", "id": "taken"})
    delivery = await chain(tenant, answer(200, body))
    whole = await tenant.whole(delivery)
    [fact, *_] = await facts(tenant, "event.chain_refused", 1)
    assert (delivery.state, [each.chain_error for each in whole.attempts]) == (Delivery.SUCCEEDED, [said])
    assert said.endswith(f"({fact['reason']})")
    [listed] = await tenant.deliveries(delivery.event_id)
    assert listed.attempts == [] or listed.attempts[0].chain_error == said


@pytest.mark.parametrize("body", [b"", b" \r\n", b'{"event":{"type":"x"}}'])
async def test_an_empty_answer_or_one_with_events_has_nothing_to_say(tenant: Tenant, body: bytes) -> None:
    """An empty answer queues nothing, and neither it nor a good one has anything in the log."""
    delivery = await chain(tenant, answer(200, body))
    await tenant.logged(delivery)
    told = [fact for fact in tenant.server.facts("event.chain_refused") if fact["project"] == tenant.project]
    assert ([each.chain_error for each in (await tenant.whole(delivery)).attempts], told) == ([""], [])


EVENT = '{"event": {"type": "größe", "id": "one", "data": "ü"}}'
FORMS = {
    "gzip": (gzip.compress(EVENT.encode()), [("Content-Encoding", "gzip")]),
    "deflate": (zlib.compress(EVENT.encode()), [("Content-Encoding", "deflate")]),
    "a byte order mark": (EVENT.encode("utf-8-sig"), []),
    "UTF-16": (EVENT.encode("utf-16"), [("Content-Type", "application/json")]),
    "UTF-16 by its charset": (EVENT.encode("utf-16-be"), [("Content-Type", "text/json; charset=utf-16")]),
    "gzip of UTF-16": (gzip.compress(EVENT.encode("utf-16")), [("Content-Encoding", "gzip")]),
}


@pytest.mark.parametrize(("body", "headers"), FORMS.values(), ids=FORMS)
async def test_an_answer_queues_its_events_in_any_form(tenant: Tenant, body: bytes, headers: Any) -> None:
    """A compressed answer, one in UTF-16, and one with a byte order mark queue their events."""
    await chain(tenant, answer(200, body, headers))
    event = await tenant.event("one")
    assert (event.type, json.loads(event.data)) == ("größe", "ü")


async def test_an_answer_that_breaks_off_queues_its_events_when_it_is_whole(tenant: Tenant) -> None:
    """Half of an answer is a failed attempt. The next attempt's answer queues its events, once."""
    whole = response(200, b'{"event":{"type":"x","id":"one"}}')
    soon_again = RetryPolicy(min_backoff=Duration(nanos=100_000_000))
    async with Receiver(send_then_close(whole[:-9]), send(whole)) as receiver:
        await tenant.trigger(receiver.url, chain_events=True, retry_policy=soon_again)
        _, queued = await tenant.queue({"type": "order"})
        delivery = await tenant.delivery(queued["eventId"])
    assert (delivery.state, delivery.attempt_count, (await tenant.event("one")).hop) == (
        Delivery.SUCCEEDED,
        2,
        1,
    )


async def test_a_large_answer_is_read_whole(tenant: Tenant, receiver: Receiver) -> None:
    """An answer of up to 1 MiB is read completely, so all of its events are queued."""
    data = "x" * (MIB - 100)
    await tenant.trigger(receiver.url, name="next", type="big")
    await chain(tenant, reply(event={"type": "big", "data": data}))
    [request] = await soon(receiver.received(1))
    assert json.loads(request.body)["data"] == data


async def test_the_same_id_is_queued_once(tenant: Tenant) -> None:
    """An answer that gives its event an id may come again: after a replay the event is stored once."""
    async with Receiver(reply(event={"type": "x", "id": "once"})) as receiver:
        await tenant.trigger(receiver.url, chain_events=True)
        for number in range(2):
            await tenant.queue({"type": "order", "data": number})
        told = await facts(tenant, "event.chained", 2)
    assert sorted(fact["duplicate"] for fact in told) == [False, True]


async def test_a_synchronous_caller_gets_the_response(tenant: Tenant) -> None:
    """`isSynchronous` returns the answer's `response`, and its events are queued too."""
    async with Receiver(reply(response={"ok": 1}, event={"type": "x", "id": "next"})) as receiver:
        await tenant.trigger(receiver.url, chain_events=True)
        status, told = await tenant.queue({"type": "order", "isSynchronous": True})
    assert (status, told["result"], (await tenant.event("next")).hop) == (200, {"ok": 1}, 1)


async def test_a_loop_ends_after_16_hops(tenant: Tenant) -> None:
    """A trigger that queues its own event for ever is called 17 times; then a dead letter says why (D27)."""
    async with Receiver(reply(event={"type": "order"})) as receiver, Receiver() as told:
        await tenant.trigger(receiver.url, chain_events=True)
        await tenant.trigger(told.url, name="dead", type=DEAD)
        await tenant.queue({"type": "order"})
        [letter] = await soon(told.received(1))
        deliveries = await tenant.deliveries(trigger="hook")
    dead, *others = deliveries
    assert (dead.state, dead.reason, dead.attempt_count) == (Delivery.DEAD_LETTERED, "loop", 0)
    assert [delivery.state for delivery in others] == [Delivery.SUCCEEDED] * 17
    assert len(receiver.requests) == 17
    about = json.loads(letter.body)["data"]
    assert (about["reason"], about["deliveryId"], about["attemptCount"]) == ("loop", dead.delivery_id, 0)
    event = await tenant.event(dead.event_id)
    assert (event.hop, event.cause) == (17, others[0].delivery_id)


async def test_a_loop_by_way_of_its_dead_letters_ends_too(tenant: Tenant) -> None:
    """A webhook for dead letters that queues events that fail is a loop like any other."""
    async with (
        Receiver(answer(500)) as failing,
        Receiver(reply(event={"type": "order"})) as again,
    ):
        await tenant.trigger(failing.url, retries=0)
        await tenant.trigger(again.url, name="again", type=DEAD, chain_events=True)
        await tenant.queue({"type": "order"})

        [refused] = await facts(tenant, "event.chain_refused", 1)
        calls = (len(failing.requests), len(again.requests))
    dead = await tenant.deliveries(state=Delivery.DEAD_LETTERED)
    assert (refused["reason"], refused["trigger"], calls) == ("LOOP", "again", (17, 18))
    assert [delivery.reason for delivery in dead] == ["loop", *["retries_exhausted"] * 17]


async def test_a_replayed_end_of_a_loop_goes_no_further(tenant: Tenant) -> None:
    """Replaying the dead letter of a loop makes one call; the events of its answer are refused."""
    async with Receiver(reply(event={"type": "order"})) as receiver:
        await tenant.trigger(receiver.url, chain_events=True)
        await tenant.queue({"type": "order"})
        await until(lambda: loops(tenant))
        [dead] = await loops(tenant)
        replay = ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id)
        await tenant.log.ReplayDelivery(replay)
        delivery = await tenant.delivery(dead.event_id)
        [refused] = await facts(tenant, "event.chain_refused", 1)
    assert (delivery.state, refused["reason"], len(receiver.requests)) == (Delivery.SUCCEEDED, "LOOP", 18)
    assert len(await tenant.deliveries()) == 18


async def loops(tenant: Tenant) -> list[Any]:
    """Return the dead letters that ended a loop."""
    dead = await tenant.deliveries(state=Delivery.DEAD_LETTERED)
    return [delivery for delivery in dead if delivery.reason == "loop"]


async def test_the_answer_for_a_deleted_trigger_still_counts(tenant: Tenant) -> None:
    """If a trigger is deleted while its webhook is called, the answer is still read."""

    async def react(connection: Connection) -> None:
        await tenant.delete()
        await connection.send(response(200, b'{"event":{"type":"x","id":"after"}}'))

    delivery = await chain(tenant, react)
    assert (delivery.state, (await tenant.event("after")).hop) == (Delivery.SUCCEEDED, 1)
