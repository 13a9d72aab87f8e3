"""In which trace an event's spans are, and below which span, whatever brings the event about."""

import pytest
from acceptance.spans import Sender, below
from acceptance.spans import collector as collector
from acceptance.spans import sender as sender
from acceptance.spans import server as server
from acceptance.tenant import Delivery, Tenant, soon
from acceptance.test_traces import OF_REQUESTS
from bellrope.v1 import eventing_pb2, triggers_pb2
from collector import Collector, attributes
from receiver import Receiver, answer

NEVER = triggers_pb2.RetryPolicy(no_retry_statuses=["5xx", "404"])


@pytest.mark.parametrize("door", OF_REQUESTS)
async def test_an_event_keeps_its_own_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender, door: str
) -> None:
    """Attempts are in the event's own trace; what accepted it is there, or both are linked."""
    request = Sender()
    await tenant.trigger(receiver.url)
    headers = (("traceparent", request.parent),)
    await OF_REQUESTS[door](tenant, headers, {"traceparent": sender.parent})
    [attempt, *_] = await collector.named("attempt", sender.trace_id)
    above = attempt.links[0].span_id if attempt.links else attempt.parent_span_id
    accept = await collector.whole(above)
    around = {accept.parent_span_id, *(link.span_id for link in accept.links)}
    assert bytes.fromhex(sender.span_id) in around
    assert bytes.fromhex(request.span_id) in around or "stream" in door


@pytest.mark.parametrize("together", ["QueueBatch", "QueueStream"])
async def test_events_that_come_together_keep_their_own_traces(
    tenant: Tenant, receiver: Receiver, collector: Collector, together: str
) -> None:
    """Each is attempted in its own trace; a batch is accepted in one span, which has a link to each."""
    senders = [Sender(), Sender()]
    await tenant.trigger(receiver.url)
    events = [
        eventing_pb2.QueueRequest(project=tenant.project, type="order", **each.trace) for each in senders
    ]
    if together == "QueueBatch":
        await tenant.eventing.QueueBatch(
            eventing_pb2.QueueBatchRequest(project=tenant.project, events=events)
        )
    else:
        asked = [eventing_pb2.QueueStreamRequest(event=event) for event in events]
        assert [each async for each in tenant.eventing.QueueStream(iter(asked))]
    for each in senders:
        [attempt] = await collector.named("attempt", each.trace_id)
        if together == "QueueBatch":
            assert bytes.fromhex(each.span_id) == attempt.parent_span_id
            accept = await collector.whole(attempt.links[0].span_id)
            assert {bytes.fromhex(one.span_id) for one in senders} == {link.span_id for link in accept.links}
            assert attributes(accept)["messaging.batch.message_count"] == len(senders)


async def test_a_chained_event_is_below_the_attempt_that_queued_it(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """An event that a webhook's answer queues goes on in the trace, below the attempt with that answer."""
    await tenant.trigger(receiver.url, name="next", type="paid")
    async with Receiver(answer(200, b'{"events":[{"type":"paid"},{"type":"paid"}]}')) as first:
        await tenant.trigger(first.url, chain_events=True)
        await tenant.queue({"type": "order"}, **sender.trace)
        await soon(receiver.received(2))
    [attempt] = await collector.named("attempt order", sender.trace_id)
    chained = await collector.named("attempt paid", sender.trace_id, 2)
    assert [below(attempt)] * 2 == [each.parent_span_id for each in chained]


async def test_the_event_about_a_dead_letter_is_in_the_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """The report of a dead letter is delivered in the trace of the event that could not be."""
    await tenant.trigger(receiver.url, name="told", type="bellrope.delivery.dead_lettered")
    async with Receiver(answer(404)) as gone:
        await tenant.trigger(gone.url, retry_policy=NEVER)
        await tenant.queue({"type": "order"}, **sender.trace)
        await soon(receiver.received(1))
    [accept] = await collector.named("accept", sender.trace_id)
    [told] = await collector.named("attempt bellrope.delivery.dead_lettered", sender.trace_id)
    assert below(accept) == told.parent_span_id


async def test_a_replayed_delivery_is_in_the_trace(
    tenant: Tenant, collector: Collector, sender: Sender
) -> None:
    """An attempt that a replay makes is below the request that queued the event."""
    async with Receiver(answer(500), answer(200)) as receiver:
        await tenant.trigger(receiver.url, retry_policy=NEVER)
        await tenant.queue({"type": "order", "id": "A-1"}, **sender.trace)
        delivery = await tenant.delivery("A-1", state=Delivery.DEAD_LETTERED)
        path = f"{tenant.server.http}/v1/projects/{tenant.project}/deliveries/{delivery.delivery_id}:replay"
        assert (await tenant.send("POST", path, {}))[0] == 200
        attempts = await collector.named("attempt", sender.trace_id, 2)
    assert attempts[0].parent_span_id == attempts[1].parent_span_id
