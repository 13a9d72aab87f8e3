"""TestEventType: which data a schema would refuse, without saving it."""

import json
from typing import Any

from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1.projects_pb2 import (
    EventType,
    GetEventTypeRequest,
    TestEventTypeRequest,
    UpdateEventTypeRequest,
)

AMOUNT = '{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}'
MISSING = "data does not match the event type's schema: `amount` is missing"
NO_NUMBER = "data.amount does not match the event type's schema: it must be a number"
SLOW = json.dumps({"type": "object", "properties": {"amount": {"pattern": "(a|b|c|d|e|f|g){1,900}x"}}})
"""A schema whose checks are made in the process for slow ones."""


async def tried(tenant: Tenant, *samples: Any, schema: str | None = None, **more: Any) -> Any:
    """Test the saved schema, or another one, with these samples."""
    request = TestEventTypeRequest(
        project=tenant.project,
        event_type="order",
        data=[json.dumps(each).encode() for each in samples],
        draft=None if schema is None else EventType(schema=schema),
        **more,
    )
    return await tenant.projects.TestEventType(request)


async def save(tenant: Tenant, schema: str) -> None:
    """Save the schema of the type `order`."""
    event_type = EventType(type="order", schema=schema)
    await tenant.projects.UpdateEventType(
        UpdateEventTypeRequest(project=tenant.project, event_type=event_type, allow_missing=True)
    )


def refused(answer: Any) -> list[tuple[str, int, str]]:
    """Return the results of an answer, whose count must be right."""
    assert answer.refused_count == len(answer.results)
    return [(each.event_id, each.index, each.error) for each in answer.results]


async def test_a_schema_is_tried_on_samples(tenant: Tenant) -> None:
    """Each sample that the schema would refuse is listed with the path in it; the schema is not saved."""
    answer = await tried(tenant, {"amount": 1}, {}, {"amount": "x"}, schema=AMOUNT)
    assert answer.checked_count == 3
    assert refused(answer) == [("", 1, MISSING), ("", 2, NO_NUMBER)]
    graphql = await tried(tenant, {"amount": "x"}, schema="type order { amount: Float }")
    assert [each.error.partition(" ")[0] for each in graphql.results] == ["data.amount"]
    request = GetEventTypeRequest(project=tenant.project, type="order")
    assert (await rpc_fault(tenant.projects.GetEventType(request))).reason == "EVENT_TYPE_NOT_FOUND"


async def test_the_saved_schema_is_tried_without_a_draft(tenant: Tenant) -> None:
    """Without a draft the saved schema is tried; with one, only the draft."""
    assert (await rpc_fault(tried(tenant, {}))).reason == "EVENT_TYPE_NOT_FOUND"
    await save(tenant, AMOUNT)
    assert refused(await tried(tenant, {}, {"amount": 2})) == [("", 0, MISSING)]
    assert refused(await tried(tenant, {}, schema="{}")) == []


async def test_a_schema_is_tried_on_the_last_events(tenant: Tenant) -> None:
    """The last events of the type, and of no other, are checked from the newest; the samples come first."""
    for id, data in (("a", {}), ("b", {"amount": 1}), ("c", {"amount": "x"}), ("d", {"amount": 2})):
        await tenant.queue({"type": "order", "id": id, "data": data})
        await tenant.queue({"type": "other", "id": f"other-{id}", "data": {}})
    answer = await tried(tenant, {}, schema=AMOUNT, recent_count=3)
    assert answer.checked_count == 4
    assert refused(answer) == [("", 0, MISSING), ("c", 1, NO_NUMBER)]
    whole = await tried(tenant, schema=AMOUNT, recent_count=100)
    assert (whole.checked_count, refused(whole)) == (4, [("c", 1, NO_NUMBER), ("a", 3, MISSING)])


async def test_large_events_are_read_a_few_at_a_time(tenant: Tenant) -> None:
    """Events of a megabyte are checked, too, though one page of a list does not hold four of them."""
    for id in "abcd":
        await tenant.queue({"type": "order", "id": id, "data": {"note": "n" * 900_000}})
    answer = await tried(tenant, schema=AMOUNT, recent_count=4)
    assert refused(answer) == [(id, index, MISSING) for index, id in enumerate("dcba")]


async def test_a_slow_schema_is_tried_where_slow_checks_are_made(tenant: Tenant) -> None:
    """A schema that is slow to compile gives the same answers."""
    answer = await tried(tenant, {"amount": "ax"}, {"amount": "y"}, schema=SLOW)
    assert (answer.checked_count, [each.index for each in answer.results]) == (2, [1])


async def test_what_cannot_be_tried_is_refused(tenant: Tenant) -> None:
    """A wrong schema, sample or count is refused at its field, and a project must exist."""
    for schema in ("", "{", '{"type": 1}', "type other { a: Nothing }"):
        fault = await rpc_fault(tried(tenant, schema=schema))
        assert (fault.reason, fault.fields[0].startswith("draft.schema")) == ("INVALID_FIELD", True)
    for count in (-1, 101):
        assert (await rpc_fault(tried(tenant, schema="{}", recent_count=count))).fields == ("recent_count",)
    assert (await rpc_fault(tried(tenant, *[{}] * 101, schema="{}"))).fields == ("data",)
    request = TestEventTypeRequest(project=tenant.project, event_type="order", draft=EventType(schema="{}"))
    request.data.extend([b"", b"{"])
    fault = await rpc_fault(tenant.projects.TestEventType(request))
    assert (fault.reason, fault.fields) == ("MALFORMED_JSON", ("data[1]",))
    del request.data[:]
    request.draft.type = "other"
    assert (await rpc_fault(tenant.projects.TestEventType(request))).fields == ("draft.type",)
    request.event_type = request.draft.type = "order.*"
    assert (await rpc_fault(tenant.projects.TestEventType(request))).fields == ("event_type",)
    request.project, request.event_type, request.draft.type = "missing", "order", ""
    assert (await rpc_fault(tenant.projects.TestEventType(request))).reason == "PROJECT_NOT_FOUND"


async def test_over_http_a_sample_is_json_and_not_base64(tenant: Tenant) -> None:
    """Over HTTP `data` is a list of JSON values; an error names the caller's own keys."""
    path = f"{tenant.server.http}/v1/projects/{tenant.project}/eventTypes/order:test"
    body = {"draft": {"schema": AMOUNT}, "data": [{"amount": 1.0}, None, {"amount": "1"}]}
    status, answer = await tenant.send("POST", path, body)
    assert (status, answer["checkedCount"], answer["refusedCount"]) == (200, 3, 2)
    assert answer["results"][1] == {"eventId": "", "index": 2, "error": NO_NUMBER}
    status, answer = await tenant.send("POST", path, {"draft": {"schema": "{"}})
    assert (status, answer["error"].startswith("draft.schema is not JSON")) == (400, True)
    status, answer = await tenant.send("POST", path, {"data": [1] * 101})
    assert (status, answer["error"]) == (400, "data must not have more than 100 entries")
