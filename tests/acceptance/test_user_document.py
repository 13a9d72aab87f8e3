"""The examples of the user's document, done with curl as it shows them, and what the webhook gets."""

import asyncio
import json
import re
import shutil
import time
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from acceptance.tenant import Delivery, Tenant, http_fault, rpc_fault, seconds_from_now, soon
from bellrope.v1 import eventing_pb2, eventing_pb2_grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Receiver, answer

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")

SENT_EMAIL = """{
  "type": "sent-email",
  "data": {
    "to": "user1@email.com",
    "from": "user2@email.com",
    "subject": "Some Subject"
  }
}
"""
DELAYED = """{
  "type": "my-custom-event",
  "delay": 3600,
  "data": {
    "foo": "bar"
  }
}
"""
SCHEDULED = """{
  "type": "my-custom-event",
  "timestamp": 1587902400,
  "data": {
    "foo": "bar"
  }
}
"""
BOTH = """{
  "type": "my-custom-event",
  "delay": 3600,
  "timestamp": 1587902400,
  "data": {
    "foo": "bar"
  }
}
"""
SYNCHRONOUS = """{
  "type": "sent-email",
  "data": {
    "to": "user1@email.com",
    "from": "user2@email.com",
    "subject": "Some Subject"
  },
  "isSynchronous": true
}
"""
EXAMPLES = {
    "sent-email": SENT_EMAIL,
    "delay": DELAYED,
    "timestamp": SCHEDULED,
    "both": BOTH,
    "synchronous": SYNCHRONOUS,
}
TEMPLATE = """{
  "type": "<event-type>",
  "delay": "Number",
  "timestamp": "Number",
  "data": "Object"
}
"""
SYNCHRONOUS_TEMPLATE = """{
  "type": "<event-type>",
  "delay": "Number",
  "timestamp": "Number",
  "data": "Object",
  "isSynchronous": true
}
"""
CONTENT_TYPES = {
    "as curl sends it": (),
    "without": ("-H", "Content-Type:"),
    "json": ("-H", "Content-Type: application/json"),
}
content_types = pytest.mark.parametrize("flags", CONTENT_TYPES.values(), ids=CONTENT_TYPES)

PAYLOAD_KEYS = ["specversion", "id", "type", "source", "time", "data"]
DOCUMENTED_HEADERS = ["accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"]
WEBHOOK_HEADERS = ["webhook-id", "webhook-timestamp"]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def curl(url: str, body: str, *flags: str) -> tuple[int, Any]:
    """Run `curl -s URL -d @-` with a body on its standard input; return the status and the answer."""
    command = ("curl", "-s", url, "-d", "@-", *flags, "-w", "\n%{http_code}")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    out, _ = await soon(process.communicate(body.encode()))
    text, _, status = out.decode().rpartition("\n")
    return int(status), json.loads(text)


async def both_triggers(tenant: Tenant, receiver: Receiver) -> None:
    """Create a trigger for each type of event in the document."""
    await tenant.trigger(receiver.url, name="email", type="sent-email")
    await tenant.trigger(receiver.url, name="custom", type="my-custom-event")


@needs_curl
@content_types
@pytest.mark.parametrize("body", EXAMPLES.values(), ids=EXAMPLES)
async def test_every_example_is_accepted(
    body: str, flags: tuple[str, ...], tenant: Tenant, receiver: Receiver
) -> None:
    """Each example of the document, pasted after `curl -s URL -d @-`, is accepted."""
    await both_triggers(tenant, receiver)
    status, answered = await curl(tenant.url, body, *flags)
    assert (status, [d.event_id for d in await tenant.deliveries()]) == (200, [answered["eventId"]])


@needs_curl
@content_types
@pytest.mark.parametrize("body", [TEMPLATE, SYNCHRONOUS_TEMPLATE], ids=["template", "synchronous template"])
async def test_the_templates_are_refused_and_stored_nowhere(
    body: str, flags: tuple[str, ...], tenant: Tenant, receiver: Receiver
) -> None:
    """A template sent unchanged is refused, because "Number" is not a number; nothing is stored."""
    await tenant.trigger(receiver.url, type="<event-type>")
    status, answered = await curl(tenant.url, body, *flags)
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("timestamp",))
    assert fault.sentence.startswith("timestamp must be a number")
    assert await tenant.deliveries() == []


@needs_curl
async def test_the_asynchronous_answer(tenant: Tenant) -> None:
    """The answer to a queued event is its id, how many webhooks it goes to, and when."""
    _, answered = await curl(tenant.url, SENT_EMAIL)
    due = datetime.fromisoformat(answered.pop("dueTime"))
    assert abs(due.timestamp() - time.time()) < 60
    assert UUID.fullmatch(answered.pop("eventId"))
    assert answered == {"deliveryCount": 0, "duplicate": False}


