"""Every call passes admission before its servicer: every RPC, over gRPC, Connect and every HTTP path."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import grpc
import pytest
from admitting import admission
from aiohttp import ClientSession
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.call import Call
from bellrope_server.admission.limits import Limits
from bellrope_server.admission.principal import ADMIN, OPEN
from bellrope_server.api.api import SERVICES, Api, descriptor
from bellrope_server.errors import NotFinal
from bellrope_server.gateway.native.routes import Table
from bellrope_server.gateway.server import Gateway
from bellrope_server.rpc.edge import Edge
from bellrope_server.rpc.server import RpcServer
from integration.connect_calls import JSON_STREAM, envelopes, fault, sealed
from integration.grpc_calls import KEY, METHODS, as_bytes, outcome
from multidict import CIMultiDict
from usual import usual_limits

EVENT, BATCH = {"type": "a"}, {"events": [{"type": "a"}]}
CLOUD_EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": "a"}
CONFIG = "/v1/config/projects"
WITH_KEY = ("authorization", f"Bearer {KEY}")
WRONG_KEY = ("authorization", "Bearer wrong")
Header = tuple[str, str]
REACHED = NotFinal.reason
"""What every servicer here answers."""


class RpcRequest(NamedTuple):
    """One request, and the RPC that it calls."""

    door: str
    rpc: Any
    path: str = ""
    http_method: str = ""
    body: object = None
    kind: str = "application/json"


def native(route: Any) -> RpcRequest:
    """Return the request at a native path."""
    path = re.sub(r"\{[^}]*\}", "x", route.template.text)
    return RpcRequest("native", route.rpc, path, route.http_method, {} if route.body else None)


def connect(rpc: Any) -> RpcRequest:
    """Return the request by the Connect protocol."""
    path = f"/{rpc.containing_service.full_name}/{rpc.name}"
    if rpc.server_streaming:
        return RpcRequest("connect", rpc, path, "POST", sealed(b"{}"), JSON_STREAM)
    return RpcRequest("connect", rpc, path, "POST", {})


def documented(name: str, http_method: str, path: str, body: object = None, kind: str = "json") -> RpcRequest:
    """Return the request at a documented path; `name` is like `Triggers.GetTrigger`."""
    return RpcRequest(
        "documented", descriptor(*name.split(".")), path, http_method, body, kind=f"application/{kind}"
    )


DOCUMENTED = [
    documented("Eventing.Queue", "POST", "/v1/api/x/eventing/queue", EVENT),
    documented("Eventing.TriggerSync", "POST", "/v1/api/x/eventing/queue", EVENT | {"isSynchronous": True}),
    documented("Eventing.QueueBatch", "POST", "/v1/api/x/eventing/admin-queue", BATCH),
    documented("Eventing.Queue", "POST", "/v1/api/x/eventing/cloudevents", CLOUD_EVENT, "cloudevents+json"),
    documented(
        "Eventing.QueueBatch",
        "POST",
        "/v1/api/x/eventing/cloudevents",
        [CLOUD_EVENT],
        "cloudevents-batch+json",
    ),
    documented("Projects.ListProjects", "GET", CONFIG),
    documented("Projects.GetProject", "GET", f"{CONFIG}/x"),
    documented("Projects.CreateProject", "POST", f"{CONFIG}/x", {}),
    documented("Projects.DeleteProject", "DELETE", f"{CONFIG}/x"),
    documented("Projects.GetProject", "GET", f"{CONFIG}/x/eventing/config"),
    documented("Projects.ResumeProject", "POST", f"{CONFIG}/x/eventing/config", {"enabled": True}),
    documented("Projects.PauseProject", "POST", f"{CONFIG}/x/eventing/config", {"enabled": False}),
    documented("Projects.ResumeProject", "DELETE", f"{CONFIG}/x/eventing/config"),
    documented("Triggers.ListTriggers", "GET", f"{CONFIG}/x/eventing/triggers"),
    documented("Triggers.GetTrigger", "GET", f"{CONFIG}/x/eventing/triggers/x"),
    documented("Triggers.UpdateTrigger", "POST", f"{CONFIG}/x/eventing/triggers/x", EVENT),
    documented("Triggers.DeleteTrigger", "DELETE", f"{CONFIG}/x/eventing/triggers/x"),
    documented("Projects.ListEventTypes", "GET", f"{CONFIG}/x/eventing/schema"),
    documented("Projects.GetEventType", "GET", f"{CONFIG}/x/eventing/schema/x"),
    documented("Projects.UpdateEventType", "POST", f"{CONFIG}/x/eventing/schema/x", {"schema": "{}"}),
    documented("Projects.DeleteEventType", "DELETE", f"{CONFIG}/x/eventing/schema/x"),
]
ALL = [
    *(RpcRequest("grpc", rpc) for rpc in METHODS),
    *(native(route) for route in Table(SERVICES).routes),
    *(connect(rpc) for rpc in METHODS if not rpc.client_streaming),
    *DOCUMENTED,
]


def connect_reason(body: bytes) -> str:
    """Return the reason in an error of the Connect protocol, be it of a stream or not."""
    error = json.loads(body) if body[:1] == b"{" else json.loads(next(envelopes(body))[1])["error"]
    return fault(error).reason


class NotingServicer:
    """A servicer that notes which of its RPCs was called, with which Call, and does nothing else."""

    def __init__(self, service: Any, reached: list[tuple[str, Call]], error: Callable[[], Exception]) -> None:
        for rpc in service.methods:
            note = self._stream if rpc.server_streaming else self._message
            setattr(self, rpc.name, note(rpc.full_name, reached, error))
        if service.name == "Eventing":  # what the documented paths call; they need no message as an answer
            self.accept, self.accept_together = self.Queue, self.QueueBatch  # type: ignore[attr-defined]

    @staticmethod
    def _message(
        name: str, reached: list[tuple[str, Call]], error: Callable[[], Exception]
    ) -> Callable[[Any, Call], Awaitable[Any]]:
        async def method(request: Any, call: Call) -> Any:
            reached.append((name, call))
            raise error()

        return method

    @staticmethod
    def _stream(
        name: str, reached: list[tuple[str, Call]], error: Callable[[], Exception]
    ) -> Callable[[Any, Call], AsyncIterator[Any]]:
        async def method(request: Any, call: Call) -> AsyncIterator[Any]:
            reached.append((name, call))
            raise error()
            yield

        return method


class Doors:
    """The server's gRPC and HTTP doors."""

    def __init__(
        self, channel: grpc.aio.Channel, http: ClientSession, reached: list[tuple[str, Call]]
    ) -> None:
        self._channel = channel
        self._http = http
        self.reached = reached
        self.answers: list[bytes] = []
        """What came over HTTP, byte for byte."""

    async def ask(self, asked: RpcRequest, *headers: Header) -> str:
        """Make one call and return the reason of its error; every call ends with one."""
        if asked.door == "grpc":
            call = as_bytes(self._channel, asked.rpc)
            return await outcome(call(b"", metadata=headers, timeout=30))
        data = asked.body if isinstance(asked.body, bytes | None) else json.dumps(asked.body)
        sent = CIMultiDict([*headers, *([("Content-Type", asked.kind)] if data else [])])
        async with self._http.request(asked.http_method, asked.path, data=data, headers=sent) as response:
            answer = await response.read()
        self.answers.append(answer)
        return connect_reason(answer) if asked.door == "connect" else str(json.loads(answer)["reason"])

    async def outcomes(self, *headers: Header) -> list[tuple[RpcRequest, str]]:
        """Make every call, and return how each ends."""
        return [(asked, await self.ask(asked, *headers)) for asked in ALL]


