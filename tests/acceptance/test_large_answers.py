"""No answer is larger than the 4 MiB that gRPC clients accept by default, whatever the webhooks answer."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest
from acceptance.tenant import Delivery, Tenant
from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2, triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from receiver import Receiver, answer

KIB, MIB = 1024, 1024 * 1024
LARGE = b'"%b"' % (b"x" * (MIB - 2))


async def test_large_answers_of_many_webhooks_come_in_brief(tenant: Tenant) -> None:
    """Five webhooks answer a megabyte each: the result is whole, and what does not fit beside it is brief."""
    async with Receiver(answer(200, LARGE)) as receiver:
        for name in "abcde":
            await tenant.trigger(receiver.url, name=name)
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order")
        response = await tenant.eventing.TriggerSync(request, timeout=30)
    assert response.result == LARGE
    assert [result.trigger for result in response.results] == list("abcde")
    assert [result.last_attempt.brief for result in response.results].count(False) in (1, 2)
    assert [len(result.last_attempt.response_body) for result in response.results][-1] == 256
    assert response.ByteSize() < 4 * MIB


GROWING = {
    "zeros": (bytes(MIB), "text/plain"),
    "Windows-1252": (b"\x80" * MIB, "text/plain; charset=windows-1252"),
}


@pytest.mark.parametrize("kind", GROWING)
async def test_text_that_grows_when_it_is_escaped_comes_in_base64(tenant: Tenant, kind: str) -> None:
    """A megabyte of text that would be several as JSON is the result in base64, as other bytes are."""
    body, content_type = GROWING[kind]
    async with Receiver(answer(200, body, [("Content-Type", content_type)])) as receiver:
        for name in "abc":
            await tenant.trigger(receiver.url, name=name)
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order")
        response = await tenant.eventing.TriggerSync(request, timeout=30)
    assert (base64.b64decode(json.loads(response.result)), response.result_base64) == (body, True)
    assert response.ByteSize() < 4 * MIB


async def test_an_error_about_a_long_text_reaches_a_default_client(tenant: Tenant) -> None:
    """What is wrong with a text of any length is said within the 8 KiB of trailers that clients accept."""
    await tenant.trigger("http://127.0.0.1:1234/", name="a")
    for path in ("x" * 9_000, "日" * 5_000, "x." * 3_000):
        changed = triggers_pb2.UpdateTriggerRequest(
            trigger=triggers_pb2.Trigger(project=tenant.project, name="a"),
            update_mask=FieldMask(paths=[path]),
        )
        settings = projects_pb2.UpdateProjectRequest(
            project=projects_pb2.Project(name=tenant.project), update_mask=FieldMask(paths=[path])
        )
        schema = projects_pb2.EventType(type="t", schema=f"type t {{ a: {'x' * 9_000} }}")
        typed = projects_pb2.UpdateEventTypeRequest(
            project=tenant.project, event_type=schema, allow_missing=True
        )
        for call, request in (
            (tenant.triggers.UpdateTrigger, changed),
            (tenant.projects.UpdateProject, settings),
            (tenant.projects.UpdateEventType, typed),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call(request)
            assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_many_webhooks_that_fail_are_told_to_a_default_client(tenant: Tenant) -> None:
    """The outcomes of many triggers with long names fit into the error, with what they answered."""
    async with Receiver(answer(500, b'"' + b"\xf0\x9f\x94\x94" * 400 + b'"')) as receiver:
        for number in range(12):
            await tenant.trigger(f"{receiver.url}{'p' * 1500}", name=f"{'n' * 60}{number:02}")
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await tenant.eventing.TriggerSync(request, timeout=30)
    assert caught.value.code() == grpc.StatusCode.ABORTED


async def test_a_delivery_with_many_large_answers_can_be_read(tenant: Tenant) -> None:
    """The last attempts are whole, those before them brief; the list of attempts has all of them whole."""
    async with Receiver(answer(500, LARGE)) as receiver:
        await tenant.trigger(receiver.url, retries=4, chain_events=True)
        _, queued = await tenant.queue({"type": "order"})
        delivery = await tenant.delivery(queued["eventId"])
    assert delivery.state == Delivery.DEAD_LETTERED
    assert delivery.ByteSize() < 3 * MIB
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3, 4, 5]
    assert [attempt.brief for attempt in delivery.attempts] == [True, True, True, True, False]
    assert [len(attempt.response_body) for attempt in delivery.attempts] == [256, 256, 256, 256, MIB]

    async def page(token: str) -> Any:
        request = deliveries_pb2.ListAttemptsRequest(
            project=tenant.project, delivery_id=delivery.delivery_id, page_token=token
        )
        return await tenant.log.ListAttempts(request)

    pages = await every(page)
    attempts = [attempt for each in pages for attempt in each.attempts]
    assert [(each.number, len(each.response_body)) for each in attempts] == [
        (n, MIB) for n in (5, 4, 3, 2, 1)
    ]
    assert all(each.ByteSize() < 3 * MIB for each in pages)


async def test_a_page_of_events_with_large_options_is_shorter(tenant: Tenant) -> None:
    """A page ends where its rows would be too large together, and the next one goes on; none is left out."""
    batch, options = eventing_pb2.QueueBatchRequest(project=tenant.project), {}
    for number in range(32):
        options[f"{number}"] = "€" * 256
    for number in range(160):
        batch.events.add(project=tenant.project, type="order", id=f"e{number}", options=options)
    await tenant.eventing.QueueBatch(batch)

    async def page(token: str) -> Any:
        request = deliveries_pb2.ListEventsRequest(project=tenant.project, page_size=1000, page_token=token)
        return await tenant.log.ListEvents(request)

    pages = await every(page)
    assert sorted(event.event_id for each in pages for event in each.events) == sorted(
        f"e{number}" for number in range(160)
    )
    assert len(pages) > 1
    assert all(each.ByteSize() < 3 * MIB for each in pages)


async def test_a_page_of_large_schemas_is_shorter(tenant: Tenant) -> None:
    """Lists of what is configured end by size, too."""
    schema = '{"description": "%s"}' % ("x" * 60 * KIB)
    for number in range(60):
        event_type = projects_pb2.EventType(type=f"t{number}", schema=schema)
        request = projects_pb2.UpdateEventTypeRequest(
            project=tenant.project, event_type=event_type, allow_missing=True
        )
        await tenant.projects.UpdateEventType(request)

    async def page(token: str) -> Any:
        asked = projects_pb2.ListEventTypesRequest(project=tenant.project, page_size=1000, page_token=token)
        return await tenant.projects.ListEventTypes(asked)

    pages = await every(page)
    assert len({each.type for page in pages for each in page.event_types}) == 60
    assert len(pages) > 1
    assert all(each.ByteSize() < 3 * MIB for each in pages)


async def every(page: Callable[[str], Awaitable[Any]]) -> list[Any]:
    """Return all pages of a list, at most a hundred."""
    pages = [await page("")]
    while pages[-1].next_page_token and len(pages) < 100:
        pages.append(await page(pages[-1].next_page_token))
    return pages
