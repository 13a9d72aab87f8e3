"""One bad event among good ones, in every dialect of a batch: nothing is stored, and its index is named."""

import json
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from acceptance.tenant import Fault, Tenant, http_fault, rpc_fault
from bellrope.v1 import cloudevents_pb2, deliveries_pb2, eventing_pb2
from google.protobuf.duration_pb2 import Duration

MIB = 1024 * 1024
TEN_YEARS = 315_705_600  # seconds, and some days more
HTTP_STATUS = {"INVALID_ARGUMENT": 400, "RESOURCE_EXHAUSTED": 413, "ALREADY_EXISTS": 409}
CE = cloudevents_pb2.CloudEvent
Dialect = str


def path(tenant: Tenant, dialect: Dialect) -> str:
    """Return the URL of a batch over HTTP."""
    if dialect == "native":
        return f"{tenant.server.http}/v1/projects/{tenant.project}/events:queueBatch"
    return f"{tenant.url.removesuffix('queue')}admin-queue"


async def over_http(tenant: Tenant, dialect: Dialect, bad: bytes) -> Fault:
    """Send three events over HTTP, the second of them bad, and return the error."""
    good = [b'{"type":"order","id":"%b"}' % id for id in (b"before", b"after")]
    body = b'{"events":[%b,%b,%b]}' % (good[0], bad, good[1])
    status, answered = await tenant.send("POST", path(tenant, dialect), body)
    fault = http_fault(answered)
    assert status == HTTP_STATUS[fault.code]
    return fault


async def over_grpc(tenant: Tenant, bad: eventing_pb2.QueueRequest) -> Fault:
    """Send three events over gRPC, the second of them bad, and return the error."""
    good = [eventing_pb2.QueueRequest(type="order", id=id) for id in ("before", "after")]
    request = eventing_pb2.QueueBatchRequest(project=tenant.project, events=[good[0], bad, good[1]])
    return await rpc_fault(tenant.eventing.QueueBatch(request))


async def ids(tenant: Tenant) -> list[str]:
    """Return the ids of all events of the project."""
    listed = await tenant.log.ListEvents(deliveries_pb2.ListEventsRequest(project=tenant.project))
    return [event.event_id for event in listed.events]


async def refused(tenant: Tenant, fault: Fault, code: str, reason: str, field: str) -> None:
    """Check that the error names the second event, and that nothing new is stored."""
    dot = "" if field.startswith("[") or not field else "."
    assert fault == Fault(code, reason, (f"events[1]{dot}{field}",)), fault.sentence
    assert fault.metadata["index"] == "1"
    assert await ids(tenant) == ["taken"]


@pytest.fixture
async def shop(tenant: Tenant) -> Tenant:
    """A project with one event."""
    await tenant.queue({"type": "order", "id": "taken", "data": 1})
    return tenant


DATA = {
    "B1 NaN": (b"[NaN]", "INVALID_ARGUMENT", "MALFORMED_JSON", "data[0]"),
    "B3 a key twice": (b'{"a":{"k":1,"k":2}}', "INVALID_ARGUMENT", "MALFORMED_JSON", "data.a.k"),
    "B4 half a character": (b'{"a":"\\ud800"}', "INVALID_ARGUMENT", "MALFORMED_JSON", "data.a"),
    "B8 no UTF-8": (b'"\xe4"', "INVALID_ARGUMENT", "MALFORMED_JSON", "data"),
    "B9 deep": (b"[" * 65 + b"]" * 65, "INVALID_ARGUMENT", "MALFORMED_JSON", "data"),
    "B11 a long number": (b"1" * 5000, "INVALID_ARGUMENT", "MALFORMED_JSON", "data"),
    "B18 a byte over 1 MiB": (b'"%b"' % (b"x" * (MIB - 1)), "RESOURCE_EXHAUSTED", "TOO_LARGE", "data"),
}


@pytest.mark.parametrize("dialect", ["documented", "native", "grpc"])
@pytest.mark.parametrize("case", DATA)
async def test_B21_bad_data(case: str, dialect: Dialect, shop: Tenant) -> None:
    """Data that is refused in a single event is refused in a batch."""
    data, code, reason, field = DATA[case]
    if dialect == "grpc":
        fault = await over_grpc(shop, eventing_pb2.QueueRequest(type="order", data=data))
    else:
        fault = await over_http(shop, dialect, b'{"type":"order","data":%b}' % data)
        field = "" if case.startswith(("B8", "B9")) else field  # there only the event is named
    await refused(shop, fault, code, reason, field)


