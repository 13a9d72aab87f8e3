"""ExplainEvent: which triggers match a kept event as they are now, and why the others do not."""

from typing import Any

from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import projects_pb2, triggers_pb2

URL = "http://127.0.0.1:8089/hook"
DATA = {"amount": 50, "note": "a" * 3000, "list": list(range(95))}
SLOW = "data.list.all(a, data.list.all(b, !data.note.contains('" + "a" * 200 + "b')))"


async def explained(tenant: Tenant, event_id: str, **page: Any) -> Any:
    """Return a page of what the triggers make of an event."""
    request = pb.ExplainEventRequest(project=tenant.project, event_id=event_id, **page)
    return await tenant.log.ExplainEvent(request)


def told(answer: Any) -> dict[str, list[str]]:
    """Return the obstacles of each trigger."""
    name = triggers_pb2.TestTriggerResponse.Obstacle.Name
    return {each.trigger: [name(obstacle) for obstacle in each.obstacles] for each in answer.matches}


async def queue(tenant: Tenant, **keys: Any) -> str:
    """Queue an order and return the event's id."""
    status, answered = await tenant.queue({"type": "order.paid", "data": DATA} | keys)
    assert status == 200, answered
    return str(answered["eventId"])


async def test_an_event_that_matched_nothing_says_why(tenant: Tenant) -> None:
    """For each trigger the answer names what stands in the way; those for the event's type come first."""
    await tenant.trigger(URL, name="z-gets", type="order.paid", filter="data.amount < 100")
    await tenant.trigger(URL, name="d-small", type="order.paid", filter="data.amount > 100")
    await tenant.trigger(URL, name="e-fails", type="order.*", filter="data.total > 100", options={"db": "x"})
    await tenant.trigger(URL, name="c-main", type="*", options={"db": "main"})
    await tenant.trigger(URL, name="a-other", type="order", filter="data.amount > 100")
    await tenant.trigger(URL, name="b-other", type="order.paid.*", options={"db": "main"})
    await tenant.pause("z-gets")
    id = await queue(tenant)
    answer = await explained(tenant, id)
    assert list(told(answer).items()) == [
        ("c-main", ["OPTIONS"]),
        ("d-small", ["FILTER"]),
        ("e-fails", ["OPTIONS", "FILTER_FAILED"]),
        ("z-gets", ["PAUSED"]),
        ("a-other", ["TYPE"]),
        ("b-other", ["TYPE", "OPTIONS"]),
    ]
    assert [each.trigger for each in answer.matches if each.matches] == ["z-gets"]
    assert [each.filter_error for each in answer.matches if each.filter_error] == [
        'Key not found in map : "total"'
    ]
    (delivery,) = await tenant.deliveries(id)
    assert [each.delivery_id for each in answer.matches] == ["", "", "", delivery.delivery_id, "", ""]


async def test_triggers_are_taken_as_they_are_now(tenant: Tenant) -> None:
    """A trigger that was changed or made later matches an event that it never got, and the reverse."""
    await tenant.trigger(URL, name="was", type="order.paid")
    id = await queue(tenant)
    await tenant.edit("type", name="was", type="other")
    await tenant.trigger(URL, name="new", type="order.paid")
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    answer = await explained(tenant, id)
    assert told(answer) == {"new": ["PAUSED"], "was": ["TYPE", "PAUSED"]}
    (delivery,) = await tenant.deliveries(id)
    assert [each.delivery_id for each in answer.matches] == ["", delivery.delivery_id]
    await tenant.delete("new")
    assert list(told(await explained(tenant, id))) == ["was"]


async def test_pages_go_on_where_the_last_one_ended(tenant: Tenant) -> None:
    """All triggers come once, over gRPC and HTTP alike, in as many pages as are needed."""
    for name, type in (("b", "order.paid"), ("d", "x"), ("a", "*"), ("c", "y")):
        await tenant.trigger(URL, name=name, type=type)
    id = await queue(tenant)
    first = await explained(tenant, id, page_size=3)
    assert list(told(first)) == ["a", "b", "c"]
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/events/{id}:explain"
    status, rest = await tenant.send("GET", f"{url}?pageToken={first.next_page_token}")
    assert (status, rest) == (
        200,
        {
            "matches": [
                {"trigger": "d", "matches": False, "obstacles": ["TYPE"], "filterError": "", "deliveryId": ""}
            ],
            "nextPageToken": "",
        },
    )


async def test_a_page_ends_when_its_filters_take_long(tenant: Tenant) -> None:
    """Filters that take long share a page's time: it has fewer triggers, and the next one goes on."""
    id = await queue(tenant)
    names = [f"t{number:02}" for number in range(16)]  # each takes 20 ms of a quarter of a second
    for name in names:
        await tenant.trigger(URL, name=name, type="order.paid", filter=SLOW)
    await tenant.trigger(URL, name="u", type="other")
    pages, token = [], ""
    while token or not pages:
        answer = await explained(tenant, id, page_token=token)
        pages.append(told(answer))
        token = answer.next_page_token
    assert len(pages) > 1
    assert [name for page in pages for name in page] == [*names, "u"]
    assert [page[name] for page in pages for name in page] == [["FILTER_FAILED"]] * 16 + [["TYPE"]]


async def test_an_event_that_is_not_there_is_not_found(tenant: Tenant) -> None:
    """An unknown event or project is not found, and a token of another event's list is refused."""
    assert (await rpc_fault(explained(tenant, "none"))).reason == "EVENT_NOT_FOUND"
    for name in ("a", "b"):
        await tenant.trigger(URL, name=name)
    one, other = await queue(tenant), await queue(tenant)
    token = (await explained(tenant, one, page_size=1)).next_page_token
    assert (await rpc_fault(explained(tenant, other, page_token=token))).fields == ("page_token",)
