"""The HTTP server: the documented, native and Connect paths, and `/healthz`, `/metrics` and `/docs`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple
from urllib.parse import unquote

from aiohttp import web

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.limits import Limits
from bellrope_server.admission.principal import Principal
from bellrope_server.api.api import SERVICES, Api
from bellrope_server.errors import NoSuchPath, not_listening
from bellrope_server.gateway.connect.connect import Connect
from bellrope_server.gateway.console import console
from bellrope_server.gateway.docs.pages import MOVED, Pages
from bellrope_server.gateway.documented.caller import Caller, Gates
from bellrope_server.gateway.documented.config_paths import EVERY, NO_RULES, ConfigPaths
from bellrope_server.gateway.documented.event_paths import EventPaths
from bellrope_server.gateway.native.native import Native
from bellrope_server.gateway.wire import cors
from bellrope_server.gateway.wire.answers import error_response, shown
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, only, parameter
from bellrope_server.gateway.wire.server import WireServer
from bellrope_server.gateway.wire.whole_answer import WholeAnswer

PROMETHEUS = "text/plain; version=0.0.4"

Verb = Callable[[Caller], Awaitable[bytes]]
Answer = bytes | WholeAnswer | web.StreamResponse


class Kept(NamedTuple):
    """How a saved thing is shown, saved and deleted."""

    get: Verb
    save: Verb
    delete: Verb


class Gateway:
    """Answers HTTP requests by calling the servicers in this process."""

    def __init__(
        self,
        api: Api,
        admission: Admission,
        *,
        limits: Limits,
        unready: Callable[[], Sequence[str]],
        metrics: Callable[[], Awaitable[bytes]],
    ) -> None:
        """`unready` and `metrics` return what /readyz and /metrics show."""
        self._access = admission.access
        self._count_refusal = admission.count_refusal
        self._unready = unready
        self._metrics = metrics
        self._limits = WireLimits.of(limits)
        self._config = ConfigPaths(api.projects, api.triggers)
        self._gates = _gates(api, admission)
        self._events = EventPaths(api, admission=admission, limits=self._limits)
        self._native = Native(SERVICES, api.checked, admission=admission, limits=self._limits)
        self._connect = Connect(
            SERVICES.values(), api.checked, admission=admission, limits=self._limits, who=self._who
        )
        self._pages = Pages(self._native.table.routes)
        self._wire = WireServer(self._answer, limits=self._limits, origins=self._access.origins)
        self._server: asyncio.Server | None = None
        self.services = (self._wire.sweeps,)

    async def start(self, address: str, *, bound: Callable[[int], None], shared: bool = False) -> int:
        """Listen on `host:port` and return the port; raise OSError if that fails.

        `bound` is called with the port before the first request is answered. If `shared`, other processes
        can listen on the same port.
        """
        host, _, port = address.rpartition(":")
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._wire,
                host.strip("[]"),
                int(port),
                backlog=1024,
                reuse_port=shared,
                start_serving=False,
            )
            numbers = [int(each.getsockname()[1]) for each in self._server.sockets]
            for number in numbers:
                bound(number)
            self._wire.sweeps.start()
            await self._server.start_serving()
        except OSError as error:
            raise not_listening(address, "HTTP", error) from None
        return numbers[0]

    async def stop(self, *, grace: float) -> None:
        """Accept no new connections, give requests under way `grace` seconds to finish, then end them."""
        if self._server:
            self._server.close()
        self._wire.pre_shutdown()  # ends idle connections: shutdown would wait for them
        await self._wire.shutdown(grace)

    async def _answer(self, request: WireRequest) -> web.StreamResponse | WholeAnswer:
        """Answer one request; any exception becomes an error response."""
        try:
            answer = await self._route(request)
        except Exception as error:
            failure = shown(error, request_id=request.request_id)
            self._count_refusal(failure)
            return error_response(failure, request_id=request.request_id)
        return WholeAnswer(answer) if isinstance(answer, bytes) else answer

    def _route(self, request: WireRequest) -> Awaitable[Answer]:
        """Route a request; nearly always it queues an event."""
        path, _, query = request.target.partition("?")
        if request.method == "OPTIONS":
            return self._route_others(request, path, query)
        if (project := _queued_in(path)) is not None:
            return self._events.queue(request, self._who(request), project, query)
        if self._connect.serves(path):
            return self._connect.answer(request, path)
        return self._route_others(request, path, query)

    async def _route_others(self, request: WireRequest, path: str, query: str) -> Answer:
        segments = _segments(path)
        if answer := self._allow(request) or self._probe(request, segments) or self._page(request, segments):
            return answer
        principal = self._who(request)
        if about := await self._about(request, segments):
            return about
        match segments:
            case ["v1", "api", project, "eventing", "queue"]:
                return await self._events.queue(request, principal, project, query)
            case ["v1", "api", project, "eventing", form]:
                return await self._events.queue_otherwise(request, principal, project, form)
            case ["v1", "config", "projects", *rest]:
                return await self._configure(request, principal, rest, query)
        return await self._native.answer(request, principal, path, query)

    def _allow(self, request: WireRequest) -> web.Response | None:
        """Allow what a page of a listed origin wants to send; browsers ask without the key."""
        if not cors.is_preflight(request.method, request.headers) or not request.cors:
            return None
        self._access.check_origin(request.host_asked, request.origin)
        return web.Response(status=204, headers=cors.permission(request.headers))

    def _probe(self, request: WireRequest, segments: tuple[str, ...]) -> web.Response | None:
        """Answer a path that says how the server is, without a key."""
        if segments not in (("healthz",), ("readyz",)):
            return None
        only(request, "GET")
        return web.Response(text="ok\n") if segments == ("healthz",) else _readiness(self._unready())

    async def _about(self, request: WireRequest, segments: tuple[str, ...]) -> Answer | None:
        """Answer the paths about the server itself that need the key."""
        if segments == ("metrics",):
            only(request, "GET")
            return web.Response(body=await self._metrics(), headers={"Content-Type": PROMETHEUS})
        if segments == ("openapi.json",):
            return await self._pages.openapi(request)
        return None

    def _page(self, request: WireRequest, segments: tuple[str, ...]) -> web.Response | None:
        """Answer a path of the console or of /docs, without a key: the user enters the key there."""
        if segments[0] not in ("docs", console.NAME) and segments not in MOVED:
            return None
        self._access.check_origin(request.host_asked, request.origin)
        return console.answer(request, segments) or self._pages.file(request, segments)

    def _who(self, request: WireRequest) -> Principal:
        self._access.check_origin(request.host_asked, request.origin)
        return self._access.who(request.headers.getall("Authorization", ()))

    async def _configure(
        self, request: WireRequest, principal: Principal, rest: list[str], query: str
    ) -> bytes:
        """Show, save or delete what a config path names."""
        kept = self._kept(rest, parameter(query, "id") or EVERY)
        only(request, "GET", "POST", "DELETE")
        verb = {"GET": kept.get, "POST": kept.save, "DELETE": kept.delete}[request.asks]
        return await verb(Caller(request, principal, gates=self._gates, limits=self._limits))

    def _kept(self, rest: list[str], named: str) -> Kept:
        """Return what a config path names. `named` is the name if the path has none; `*` means all."""
        match rest:
            case []:
                return self._project(named)
            case [project]:
                return self._project(project)
            case [project, "eventing", kind]:
                return self._eventing_part(project, kind, named)
            case [project, "eventing", kind, name]:
                return self._eventing_part(project, kind, name)
        raise NoSuchPath

    def _project(self, name: str) -> Kept:
        of = self._config
        return Kept(
            partial(of.get_projects, name), partial(of.save_project, name), partial(of.delete_project, name)
        )

    def _eventing_part(self, project: str, kind: str, name: str) -> Kept:
        of = self._config
        if kind == "config":
            verbs = of.get_eventing, of.save_eventing, of.delete_eventing
            return Kept(*(partial(verb, project) for verb in verbs))
        if kind == "triggers":
            saved = of.get_triggers, of.save_trigger, of.delete_trigger
            return Kept(*(partial(verb, project, name) for verb in saved))
        if kind == "schema":
            schema = of.get_schemas, of.save_schema, of.delete_schema
            return Kept(*(partial(verb, project, name) for verb in schema))
        raise NoSuchPath(NO_RULES if kind == "rules" else None)


def _gates(api: Api, admission: Admission) -> Gates:
    rpcs = (rpc for service in SERVICES.values() for rpc in service.methods)
    return {api.method(rpc): admission.gate(rpc) for rpc in rpcs}


def _readiness(unready: Sequence[str]) -> web.Response:
    """Return the answer of /readyz: `unready` names the parts that are not ready."""
    if unready:
        return web.Response(text=f"not ready: {', '.join(unready)}\n", status=503)
    return web.Response(text="ready\n")


@lru_cache(maxsize=1024)
def _queued_in(path: str) -> str | None:
    """Return the project of the documented path that queues an event, or None for another path."""
    match _segments(path):
        case ["v1", "api", project, "eventing", "queue"]:
            return project
    return None


@lru_cache(maxsize=1024)
def _segments(path: str) -> tuple[str, ...]:
    """Return the decoded segments of a path; it is split first, so `%2F` does not separate."""
    return tuple(unquote(segment) for segment in path.split("/")[1:])
