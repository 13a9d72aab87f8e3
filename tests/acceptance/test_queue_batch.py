"""QueueBatch: many events in one commit, all of them or none."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from acceptance.tenant import Tenant, http_fault, rpc_fault, soon
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest
from receiver import Receiver, answer

MIB = 1024 * 1024


def order(id: str, *, type: str = "order", **fields: Any) -> QueueRequest:
    """Return an event with an id."""
    return QueueRequest(type=type, id=id, data=b'{"number": 1}', **fields)


async def queue(tenant: Tenant, *events: QueueRequest) -> list[tuple[str, int, bool]]:
    """Queue a batch; return each event's id, how many triggers matched, and whether it is a duplicate."""
    response = await tenant.eventing.QueueBatch(QueueBatchRequest(project=tenant.project, events=events))
    return [(each.event_id, each.delivery_count, each.duplicate) for each in response.results]


async def stored(tenant: Tenant, *ids: str) -> list[str]:
    """Return which of the ids are events of the project."""
    found = await asyncio.gather(*(tenant.event(id) for id in ids), return_exceptions=True)
    return [id for id, event in zip(ids, found, strict=True) if not isinstance(event, Exception)]


async def test_a_batch_is_answered_in_order_and_delivered(tenant: Tenant) -> None:
    """Each event gets the answer that Queue would give, in order, and its webhook is called."""
    async with Receiver(answer()) as receiver:
        await tenant.trigger(receiver.url)
        said = await queue(tenant, order("a"), order("b", type="nobody"), order("c"))
        assert said == [("a", 1, False), ("b", 0, False), ("c", 1, False)]
        await soon(receiver.received(2))
        assert {json.loads(request.body)["id"] for request in receiver.requests} == {"a", "c"}


async def test_a_batch_over_http_keeps_its_data_as_it_was_sent(tenant: Tenant) -> None:
    """The native path takes plain JSON, up to the batch's own limit, and names the bad event."""
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/events:queueBatch"
    async with Receiver(answer()) as receiver:
        await tenant.trigger(receiver.url)
        body = b'{"events": [{"type": "order", "id": "a", "data": [1.0, -0, 18446744073709551616]}'
        plain = b', {"type": "nobody", "delay": "60s", "data": "%s"}' % (b"x" * (MIB - 2)) * 3
        status, said = await tenant.send("POST", url, body + plain + b"]}")
        assert (status, said["results"][0]["eventId"]) == (200, "a")
        (request,) = await soon(receiver.received(1))
        assert request.body.endswith(b'"data":[1.0, -0, 18446744073709551616]}')
        status, said = await tenant.send("POST", url, {"events": [{"type": "order"}, {"type": ""}]})
        fault = http_fault(said)
        assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("events[1].type",))


async def test_the_same_batch_again_changes_nothing(tenant: Tenant) -> None:
    """A batch that is sent again gets the answers of the first time, marked as duplicates."""
    await queue(tenant, order("a"), order("b"))
    assert await queue(tenant, order("a"), order("b")) == [("a", 0, True), ("b", 0, True)]
    assert await queue(tenant, order("c"), order("c")) == [("c", 0, False), ("c", 0, True)]


@pytest.mark.parametrize(
    ("spoil", "code", "reason", "field"),
    [
        (lambda event: event.ClearField("type"), "INVALID_ARGUMENT", "INVALID_FIELD", "events[2].type"),
        (lambda event: setattr(event, "data", b"{"), "INVALID_ARGUMENT", "MALFORMED_JSON", "events[2].data"),
        (lambda event: setattr(event, "id", "taken"), "ALREADY_EXISTS", "ID_CONFLICT", "events[2].id"),
        (lambda event: setattr(event, "id", "a"), "ALREADY_EXISTS", "ID_CONFLICT", "events[2].id"),
        (
            lambda event: setattr(event, "project", "other"),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "events[2].project",
        ),
    ],
    ids=["no type", "bad JSON", "an id that is taken", "an id twice in the batch", "another project"],
)
async def test_b21_one_bad_event_refuses_the_batch(
    tenant: Tenant, spoil: Callable[[QueueRequest], None], code: str, reason: str, field: str
) -> None:
    """B21: Nothing of the batch is stored, and the error names the event by its index."""
    await queue(tenant, order("taken", type="before"))
    events = [order("a"), order("b"), order("c", delay={"seconds": 7}), order("d")]
    spoil(events[2])
    request = QueueBatchRequest(project=tenant.project, events=events)
    fault = await rpc_fault(tenant.eventing.QueueBatch(request))
    assert (fault.code, fault.reason, fault.fields) == (code, reason, (field,))
    assert fault.metadata["index"] == "2"
    assert await stored(tenant, "a", "b", "c", "d") == []


async def test_b21_a_bad_event_far_into_a_batch_has_its_index(tenant: Tenant) -> None:
    """B21: The index counts from the first event, also in a batch that is checked part by part."""
    data = b'"%s"' % (b"x" * 8_000)
    events = [QueueRequest(type="order", id=f"event-{number}", data=data) for number in range(100)]
    events[90].data = b"{"
    request = QueueBatchRequest(project=tenant.project, events=events)
    fault = await rpc_fault(tenant.eventing.QueueBatch(request))
    assert (fault.reason, fault.fields) == ("MALFORMED_JSON", ("events[90].data",))
    assert fault.metadata["index"] == "90"
    assert await stored(tenant, "event-0", "event-99") == []


async def test_a_refused_batch_keeps_no_place_from_others(tenant: Tenant) -> None:
    """A refused batch gives back the slots that its events had taken."""
    async with Receiver(answer()) as receiver:
        await tenant.trigger(receiver.url, max_in_flight=2)
        await queue(tenant, order("taken", type="before"))
        for _ in range(3):
            request = QueueBatchRequest(
                project=tenant.project, events=[order("a"), order("b"), order("taken")]
            )
            fault = await rpc_fault(tenant.eventing.QueueBatch(request))
            assert fault.reason == "ID_CONFLICT"
        await queue(tenant, *(order(f"event-{number}") for number in range(10)))
        await soon(receiver.received(10))


@pytest.mark.parametrize(("count", "code"), [(0, "INVALID_ARGUMENT"), (1001, "RESOURCE_EXHAUSTED")])
async def test_a_batch_has_one_to_a_thousand_events(tenant: Tenant, count: int, code: str) -> None:
    """An empty batch is INVALID_ARGUMENT, and one over a thousand is RESOURCE_EXHAUSTED."""
    request = QueueBatchRequest(project=tenant.project, events=[QueueRequest(type="order")] * count)
    fault = await rpc_fault(tenant.eventing.QueueBatch(request))
    assert (fault.code, fault.fields) == (code, ("events",))


async def test_a_thousand_events_are_one_batch(tenant: Tenant) -> None:
    """A full batch is stored, even if it is far larger than a single request may be."""
    data = b'"%s"' % (b"x" * 8_000)
    events = [QueueRequest(type="order", id=f"event-{number}", data=data) for number in range(1000)]
    said = await queue(tenant, *events)
    assert said == [(f"event-{number}", 0, False) for number in range(1000)]


async def test_a_batch_in_no_project_is_not_found(tenant: Tenant) -> None:
    """The project belongs to the batch, so the error names no index."""
    request = QueueBatchRequest(project="nowhere", events=[QueueRequest(type="order")])
    fault = await rpc_fault(tenant.eventing.QueueBatch(request))
    assert (fault.code, fault.reason, fault.fields) == ("NOT_FOUND", "PROJECT_NOT_FOUND", ("project",))
