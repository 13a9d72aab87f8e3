"""Webhooks made with `bellrope.webhooks`, in frameworks and called by a server."""

import asyncio
import functools
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import bellrope
import pytest
from aiohttp import ClientSession, web
from bellrope import RawJSON
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest, ListEventsRequest
from bellrope.v1.triggers_pb2 import DeleteTriggerRequest, Trigger
from bellrope.webhooks import ChainedEvent, Received, Refused, for_aiohttp, for_asgi, reply
from bellrope.webhooks.answering import MOST_BYTES

from tests.clients.either import Awaited, EitherClient, failing, new_name, trigger_at
from tests.clients.stacks import SECRET, STACKS, Stack, in_aiohttp
from tests.kit import Server, lent, until


@pytest.fixture
async def client(server: Server) -> AsyncIterator[EitherClient]:
    """A client of the server; these tests are about the other end."""
    async with Awaited(server.grpc) as made:
        yield made


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes as much data as can be set."""
    with lent(
        tmp_path_factory.mktemp("roomy"), "--max-data-bytes=8388608", "--max-request-bytes=16777216"
    ) as running:
        yield running


@pytest.fixture(params=["Starlette", "aiohttp"])
def stack(request: pytest.FixtureRequest) -> Stack:
    """A framework with ASGI, and one without."""
    return STACKS[request.param]


async def signed_trigger(url: str, client: EitherClient, **fields: Any) -> str:
    """Save a trigger with the secret, and return the type that it matches."""
    return await trigger_at(f"{url}/hook", client, secrets=[SECRET], **fields)


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
async def test_the_answer_is_what_the_function_returns(stack: Stack, client: EitherClient) -> None:
    """A caller that waits gets the value, to the byte; the function gets the event."""
    received: list[Received] = []

    async def hook(event: Received) -> Any:
        received.append(event)
        return {"big": 2**64, "exact": RawJSON("1.0"), "who": "Zoë"}

    async with stack(hook) as url:
        kind = await signed_trigger(url, client)
        answer = await client.trigger(kind, {"n": 1})
    [event] = received
    assert answer.raw.decode() == '{"big":18446744073709551616,"exact":1.0,"who":"Zoë"}'
    assert (event.id, event.type, event.data, event.raw) == (answer.event_id, kind, {"n": 1}, b'{"n":1}')
    assert event.delivery_id == answer.results[0].delivery_id


async def test_nothing_returned_is_an_empty_answer(stack: Stack, client: EitherClient) -> None:
    """A function without a result answers 204, and the caller gets None."""
    async with stack(lambda event: None) as url:
        answer = await client.trigger(await signed_trigger(url, client))
    assert (answer.result, answer.results[0].last_attempt.status_code) == (None, 204)


async def test_a_function_that_blocks_holds_nothing_up(stack: Stack, client: EitherClient) -> None:
    """A function that is no coroutine runs in a thread: two of them may even wait for each other."""
    both = threading.Barrier(2)

    def hook(event: Received) -> str:
        both.wait(timeout=60)
        return "met"

    async with stack(hook) as url:
        kind = await signed_trigger(url, client)
        answers = await asyncio.gather(client.trigger(kind), client.trigger(kind))
    assert [answer.result for answer in answers] == ["met", "met"]


async def test_a_refused_delivery_is_not_sent_again(stack: Stack, client: EitherClient) -> None:
    """Refused is 422 with the reason in the answer, and ends the delivery."""

    async def hook(event: Received) -> None:
        raise Refused("not for me")

    async with stack(hook) as url:
        kind = await signed_trigger(url, client, retries=5)
        error = await failing(client.trigger(kind), bellrope.WebhookFailed)
    [result] = error.results
    assert (result.state, result.last_attempt.status_code) == (Delivery.DEAD_LETTERED, 422)
    assert result.last_attempt.response_body == b'{"error":"not for me"}'


class Boom:
    """A callable that fails as code with a bug does."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def __call__(self, event: Received) -> None:
        """Fail."""
        raise self._error


def fail(error: Exception, event: Received) -> None:
    """Fail in a thread."""
    raise error


def unwritable(event: Received) -> Any:
    """Return what JSON cannot hold."""
    return {"when": datetime.now(UTC)}


