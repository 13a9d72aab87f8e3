"""The errors of the Python client, and what they contain: each test runs with both forms."""

import asyncio
import json
import pickle
import socket
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import bellrope
import pytest
from bellrope import Event, FieldViolation, RawJSON, testing
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest, TailRequest
from bellrope.v1.eventing_pb2 import TriggerSyncResponse
from bellrope.v1.projects_pb2 import CreateProjectRequest, ListProjectsRequest, Project
from bellrope.v1.triggers_pb2 import GetTriggerRequest
from grpc import StatusCode

from tests.clients.either import RETRIED, Connect, EitherClient, failing, new_name, trigger_at
from tests.clients.webhook import Webhook
from tests.kit import Server, lent

KEY = "a-key-of-more-than-sixteen"


@pytest.fixture(scope="module")
def locked_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key, which takes one call at a time."""
    flags = (f"--admin-key={KEY}", "--egress-allow=loopback", "--max-calls=1", "--drain-grace=1")
    with lent(tmp_path_factory.mktemp("locked"), *flags) as running:
        yield running


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


async def test_the_same_id_for_another_event_is_a_conflict(client: EitherClient) -> None:
    """An id that was used for other data is a Conflict."""
    id = new_name()
    await client.queue("order", {"n": 1}, id=id)
    error = await failing(client.queue("order", {"n": 2}, id=id), bellrope.Conflict)
    assert (error.code, error.reason, error.event_id) == (StatusCode.ALREADY_EXISTS, "ID_CONFLICT", id)


@pytest.mark.parametrize("call", ["queue", "trigger"])
async def test_a_bad_request_names_its_field(client: EitherClient, call: str) -> None:
    """A value that the server does not allow is InvalidRequest with the field at fault."""
    error = await failing(getattr(client, call)("two words"), bellrope.InvalidRequest)
    assert (error.code, error.reason, error.field) == (StatusCode.INVALID_ARGUMENT, "INVALID_FIELD", "type")
    assert str(error) == f"{error.message} [INVALID_FIELD]"
    assert [each.field for each in error.fields] == ["type"]
    assert error.fields[0].description in error.message
    error = await failing(getattr(client, call)("a", delay=-1), bellrope.InvalidRequest)
    assert (error.reason, error.field) == ("INVALID_FIELD", "delay")
    error = await failing(getattr(client, call)("a", RawJSON('{"a":1,"a":2}')), bellrope.InvalidRequest)
    assert (error.reason, error.field) == ("MALFORMED_JSON", "data.a")


async def test_data_over_the_limit_is_too_large(client: EitherClient) -> None:
    """A megabyte of data is accepted; a byte more, or a megabyte more, is refused."""
    text = b'"%b"' % (b"x" * (1024 * 1024 - 2))
    assert (await client.queue("large", RawJSON(text))).delivery_count == 0
    for size in (1, 1024 * 1024):
        error = await failing(client.queue("large", RawJSON(text + b" " * size)), bellrope.TooLarge)
        assert (error.code, error.reason) == (StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")


@pytest.mark.parametrize("call", ["queue", "trigger"])
async def test_an_unknown_project_is_not_found(connect: Connect, server: Server, call: str) -> None:
    """A client of a missing project gets NotFound."""
    client = await connect(server.grpc, project="nowhere")
    error = await failing(getattr(client, call)("a"), bellrope.NotFound)
    assert (error.code, error.reason) == (StatusCode.NOT_FOUND, "PROJECT_NOT_FOUND")


async def test_triggering_what_nobody_wants_fails(client: EitherClient) -> None:
    """Trigger without a matching trigger is NoTriggerMatched."""
    error = await failing(client.trigger(new_name()), bellrope.NoTriggerMatched)
    assert (error.code, error.reason) == (StatusCode.NOT_FOUND, "NO_TRIGGER_MATCHED")


async def test_triggering_a_paused_trigger_fails(client: EitherClient, webhook: Webhook) -> None:
    """Trigger with only paused triggers is TriggerPaused, and nothing is sent."""
    type = await trigger_at(webhook.url, client, paused=True)
    error = await failing(client.trigger(type), bellrope.TriggerPaused)
    assert (error.code, error.reason) == (StatusCode.FAILED_PRECONDITION, "TRIGGER_PAUSED")
    assert webhook.count == 0


@pytest.mark.parametrize("body", [b"no", b"x" * 200_000], ids=["short", "long"])
async def test_a_failed_webhook_is_told_with_its_answer(
    client: EitherClient, webhook: Webhook, body: bytes
) -> None:
    """WebhookFailed has the last attempt of each trigger, however large the webhook's answer."""
    webhook.status, webhook.body = 500, body
    type = await trigger_at(webhook.url, client)
    error = await failing(client.trigger(type), bellrope.WebhookFailed)
    event = json.loads((await webhook.posts.get())[0])
    assert (error.code, error.reason) == (StatusCode.ABORTED, "WEBHOOK_FAILED")
    assert error.event_id == event["id"]
    [result] = error.results
    assert (result.state, result.last_attempt.status_code) == (Delivery.DEAD_LETTERED, 500)
    assert result.last_attempt.response_body[:2] == body[:2]


