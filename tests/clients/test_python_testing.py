"""`bellrope.testing`: fakes for tests of programs; each test runs with the sync and the asyncio fake."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import bellrope
import pytest
from bellrope import Event, Queued, RawJSON, aio, testing
from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest
from bellrope.v1.projects_pb2 import ListProjectsRequest
from grpc import StatusCode

from tests.clients.either import RETRIED, EitherClient, Threaded, failing, new_name
from tests.kit import Server

Faked = tuple[testing.Fake, EitherClient]


@pytest.fixture(params=["sync", "asyncio"])
async def faked(request: pytest.FixtureRequest) -> AsyncIterator[Faked]:
    """A fake and a client of it."""
    if request.param == "sync":
        with testing.fake(project="shop", timeout=1) as fake:
            yield fake, Threaded(client=fake.client)
        return
    async with testing.fake_server(project="shop", timeout=1) as fake:
        yield fake, fake.client  # type: ignore[misc]  # it lacks only `stub`


async def test_what_a_program_queues_is_noted(faked: Faked) -> None:
    """Each event is noted, with its data decoded and every other field of the request."""
    fake, client = faked
    queued = await client.queue("paid", {"amount": 5}, id="a", options={"region": "eu"})
    batch = await client.queue_batch([Event("b", RawJSON("[1.0]")), Event("c")])
    streamed = [each async for each in client.queue_stream(Event("d", number) for number in range(3))]
    assert [(each.type, each.data) for each in fake.queued] == [
        ("paid", {"amount": 5}),
        ("b", [1.0]),
        ("c", None),
        ("d", 0),
        ("d", 1),
        ("d", 2),
    ]
    assert [each.id for each in fake.queued] == [each.event_id for each in (queued, *batch, *streamed)]
    assert isinstance(fake.queued[0].request, QueueRequest)
    assert (fake.queued[0].request.project, fake.queued[0].request.options["region"]) == ("shop", "eu")


async def test_a_trigger_gets_the_result_that_was_set(faked: Faked) -> None:
    """`result` is what the call returns, and the event is noted too."""
    fake, client = faked
    assert (await client.trigger("a")).result is None
    fake.result = {"price": 42}
    answer = await client.trigger("a", [1])
    assert (answer.result, len(answer.results)) == ({"price": 42}, 1)
    assert isinstance(fake.queued[1].request, TriggerSyncRequest)
    assert (fake.queued[1].id, fake.queued[1].data) == (answer.event_id, [1])


ERRORS = [
    bellrope.BellropeError("no", code=StatusCode.PERMISSION_DENIED, reason="FOREIGN_ORIGIN"),
    bellrope.Conflict("no"),
    bellrope.DeadlinePassed("no"),
    bellrope.InvalidRequest("no", field="type"),
    bellrope.KeyRequired("no"),
    bellrope.NoTriggerMatched("no"),
    bellrope.NotFound("no", reason="PROJECT_NOT_FOUND"),
    bellrope.Overloaded("no", retry_after=timedelta(seconds=2)),
    bellrope.ResponseTooLarge("no"),
    bellrope.TooLarge("no"),
    bellrope.InternalError("no"),
    bellrope.OverQuota("no"),
    bellrope.TriggerPaused("no"),
    bellrope.Unavailable("no"),
    bellrope.WebhookFailed("no", metadata={"event_id": "e"}),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_calls_end_with_the_error_that_was_set(faked: Faked, error: bellrope.BellropeError) -> None:
    """The call raises the error that was set, as from a server, until it is removed."""
    fake, client = faked
    fake.error = error
    # A client tries again until its timeout where that may help; else it hears at once.
    timeout = RETRIED if isinstance(error, bellrope.Unavailable | bellrope.Overloaded) else 30
    for call in (client.queue, client.trigger, partial(outcome_of_stream, client)):
        got = await ending(call, type(error), seconds=timeout)
        assert (got.message, got.field, got.retry_after) == ("no", error.field, error.retry_after)
        assert (got.metadata, got.code is StatusCode.UNKNOWN) == (error.metadata, False)
    fake.error = None
    assert type(await client.queue("a")) is Queued
    assert len(fake.queued) == 1


async def ending(call: Any, kind: type[bellrope.BellropeError], *, seconds: float) -> Any:
    """Return the error of a call; call again if a busy machine let its last try run into the deadline."""
    for _ in range(2):
        try:
            return await failing(call("a", timeout=seconds), kind)
        except AssertionError:
            continue
    return await failing(call("a", timeout=seconds), kind)


async def outcome_of_stream(client: EitherClient, type_: str, *, timeout: float) -> object:  # noqa: ASYNC109  # the call's
    """Return what becomes of the only event of a stream; raise its error, or the stream's."""
    [outcome] = [each async for each in client.queue_stream([Event(type_)], timeout=timeout)]
    if isinstance(outcome, bellrope.BellropeError):
        raise outcome
    return outcome