@needs_curl
async def test_a_synchronous_event_answers_with_what_the_webhook_said(tenant: Tenant) -> None:
    """With `isSynchronous` the answer contains the webhook's answer."""
    async with Receiver(answer(200, b'{"sent": 1.0}')) as receiver:
        await tenant.trigger(receiver.url, type="sent-email")
        status, answered = await curl(tenant.url, SYNCHRONOUS)
        assert (status, list(answered), answered["result"]) == (
            200,
            ["result", "eventId", "results"],
            {"sent": 1.0},
        )
        assert json.loads(receiver.requests[0].body)["id"] == answered["eventId"]


async def test_the_webhook_gets_the_documented_body(tenant: Tenant, receiver: Receiver) -> None:
    """The body has the documented keys in the documented order, and the data byte for byte as it was sent."""
    await tenant.trigger(receiver.url, type="my-custom-event")
    data = b'{\n    "foo": "bar", "n": 1.0, "big": 18446744073709551616, "\\u0000": -0}'
    _, answered = await tenant.queue(b'{"type": "my-custom-event", "data": ' + data + b"}")
    (request,) = await soon(receiver.received(1))
    body = json.loads(request.body)
    assert list(body) == PAYLOAD_KEYS
    assert UUID.fullmatch(body["source"])
    assert ISO_8601.fullmatch(body["time"])
    head = (
        b'{"specversion":"1.0-rc1","id":"%b","type":"my-custom-event","source":"%b","time":"%b","data":'
        % (
            answered["eventId"].encode(),
            body["source"].encode(),
            body["time"].encode(),
        )
    )
    assert request.body == head + data + b"}"


async def test_the_payload_s_time_is_when_the_event_was_accepted(tenant: Tenant, receiver: Receiver) -> None:
    """`time` is when the event was accepted, in UTC, and `source` is the same for every event."""
    await tenant.trigger(receiver.url)
    _, first = await tenant.queue({"type": "order"})
    await tenant.queue({"type": "order"})
    bodies = {body["id"]: body for body in map(_body, await soon(receiver.received(2)))}
    accepted = (await tenant.event(first["eventId"])).accept_time.ToMicroseconds() // 1000
    said = datetime.fromisoformat(bodies[first["eventId"]]["time"])
    assert (said.tzinfo, round(said.timestamp() * 1000)) == (UTC, accepted)
    assert len({body["source"] for body in bodies.values()}) == 1


def _body(request: Any) -> Any:
    return json.loads(request.body)


