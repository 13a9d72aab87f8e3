"""The paths that accept events: the documented path, admin-queue, and the path for CloudEvents."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiohttp import web
from bellrope.v1.projects_pb2 import GetProjectRequest

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.call import Call
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.principal import Principal
from bellrope_server.api.api import Api, descriptor
from bellrope_server.convert.batches import placing
from bellrope_server.convert.documented import Asked, AskedTogether
from bellrope_server.errors import NoSuchPath, ServiceError
from bellrope_server.gateway.cloudevents import events as cloudevents
from bellrope_server.gateway.cloudevents import handshake
from bellrope_server.gateway.cloudevents.batch import SentTogether
from bellrope_server.gateway.documented.answers import queued, queued_together, triggered
from bellrope_server.gateway.wire.patience import wait
from bellrope_server.gateway.wire.request import (
    JSON,
    WireLimits,
    WireRequest,
    check_kind,
    only,
    parameter,
    read_body,
    read_json,
)
from bellrope_server.model import Accepted
from bellrope_server.rules import traces
from bellrope_server.text import strict_json

Together = AskedTogether | SentTogether
Answer = bytes | web.StreamResponse


class EventPaths:
    """Reads events from requests, and calls Queue, TriggerSync or QueueBatch."""

    def __init__(self, api: Api, *, admission: Admission, limits: WireLimits) -> None:
        self._eventing = api.eventing
        self._projects = api.projects
        self._gate = admission.gate(descriptor("Eventing", "Queue"))
        self._sync_gate = admission.gate(descriptor("Eventing", "TriggerSync"))
        self._batch_gate = admission.gate(descriptor("Eventing", "QueueBatch"))
        self._limits = limits
        self._of_requests = admission.limits
        self._batch_limits = replace(limits, body_bytes=self._batch_gate.most)

    async def queue(self, request: WireRequest, principal: Principal, project: str, query: str) -> bytes:
        """The documented path: queue an event, or trigger it if `isSynchronous` is true."""
        only(request, "POST")
        with _visit(self._gate, request, principal) as visit:
            body = await read_json(request, self._limits, visit)
            visit.begin()
            if len(body) <= strict_json.LARGE:
                asked = Asked(project, body)
            else:
                asked = await asyncio.to_thread(Asked, project, body)
            if asked.sync:
                return await self._trigger(request, visit, asked, query)
            try:
                call = self._gate.call(visit, patience=None, json_checked=True)
                return queued(await self._eventing.accept(asked.request, call))
            except ServiceError as error:
                raise asked.named(error) from None

    async def _trigger(self, request: WireRequest, visit: Visit, asked: Asked, query: str) -> bytes:
        try:
            patience = wait(parameter(query, "timeout"), request.joined("Grpc-Timeout"))
            call = self._sync_gate.call(visit, patience=patience, json_checked=True)
            answer = await self._eventing.TriggerSync(asked.request, call)
            request.hold_answer(self._sync_gate, answer)
            return triggered(answer)
        except ServiceError as error:
            raise asked.named(error) from None

    async def queue_otherwise(
        self, request: WireRequest, principal: Principal, project: str, form: str
    ) -> Answer:
        """The paths for other forms of events."""
        if form == "cloudevents":
            return await self._cloud_events(request, principal, project)
        if form == "admin-queue":
            only(request, "POST")
            check_kind(request, JSON)
            read = placing(partial(AskedTogether, project, self._of_requests))
            return await self._queue_together(request, principal, read)
        raise NoSuchPath

    async def _cloud_events(self, request: WireRequest, principal: Principal, project: str) -> Answer:
        """Queue a CloudEvent or a batch of them; OPTIONS asks whether the sender may send."""
        only(request, "OPTIONS", "POST")
        headers = request.headers
        if request.method == "OPTIONS":
            return web.Response(headers=handshake.permission(headers))
        if cloudevents.is_batch(headers.get("Content-Type", "")):
            read = partial(SentTogether, project, self._of_requests)
            return await self._queue_together(request, principal, read)
        with _visit(self._gate, request, principal) as visit:
            body = await read_body(request, self._limits, visit)
            visit.begin()
            return await self._queue_cloud_event(request, visit, project, body)

    async def _queue_cloud_event(
        self, request: WireRequest, visit: Visit, project: str, body: bytes
    ) -> bytes:
        headers = request.headers
        read = partial(cloudevents.read, headers.get("Content-Type", ""), headers.items(), body)
        sent = await asyncio.to_thread(read) if len(body) > strict_json.LARGE else read()
        try:
            asked = sent.request(project)
            call = self._gate.call(visit, patience=None, json_checked=True)
            return queued(await self._eventing.accept(asked, call))
        except ServiceError as error:
            raise sent.named(error) from None

    async def _queue_together(
        self, request: WireRequest, principal: Principal, read: Callable[[bytes], Together]
    ) -> bytes:
        """Queue all events of a body, or none."""
        with _visit(self._batch_gate, request, principal) as visit:
            body = await read_body(request, self._batch_limits, visit)
            visit.begin()
            asked = await asyncio.to_thread(read, body)
            try:
                call = self._batch_gate.call(visit, patience=None, json_checked=True)
                return queued_together(await self._store_together(asked, call))
            except ServiceError as error:
                raise asked.named(error) from None

    async def _store_together(self, asked: Together, call: Call) -> list[Accepted]:
        if asked.request.events or not asked.may_be_empty:
            return await self._eventing.accept_together(asked.request, call)
        await self._projects.GetProject(GetProjectRequest(project=asked.request.project), call)
        return []


def _visit(gate: Gate, request: WireRequest, principal: Principal) -> Visit:
    trace = traces.of_headers(request.headers)
    return gate.visit(principal, address=request.address, request_id=request.request_id, trace=trace)
