"""The Python client queues events and gets answers: each test runs with both forms."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from bellrope.errors import BellropeError, InvalidRequest
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest, ListEventsRequest, TailRequest
from bellrope.v1.projects_pb2 import CreateProjectRequest, DeleteProjectRequest, Project

from tests.clients.either import Connect, EitherClient, new_name, trigger_at
from tests.clients.lossy import lossy
from tests.clients.streams import stored
from tests.clients.webhook import Webhook
from tests.kit import Server, until

INDIA = timezone(timedelta(hours=5, minutes=30))
MILLISECOND = timedelta(milliseconds=1)


async def test_a_queued_event_reaches_the_webhook_as_documented(
    client: EitherClient, webhook: Webhook
) -> None:
    """The webhook gets the documented keys in the documented order, and the answer names the same event."""
    type = await trigger_at(webhook.url, client)
    before = datetime.now(UTC)
    queued = await client.queue(type, {"to": "user1@email.com"})
    body, headers = await webhook.posts.get()
    event = json.loads(body)
    expected = (
        f'{{"specversion":"1.0-rc1","id":"{queued.event_id}","type":"{type}","source":"{event["source"]}",'
        f'"time":"{event["time"]}","data":{{"to":"user1@email.com"}}}}'
    )
    assert (headers["content-type"], body.decode()) == ("application/json", expected)
    assert (queued.delivery_count, queued.duplicate) == (1, False)
    assert before <= queued.due_time <= datetime.now(UTC)
    assert before - MILLISECOND <= datetime.fromisoformat(event["time"]) <= datetime.now(UTC)


async def test_an_event_that_nobody_wants_is_stored_all_the_same(client: EitherClient) -> None:
    """Queue succeeds without a matching trigger: the answer says that none matched."""
    assert (await client.queue(new_name())).delivery_count == 0


async def test_a_trigger_returns_what_the_webhook_answers(client: EitherClient, webhook: Webhook) -> None:
    """The webhook's answer comes back decoded, with each trigger's outcome."""
    webhook.body = '{"greeting": "Grüße", "n": [1, 2.5, 18446744073709551616]}'.encode()
    type = await trigger_at(webhook.url, client)
    answer = await client.trigger(type, [1, None, "x"])
    event = json.loads((await webhook.posts.get())[0])
    assert (event["id"], event["data"]) == (answer.event_id, [1, None, "x"])
    assert answer.result == {"greeting": "Grüße", "n": [1, 2.5, 18446744073709551616]}
    [result] = answer.results
    assert (result.state, result.attempt_count) == (Delivery.SUCCEEDED, 1)
    assert result.last_attempt.response_body == webhook.body


@pytest.mark.parametrize(
    ("body", "result"),
    [(b"fine", "fine"), (b"", None), (b"null", None), (b"\xff\x00", b"\xff\x00"), (b'"text"', "text")],
)
async def test_an_answer_that_is_not_json_comes_back_too(
    client: EitherClient, webhook: Webhook, body: bytes, result: object
) -> None:
    """Other text is a str, bytes that are not UTF-8 are bytes, and an empty answer is None."""
    webhook.body = body
    assert (await client.trigger(await trigger_at(webhook.url, client))).result == result


async def test_of_several_large_answers_the_callers_is_whole(client: EitherClient, webhook: Webhook) -> None:
    """Five webhooks answer a megabyte each: the result is whole, and as many others as fit beside it."""
    webhook.body = b'"' + b"x" * 1_000_000 + b'"'
    type = new_name()
    for _ in range(5):
        await trigger_at(webhook.url, client, type=type)
    answer = await client.trigger(type)
    assert len(answer.result) == 1_000_000
    sizes = [len(result.last_attempt.response_body) for result in answer.results]
    assert sizes == [1_000_002] * 2 + [256] * 3


async def test_text_of_any_script_arrives(client: EitherClient, webhook: Webhook) -> None:
    """Data, type and options may be in any script."""
    kind = f"größe-注文-{new_name()}"
    await trigger_at(webhook.url, client, type=kind, options={"stadt": "Köln"})
    data = {"имя": "Zoë 😀", "\u2028": "\x00\u200b"}
    assert (await client.queue(kind, data, options={"stadt": "Köln"})).delivery_count == 1
    event = json.loads((await webhook.posts.get())[0])
    assert (event["type"], event["data"]) == (kind, data)


@pytest.mark.parametrize(
    ("options", "count"), [({"region": "us"}, 1), ({"region": "asia"}, 0), ({}, 0), (None, 0)]
)
async def test_options_narrow_the_triggers(
    client: EitherClient, webhook: Webhook, options: dict[str, str] | None, count: int
) -> None:
    """A trigger with options matches only events that have them."""
    type = await trigger_at(webhook.url, client, options={"region": "eu,us"})
    assert (await client.queue(type, options=options)).delivery_count == count


async def test_a_trace_context_goes_on_to_the_webhook(client: EitherClient, webhook: Webhook) -> None:
    """`traceparent` reaches the webhook as the header of that name."""
    context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await client.queue(await trigger_at(webhook.url, client), traceparent=context)
    _, headers = await webhook.posts.get()
    assert headers["traceparent"] == context


@pytest.mark.parametrize("delay", [1.5, timedelta(seconds=1.5)])
async def test_an_event_is_due_when_its_caller_says(client: EitherClient, delay: timedelta | float) -> None:
    """The due time is `at`, in any time zone, plus `delay`, to the microsecond."""
    at = datetime.now(INDIA).replace(microsecond=123_457) + timedelta(days=1)
    queued = await client.queue("later", at=at, delay=delay)
    assert (queued.due_time, queued.due_time.tzinfo) == (at + timedelta(seconds=1.5), UTC)


async def test_a_delay_alone_counts_from_now(client: EitherClient) -> None:
    """Without `at`, a delay of one hour is an hour from now."""
    before = datetime.now(UTC)
    due_time = (await client.queue("later", delay=3600)).due_time
    assert before <= due_time - timedelta(hours=1) <= datetime.now(UTC)


async def test_an_expired_event_is_not_sent(client: EitherClient, webhook: Webhook) -> None:
    """After `expire_at` no attempt is made."""
    type = await trigger_at(webhook.url, client)
    queued = await client.queue(type, expire_at=datetime.now(UTC) - timedelta(seconds=1))
    request = ListDeliveriesRequest(project="default", event_id=queued.event_id)

    async def expired() -> bool:
        page = await client.stub("deliveries", "ListDeliveries", request)
        return [delivery.state for delivery in page.deliveries] == [Delivery.EXPIRED]

    await until(expired)
    assert webhook.count == 0


async def test_the_same_id_again_is_the_same_event(client: EitherClient, webhook: Webhook) -> None:
    """An event sent twice with one id is stored once, and the second answer says so."""
    type, id = await trigger_at(webhook.url, client), new_name()
    first = await client.queue(type, {"n": 1}, id=id)
    second = await client.queue(type, {"n": 1}, id=id)
    assert (first.event_id, first.duplicate) == (id, False)
    assert (second.event_id, second.duplicate, second.due_time) == (id, True, first.due_time)
    answer = await client.trigger(type, {"n": 1}, id=id)
    assert (answer.event_id, answer.result, webhook.count) == (id, {"fine": True}, 1)


async def test_a_client_queues_in_its_project(connect: Connect, server: Server, webhook: Webhook) -> None:
    """Events go to the client's project, and only triggers in it match them."""
    client, name = await connect(server.grpc), new_name()
    await client.stub("projects", "CreateProject", CreateProjectRequest(project=Project(name=name)))
    type = await trigger_at(webhook.url, client)
    other = await connect(server.grpc, project=name)
    assert ((await other.queue(type)).delivery_count, (await client.queue(type)).delivery_count) == (0, 1)


