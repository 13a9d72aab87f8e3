"""No answer is larger than the 4 MiB that gRPC clients accept by default, whatever the webhooks answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from acceptance.tenant import Delivery, Tenant
from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2
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