@pytest.mark.parametrize(("levels", "status", "code"), [(64, 200, "OK"), (65, 400, "INVALID_ARGUMENT")])
async def test_B9_the_limit_of_depth_is_the_data_s_own(
    levels: int, status: int, code: str, tenant: Tenant
) -> None:
    """Data of 64 levels is accepted and of 65 levels refused, whatever is around it, in every dialect."""
    data = b"[" * levels + b"]" * levels
    event = b'{"type":"order","data":%b}' % data
    cloud = b'{"specversion":"1.0","id":"1","source":"/o",' + event[1:]
    base = tenant.url.removesuffix("queue")
    for url, body, kind in (
        (tenant.url, event, "application/json"),
        (path(tenant, "native").removesuffix("Batch"), event, "application/json"),
        (path(tenant, "native"), b'{"events":[%b]}' % event, "application/json"),
        (path(tenant, "documented"), b'{"events":[%b]}' % event, "application/json"),
        (f"{base}cloudevents", cloud, "application/cloudevents+json"),
    ):
        assert (url, (await tenant.send("POST", url, body, **{"Content-Type": kind}))[0]) == (url, status)
    request = eventing_pb2.QueueRequest(project=tenant.project, type="order", data=data)
    batch = eventing_pb2.QueueBatchRequest(project=tenant.project, events=[request])
    for call in (tenant.eventing.Queue(request), tenant.eventing.QueueBatch(batch)):
        assert (await call.code()).name == code


@pytest.mark.parametrize("dialect", ["documented", "native"])
async def test_B9_B21_a_batch_that_nests_100_000_deep(dialect: Dialect, shop: Tenant) -> None:
    """No event is named, because none of them has a clear end; nothing is stored, and the server lives on."""
    fault = await over_http(shop, dialect, b'{"type":"order","data":%b}' % (b"[" * 100_000))
    assert (fault.code, fault.reason) == ("INVALID_ARGUMENT", "MALFORMED_JSON")
    assert await ids(shop) == ["taken"]


@pytest.mark.parametrize("dialect", ["documented", "native"])
async def test_B21_one_bad_event_in_a_large_batch(dialect: Dialect, shop: Tenant) -> None:
    """In a batch of a thousand events and a large text the bad event is named too."""
    events = [b'{"type":"order","data":{"n":%d,"of":"%b"}}' % (n, b"x" * 200) for n in range(1000)]
    events[731] = events[731].replace(b'"of"', b'"n"')
    body = b'{"events":[%b]}' % b",".join(events)
    status, answered = await shop.send("POST", path(shop, dialect), body)
    fault = http_fault(answered)
    assert (status, fault) == (400, Fault("INVALID_ARGUMENT", "MALFORMED_JSON", ("events[731].data.n",)))
    assert (fault.metadata["index"], await ids(shop)) == ("731", ["taken"])


TEXTS: dict[str, tuple[bytes, str, str, str]] = {
    "B6 NUL in the type": (b'{"type":"a\\u0000b"}', "INVALID_ARGUMENT", "INVALID_FIELD", "type"),
    "B6 NUL in the id": (b'{"type":"a","id":"\\u0000"}', "INVALID_ARGUMENT", "INVALID_FIELD", "id"),
    "B14 no type": (b"{}", "INVALID_ARGUMENT", "INVALID_FIELD", "type"),
    "B16 an unknown key": (b'{"type":"a","dely":1}', "INVALID_ARGUMENT", "UNKNOWN_FIELD", "dely"),
    "D2 an id that is taken": (b'{"type":"a","id":"taken"}', "ALREADY_EXISTS", "ID_CONFLICT", "id"),
    "D2 an id twice": (b'{"type":"b","id":"before"}', "ALREADY_EXISTS", "ID_CONFLICT", "id"),
}


@pytest.mark.parametrize("dialect", ["documented", "native"])
@pytest.mark.parametrize("case", TEXTS)
async def test_B21_a_bad_event(case: str, dialect: Dialect, shop: Tenant) -> None:
    """An error in an event itself has the event's index, and the key as it was sent."""
    bad, *expected = TEXTS[case]
    await refused(shop, await over_http(shop, dialect, bad), *expected)


@pytest.mark.parametrize("dialect", ["documented", "native"])
@pytest.mark.parametrize("bad", [b"7", b"null", b'"order"', b"[]"])
async def test_B14_B21_an_event_that_is_no_object(bad: bytes, dialect: Dialect, shop: Tenant) -> None:
    """An event of a batch must be an object."""
    fault = await over_http(shop, dialect, bad)
    assert (fault.code, fault.fields) == ("INVALID_ARGUMENT", ("events[1]",))
    assert (fault.metadata["index"], await ids(shop)) == ("1", ["taken"])


@pytest.mark.parametrize("text", ["2024-01-01T00:00:00", "2024-W01-1", "20240101T000000Z", "2024-01-01"])
async def test_D10_D12_B21_times_that_are_none(text: str, shop: Tenant) -> None:
    """A time as text is RFC 3339 with an offset, in a batch and at the native path too."""
    for dialect, key in (("documented", "timestamp"), ("native", "scheduleTime")):
        bad = json.dumps({"type": "order", key: text}).encode()
        await refused(shop, await over_http(shop, dialect, bad), "INVALID_ARGUMENT", "INVALID_FIELD", key)
        if dialect == "native":
            url = path(shop, dialect).replace("queueBatch", "queue")
            status, answered = await shop.send("POST", url, bad)
            assert (status, http_fault(answered).fields) == (400, (key,))