@asynccontextmanager
async def doors(
    admitting: Admission, limits: Limits, *, error: Callable[[], Exception] = NotFinal
) -> AsyncIterator[Doors]:
    """Open both doors in front of servicers that only note calls, and raise this error."""
    reached: list[tuple[str, Call]] = []
    noting: Any = {
        service.name.lower(): NotingServicer(service, reached, error) for service in SERVICES.values()
    }
    api = Api(**noting)
    rpc = RpcServer(Edge(admitting), api, limits=limits, reflect=False)
    gateway = Gateway(api, admitting, limits=limits, unready=lambda: (), metrics=no_metrics)
    own_ports: set[int] = set()
    http_port = await gateway.start("127.0.0.1:0", bound=own_ports.add)
    grpc_port = await rpc.start("127.0.0.1:0", bound=own_ports.add)
    async with (
        grpc.aio.insecure_channel(f"127.0.0.1:{grpc_port}") as channel,
        ClientSession(f"http://127.0.0.1:{http_port}") as http,
    ):
        yield Doors(channel, http, reached)
    await asyncio.gather(rpc.stop(grace=0), gateway.stop(grace=0))


async def no_metrics() -> bytes:
    """Return no metrics."""
    return b""


def otherwise(said: list[tuple[RpcRequest, str]], expected: str) -> list[str]:
    """Return the calls that did not end as expected."""
    return [f"{asked.door} {asked.rpc.name}: {reason}" for asked, reason in said if reason != expected]