async def test_an_answer_over_a_megabyte_is_too_large(client: EitherClient, webhook: Webhook) -> None:
    """An answer that is too large to return is ResponseTooLarge, never a truncated value."""
    webhook.body = b" " * (1024 * 1024 + 1)
    error = await failing(client.trigger(await trigger_at(webhook.url, client)), bellrope.ResponseTooLarge)
    assert (error.code, error.reason) == (StatusCode.RESOURCE_EXHAUSTED, "RESPONSE_TOO_LARGE")


async def test_a_webhook_slower_than_the_timeout_goes_on(client: EitherClient, webhook: Webhook) -> None:
    """DeadlinePassed only ends the wait: with its event id the answer can be fetched later."""
    webhook.free.clear()
    type = await trigger_at(webhook.url, client)
    error = await failing(client.trigger(type, {"n": 1}, timeout=1), bellrope.DeadlinePassed)
    event = json.loads((await webhook.posts.get())[0])
    assert (error.code, error.event_id) == (StatusCode.DEADLINE_EXCEEDED, event["id"])
    webhook.free.set()
    answer = await client.trigger(type, {"n": 1}, id=error.event_id)
    assert (answer.event_id, answer.result, webhook.count) == (event["id"], {"fine": True}, 1)


async def test_without_a_server_the_call_is_unavailable(connect: Connect, nobody: str) -> None:
    """Without a server the call is Unavailable, within the timeout, with the id to send again with."""
    client = await connect(nobody)
    async with asyncio.timeout(30):
        error = await failing(client.queue("a", id="mine", timeout=RETRIED), bellrope.Unavailable)
    assert (error.code, error.reason, error.event_id) == (StatusCode.UNAVAILABLE, "", "mine")


async def test_every_call_ends_in_time(connect: Connect, silent: str) -> None:
    """If the server never answers, the call ends at the client's timeout."""
    client = await connect(silent, timeout=0.2)
    async with asyncio.timeout(30):
        await failing(client.queue("a"), bellrope.DeadlinePassed)
        await failing(client.trigger("a", timeout=0.2), bellrope.DeadlinePassed)
        await failing(client.stub("projects", "ListProjects", ListProjectsRequest()), bellrope.DeadlinePassed)


@pytest.mark.parametrize("settings", [{}, {"key": "not-the-right-one"}], ids=["none", "wrong"])
async def test_without_the_key_every_call_fails(
    connect: Connect, locked_server: Server, settings: dict[str, str]
) -> None:
    """On a server with a key every call without it, or with another, is KeyRequired; admin calls too."""
    client = await connect(locked_server.grpc, **settings)
    listing = client.stub("projects", "ListProjects", ListProjectsRequest())
    for call in (client.queue("a"), client.trigger("a"), listing):
        error = await failing(call, bellrope.KeyRequired)
        assert (error.code, error.reason) == (StatusCode.UNAUTHENTICATED, "KEY_REQUIRED")


async def test_with_the_key_every_call_is_answered(connect: Connect, locked_server: Server) -> None:
    """The key is sent with events and with admin calls."""
    name = new_name()
    client = await connect(locked_server.grpc, key=KEY, project=name)
    request = CreateProjectRequest(project=Project(name=name))
    assert (await client.stub("projects", "CreateProject", request)).name == name
    assert (await client.queue("a")).delivery_count == 0


