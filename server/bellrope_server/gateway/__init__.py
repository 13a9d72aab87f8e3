"""HTTP: the documented paths, and the server's own (`/healthz`, `/readyz`, `/metrics`)."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qs, unquote

from aiohttp import web

from bellrope_server import strict_json
from bellrope_server.access import Access
from bellrope_server.call import Call
from bellrope_server.clock import Clock
from bellrope_server.errors import (
    Draining,
    NoSuchPath,
    Overloaded,
    ServiceError,
    UnsupportedMediaType,
)
from bellrope_server.gateway.answers import error_response
from bellrope_server.gateway.config_paths import EVERY, ConfigPaths
from bellrope_server.gateway.documented import (
    Asked,
    AskedTogether,
    queued,
    queued_together,
    triggered,
    wait,
)
from bellrope_server.gateway.json_answer import JsonAnswer
from bellrope_server.gateway.wire import WireLimits, WireRequest, WireServer, read_body
from bellrope_server.limits import Limits

log = logging.getLogger(__name__)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"  # what curl -d sends unless it is told otherwise
PROMETHEUS = "text/plain; version=0.0.4"

Answer = bytes | web.Response


class MethodNotAllowed(NoSuchPath):
    """There is something at this path, but not with this method."""

    reason = "NO_SUCH_PATH"
    http_status = 405


class Gateway:
    """Answers HTTP requests by calling the servicers in this process."""

    def __init__(
        self,
        servicers: Mapping[str, Any],
        access: Access,
        *,
        limits: Limits,
        ready: Callable[[], bool],
        metrics: Callable[[], bytes],
        clock: Clock | None = None,
    ) -> None:
        """`servicers` are by their services' full names; `ready` and `metrics` are what the probes show."""
        self._eventing = servicers["bellrope.v1.Eventing"]
        self._config = ConfigPaths(servicers["bellrope.v1.Projects"], servicers["bellrope.v1.Triggers"])
        self._access = access
        self._clock = clock or Clock()
        self._limits = limits
        self._ready = ready
        self._metrics = metrics
        self._calls = 0
        self.draining = False
        self._wire_limits = WireLimits(
            header_bytes=limits.header_bytes,
            body_bytes=limits.request_bytes,
            connections_per_address=limits.connections_per_address,
        )

    async def start(self, address: str) -> int:
        """Listen on `host:port` and return the port; raise OSError if it cannot be had."""
        host, _, port = address.rpartition(":")
        self._wire = WireServer(self._answer, limits=self._wire_limits)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._wire, host.strip("[]"), int(port), backlog=1024)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
            raise OSError(f"cannot listen on {address} for HTTP: {why}") from None
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, *, grace: float) -> None:
        """Take no new connections, let requests under way finish for `grace` seconds, then end them."""
        self._server.close()
        await self._wire.shutdown(grace)

    async def _answer(self, request: WireRequest) -> web.Response | JsonAnswer:
        """Answer one request, whatever happens inside."""
        try:
            answer = await self._route(request)
        except ServiceError as error:
            return error_response(error, request_id=request.request_id)
        except Exception as error:
            log.exception("http.failed request_id=%s", request.request_id)
            return error_response(error, request_id=request.request_id)
        return JsonAnswer(answer) if isinstance(answer, bytes) else answer

    async def _route(self, request: WireRequest) -> Answer:
        """Find what a path asks for."""
        path, _, query = request.raw_path.partition("?")
        segments = _segments(path)
        if probe := self._probe(segments):
            return probe
        self._admit(request)
        match segments:
            case ["metrics"]:
                return web.Response(body=self._metrics(), headers={"Content-Type": PROMETHEUS})
            case ["v1", "api", project, "eventing", "queue"]:
                return await self._queue(request, project, query)
            case ["v1", "api", project, "eventing", "admin-queue"]:
                return await self._queue_many(request, project)
            case ["v1", "config", "projects", *rest]:
                return await self._configure(request, rest, query)
        raise NoSuchPath

    def _probe(self, segments: tuple[str, ...]) -> web.Response | None:
        if segments == ("healthz",):
            return web.Response(text="ok\n")
        if segments == ("readyz",):
            ready = self._ready() and not self.draining
            return web.Response(text="ready\n" if ready else "not ready\n", status=200 if ready else 503)
        return None

    def _admit(self, request: WireRequest) -> None:
        headers = request.headers
        self._access.check_origin(headers.get("Host"), headers.get("Origin"))
        self._access.check_key(headers.get("Authorization"))

    async def _queue(self, request: WireRequest, project: str, query: str) -> bytes:
        """The user's path: queue an event, or trigger it if `isSynchronous` is true."""
        _only(request, "POST")
        body = await self._json_body(request)
        with self._counted():
            return await self._hand_over(request, project, body, query)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count a call that queues while it lasts; raise Overloaded beyond the limit."""
        self._calls += 1
        try:
            if self._calls > self._limits.calls:
                raise Overloaded(retry_after=1)
            yield
        finally:
            self._calls -= 1

    async def _hand_over(self, request: WireRequest, project: str, body: bytes, query: str) -> bytes:
        read = partial(Asked, project, body, traceparent=request.headers.get("traceparent", ""))
        asked = await asyncio.to_thread(read) if len(body) > strict_json.LARGE else read()
        try:
            if not asked.sync:
                return queued(await self._eventing.Queue(asked.request, self._call(request, None)))
            patience = wait(_parameter(query, "timeout"), request.headers.get("Grpc-Timeout"))
            return triggered(await self._eventing.TriggerSync(asked.request, self._call(request, patience)))
        except ServiceError as error:
            raise asked.named(error) from None

    async def _queue_many(self, request: WireRequest, project: str) -> bytes:
        """Queue the events of a body together: all of them, or none."""
        _only(request, "POST")
        body = await self._json_body(request, most=self._limits.batch_bytes)
        with self._counted():
            asked = await asyncio.to_thread(AskedTogether, project, body)
            try:
                answer = await self._eventing.QueueBatch(asked.request, self._call(request, None))
            except ServiceError as error:
                raise asked.named(error) from None
        return queued_together(answer)

    def _call(self, request: WireRequest, patience: int | None) -> Call:
        if self.draining:
            raise Draining(retry_after=1)
        deadline = None if patience is None else self._clock.wall() + patience
        return Call(request_id=request.request_id, deadline=deadline, json_checked=True)

    async def _configure(self, request: WireRequest, rest: list[str], query: str) -> bytes:
        """The config paths; `?id=` names what the path leaves out, and `*` is everything."""
        named = _parameter(query, "id") or EVERY
        match rest:
            case []:
                return await self._project(request, named)
            case [project]:
                return await self._project(request, project)
            case [project, "eventing", "config"] | [project, "eventing", "config", _]:
                return await self._eventing_config(request, project)
            case [project, "eventing", "triggers"]:
                return await self._trigger(request, project, named)
            case [project, "eventing", "triggers", name]:
                return await self._trigger(request, project, name)
        raise NoSuchPath

    async def _project(self, request: WireRequest, name: str) -> bytes:
        call = Call(request_id=request.request_id)
        _only(request, "GET", "POST", "DELETE")
        if request.method == "GET":
            return await self._config.get_projects(name, call)
        if request.method == "DELETE":
            return await self._config.delete_project(name, call)
        return await self._config.save_project(name, await self._json_body(request), call)

    async def _eventing_config(self, request: WireRequest, project: str) -> bytes:
        call = Call(request_id=request.request_id)
        _only(request, "GET", "POST", "DELETE")
        if request.method == "GET":
            return await self._config.get_eventing(project, call)
        if request.method == "DELETE":
            return await self._config.delete_eventing(project, call)
        return await self._config.save_eventing(project, await self._json_body(request), call)

    async def _trigger(self, request: WireRequest, project: str, name: str) -> bytes:
        call = Call(request_id=request.request_id)
        _only(request, "GET", "POST", "DELETE")
        if request.method == "GET":
            return await self._config.get_triggers(project, name, call)
        if request.method == "DELETE":
            return await self._config.delete_trigger(project, name, call)
        return await self._config.save_trigger(project, name, await self._json_body(request), call)

    async def _json_body(self, request: WireRequest, *, most: int | None = None) -> bytes:
        """Return the body of a request that says it is JSON, or does not say what it is."""
        kind = request.headers.get("Content-Type", JSON).partition(";")[0].strip().lower()
        if kind != JSON and (kind != FORM or "Origin" in request.headers):
            raise UnsupportedMediaType
        limits = self._wire_limits
        return await read_body(request, limits if most is None else replace(limits, body_bytes=most))


@lru_cache(maxsize=1024)
def _segments(path: str) -> tuple[str, ...]:
    """Return a path's parts: it is split before they are decoded, so `%2F` stays inside."""
    return tuple(unquote(segment) for segment in path.split("/")[1:])


def _only(request: WireRequest, *methods: str) -> None:
    if request.method not in methods:
        raise MethodNotAllowed


def _parameter(query: str, name: str) -> str | None:
    if not query:
        return None
    found = parse_qs(query).get(name)
    return found[0] if found else None
