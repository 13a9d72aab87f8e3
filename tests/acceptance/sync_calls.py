"""TriggerSync as a caller sees it, over HTTP and gRPC alike."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import grpc
import pytest
from acceptance.tenant import Delivery, Fault, Tenant, http_fault, rpc_fault
from bellrope.v1 import eventing_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseDict

MIB = 1024 * 1024
OK = 200
HTTP_STATUS = {
    "NO_TRIGGER_MATCHED": 404,
    "TRIGGER_PAUSED": 409,
    "ID_CONFLICT": 409,
    "WEBHOOK_FAILED": 502,
    "RESPONSE_TOO_LARGE": 502,
    "DEADLINE_PASSED": 504,
    "INVALID_FIELD": 400,
}


@dataclass(frozen=True)
class SyncAnswer:
    """The answer to a caller: `outcome` is "OK" or the reason, `result` the webhook's answer as JSON."""

    outcome: str
    result: bytes = b""
    base64: bool = False
    event_id: str = ""
    results: tuple[tuple[str, str, int], ...] = ()
    """For each trigger its name, its delivery's state, and the number of attempts."""
    fault: Fault | None = None
    last_attempts: tuple[Any, ...] = ()


Trigger: TypeAlias = Callable[..., Awaitable[SyncAnswer]]


def _told(response: Any) -> SyncAnswer:
    return SyncAnswer(
        outcome="OK",
        result=response.result,
        base64=response.result_base64,
        event_id=response.event_id,
        results=tuple((r.trigger, Delivery.State.Name(r.state), r.attempt_count) for r in response.results),
        last_attempts=tuple(each.last_attempt for each in response.results),
    )


def _failed(fault: Fault, about: Any) -> SyncAnswer:
    told = _told(about) if about is not None else SyncAnswer(outcome="")
    return replace(told, outcome=fault.reason, event_id=fault.metadata.get("event_id", ""), fault=fault)


def over_http(tenant: Tenant) -> Trigger:
    """Call through the documented path."""

    async def trigger(
        *, wait: float | None = None, delay: float = 0, data: object = None, **keys: Any
    ) -> SyncAnswer:
        body = {"type": "order", "isSynchronous": True, "delay": delay, "data": data} | keys
        query = "" if wait is None else f"?timeout={int(wait * 1000)}ms"
        url = tenant.url + query
        async with tenant.http.post(url, json=body) as response:
            text = await response.read()
        return _read_http(response.status, text)

    return trigger


def _read_http(status: int, text: bytes) -> SyncAnswer:
    answered = json.loads(text)
    if status != OK:
        fault = http_fault(answered)
        assert status == HTTP_STATUS[fault.reason]
        return _failed(fault, _message(fault.about))
    keys = ["result", "eventId", "results"]
    assert list(answered) in (keys, [*keys, "resultBase64"])
    response = _message({"eventId": answered["eventId"], "results": answered["results"]})
    start = len(b'{"result":')
    result = text[start : text.index(b',"eventId":"', start)] if len(text) < MIB else b""
    if not result:
        result = json.dumps(answered["result"]).encode()
    return replace(_told(response), result=result, base64=answered.get("resultBase64", False))


def _message(about: dict[str, Any] | None) -> Any:
    if about is None:
        return None
    members = {key: value for key, value in about.items() if key != "@type"}
    return ParseDict(members, eventing_pb2.TriggerSyncResponse())


def over_grpc(tenant: Tenant) -> Trigger:
    """Call through the generated stub."""

    async def trigger(
        *, wait: float | None = None, delay: float = 0, data: object = None, **keys: Any
    ) -> SyncAnswer:
        fields: dict[str, Any] = {"type": "order", "data": json.dumps(data).encode()} | keys
        if delay:
            fields["delay"] = Duration(nanos=int(delay % 1 * 1e9), seconds=int(delay))
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, **fields)
        try:
            return _told(await tenant.eventing.TriggerSync(request, timeout=wait))
        except grpc.aio.AioRpcError as error:
            fault = await rpc_fault(_raise(error))
        if fault.code == "DEADLINE_EXCEEDED":  # the channel's own clock ends the call, without our details
            return SyncAnswer(outcome="DEADLINE_PASSED", fault=fault)
        about = eventing_pb2.TriggerSyncResponse()
        return _failed(fault, about if fault.about is not None and fault.about.Unpack(about) else None)

    return trigger


async def _raise(error: BaseException) -> None:
    raise error


@pytest.fixture(params=[over_http, over_grpc], ids=["http", "grpc"])
def trigger(request: pytest.FixtureRequest, tenant: Tenant) -> Trigger:
    """Call TriggerSync for an event of the type `order`, over HTTP or gRPC."""
    caller: Trigger = request.param(tenant)
    return caller