async def test_an_overloaded_server_says_when_to_come_back(
    connect: Connect, locked_server: Server, webhook: Webhook
) -> None:
    """One call too many is Overloaded, with the time to wait."""
    client = await connect(locked_server.grpc, key=KEY)
    with suppress(bellrope.Conflict):
        await client.stub("projects", "CreateProject", CreateProjectRequest(project=Project(name="default")))
    type = await trigger_at(webhook.url, client)
    webhook.free.clear()
    call = asyncio.create_task(client.trigger(type))
    await webhook.posts.get()
    error = await failing(client.queue("a"), bellrope.Overloaded)
    assert (error.code, error.reason) == (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert error.retry_after == timedelta(seconds=1)
    webhook.free.set()
    assert (await call).result == {"fine": True}


async def test_the_stubs_raise_typed_errors(client: EitherClient) -> None:
    """Refusals of the triggers, deliveries and projects services have the same errors."""
    missing = GetTriggerRequest(project="default", trigger="none")
    error = await failing(client.stub("triggers", "GetTrigger", missing), bellrope.NotFound)
    assert error.reason == "TRIGGER_NOT_FOUND"
    taken = CreateProjectRequest(project=Project(name="default"))
    error = await failing(client.stub("projects", "CreateProject", taken), bellrope.Conflict)
    assert error.reason == "PROJECT_EXISTS"
    lost = ListDeliveriesRequest(project="default", page_token="nonsense")
    error = await failing(client.stub("deliveries", "ListDeliveries", lost), bellrope.InvalidRequest)
    assert error.reason == "INVALID_FIELD"


@pytest.mark.parametrize("field", ["at", "expire_at"])
async def test_a_time_without_a_zone_is_refused(client: EitherClient, field: str) -> None:
    """A time without a zone is a ValueError, because it could mean any of 24 hours."""
    with pytest.raises(ValueError, match=f"`{field}` needs a time zone"):
        await client.queue("later", **{field: datetime(2030, 1, 1)})


async def test_a_misspelt_field_is_refused(client: EitherClient) -> None:
    """A misspelt field is a TypeError, not an event without it."""
    with pytest.raises(TypeError, match="dely"):
        await client.queue("anything", dely=5)


async def test_a_traceback_shows_nothing_of_grpc(connect: Connect, nobody: str) -> None:
    """An error that nobody catches shows the caller's lines and the client's, and one sentence."""
    client = await connect(nobody, timeout=0.1)
    calls: list[Callable[[], Awaitable[Any]]] = [
        lambda: client.queue("a"),
        lambda: client.trigger("a", timeout=0.1),
        lambda: client.queue_batch([Event("a")]),
        lambda: anext(client.queue_stream([Event("a")])),
        lambda: client.stub("projects", "ListProjects", ListProjectsRequest()),
        lambda: client.first("deliveries", "Tail", TailRequest(project="default")),
    ]
    for call in calls:
        with pytest.raises(bellrope.Unavailable) as caught:
            await call()
        shown = "".join(traceback.format_exception(caught.value))
        assert shown.endswith(f"Unavailable: {caught.value}\n")
        assert shown.count("Traceback") == 1
        assert "site-packages/grpc" not in shown
        assert "StatusCode" not in shown


def test_an_error_has_each_field_that_is_wrong() -> None:
    """`fields` has every field at fault with what is wrong, and `field` is the first of them."""
    wrong = [FieldViolation("at", "is too late"), FieldViolation("delay", "is negative")]
    with testing.fake() as fake:
        fake.error = bellrope.InvalidRequest("no", fields=wrong)
        with pytest.raises(bellrope.InvalidRequest) as caught:
            fake.client.queue("a")
    assert (caught.value.fields, caught.value.field) == (tuple(wrong), "at")
    assert bellrope.InvalidRequest("no", field="at").fields == (FieldViolation("at", "no"),)


def test_an_error_survives_pickling() -> None:
    """A worker process can send an error to its parent."""
    result = TriggerSyncResponse.Result(trigger="t")
    details: dict[str, Any] = {"reason": "WEBHOOK_FAILED", "event_id": "e", "results": [result]}
    error = bellrope.WebhookFailed("no", field="f", **details)
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (bellrope.WebhookFailed, str(error), vars(error))