def test_every_error_can_be_set() -> None:
    """Every error of the client is in these tests."""
    named = {name for name in bellrope.__all__ if isinstance(getattr(bellrope, name), type)}
    kinds = {name for name in named if issubclass(getattr(bellrope, name), bellrope.BellropeError)}
    assert {type(error).__name__ for error in ERRORS} == kinds


async def test_an_id_that_comes_again_is_a_duplicate_or_a_conflict(faked: Faked) -> None:
    """As with a server, an id is stored once, and another event with it is a conflict."""
    fake, client = faked
    first, second = [await client.queue("a", 1, id="x") for _ in range(2)]
    assert (first.duplicate, second.duplicate, first.due_time == second.due_time) == (False, True, True)
    assert (await failing(client.queue("a", 2, id="x"), bellrope.Conflict)).reason == "ID_CONFLICT"
    error = await failing(client.queue_batch([Event("b"), Event("c", id="x")]), bellrope.Conflict)
    assert (error.index, error.event_id) == (1, "x")
    outcomes = [each async for each in client.queue_stream([Event("b", id="y"), Event("c", id="x")])]
    assert [type(each) for each in outcomes] == [Queued, bellrope.Conflict]
    assert [each.id for each in fake.queued] == ["x", "y"]


async def test_due_times_and_counts_are_as_asked(faked: Faked) -> None:
    """An event is due now or at its own time, and matches as many triggers as were set."""
    fake, client = faked
    fake.delivery_count = 0
    at = datetime.now(UTC).replace(microsecond=5) + timedelta(hours=1)
    queued = await client.queue("a", at=at, delay=2)
    assert (queued.due_time, queued.delivery_count) == (at + timedelta(seconds=2), 0)
    before = datetime.now(UTC)
    now = (await client.queue("a", at=before - timedelta(days=1))).due_time
    assert before <= now <= datetime.now(UTC)


async def test_a_stream_may_be_left_early(faked: Faked) -> None:
    """The fake does not wait for the rest of a stream."""
    fake, client = faked
    async with aclosing(client.queue_stream(Event("a", n) for n in range(100_000))) as outcomes:
        assert type(await anext(outcomes)) is Queued
    assert 0 < len(fake.queued) < 10_000
    await client.queue("b")


def test_threads_may_share_a_fake() -> None:
    """Each thread gets its own answer."""
    with testing.fake() as fake:
        wrong: list[str] = []

        def program(name: str) -> None:
            ids = [f"{name}-{number}" for number in range(100)]
            wrong.extend(id for id in ids if fake.client.queue("a", id=id).event_id != id)

        threads = [threading.Thread(target=program, args=(f"t{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (wrong, len(fake.queued)) == ([], 800)


async def test_other_services_are_unimplemented() -> None:
    """A program that administers triggers gets an error, and does not hang."""
    with testing.fake() as fake, pytest.raises(bellrope.BellropeError) as caught:
        fake.client.projects.ListProjects(ListProjectsRequest())
    assert caught.value.code is StatusCode.UNIMPLEMENTED
    async with testing.fake_server() as served:
        with pytest.raises(bellrope.BellropeError) as caught:
            await served.client.projects.ListProjects(ListProjectsRequest())
    assert caught.value.code is StatusCode.UNIMPLEMENTED


async def test_the_target_of_the_asyncio_fake_is_a_server() -> None:
    """A program that creates its own client, in either form, can use the fake as its server."""
    async with testing.fake_server() as fake:
        with bellrope.Client(fake.target) as threaded:
            await asyncio.to_thread(threaded.queue, "a", 1)
        async with aio.Client(fake.target) as client:
            await client.queue("a", 2)
        assert [each.data for each in fake.queued] == [1, 2]


Call = Callable[[EitherClient], Awaitable[Any]]


async def test_the_fake_answers_as_the_server_does(
    faked: Faked, server: Server, client: EitherClient
) -> None:
    """An id that is sent again looks the same with the fake and a server."""
    _, faked_client = faked
    events = [Event(new_name()), Event(new_name())]
    other = Event("other", id=events[0].id)
    calls: list[Call] = [
        lambda of: of.queue_batch(events),
        lambda of: of.queue_batch(events),
        lambda of: of.queue("other", id=events[0].id),
        lambda of: of.queue_batch([events[1], other]),
    ]
    for call in calls:
        assert await seen(call, faked_client) == await seen(call, client)


async def seen(call: Call, client: EitherClient) -> object:
    """Return the result of a call, without what depends on the time or on triggers."""
    try:
        return [(each.event_id, each.duplicate) for each in await call(client)]
    except bellrope.BellropeError as error:
        return type(error), error.code, error.reason, error.event_id, error.index