async def test_d5_a_lost_reply_is_asked_for_again(connect: Connect, server: Server, webhook: Webhook) -> None:
    """If the connection dies during the reply, the client sends again, and the webhook is called once."""
    type = await trigger_at(webhook.url, await connect(server.grpc))
    async with lossy(server.grpc, lose=2) as (target, proxy):
        queued = await (await connect(target)).queue(type)
    assert (queued.delivery_count, queued.duplicate, proxy.lost) == (1, True, 2)
    event = json.loads((await webhook.posts.get())[0])
    assert (event["id"], webhook.count) == (queued.event_id, 1)


async def test_d5_a_lost_answer_is_asked_for_again(
    connect: Connect, server: Server, webhook: Webhook
) -> None:
    """If a trigger's reply is lost, the second try gets the webhook's answer to the first."""
    type = await trigger_at(webhook.url, await connect(server.grpc))
    async with lossy(server.grpc, lose=1) as (target, proxy):
        answer = await (await connect(target)).trigger(type)
    assert (answer.result, proxy.lost, webhook.count) == ({"fine": True}, 1, 1)


async def test_d5_a_lost_connection_joins_the_wait_again(
    connect: Connect, server: Server, webhook: Webhook
) -> None:
    """If the connection dies while the webhook works, the client waits over another one."""
    webhook.free.clear()
    type = await trigger_at(webhook.url, await connect(server.grpc))
    async with lossy(server.grpc) as (target, proxy):
        call = asyncio.create_task((await connect(target)).trigger(type))
        event = json.loads((await webhook.posts.get())[0])
        proxy.cut()
        webhook.free.set()
        answer = await call
    assert (answer.event_id, answer.result, webhook.count) == (event["id"], {"fine": True}, 1)


