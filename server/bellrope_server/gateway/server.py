"""HTTP: the documented paths, the native ones, and the server's own (`/healthz`, `/metrics`, `/docs`)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from bellrope_server.admission.access import Access
from bellrope_server.admission.bodies import UNCOUNTED, Bodies
from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.admission.limits import Limits
from bellrope_server.clock import Clock
from bellrope_server.errors import Draining, NoSuchPath, ServiceError, not_listening
from bellrope_server.gateway.docs.pages import Pages
from bellrope_server.gateway.documented.config_paths import EVERY, NO_RULES, ConfigPaths
from bellrope_server.gateway.documented.event_paths import EventPaths
from bellrope_server.gateway.native.native import Native
from bellrope_server.gateway.wire.answers import error_response
from bellrope_server.gateway.wire.json_answer import JsonAnswer
from bellrope_server.gateway.wire.protocol import WireLimits, WireRequest, WireServer
from bellrope_server.gateway.wire.request import only, parameter, read_json

log = logging.getLogger(__name__)

PROMETHEUS = "text/plain; version=0.0.4"

Verbs = tuple[Callable[..., Awaitable[bytes]], ...]
"""How something that is saved is shown, saved and deleted."""
Answer = bytes | web.StreamResponse


class Gateway:
    """Answers HTTP requests by calling the servicers in this process."""

    def __init__(
        self,
        servicers: Mapping[str, Any],
        access: Access,
        *,
        limits: Limits,
        calls: Calls,
        bodies: Bodies | None = None,
        unready: Callable[[], Sequence[str]],
        metrics: Callable[[], Awaitable[bytes]],
        clock: Clock | None = None,
    ) -> None:
        """`servicers` are by their services' full names; `unready` and `metrics` are what the probes show.

        `calls` counts those of Eventing, here and wherever else they come in, and `bodies` their bytes.
        """
        projects = servicers["bellrope.v1.Projects"]
        self._config = ConfigPaths(projects, servicers["bellrope.v1.Triggers"])
        self._access = access
        self._clock = clock or Clock()
        self._limits = limits
        self._unready = unready
        self._metrics = metrics
        self.draining = False
        self._wire_limits = WireLimits(
            header_bytes=limits.header_bytes,
            body_bytes=limits.request_bytes,
            connections_per_address=limits.connections_per_address,
        )
        self._events = EventPaths(
            servicers["bellrope.v1.Eventing"],
            projects,
            limits=self._wire_limits,
            batch_bytes=limits.batch_bytes,
            calls=calls,
            admit=self._call,
        )
        self._native = Native(
            servicers,
            limits=self._wire_limits,
            calls=calls,
            streams=Calls(limits.streams),
            admit=self._call,
            most=limits.of_request,
            draining=lambda: self.draining,
        )
        self._pages = Pages(self._native.table.routes)
        self._wire = WireServer(self._answer, limits=self._wire_limits, bodies=bodies)
        self._server: asyncio.Server | None = None
        self.services = (self._wire.sweeps,)

    async def start(self, address: str, *, shared: bool = False) -> int:
        """Listen on `host:port` and return the port; raise OSError if it cannot be had.

        Other processes can listen there too if it is `shared`.
        """
        host, _, port = address.rpartition(":")
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._wire, host.strip("[]"), int(port), backlog=1024, reuse_port=shared
            )
        except OSError as error:
            raise not_listening(address, "HTTP", error) from None
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, *, grace: float) -> None:
        """Take no new connections, let requests under way finish for `grace` seconds, then end them."""
        if self._server:
            self._server.close()
        self._wire.pre_shutdown()  # ends the connections that no request is on: shutdown would wait for them
        await self._wire.shutdown(grace)

    async def _answer(self, request: WireRequest) -> web.StreamResponse | JsonAnswer:
        """Answer one request, whatever happens inside."""
        try:
            answer = await self._route(request)
        except ServiceError as error:
            return error_response(error, request_id=request.request_id)
        except Exception as error:
            log.exception("http.failed request_id=%s", request.request_id)
            return error_response(error, request_id=request.request_id)
        finally:
            request.let_go()
        return JsonAnswer(answer) if isinstance(answer, bytes) else answer

    def _route(self, request: WireRequest) -> Awaitable[Answer]:
        """Find what a path asks for: nearly always it is to queue an event."""
        path, _, query = request.raw_path.partition("?")
        if (project := _queued_in(path)) is None:
            return self._route_others(request, path, query)
        self._admit(request)
        return self._events.queue(request, project, query)

    async def _route_others(self, request: WireRequest, path: str, query: str) -> Answer:
        segments = _segments(path)
        if answer := self._probe(segments) or self._page(request, segments):
            return answer
        self._admit(request)
        if about := await self._about(request, segments):
            return about
        match segments:
            case ["v1", "api", project, "eventing", form]:
                return await self._events.queue_otherwise(request, project, form)
            case ["v1", "config", "projects", *rest]:
                return await self._configure(request, rest, query)
        return await self._native.answer(request, path, query)

    def _probe(self, segments: tuple[str, ...]) -> web.Response | None:
        if segments == ("healthz",):
            return web.Response(text="ok\n")
        if segments == ("readyz",):
            return _readiness(["draining"] if self.draining else self._unready())
        return None

    async def _about(self, request: WireRequest, segments: tuple[str, ...]) -> Answer | None:
        """What the server says of itself to those who may call it."""
        if segments == ("metrics",):
            return web.Response(body=await self._metrics(), headers={"Content-Type": PROMETHEUS})
        if segments == ("openapi.json",):
            return self._pages.openapi(request.method)
        return None

    def _page(self, request: WireRequest, segments: tuple[str, ...]) -> web.Response | None:
        """The page needs no key: its reader has to see where the key goes in."""
        if segments[:1] != ("docs",):
            return None
        self._access.check_origin(request.headers.get("Host"), request.headers.get("Origin"))
        return self._pages.file(request.method, segments)

    def _admit(self, request: WireRequest) -> None:
        headers = request.headers
        if self._access.open:
            self._access.check_origin(headers.get("Host"), headers.get("Origin"))
        else:
            self._access.check_key(headers.get("Authorization"))

    def _call(self, request: WireRequest, patience: int | None) -> Call:
        if self.draining:
            raise Draining(retry_after=1)
        deadline = None if patience is None else self._clock.wall() + patience
        return Call(request_id=request.request_id, deadline=deadline, json_checked=True)

    async def _configure(self, request: WireRequest, rest: list[str], query: str) -> bytes:
        """The config paths; `?id=` names what the path leaves out, and `*` is everything."""
        named = parameter(query, "id") or EVERY
        match rest:
            case []:
                return await self._project(request, named)
            case [project]:
                return await self._project(request, project)
            case [project, "eventing", kind]:
                return await self._eventing_part(request, project, kind, named)
            case [project, "eventing", kind, name]:
                return await self._eventing_part(request, project, kind, name)
        raise NoSuchPath

    async def _project(self, request: WireRequest, name: str) -> bytes:
        of = self._config
        return await self._saved(request, (of.get_projects, of.save_project, of.delete_project), name)

    async def _eventing_part(self, request: WireRequest, project: str, kind: str, name: str) -> bytes:
        of = self._config
        verbs: Verbs
        if kind == "config":
            verbs = of.get_eventing, of.save_eventing, of.delete_eventing
            return await self._saved(request, verbs, project)
        if kind == "triggers":
            verbs = of.get_triggers, of.save_trigger, of.delete_trigger
        elif kind == "schema":
            verbs = of.get_schemas, of.save_schema, of.delete_schema
        else:
            raise NoSuchPath(NO_RULES if kind == "rules" else None)
        return await self._saved(request, verbs, project, name)

    async def _saved(self, request: WireRequest, verbs: Verbs, *names: str) -> bytes:
        """Show, save or delete what these names stand for."""
        request.bodies = UNCOUNTED
        call = Call(request_id=request.request_id)
        get, save, delete = verbs
        only(request, "GET", "POST", "DELETE")
        if request.method == "GET":
            return await get(*names, call)
        if request.method == "DELETE":
            return await delete(*names, call)
        return await save(*names, await read_json(request, self._wire_limits), call)


def _readiness(unready: Sequence[str]) -> web.Response:
    """Return what /readyz says: `unready` names what is not well."""
    if unready:
        return web.Response(text=f"not ready: {', '.join(unready)}\n", status=503)
    return web.Response(text="ready\n")


@lru_cache(maxsize=1024)
def _queued_in(path: str) -> str | None:
    """Return the project that the user's path queues an event in, or None if it is another path."""
    match _segments(path):
        case ["v1", "api", project, "eventing", "queue"]:
            return project
    return None


@lru_cache(maxsize=1024)
def _segments(path: str) -> tuple[str, ...]:
    """Return a path's parts: it is split before they are decoded, so `%2F` stays inside."""
    return tuple(unquote(segment) for segment in path.split("/")[1:])
