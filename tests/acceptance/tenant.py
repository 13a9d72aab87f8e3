"""One user's project on a shared server, and the ways in which the user reaches it."""

import asyncio
import json
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

import grpc
from aiohttp import ClientSession
from bellrope.v1 import (
    deliveries_pb2,
    deliveries_pb2_grpc,
    eventing_pb2_grpc,
    projects_pb2_grpc,
    triggers_pb2,
    triggers_pb2_grpc,
)
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from kit import Server, until
from receiver import Connection, Reaction
from yarl import URL

R = TypeVar("R")
Answer: TypeAlias = tuple[int, Any]

JSON = "application/json"
ERROR_KEYS = ["error", "status", "reason", "details", "requestId"]
GOOGLE = "type.googleapis.com/google.rpc."
Delivery = deliveries_pb2.Delivery
Attempt = deliveries_pb2.Attempt


class Tenant:
    """A project that belongs to one test alone."""

    def __init__(self, server: Server, project: str, channel: grpc.aio.Channel, http: ClientSession) -> None:
        self.server = server
        self.project = project
        self.http = http
        self.channel = channel
        self.eventing = eventing_pb2_grpc.EventingStub(channel)
        self.triggers = triggers_pb2_grpc.TriggersStub(channel)
        self.log = deliveries_pb2_grpc.DeliveriesStub(channel)
        self.projects = projects_pb2_grpc.ProjectsStub(channel)

    @property
    def url(self) -> str:
        """The documented path to queue an event."""
        return f"{self.server.http}/v1/api/{self.project}/eventing/queue"

    @property
    def config(self) -> str:
        """The documented path of this project's configuration."""
        return f"{self.server.http}/v1/config/projects/{self.project}"

    async def send(self, method: str, url: str, body: object = b"", **headers: str) -> Answer:
        """Send a request; `body` is encoded as JSON unless it is bytes. Return the status and the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": JSON} | headers
        async with self.http.request(method, URL(url, encoded=True), data=data, headers=sent) as response:
            return response.status, json.loads(await response.read())

    async def queue(self, body: object, *, query: str = "", **headers: str) -> Answer:
        """POST to the documented path."""
        return await self.send("POST", self.url + query, body, **headers)

    async def trigger(self, url: str, *, name: str = "hook", type: str = "order", **fields: Any) -> Any:
        """Create a trigger that tries again after 50 ms, unless `fields` say otherwise."""
        policy = {"min_backoff": timedelta(milliseconds=50), "max_backoff": timedelta(milliseconds=100)}
        fields = {"retry_policy": triggers_pb2.RetryPolicy(**policy)} | fields
        trigger = triggers_pb2.Trigger(name=name, type=type, url=url, **fields)
        request = triggers_pb2.CreateTriggerRequest(project=self.project, trigger=trigger)
        return await self.triggers.CreateTrigger(request)

    async def edit(self, *mask: str, name: str = "hook", **fields: Any) -> Any:
        """Change the fields of a trigger that `mask` names."""
        request = triggers_pb2.UpdateTriggerRequest(
            project=self.project, trigger=triggers_pb2.Trigger(name=name, **fields)
        )
        request.update_mask.paths.extend(mask)
        return await self.triggers.UpdateTrigger(request)

    async def pause(self, name: str = "hook") -> None:
        """Pause a trigger."""
        request = triggers_pb2.PauseTriggerRequest(project=self.project, trigger=name)
        await self.triggers.PauseTrigger(request)

    async def resume(self, name: str = "hook") -> None:
        """Resume a trigger."""
        request = triggers_pb2.ResumeTriggerRequest(project=self.project, trigger=name)
        await self.triggers.ResumeTrigger(request)

    async def delete(self, name: str = "hook") -> None:
        """Delete a trigger."""
        request = triggers_pb2.DeleteTriggerRequest(project=self.project, trigger=name)
        await self.triggers.DeleteTrigger(request)

    async def deliveries(self, event_id: str = "", **wanted: Any) -> list[Any]:
        """Return the deliveries in the log: all of the project, or those of one event."""
        request = deliveries_pb2.ListDeliveriesRequest(project=self.project, event_id=event_id, **wanted)
        return list((await self.log.ListDeliveries(request)).deliveries)

    async def event(self, event_id: str) -> Any:
        """Return an event."""
        return await self.log.GetEvent(
            deliveries_pb2.GetEventRequest(project=self.project, event_id=event_id)
        )

    async def delivery(self, event_id: str, **states: Any) -> Any:
        """Wait until the only delivery of an event is as `states` say (by default: final), and return it."""
        found: list[Any] = []

        async def there() -> bool:
            found[:] = await self.deliveries(event_id)
            return len(found) == 1 and _is(found[0], states)

        await until(there)
        return await self.whole(found[0])

    async def whole(self, delivery: Any) -> Any:
        """Return a delivery with everything about its attempts; a list shows them in brief."""
        request = deliveries_pb2.GetDeliveryRequest(project=self.project, delivery_id=delivery.delivery_id)
        return await self.log.GetDelivery(request)

    async def logged(self, delivery: Any) -> list[dict[str, Any]]:
        """Return the log's lines about a delivery's attempts, once there is one for each."""
        lines: list[dict[str, Any]] = []

        def there() -> bool:
            facts = self.server.facts("delivery.attempted")
            lines[:] = [fact for fact in facts if fact["delivery_id"] == delivery.delivery_id]
            return len(lines) >= delivery.attempt_count

        await until(there)
        return lines


def _is(delivery: Any, states: dict[str, Any]) -> bool:
    if not states:
        return bool(delivery.state > Delivery.DELIVERING)
    return all(getattr(delivery, name) == value for name, value in states.items())


@dataclass(frozen=True)
class Fault:
    """What a caller learns about an error; two faults are equal if a program could not tell them apart."""

    code: str
    reason: str
    fields: tuple[str, ...] = ()
    sentence: str = field(default="", compare=False)
    metadata: dict[str, str] = field(default_factory=dict, compare=False)
    about: Any = field(default=None, compare=False)


def http_fault(answer: Any) -> Fault:
    """Return the error in an HTTP answer, which must have the one shape of errors."""
    assert list(answer) == ERROR_KEYS
    assert isinstance(answer["error"], str)
    assert answer["requestId"]
    details = {detail["@type"].removeprefix(GOOGLE): detail for detail in answer["details"]}
    info = details.pop("ErrorInfo")
    assert (info["domain"], info["reason"]) == ("bellrope", answer["reason"])
    violations = details.pop("BadRequest", {"fieldViolations": []})["fieldViolations"]
    return Fault(
        code=answer["status"],
        reason=answer["reason"],
        fields=tuple(violation["field"] for violation in violations),
        sentence=answer["error"],
        metadata=info.get("metadata", {}),
        about=next(iter(details.values()), None),
    )


async def rpc_fault(call: Awaitable[Any]) -> Fault:
    """Make a call that must fail, and return its error."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return _fault_of(error)
    raise AssertionError(f"the call went well: {answer}")


def _fault_of(error: grpc.aio.AioRpcError) -> Fault:
    status = rpc_status.from_call(error)
    if status is None:
        return Fault(code=error.code().name, reason="", sentence=error.details() or "")
    info, bad, other = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), None
    for detail in status.details:
        if not detail.Unpack(info) and not detail.Unpack(bad):
            other = detail
    assert (info.domain, status.message) == ("bellrope", error.details())
    return Fault(
        code=error.code().name,
        reason=info.reason,
        fields=tuple(violation.field for violation in bad.field_violations),
        sentence=status.message,
        metadata=dict(info.metadata),
        about=other,
    )


async def soon(awaitable: Awaitable[R], *, seconds: float = 60) -> R:
    """Await something that must happen within this many seconds."""
    async with asyncio.timeout(seconds):
        return await awaitable


def held(gate: asyncio.Event, then: Reaction) -> Reaction:
    """React only once the gate is open."""

    async def react(connection: Connection) -> None:
        await gate.wait()
        await then(connection)

    return react


def seconds_from_now(time_: Any) -> float:
    """Return how far in the future a protobuf Timestamp is."""
    return float(time_.ToMicroseconds() / 1e6 - time.time())
