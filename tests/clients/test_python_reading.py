"""The Python client reads lists and watches what happens: each test runs with both forms."""

from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import bellrope
import pytest
from bellrope.tail import Patience, ended
from bellrope.v1.deliveries_pb2 import Delivery, ListEventsRequest, TailResponse

from tests.clients.either import Connect, EitherClient, failing, new_name, trigger_at
from tests.clients.lossy import lossy
from tests.clients.webhook import Webhook
from tests.kit import Server, serving
from tests.ports import lasting_address


async def test_a_list_is_read_page_by_page(client: EitherClient) -> None:
    """`pages` yields each page of a list, and leaves the request as it is."""
    kind = new_name()
    queued = [await client.queue(kind) for _ in range(5)]
    request = ListEventsRequest(type=kind, page_size=2)
    pages = await client.pages("deliveries", "ListEvents", request)
    found = [event.event_id for page in pages for event in page.events]
    assert found == [each.event_id for each in reversed(queued)]
    assert (len(pages) > 1, request.page_token) == (True, "")
    [empty] = await client.pages("deliveries", "ListEvents", ListEventsRequest(type=new_name()))
    assert len(empty.events) == 0


async def test_a_tail_shows_what_happens(client: EitherClient, webhook: Webhook) -> None:
    """The first fact says that it has begun; then come those that are wanted, in order."""
    kind = await trigger_at(webhook.url, client)
    seen: list[Any] = []
    async with aclosing(client.tail(type=kind)) as facts:
        async for fact in facts:
            seen.append(fact)
            if not fact.kind:
                await client.queue(new_name())
                queued = await client.queue(kind)
            if fact.state == Delivery.SUCCEEDED:
                break
    assert {fact.event_id for fact in seen[1:]} == {queued.event_id}
    kinds = [seen[place].kind for place in (0, 1, -1)]
    assert kinds == [
        TailResponse.KIND_UNSPECIFIED,
        TailResponse.EVENT_ACCEPTED,
        TailResponse.ATTEMPT_RECORDED,
    ]


async def test_a_tail_of_what_is_not_there_fails(connect: Connect, server: Server) -> None:
    """A tail that the server refuses ends with its error at once."""
    client = await connect(server.grpc, project="nowhere")
    await failing(anext(client.tail()), bellrope.NotFound)


async def test_a_tail_without_a_server_ends_in_time(connect: Connect) -> None:
    """If no server is there at the start, the tail fails within the client's timeout."""
    client = await connect("127.0.0.1:1", timeout=0.1)
    await failing(anext(client.tail()), bellrope.Unavailable)


async def test_a_tail_goes_on_after_a_lost_connection(connect: Connect, server: Server) -> None:
    """If the connection breaks, the tail connects again, and says that it began again."""
    kind = new_name()
    async with lossy(server.grpc) as (target, proxy):
        client = await connect(target, timeout=0.1)
        async with aclosing(client.tail(type=kind)) as facts:
            assert (await anext(facts)).kind == 0
            proxy.cut()
            assert (await anext(facts)).kind == 0
            queued = await (await connect(server.grpc)).queue(kind)
            assert (await anext(facts)).event_id == queued.event_id


async def test_a_tail_waits_for_the_server_to_come_back(connect: Connect, tmp_path: Path) -> None:
    """Once it has begun, a tail outlives a restart of the server."""
    address = f"--grpc={lasting_address()}"
    with serving(tmp_path, address, "--drain-grace=0") as first:
        client = await connect(first.grpc, timeout=5)
        async with aclosing(client.tail()) as facts:
            assert (await anext(facts)).kind == 0
            first.kill()
            with serving(tmp_path, address):
                assert (await anext(facts)).kind == 0


def test_an_overloaded_server_is_waited_for_once_it_was_there() -> None:
    """At the start Overloaded ends a tail; later it waits as long as the server says."""
    patience = Patience(10)
    with pytest.raises(bellrope.Overloaded):
        patience.pause_after(bellrope.Overloaded())
    patience.begin()
    assert patience.pause_after(bellrope.Overloaded(retry_after=timedelta(seconds=3))) == 3
    assert patience.pause_after(bellrope.Overloaded()) == 1
    for _ in range(100):
        assert 0.1 <= patience.pause_after(ended()) <= 2.4
