"""The paths where events come in: the user's own, admin-queue, and the one of CloudEvents."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiohttp import web
from bellrope.v1.projects_pb2 import GetProjectRequest

from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.api.api import Api
from bellrope_server.convert.batches import placing
from bellrope_server.convert.documented import Asked, AskedTogether
from bellrope_server.errors import NoSuchPath, ServiceError
from bellrope_server.gateway.cloudevents import events as cloudevents
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
from bellrope_server.text import strict_json

Admit = Callable[[WireRequest, int | None], Call]
Together = AskedTogether | SentTogether
Answer = bytes | web.StreamResponse


class EventPaths:
    """Reads events from requests and does what Queue, TriggerSync or QueueBatch does."""

    def __init__(
        self,
        api: Api,
        *,
        limits: WireLimits,
        batch_bytes: int,
        calls: Calls,
        admit: Admit,
    ) -> None:
        """`admit` makes a call of a request and how long its caller waits, in microseconds."""
        self._eventing = api.eventing
        self._projects = api.projects
        self._limits = limits
        self._batch_limits = replace(limits, body_bytes=batch_bytes)
        self._calls = calls
        self._admit = admit

    async def queue(self, request: WireRequest, project: str, query: str) -> bytes:
        """The user's path: queue an event, or trigger it if `isSynchronous` is true."""
        only(request, "POST")
        body = await read_json(request, self._limits)
        traceparent = request.headers.get("traceparent", "")
        with self._calls:
            if len(body) <= strict_json.LARGE:
                asked = Asked(project, body, traceparent=traceparent)
            else:
                asked = await asyncio.to_thread(Asked, project, body, traceparent=traceparent)
            if asked.sync:
                return await self._trigger(request, asked, query)
            try:
                return queued(await self._eventing.accept(asked.request, self._admit(request, None)))
            except ServiceError as error:
                raise asked.named(error) from None

    async def _trigger(self, request: WireRequest, asked: Asked, query: str) -> bytes:
        try:
            patience = wait(parameter(query, "timeout"), request.headers.get("Grpc-Timeout"))
            return triggered(await self._eventing.TriggerSync(asked.request, self._admit(request, patience)))
        except ServiceError as error:
            raise asked.named(error) from None

    async def queue_otherwise(self, request: WireRequest, project: str, form: str) -> Answer:
        """The other forms in which events come."""
        if form == "cloudevents":
            return await self._cloud_events(request, project)
        if form == "admin-queue":
            only(request, "POST")
            check_kind(request, JSON)
            return await self._queue_together(request, placing(partial(AskedTogether, project)))
        raise NoSuchPath

    async def _cloud_events(self, request: WireRequest, project: str) -> Answer:
        """Queue a CloudEvent, or a batch of them; OPTIONS is a sender's question whether it may."""
        only(request, "OPTIONS", "POST")
        headers = request.headers
        if request.method == "OPTIONS":
            return web.Response(headers=cloudevents.handshake(headers))
        if cloudevents.is_batch(headers.get("Content-Type", "")):
            read = partial(SentTogether, project, traceparent=headers.get("traceparent", ""))
            return await self._queue_together(request, read)
        body = await read_body(request, self._limits)
        with self._calls:
            return await self._queue_cloud_event(request, project, body)

    async def _queue_cloud_event(self, request: WireRequest, project: str, body: bytes) -> bytes:
        headers = request.headers
        read = partial(cloudevents.read, headers.get("Content-Type", ""), headers.items(), body)
        sent = await asyncio.to_thread(read) if len(body) > strict_json.LARGE else read()
        try:
            asked = sent.request(project, traceparent=headers.get("traceparent", ""))
            return queued(await self._eventing.accept(asked, self._admit(request, None)))
        except ServiceError as error:
            raise sent.named(error) from None

    async def _queue_together(self, request: WireRequest, read: Callable[[bytes], Together]) -> bytes:
        """Queue the events of a body together: all of them, or none."""
        body = await read_body(request, self._batch_limits)
        with self._calls:
            asked = await asyncio.to_thread(read, body)
            try:
                return queued_together(await self._store_together(asked, self._admit(request, None)))
            except ServiceError as error:
                raise asked.named(error) from None

    async def _store_together(self, asked: Together, call: Call) -> list[Accepted]:
        if asked.request.events or not asked.may_be_empty:
            return await self._eventing.accept_together(asked.request, call)
        await self._projects.GetProject(GetProjectRequest(project=asked.request.project), call)
        return []
