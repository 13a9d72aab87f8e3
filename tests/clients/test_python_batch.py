"""`queue_batch` of the Python client: many events or none; each test runs with both forms."""

from datetime import UTC, datetime, timedelta

import bellrope
import pytest
from bellrope import Event, RawJSON
from grpc import StatusCode

from tests.clients.either import Connect, EitherClient, failing, new_name, trigger_at
from tests.clients.lossy import lossy
from tests.clients.webhook import Webhook
from tests.kit import Server


async def test_a_batch_is_stored_and_delivered(client: EitherClient, webhook: Webhook) -> None:
    """Each event gets its answer in order, and the webhooks of those that match are called."""
    type, due_time = await trigger_at(webhook.url, client), datetime.now(UTC) + timedelta(days=1)
    events = [
        Event(type, {"n": 1}),
        Event(new_name()),
        Event(type, RawJSON("[2.0]"), at=due_time, id=new_name()),
    ]
    queued = await client.queue_batch(events)
    assert [each.event_id for each in queued] == [event.id for event in events]
    assert [(each.delivery_count, each.duplicate) for each in queued] == [(1, False), (0, False), (1, False)]
    assert queued[2].due_time == due_time
    body, _ = await webhook.posts.get()
    assert body.partition(b'"data":')[2] == b'{"n":1}}'


async def test_a_batch_goes_to_the_project_of_the_client(connect: Connect, server: Server) -> None:
    """A batch goes to the client's project; a missing project is an error."""
    client = await connect(server.grpc, project="nowhere")
    error = await failing(client.queue_batch([Event("a")]), bellrope.NotFound)
    assert error.reason == "PROJECT_NOT_FOUND"


async def test_d5_a_batch_whose_reply_is_lost_is_sent_again(connect: Connect, server: Server) -> None:
    """The second try stores nothing new: the answers are marked as duplicates."""
    events = (Event("a", number) for number in range(100))
    async with lossy(server.grpc, lose=1) as (target, proxy):
        queued = await (await connect(target)).queue_batch(events)
    assert (proxy.lost, len(queued), {each.duplicate for each in queued}) == (1, 100, {True})


async def test_the_same_events_can_be_sent_again(client: EitherClient) -> None:
    """An Event has its id from the start, so a batch that may have arrived is safe to send again."""
    events = [Event("a"), Event("a")]
    first, second = [await client.queue_batch(events) for _ in range(2)]
    assert [each.event_id for each in first] == [each.event_id for each in second]
    assert [each.duplicate for each in first + second] == [False, False, True, True]


async def test_the_event_that_refuses_a_batch_is_named(client: EitherClient) -> None:
    """The error has the event's index and id, and nothing of the batch is stored."""
    events = [Event("a"), Event("two words"), Event("a")]
    error = await failing(client.queue_batch(events), bellrope.InvalidRequest)
    assert (error.index, error.event_id, error.field) == (1, events[1].id, "events[1].type")
    assert not (await client.queue("a", id=events[0].id)).duplicate
    error = await failing(client.queue_batch([Event("a"), Event("b", id=events[0].id)]), bellrope.Conflict)
    assert (error.index, error.event_id, error.reason) == (1, events[0].id, "ID_CONFLICT")


async def test_an_empty_batch_is_refused(client: EitherClient) -> None:
    """The error of an empty batch has no index."""
    error = await failing(client.queue_batch([]), bellrope.InvalidRequest)
    assert (error.code, error.field, error.index) == (StatusCode.INVALID_ARGUMENT, "events", None)
    assert error.event_id == ""


def test_an_event_that_cannot_be_sent_is_refused_when_it_is_made() -> None:
    """Data that is not JSON, or a time without a zone, is refused where the event is created."""
    with pytest.raises(TypeError):
        Event("a", object())
    with pytest.raises(ValueError, match="`at` needs a time zone"):
        Event("a", at=datetime(2030, 1, 1))


def test_an_event_keeps_what_it_was_made_of() -> None:
    """Changes of the data afterwards do not change the event; its id is new unless it is given."""
    data = {"n": 1}
    event = Event("a", data, id="x")
    data["n"] = 2
    assert (event.request.data, event.id, repr(event)) == (b'{"n":1}', "x", "Event('a', id='x')")
    assert Event("a").id != Event("a", id=None).id
