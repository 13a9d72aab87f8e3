"""Schemas of events as users meet them: saved over gRPC or HTTP, and the errors for events that break one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from acceptance.tenant import Fault, Tenant, http_fault, rpc_fault
from bellrope.v1 import eventing_pb2, projects_pb2
from google.rpc import error_details_pb2

SDL = "type order { id: ID!  amount: Float!  note: String }"
JSON = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}


async def save(tenant: Tenant, schema: str, *, type: str = "order", allow_missing: bool = True) -> Any:
    """Save a schema over gRPC."""
    event_type = projects_pb2.EventType(type=type, schema=schema)
    request = projects_pb2.UpdateEventTypeRequest(
        project=tenant.project, event_type=event_type, allow_missing=allow_missing
    )
    return await tenant.projects.UpdateEventType(request)


async def queued(tenant: Tenant, data: object, **members: Any) -> tuple[int, Any]:
    """Queue an event over HTTP; return the status, and the fields at fault if there are any."""
    status, answered = await tenant.queue({"type": "order", "data": data} | members)
    return status, (http_fault(answered).fields if status != 200 else answered["deliveryCount"])


async def test_an_event_that_breaks_its_schema_is_refused(tenant: Tenant) -> None:
    """The error names the place in the data, over HTTP and gRPC, and nothing is stored."""
    await save(tenant, SDL)
    assert await queued(tenant, {"id": "a", "amount": 1}) == (200, 0)
    assert await queued(tenant, {"id": "a", "amount": "much"}, id="refused") == (400, ("data.amount",))
    request = eventing_pb2.QueueRequest(project=tenant.project, type="order", data=b'{"id": [], "amount": 1}')
    refused = await rpc_fault(tenant.eventing.Queue(request))
    assert (refused.code, refused.reason, refused.fields) == (
        "INVALID_ARGUMENT",
        "INVALID_FIELD",
        ("data.id",),
    )
    assert (await rpc_fault(tenant.event("refused"))).reason == "EVENT_NOT_FOUND"


async def test_the_place_is_told_by_the_caller_s_own_key(tenant: Tenant) -> None:
    """If the caller calls the data `payload`, so does the error."""
    await save(tenant, SDL)
    status, answered = await tenant.queue({"type": "order", "payload": {"id": "a", "amount": "x"}})
    assert (status, http_fault(answered).fields) == (400, ("payload.amount",))


async def test_large_data_is_checked_too(tenant: Tenant) -> None:
    """Data of a megabyte is checked like any other, over HTTP and gRPC."""
    await save(tenant, SDL)
    data = {"id": "a", "amount": "x", "note": "n" * 900_000}
    assert await queued(tenant, data) == (400, ("data.amount",))
    assert await queued(tenant, data | {"amount": 1}) == (200, 0)


GOOD, BAD = json.dumps([0] * 30_000), json.dumps([0] * 30_000 + ["x"])


async def over_http(tenant: Tenant, path: str, body: str, **headers: str) -> Fault:
    """POST to a path of the project's events, and return the error."""
    status, answered = await tenant.send(
        "POST", tenant.url.removesuffix("queue") + path, body.encode(), **headers
    )
    assert status == 400
    return http_fault(answered)


def request(data: str) -> eventing_pb2.QueueRequest:
    """Return an event as gRPC sends it."""
    return eventing_pb2.QueueRequest(type="order", data=data.encode(), id="bad")


async def in_stream(tenant: Tenant) -> Fault:
    """Send the wrong event over a stream, and return its error."""
    sent = eventing_pb2.QueueStreamRequest(event=request(BAD))
    sent.event.project = tenant.project
    (answered,) = [each async for each in tenant.eventing.QueueStream(iter([sent]))]
    bad = error_details_pb2.BadRequest()
    assert answered.results[0].error.details[1].Unpack(bad)
    return Fault("INVALID_ARGUMENT", "INVALID_FIELD", (bad.field_violations[0].field,))


EVENT = f'{{"type": "order", "id": "bad", "data": {BAD}}}'
CLOUD_EVENT = {"ce-specversion": "1.0", "ce-id": "bad", "ce-type": "order", "ce-source": "/a"}
DOORS: dict[str, Callable[[Tenant], Awaitable[Fault]]] = {
    "queue": lambda tenant: over_http(tenant, "queue", EVENT),
    "admin-queue": lambda tenant: over_http(tenant, "admin-queue", f'{{"events": [{EVENT}]}}'),
    "cloudevents": lambda tenant: over_http(tenant, "cloudevents", BAD, **CLOUD_EVENT),
    "QueueBatch": lambda tenant: rpc_fault(
        tenant.eventing.QueueBatch(
            eventing_pb2.QueueBatchRequest(project=tenant.project, events=[request(BAD)])
        )
    ),
    "QueueStream": in_stream,
}


@pytest.mark.parametrize("door", DOORS)
async def test_data_of_many_values_is_checked_at_every_door(door: str, tenant: Tenant) -> None:
    """An event with so many values that checking it takes long is checked like any other, at every door."""
    await save(tenant, '{"items": {"type": "integer"}}')
    fault = await DOORS[door](tenant)
    at = "events[0]." if door in ("admin-queue", "QueueBatch") else ""
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", (f"{at}data[30000]",))
    assert (await rpc_fault(tenant.event("bad"))).reason == "EVENT_NOT_FOUND"
    assert await queued(tenant, json.loads(GOOD)) == (200, 0)


