"""A webhook's answer that queues events: they are checked like others, never twice, and not for ever."""

import json
from typing import Any

import pytest
from acceptance.tenant import Delivery, Tenant, rpc_fault, soon
from bellrope.v1.deliveries_pb2 import ReplayDeliveryRequest
from kit import until
from receiver import Connection, Reaction, Receiver, answer, response

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
    "no object": (5, "MALFORMED_JSON", None),
}


async def test_each_event_is_judged_by_itself(tenant: Tenant) -> None:
    """A bad event is reported in the log; the others are queued, and the delivery succeeds."""
    bad = [event for event, _, _ in REFUSED.values()]
    delivery = await chain(tenant, reply(events=[*bad, {"type": "x", "id": "good"}]))
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


@pytest.mark.parametrize(
    "body", [b"", b"fine", b"[1]", b"null", b"{}", b'{"event":null,"events":null}', b"\xff"]
)
async def test_other_answers_are_answers(tenant: Tenant, body: bytes) -> None:
    """A 2xx succeeds whatever its body; a body without events queues and logs nothing."""
    delivery = await chain(tenant, answer(200, body))
    await tenant.logged(delivery)
    told = [*tenant.server.facts("event.chained"), *tenant.server.facts("event.chain_refused")]
    assert delivery.state == Delivery.SUCCEEDED
    assert [fact for fact in told if fact["project"] == tenant.project] == []


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
