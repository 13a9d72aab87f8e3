"""The default of each field, as the protos declare it for programs, is what the server does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import grpc
import pytest
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from bellrope.v1 import deliveries_pb2 as log
from bellrope.v1 import options_pb2, projects_pb2, triggers_pb2
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest
from bellrope_server.gateway.docs import prose
from bellrope_server.gateway.docs.openapi_schemas import Schemas
from google.protobuf.duration_pb2 import Duration
from kit import Server, lent, until
from receiver import Receiver, answer, hang
from rest import PROTOS

MORE = 101  # than one page has
URL = "http://127.0.0.1:8089/hook"
SAID = re.compile(r"\bDefault (?!none)[A-Z0-9]|\b[0-9,]+ by default\b")
"""How the comment of a field says a default that is one value."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults."""
    with lent(tmp_path_factory.mktemp("defaults")) as server:
        yield server


@pytest.fixture
async def tenant(server: Server, request: pytest.FixtureRequest) -> AsyncIterator[Tenant]:
    """A project of its own for each field."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
        tenant = Tenant(server, request.node.callspec.params["name"].replace("_", "-"), channel, http)
        project = projects_pb2.Project(name=tenant.project)
        await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
        yield tenant


async def saved(tenant: Tenant, **fields: Any) -> triggers_pb2.Trigger:
    """Return a trigger that was created with nothing but what it needs."""
    trigger = triggers_pb2.Trigger(**{"name": "hook", "type": "order", "url": URL} | fields)
    created: triggers_pb2.Trigger = await tenant.triggers.CreateTrigger(
        triggers_pb2.CreateTriggerRequest(project=tenant.project, trigger=trigger)
    )
    return created


async def queued(tenant: Tenant, count: int) -> None:
    """Queue so many events."""
    events = [QueueRequest(type="order", id=f"e{number}") for number in range(count)]
    await tenant.eventing.QueueBatch(QueueBatchRequest(project=tenant.project, events=events))


async def together(*calls: Awaitable[Any]) -> None:
    """Make calls at the same time."""
    await asyncio.gather(*calls)


async def page_of_projects(tenant: Tenant) -> str:
    """List more projects than a page has."""
    projects = (projects_pb2.Project(name=f"other-{number}") for number in range(MORE))
    requests = (projects_pb2.CreateProjectRequest(project=each) for each in projects)
    await together(*(tenant.projects.CreateProject(each) for each in requests))
    return str(len((await tenant.projects.ListProjects(projects_pb2.ListProjectsRequest())).projects))


async def page_of_types(tenant: Tenant) -> str:
    """List more types than a page has."""
    types = (projects_pb2.EventType(type=f"t{number}", schema="{}") for number in range(MORE))
    requests = (
        projects_pb2.UpdateEventTypeRequest(project=tenant.project, event_type=each, allow_missing=True)
        for each in types
    )
    await together(*(tenant.projects.UpdateEventType(each) for each in requests))
    listed = projects_pb2.ListEventTypesRequest(project=tenant.project)
    return str(len((await tenant.projects.ListEventTypes(listed)).event_types))


async def page_of_triggers(tenant: Tenant) -> str:
    """List more triggers than a page has."""
    await together(*(saved(tenant, name=f"t{number}") for number in range(MORE)))
    listed = triggers_pb2.ListTriggersRequest(project=tenant.project)
    return str(len((await tenant.triggers.ListTriggers(listed)).triggers))


async def page_of_events(tenant: Tenant) -> str:
    """List more events than a page has."""
    await queued(tenant, MORE)
    return str(len((await tenant.log.ListEvents(log.ListEventsRequest(project=tenant.project))).events))


async def page_of_deliveries(tenant: Tenant) -> str:
    """List more deliveries than a page has."""
    await saved(tenant, paused=True)
    await queued(tenant, MORE)
    listed = log.ListDeliveriesRequest(project=tenant.project)
    return str(len((await tenant.log.ListDeliveries(listed)).deliveries))


async def page_of_backlogs(tenant: Tenant) -> str:
    """List the backlogs of more triggers than a page has."""
    await together(*(saved(tenant, name=f"t{number}") for number in range(MORE)))
    listed = log.ListBacklogsRequest(project=tenant.project)
    return str(len((await tenant.log.ListBacklogs(listed)).backlogs))


async def page_of_matches(tenant: Tenant) -> str:
    """Ask what more triggers than a page has make of an event."""
    await queued(tenant, 1)
    await together(*(saved(tenant, name=f"t{number}") for number in range(MORE)))
    asked = log.ExplainEventRequest(project=tenant.project, event_id="e0")
    return str(len((await tenant.log.ExplainEvent(asked)).matches))


async def page_of_attempts(tenant: Tenant) -> str:
    """List more attempts than a page has."""
    soon = triggers_pb2.RetryPolicy(schedule=[Duration(nanos=1_000_000)])
    async with Receiver(answer(500)) as receiver:
        await saved(tenant, url=receiver.url, retries=MORE - 1, retry_policy=soon)
        await queued(tenant, 1)
        delivery = await tenant.delivery("e0")
    listed = log.ListAttemptsRequest(project=tenant.project, delivery_id=delivery.delivery_id)
    return str(len((await tenant.log.ListAttempts(listed)).attempts))


async def started(tenant: Tenant) -> log.BulkAction:
    """Start a bulk action that finds nothing."""
    request = log.StartBulkActionRequest(
        project=tenant.project, action="CANCEL", filter=log.DeliveryFilter(type="order")
    )
    action: log.BulkAction = await tenant.log.StartBulkAction(request)
    return action


async def page_of_actions(tenant: Tenant) -> str:
    """List more bulk actions than a page has."""
    await together(*(started(tenant) for _ in range(MORE)))
    listed = log.ListBulkActionsRequest(project=tenant.project)
    return str(len((await tenant.log.ListBulkActions(listed)).bulk_actions))


async def rate(tenant: Tenant) -> str:
    """Read back how many deliveries a bulk action acts on in a second."""
    return str((await started(tenant)).max_per_second)


async def delay(tenant: Tenant) -> str:
    """Return how long after its acceptance an event is due."""
    await queued(tenant, 1)
    event = await tenant.event("e0")
    waits = Duration()
    waits.FromMicroseconds(event.due_time.ToMicroseconds() - event.accept_time.ToMicroseconds())
    return waits.ToJsonString()


async def at_once(tenant: Tenant) -> str:
    """Return how many attempts of one trigger run at once, while its webhook hangs."""
    request = log.GetBacklogRequest(project=tenant.project, trigger="hook")

    async def full() -> bool:
        return bool((await tenant.log.GetBacklog(request)).held_by == log.Backlog.CAP)

    async with Receiver(hang) as receiver:
        await saved(tenant, url=receiver.url, timeout=Duration(seconds=60))
        await queued(tenant, 100)
        await until(full)
        return str((await tenant.log.GetBacklog(request)).delivering_count)


async def retries(tenant: Tenant) -> str:
    """Read back the retries."""
    return str((await saved(tenant)).retries)


async def timeout(tenant: Tenant) -> str:
    """Read back the timeout."""
    return (await saved(tenant)).timeout.ToJsonString()


async def min_backoff(tenant: Tenant) -> str:
    """Read back the first wait."""
    return (await saved(tenant)).retry_policy.min_backoff.ToJsonString()


async def max_backoff(tenant: Tenant) -> str:
    """Read back the longest wait."""
    return (await saved(tenant)).retry_policy.max_backoff.ToJsonString()


async def encoding(tenant: Tenant) -> str:
    """Read back the encoding."""
    return str(triggers_pb2.Trigger.Encoding.Name((await saved(tenant)).encoding))


OBSERVED: dict[str, Callable[[Tenant], Awaitable[str]]] = {
    "ListProjectsRequest.page_size": page_of_projects,
    "ListEventTypesRequest.page_size": page_of_types,
    "ListTriggersRequest.page_size": page_of_triggers,
    "ListEventsRequest.page_size": page_of_events,
    "ListDeliveriesRequest.page_size": page_of_deliveries,
    "ListBacklogsRequest.page_size": page_of_backlogs,
    "ExplainEventRequest.page_size": page_of_matches,
    "ListAttemptsRequest.page_size": page_of_attempts,
    "ListBulkActionsRequest.page_size": page_of_actions,
    "StartBulkActionRequest.max_per_second": rate,
    "QueueRequest.delay": delay,
    "Trigger.retries": retries,
    "Trigger.timeout": timeout,
    "Trigger.max_in_flight": at_once,
    "Trigger.encoding": encoding,
    "RetryPolicy.min_backoff": min_backoff,
    "RetryPolicy.max_backoff": max_backoff,
}
"""How to see what a request means that leaves the field out."""


def fields() -> Iterator[tuple[str, Any]]:
    """Give each field of each message, with the name of its message."""
    todo = [each for proto in PROTOS for each in proto.DESCRIPTOR.message_types_by_name.values()]
    while todo:
        message = todo.pop()
        todo += message.nested_types
        yield from ((f"{message.name}.{field.name}", field) for field in message.fields)


def default(field: Any) -> str:
    """Return the default that the field declares."""
    return str(field.GetOptions().Extensions[options_pb2.default_value])


FIELDS = dict(fields())


def test_every_default_is_observed() -> None:
    """Each field that declares a default is in the table, and so is each whose comment names one."""
    assert {name for name, field in FIELDS.items() if default(field)} == set(OBSERVED)
    assert {name for name, field in FIELDS.items() if SAID.search(prose.of(field))} == set(OBSERVED)


@pytest.mark.parametrize("name", OBSERVED)
async def test_a_default_is_what_the_server_does(name: str, tenant: Tenant) -> None:
    """A request that leaves the field out means the declared default."""
    assert await OBSERVED[name](tenant) == default(FIELDS[name])


@pytest.mark.parametrize("name", OBSERVED)
def test_a_default_has_the_type_of_its_field(name: str) -> None:
    """In /openapi.json the default is a value that the field could have."""
    shown = Schemas().requests.field(FIELDS[name])["x-default"]
    assert (shown if isinstance(shown, str) else json.dumps(shown)) == default(FIELDS[name])
    kind = FIELDS[name].message_type or FIELDS[name].enum_type
    assert isinstance(shown, str) == (kind is not None)