@pytest.mark.parametrize("seconds", [-1, TEN_YEARS, 2**63])
async def test_D8_B21_delays_that_are_none(seconds: int, shop: Tenant) -> None:
    """A delay must be neither negative nor above ten years, in every dialect."""
    for dialect, delay in (("documented", str(seconds)), ("native", f'"{seconds}s"')):
        fault = await over_http(shop, dialect, b'{"type":"order","delay":%b}' % delay.encode())
        await refused(shop, fault, "INVALID_ARGUMENT", "INVALID_FIELD", "delay")
    if seconds < 2**63:
        bad = eventing_pb2.QueueRequest(type="order", delay=Duration(seconds=seconds))
        await refused(shop, await over_grpc(shop, bad), "INVALID_ARGUMENT", "INVALID_FIELD", "delay")


def cloud_event(**changes: Any) -> CE:
    """Return a CloudEvent that is valid except for these fields."""
    return CE(**({"id": "A-1", "source": "/orders"} | changes))


EXTENSION = CE.Extension
CLOUD_EVENTS: dict[str, tuple[Callable[[], CE], bytes, str]] = {
    "B24 no id": (lambda: cloud_event(id=""), b"1", "cloud_event.id"),
    "B24 no source": (lambda: cloud_event(source=""), b"1", "cloud_event.source"),
    "B24 an empty extension": (
        lambda: cloud_event(extensions={"region": EXTENSION(text="")}),
        b"1",
        "cloud_event.region",
    ),
    "B24 an extension without a value": (
        lambda: cloud_event(extensions={"region": EXTENSION()}),
        b"1",
        "cloud_event.region",
    ),
    "B26 a version": (
        lambda: cloud_event(extensions={"specversion": EXTENSION(text="0.3")}),
        b"1",
        "cloud_event.specversion",
    ),
    "B29 bad base64": (lambda: cloud_event(data_form=CE.BYTES), b'"####"', "data"),
    "B29 bytes that are no text": (lambda: cloud_event(data_form=CE.BYTES), b"{}", "data"),
    "B29 data where there is none": (lambda: cloud_event(data_form=CE.ABSENT), b"1", "data"),
}


@pytest.mark.parametrize("case", CLOUD_EVENTS)
async def test_B24_to_B29_a_bad_cloud_event(case: str, shop: Tenant) -> None:
    """A CloudEvent that is refused alone is refused in a batch too, with its attribute and its index."""
    make, data, field = CLOUD_EVENTS[case]
    bad = eventing_pb2.QueueRequest(project=shop.project, type="order", data=data, cloud_event=make())
    alone = await rpc_fault(shop.eventing.Queue(bad))
    assert alone == Fault("INVALID_ARGUMENT", "INVALID_FIELD", (field,)), alone.sentence
    bad.project = ""
    await refused(shop, await over_grpc(shop, bad), "INVALID_ARGUMENT", "INVALID_FIELD", field)


@pytest.mark.parametrize("value", ["2147483648", "-2147483649", "1.5", '"x"'])
async def test_B28_an_integer_of_more_than_32_bits(value: str, shop: Tenant) -> None:
    """An extension's integer has 32 bits; a larger one is refused, alone and in a batch."""
    event = b'{"id":"A-1","source":"/o","extensions":{"n":{"integer":%b}}}' % value.encode()
    bad = b'{"type":"order","cloudEvent":%b}' % event
    field = 'cloudEvent.extensions["n"].integer'
    url = path(shop, "native").replace("queueBatch", "queue")
    status, answered = await shop.send("POST", url, bad)
    assert (status, http_fault(answered).fields) == (400, (field,))
    await refused(shop, await over_http(shop, "native", bad), "INVALID_ARGUMENT", "INVALID_FIELD", field)


@pytest.mark.parametrize(
    "data",
    [
        b"{%b}" % b",".join(b'"%d":1' % number for number in range(100_000)),
        b'{"%b":1}' % (b"k" * 1_000_000),
    ],
    ids=["100,000 keys", "a key of 1 MB"],
)
@pytest.mark.parametrize("dialect", ["documented", "native", "grpc"])
async def test_B19_many_keys_and_long_ones_in_a_batch(data: bytes, dialect: Dialect, tenant: Tenant) -> None:
    """Many keys, or long ones, are accepted in a batch too, and take less than a second of CPU."""
    server = psutil.Process(tenant.server.process.pid).cpu_times
    before = server().user + server().system
    if dialect == "grpc":
        event = eventing_pb2.QueueRequest(type="order", id="many", data=data)
        await tenant.eventing.QueueBatch(
            eventing_pb2.QueueBatchRequest(project=tenant.project, events=[event])
        )
    else:
        body = b'{"events":[{"type":"order","id":"many","data":%b}]}' % data
        assert (await tenant.send("POST", path(tenant, dialect), body))[0] == 200
    assert (await tenant.event("many")).data == data
    assert server().user + server().system - before < 1