async def test_d5_of_many_calls_at_once_none_is_stored_twice(connect: Connect, server: Server) -> None:
    """If the connection dies under 300 calls, exactly the events are stored whose ids came back."""
    type = new_name()
    async with lossy(server.grpc, lose=3) as (target, proxy):
        client = await connect(target, timeout=60)
        queued = await asyncio.gather(*(client.queue(type, number) for number in range(300)))
    ids = sorted(each.event_id for each in queued)
    assert (await asyncio.to_thread(stored, server, type), proxy.lost) == (ids, 3)


async def test_a_server_that_comes_back_gets_the_event(connect: Connect, server: Server) -> None:
    """The client connects again and again, quickly, before it gives up."""
    async with lossy(server.grpc, refuse=2) as (target, proxy):
        queued = await (await connect(target)).queue("late", timeout=2)
    assert (queued.duplicate, proxy.refused) == (False, 2)


async def test_streams_are_read_and_left(client: EitherClient) -> None:
    """A stream from the server can be iterated and left at any time; errors are the client's own."""
    assert (await client.first("deliveries", "Tail", TailRequest(project="default"))).kind == 0
    with pytest.raises(BellropeError, match="No project"):
        await client.first("deliveries", "Tail", TailRequest(project="nowhere"))


async def test_requests_are_in_the_clients_project(connect: Connect, server: Server) -> None:
    """A request without a project is in the client's, and is not changed; DeleteProject needs a name."""
    name = new_name()
    client = await connect(server.grpc, project=name)
    await client.stub("projects", "CreateProject", CreateProjectRequest(project=Project(name=name)))
    queued = await client.queue("a")
    request = ListEventsRequest(type="a")
    [event] = (await client.stub("deliveries", "ListEvents", request)).events
    assert (event.event_id, request.project) == (queued.event_id, "")
    assert (await client.first("deliveries", "Tail", TailRequest())).kind == 0
    with pytest.raises(BellropeError):
        await client.stub("deliveries", "ListEvents", ListEventsRequest(project="nowhere", type="a"))
    with pytest.raises(InvalidRequest):
        await client.stub("projects", "DeleteProject", DeleteProjectRequest())
    assert (await client.queue("a")).duplicate is False