def brings_events(rpc: Any) -> bool:
    """Return whether calls of this RPC count as calls that bring events."""
    return bool(rpc.containing_service.name == "Eventing")


def only_watches(rpc: Any) -> bool:
    """Return whether an RPC counts as a stream without an end."""
    return bool(rpc.server_streaming) and not brings_events(rpc)


def test_every_rpc_has_a_native_path() -> None:
    """Every RPC of the protos has a native path, so these tests cover each of them over gRPC and HTTP."""
    assert {asked.rpc.full_name for asked in ALL if asked.door == "native"} == {
        rpc.full_name for rpc in METHODS
    }


async def test_with_the_key_every_call_reaches_its_servicer() -> None:
    """With the key every call gets through as the administrator's, so the refusals below mean something."""
    async with doors(admission(key=KEY), usual_limits()) as open_doors:
        said = await open_doors.outcomes(WITH_KEY)
        assert otherwise(said, REACHED) == []
        assert [name for name, _ in open_doors.reached] == [asked.rpc.full_name for asked in ALL]
        assert {call.principal for _, call in open_doors.reached} == {ADMIN}


async def test_without_a_key_every_caller_is_anyone_on_this_machine() -> None:
    """A server without a key requires none, and notes that the caller is unknown."""
    async with doors(admission(), usual_limits()) as open_doors:
        said = await open_doors.outcomes()
        assert otherwise(said, REACHED) == []
        assert {call.principal for _, call in open_doors.reached} == {OPEN}


@pytest.mark.parametrize(
    "headers", [[], [WRONG_KEY], [WITH_KEY, WRONG_KEY], [WRONG_KEY, WITH_KEY]], ids=["0", "1", "2", "2-too"]
)
async def test_without_the_one_right_key_no_call_reaches_a_servicer(headers: list[Header]) -> None:
    """Without a key, with a wrong one, or with two, every call of every RPC gets KEY_REQUIRED."""
    async with doors(admission(key=KEY), usual_limits()) as closed:
        said = await closed.outcomes(*headers)
        assert otherwise(said, "KEY_REQUIRED") == []
        assert closed.reached == []


async def test_a_server_that_stops_begins_no_call() -> None:
    """A stopping server answers every call with DRAINING; a call without the key gets KEY_REQUIRED."""
    admitting = admission(key=KEY)
    admitting.drain()
    async with doors(admitting, usual_limits()) as closed:
        said = await closed.outcomes(WITH_KEY)
        assert otherwise(said, "DRAINING") == []
        said = await closed.outcomes()
        assert otherwise(said, "KEY_REQUIRED") == []
        assert closed.reached == []


async def test_what_breaks_inside_any_call_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    """A bug is INTERNAL_ERROR at every door; the log has its text, and no answer does."""
    limits = usual_limits()
    async with doors(admission(limits=limits), limits, error=lambda: RuntimeError("whsec_inside")) as broken:
        said = await broken.outcomes()
    assert otherwise(said, "INTERNAL_ERROR") == []
    assert [answer for answer in broken.answers if b"whsec_inside" in answer] == []
    assert caplog.text.count("RuntimeError: whsec_inside") == len(ALL)


async def test_what_counts_against_which_cap_is_one_rule() -> None:
    """Without a place for events or streams, RPCs of that kind are refused, and all others go on."""
    limits = usual_limits(calls=0, streams=0)
    async with doors(admission(limits=limits), limits) as full:
        said = await full.outcomes()
        expected = [
            "OVERLOADED" if brings_events(asked.rpc) or only_watches(asked.rpc) else REACHED for asked in ALL
        ]
        assert [reason for _, reason in said] == expected
        assert expected.count(REACHED) == len(full.reached) > 60


async def test_each_cap_is_one_for_both_doors() -> None:
    """A place taken over gRPC is missing over HTTP and vice versa; each kind has places of its own."""
    limits = usual_limits(calls=1, streams=1)
    admitting = admission(limits=limits)
    event, watch = descriptor("Eventing", "Queue"), descriptor("Deliveries", "Tail")
    async with doors(admitting, limits) as both:
        for taken, counted in ((event, brings_events), (watch, only_watches)):
            with admitting.gate(taken).visit(OPEN, address=str) as visit:
                visit.begin()
                said = await both.outcomes()
            expected = ["OVERLOADED" if counted(asked.rpc) else REACHED for asked in ALL]
            assert [reason for _, reason in said] == expected
        assert {reason for _, reason in await both.outcomes()} == {REACHED}