async def test_the_webhook_gets_the_documented_headers_and_few_others(
    tenant: Tenant, receiver: Receiver
) -> None:
    """The headers are the documented `Content-Type`, what HTTP needs, and the delivery's id and time."""
    await tenant.trigger(receiver.url, type="sent-email")
    _, answered = await tenant.queue(SENT_EMAIL.encode())
    (request,) = await soon(receiver.received(1))
    headers = {name.lower(): value for name, value in request.headers}
    assert sorted(name.lower() for name, _ in request.headers) == DOCUMENTED_HEADERS + WEBHOOK_HEADERS
    assert request.line == "POST /hook HTTP/1.1"
    assert abs(int(headers.pop("webhook-timestamp")) - time.time()) < 60
    assert re.fullmatch(r"bellrope/[0-9.]+", headers.pop("user-agent"))
    (delivery,) = await tenant.deliveries(answered["eventId"])
    assert headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept": "*/*",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "content-length": str(len(request.body)),
        "webhook-id": delivery.delivery_id,
    }


@pytest.mark.parametrize("body", [SCHEDULED, BOTH], ids=["timestamp", "timestamp and delay"])
async def test_a_time_in_the_past_means_now(body: str, tenant: Tenant, receiver: Receiver) -> None:
    """1587902400 is read as seconds in 2020, which is past even with an hour's delay, so it is sent now."""
    await both_triggers(tenant, receiver)
    _, answered = await tenant.queue(body.encode())
    await soon(receiver.received(1))
    due = (await tenant.event(answered["eventId"])).due_time
    assert (answered["deliveryCount"], abs(seconds_from_now(due)) < 5) == (1, True)


async def test_a_delay_is_in_seconds_and_is_waited_for(tenant: Tenant, receiver: Receiver) -> None:
    """`"delay": 3600` is one hour: the event is due then, and is not sent before."""
    await both_triggers(tenant, receiver)
    _, answered = await tenant.queue(DELAYED.encode())
    due = datetime.fromisoformat(answered["dueTime"]).timestamp()
    assert 3590 < due - time.time() <= 3600
    await tenant.queue(SENT_EMAIL.encode())
    requests = await soon(receiver.received(1))
    assert [_body(request)["type"] for request in requests] == ["sent-email"]
    (waiting,) = await tenant.deliveries(answered["eventId"])
    assert (waiting.state, waiting.attempt_count) == (Delivery.SCHEDULED, 0)


# The same with the generated stubs.

DATA = b'{"to": "user1@email.com", "from": "user2@email.com", "subject": "Some Subject"}'
IN_2020 = Timestamp(seconds=1587902400)
HOUR = Duration(seconds=3600)
RPC_EXAMPLES: dict[str, dict[str, Any]] = {
    "sent-email": {"type": "sent-email", "data": DATA},
    "delay": {"type": "my-custom-event", "delay": HOUR, "data": b'{"foo": "bar"}'},
    "timestamp": {"type": "my-custom-event", "schedule_time": IN_2020, "data": b'{"foo": "bar"}'},
    "both": {
        "type": "my-custom-event",
        "delay": HOUR,
        "schedule_time": IN_2020,
        "data": b'{"foo": "bar"}',
    },
}


@pytest.mark.parametrize("fields", RPC_EXAMPLES.values(), ids=RPC_EXAMPLES)
async def test_every_example_over_grpc_with_asyncio(
    fields: dict[str, Any], tenant: Tenant, receiver: Receiver
) -> None:
    """The examples work with `grpc.aio` stubs too: what is due is sent, what is delayed waits."""
    await both_triggers(tenant, receiver)
    answered = await tenant.eventing.Queue(eventing_pb2.QueueRequest(project=tenant.project, **fields))
    assert (answered.delivery_count, answered.duplicate) == (1, False)
    if fields.get("delay") and not fields.get("schedule_time"):
        assert 3590 < seconds_from_now(answered.due_time) <= 3600
        return
    (request,) = await soon(receiver.received(1))
    assert (_body(request)["id"], request.body.endswith(b'"data":%b}' % fields["data"])) == (
        answered.event_id,
        True,
    )


@pytest.mark.parametrize("fields", RPC_EXAMPLES.values(), ids=RPC_EXAMPLES)
async def test_every_example_over_grpc_with_a_plain_channel(
    fields: dict[str, Any], tenant: Tenant, receiver: Receiver
) -> None:
    """The examples work with the stubs of a synchronous channel too."""
    await both_triggers(tenant, receiver)

    def queue() -> Any:
        with grpc.insecure_channel(tenant.server.grpc) as channel:
            stub = eventing_pb2_grpc.EventingStub(channel)
            return stub.Queue(eventing_pb2.QueueRequest(project=tenant.project, **fields), timeout=10)

    answered = await asyncio.to_thread(queue)
    event = await tenant.event(answered.event_id)
    assert (answered.delivery_count, event.data, event.due_time) == (1, fields["data"], answered.due_time)


async def test_the_synchronous_example_over_grpc_with_asyncio(tenant: Tenant) -> None:
    """TriggerSync returns the webhook's answer."""
    async with Receiver(answer(200, b'{"sent": 1.0}')) as receiver:
        await tenant.trigger(receiver.url, type="sent-email")
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="sent-email", data=DATA)
        answered = await tenant.eventing.TriggerSync(request, timeout=10)
    assert answered.result == b'{"sent": 1.0}'


async def test_the_synchronous_example_over_grpc_with_a_plain_channel(tenant: Tenant) -> None:
    """TriggerSync returns the webhook's answer, over a synchronous channel too."""

    def trigger() -> Any:
        with grpc.insecure_channel(tenant.server.grpc) as channel:
            request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="sent-email", data=DATA)
            return eventing_pb2_grpc.EventingStub(channel).TriggerSync(request, timeout=10)

    async with Receiver(answer(200, b'{"sent": 1.0}')) as receiver:
        await tenant.trigger(receiver.url, type="sent-email")
        answered = await asyncio.to_thread(trigger)
    assert answered.result == b'{"sent": 1.0}'


async def test_data_that_is_no_json_is_refused_over_grpc(tenant: Tenant, receiver: Receiver) -> None:
    """Over gRPC `data` is JSON text: anything else is refused by its name, and nothing is stored."""
    await both_triggers(tenant, receiver)
    request = eventing_pb2.QueueRequest(project=tenant.project, type="sent-email", data=b"Object")
    fault = await rpc_fault(tenant.eventing.Queue(request))
    assert (fault.code, fault.reason, fault.fields) == ("INVALID_ARGUMENT", "MALFORMED_JSON", ("data",))
    assert await tenant.deliveries() == []