FAILURES: dict[str, Any] = {
    "a bug": functools.partial(fail, ValueError("secret words")),
    "StopIteration": functools.partial(fail, StopIteration("secret words")),
    "a bug in a coroutine": Boom(ValueError("secret words")),
    "another's error": Boom(web.HTTPFound("/secret-words")),
    "what looks like a bad request": functools.partial(fail, bellrope.webhooks.NotAnEvent("secret words")),
    "no JSON": unwritable,
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_a_failure_is_logged_and_sent_again(
    stack: Stack, client: EitherClient, failure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What else the function raises is 500 without its text, a log entry, and another attempt later."""
    async with stack(failure) as url:
        kind = await signed_trigger(url, client, retries=5)
        queued = await client.queue(kind)
        request = ListDeliveriesRequest(project="default", event_id=queued.event_id)

        async def attempted() -> bool:
            (delivery,) = (await client.stub("deliveries", "ListDeliveries", request)).deliveries
            return len(delivery.attempts) > 0

        await until(attempted)
        [delivery] = (await client.stub("deliveries", "ListDeliveries", request)).deliveries
        await client.stub("triggers", "DeleteTrigger", DeleteTriggerRequest(project="default", trigger=kind))
    attempt = delivery.attempts[0]
    assert (attempt.status_code, b"secret" in attempt.response_body) == (500, False)
    [line] = [each for each in caplog.records if each.name == "bellrope.webhooks"]
    assert (line.levelno, queued.event_id in line.getMessage()) == (logging.ERROR, True)
    assert line.exc_info


async def test_a_forged_or_endless_request_is_refused(stack: Stack) -> None:
    """A request without the signature is 400, one that is too long is 413, and the function is not called."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 1024 + 1):
            yield b"x" * 1024

    called: list[Received] = []
    async with stack(called.append) as url, ClientSession() as http:
        async with http.post(f"{url}/hook", data=b"{}") as answer:
            assert (answer.status, list(await answer.json())) == (400, ["error"])
            assert "webhook-retry" not in answer.headers
        async with http.post(f"{url}/hook", data=endless()) as answer:
            assert (answer.status, answer.headers["webhook-retry"]) == (413, "no")
    assert called == []


async def test_a_reply_queues_events(stack: Stack, client: EitherClient) -> None:
    """`reply` answers the caller and queues events, with their data to the byte, time, delay and options."""
    kind, at = new_name(), datetime(2031, 1, 1, tzinfo=UTC)

    async def hook(event: Received) -> Any:
        chain = [
            ChainedEvent(kind, RawJSON("1.0"), id=f"{kind}-a", options={"a": "b"}),
            ChainedEvent(kind, delay=timedelta(hours=1.5), id=f"{kind}-b"),
            ChainedEvent(kind, {"n": event.data}, at=at, delay=0.5, id=f"{kind}-c"),
        ]
        return reply({"fine": True}, chain)

    async with stack(hook) as url:
        answer = await client.trigger(await signed_trigger(url, client, chain_events=True), 7)
    assert answer.result["response"] == {"fine": True}
    page = await client.stub("deliveries", "ListEvents", ListEventsRequest(project="default", type=kind))
    first, second, third = sorted(page.events, key=lambda event: str(event.event_id))
    assert (first.data, dict(first.options), third.data) == (b"1.0", {"a": "b"}, b'{"n":7}')
    assert second.due_time.seconds - second.accept_time.seconds == 5400
    assert third.due_time.ToDatetime(UTC) == at + timedelta(seconds=0.5)


@pytest.mark.parametrize("encoding", [Trigger.DOCUMENTED, Trigger.STRUCTURED, Trigger.BINARY])
async def test_every_encoding_is_read(stack: Stack, client: EitherClient, encoding: Any) -> None:
    """The function gets the same event whatever the trigger's encoding is."""
    received: list[Received] = []
    async with stack(received.append) as url:
        await client.trigger(await signed_trigger(url, client, encoding=encoding), {"Zoë": 2**64})
    assert [(event.data, event.raw) for event in received] == [
        ({"Zoë": 2**64}, '{"Zoë":18446744073709551616}'.encode())
    ]


@pytest.mark.parametrize("name", ["ASGI", "aiohttp"])
async def test_the_longest_delivery_is_read(roomy: Server, name: str) -> None:
    """What a server can be set to send at most is not too long for a webhook."""
    async with STACKS[name](lambda event: len(event.raw)) as url, Awaited(roomy.grpc) as client:
        answer = await client.trigger(await signed_trigger(url, client), "x" * (8 * 1024 * 1024 - 2))
    assert answer.result == 8 * 1024 * 1024


async def test_nobody_is_answered_who_has_gone() -> None:
    """If the connection breaks before the whole body is there, nothing is called and nothing is sent."""
    sent: list[Any] = []
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await for_asgi(SECRET, sent.append)({"type": "http", "headers": []}, receive, send)
    assert sent == []


async def test_a_body_that_a_middleware_has_read_is_still_there(client: EitherClient) -> None:
    """A middleware of aiohttp may read the body first."""

    @web.middleware
    async def reading(request: web.Request, handler: Any) -> Any:
        await request.read()
        return await handler(request)

    app = web.Application(middlewares=[reading])
    app.router.add_post("/hook", for_aiohttp(SECRET, lambda event: event.data))
    async with in_aiohttp(app) as url:
        assert (await client.trigger(await signed_trigger(url, client), [1])).result == [1]


@dataclass
class Order:
    """What an event is about."""

    item: str
    count: int


async def test_an_event_is_read_into_a_type(client: EitherClient) -> None:
    """`into` makes a value of a class of an event's data."""
    orders: list[Order] = []
    async with STACKS["ASGI"](lambda event: orders.append(event.into(Order))) as url:
        await client.trigger(await signed_trigger(url, client), {"item": "tea", "count": 2})
    assert orders == [Order("tea", 2)]


@pytest.mark.parametrize("make", [for_asgi, for_aiohttp])
@pytest.mark.parametrize("secret", ["", "whsec_c2hvcnQ=", [], [SECRET, "whsec_"]], ids=str)
def test_a_secret_that_is_none_is_refused_at_the_start(make: Callable[..., Any], secret: Any) -> None:
    """A program with a wrong secret, or without one, does not start."""
    with pytest.raises(ValueError, match="secret"):
        make(secret, print)


def test_what_cannot_be_chained_or_refused_is_an_error() -> None:
    """A time without a zone, data that JSON cannot hold and a status of success are errors in the webhook."""
    with pytest.raises(ValueError, match="`at` needs a time zone"):
        ChainedEvent("a", at=datetime(2030, 1, 1))
    with pytest.raises(ValueError, match=r"data.events\[0\].data is nan"):
        reply(None, [ChainedEvent("a", float("nan"))])
    with pytest.raises(ValueError, match="from 400 to 499"):
        Refused("no", status=200)


def test_a_handler_loads_only_its_own_framework() -> None:
    """A program that receives webhooks loads no gRPC, and no framework that it does not use."""
    script = """if True:
        import sys
        from bellrope.webhooks import for_asgi, reply, Refused
        for_asgi("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", print)
        sys.exit(bool({"grpc", "google.protobuf", "aiohttp", "starlette"} & set(sys.modules)))
    """
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