async def test_the_first_wrong_event_of_a_large_batch_is_named(tenant: Tenant) -> None:
    """A batch with much data is refused with the index of the event that does not match."""
    await save(tenant, '{"items": {"type": "integer"}}')
    events = [eventing_pb2.QueueRequest(type="order", data=GOOD.encode()) for _ in range(40)]
    events[30] = request(BAD)
    fault = await rpc_fault(
        tenant.eventing.QueueBatch(eventing_pb2.QueueBatchRequest(project=tenant.project, events=events))
    )
    assert fault.fields == ("events[30].data[30000]",)


async def test_a_synchronous_event_is_checked_too(tenant: Tenant) -> None:
    """TriggerSync checks data as Queue does."""
    await save(tenant, SDL)
    assert await queued(tenant, {}, isSynchronous=True) == (400, ("data",))


async def test_a_schema_is_of_one_type_in_one_project(tenant: Tenant) -> None:
    """A schema applies to one type in one project; other types may have any data."""
    await save(tenant, SDL, type="other")
    assert await queued(tenant, "anything") == (200, 0)


async def test_a_schema_is_kept_as_it_was_saved(tenant: Tenant) -> None:
    """GraphQL is shown as GraphQL, with the JSON Schema that is enforced; saving again replaces it."""
    saved = await save(tenant, SDL)
    request = projects_pb2.GetEventTypeRequest(project=tenant.project, type="order")
    assert await tenant.projects.GetEventType(request) == saved
    assert (saved.schema, '"required":["id","amount"]' in saved.json_schema) == (SDL, True)
    again = await save(tenant, '{"type": "string"}', allow_missing=False)
    assert (again.create_time, again.json_schema) == (saved.create_time, '{"type":"string"}')
    assert await queued(tenant, "text") == (200, 0)


async def test_a_wrong_schema_is_refused(tenant: Tenant) -> None:
    """A schema that cannot be enforced is refused, and the one before stays."""
    await save(tenant, SDL)
    refused = await rpc_fault(save(tenant, '{"type": 5}'))
    assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("schema.type",))
    assert await queued(tenant, 5) == (400, ("data",))


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": 5},
        {"$ref": "#/%24defs/a", "$defs": {"a": {"$ref": "#/%24defs/a"}}},
        {"allOf": [{"allOf": [{"$ref": f"#/allOf/{n + 1}"}] * 2} for n in range(24)] + [{}]},
    ],
    ids=["$schema is a number", "a reference to itself", "doubling references"],
)
async def test_a_schema_that_cannot_be_followed_is_refused(schema: Any, tenant: Tenant) -> None:
    """The error names the field `schema`, over HTTP and gRPC, however the schema is wrong."""
    path = f"{tenant.config}/eventing/schema/order"
    status, answered = await tenant.send("POST", path, {"schema": schema})
    assert (status, http_fault(answered).fields) == (400, ("schema",))
    refused = await rpc_fault(save(tenant, json.dumps(schema)))
    assert (refused.reason, refused.fields) == ("INVALID_FIELD", ("schema",))


async def test_what_is_not_there(tenant: Tenant) -> None:
    """A missing event type cannot be read, deleted, or changed without `allow_missing`."""
    get = projects_pb2.GetEventTypeRequest(project=tenant.project, type="order")
    delete = projects_pb2.DeleteEventTypeRequest(project=tenant.project, type="order")
    calls = (
        tenant.projects.GetEventType(get),
        tenant.projects.DeleteEventType(delete),
        save(tenant, SDL, allow_missing=False),
    )
    assert {(await rpc_fault(call)).reason for call in calls} == {"EVENT_TYPE_NOT_FOUND"}


async def test_types_are_listed_in_pages(tenant: Tenant) -> None:
    """Event types are listed newest first, a page at a time."""
    for number in range(5):
        await save(tenant, SDL, type=f"type-{number}")
    request = projects_pb2.ListEventTypesRequest(project=tenant.project, page_size=2)
    listed: list[str] = []
    while True:
        answered = await tenant.projects.ListEventTypes(request)
        listed += [each.type for each in answered.event_types]
        if not answered.next_page_token:
            break
        request.page_token = answered.next_page_token
    assert listed == [f"type-{number}" for number in reversed(range(5))]


@pytest.mark.parametrize("schema", [JSON, "type anything { amount: Float! }"], ids=["JSON", "SDL"])
async def test_schemas_at_the_documented_path(schema: Any, tenant: Tenant) -> None:
    """POST saves a schema, GET shows it, DELETE removes it; deleting it twice is no error."""
    path = f"{tenant.config}/eventing/schema"
    assert await tenant.send("POST", f"{path}/order", {"schema": schema}) == (200, {})
    assert await queued(tenant, {"amount": None}) == (400, ("data.amount",))
    for url in (path, f"{path}/order", f"{path}/*", f"{path}?id=order"):
        status, answered = await tenant.send("GET", url)
        assert (status, [each["id"] for each in answered["result"]]) == (200, ["order"])
    assert await tenant.send("DELETE", f"{path}/order") == (200, {})
    assert await tenant.send("DELETE", f"{path}/order") == (200, {})
    assert await queued(tenant, {"amount": None}) == (200, 0)
    assert await tenant.send("GET", path) == (200, {"result": []})


async def test_a_deleted_project_s_schemas_are_gone(tenant: Tenant) -> None:
    """A new project with the name of a deleted one has no schemas."""
    await save(tenant, SDL)
    await tenant.send("DELETE", tenant.config)
    await tenant.send("POST", tenant.config, {})
    assert await queued(tenant, 5) == (200, 0)


async def test_a_schema_holds_from_its_answer_on(tenant: Tenant) -> None:
    """Once a schema is saved every later event is checked, however many schemas are saved at once."""
    await asyncio.gather(*(save(tenant, SDL) for _ in range(10)))
    assert await queued(tenant, 5) == (400, ("data",))
