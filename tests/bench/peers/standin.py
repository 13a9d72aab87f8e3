"""A stand-in for a server of the bench: it takes the calls that its documentation describes, and no others.

It shows that an adapter sends what is documented, and that the bench counts right. It says nothing of the
server.

    PYTHONPATH=tests .venv/bin/python -m bench.peers.standin svix 8071
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

import aiohttp
import orjson
from aiohttp import web

from bench.peers.peer import STAND_IN

KEY = "the-key"
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StandIn:
    """What all have: routes with a key, and webhooks. Every nth event can be lost, or sent twice."""

    routes: ClassVar[Mapping[str, str]]
    """Method and path to the name of the method that answers."""
    open_routes: ClassVar[frozenset[str]] = frozenset()
    """Those that need no key."""

    def __init__(self, *, lose: int = 0, repeat: int = 0, delay: float = 0.0) -> None:
        """`delay` is how many seconds each answer to a publish takes."""
        self.events = self.succeeded = 0
        self.hooks: dict[str, list[str]] = {}
        """The URLs of each type of event, or whatever an event names."""
        self._lose, self._repeat, self._delay = lose, repeat, delay
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1, and return the URL."""
        app = web.Application(middlewares=[self._checked])
        for route, name in self.routes.items():
            method, path = route.split(" ")
            app.router.add_route(method, path, getattr(self, name))
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        return "http://127.0.0.1:{1}".format(*self._runner.addresses[0])

    async def stop(self) -> None:
        """Stop listening and sending."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        named = request.match_info.route.resource
        wanted = named.canonical not in self.open_routes if named else True
        if wanted and request.headers.get("Authorization") != f"Bearer {KEY}":
            answer: web.StreamResponse = web.json_response({"code": "unauthorized"}, status=401)
        else:
            answer = await handler(request)
        answer.headers["Server"] = STAND_IN
        return answer

    async def accept(self, urls: Iterable[str], data: object) -> None:
        """Send an event to these URLs after the answer, except every nth."""
        await asyncio.sleep(self._delay)
        self.events += 1
        if self._lose and self.events % self._lose == 0:
            return
        for url in urls:
            times = 2 if self._repeat and self.events % self._repeat == 0 else 1
            task = asyncio.create_task(self._send(url, orjson.dumps(data), times))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, url: str, body: bytes, times: int) -> None:
        for _ in range(times):
            async with self._session.post(url, data=body) as answer:
                assert answer.status == 200
        self.succeeded += 1


async def told(request: web.Request, *required: str) -> dict[str, Any]:
    """Return a request's JSON; answer 422 if a required field is not there."""
    body: dict[str, Any] = orjson.loads(await request.read())
    if missing := [name for name in required if not body.get(name)]:
        raise web.HTTPUnprocessableEntity(text=f"missing: {missing}")
    return body


class SvixStandIn(StandIn):
    """Svix 1.100: server/openapi.json."""

    routes: ClassVar[Mapping[str, str]] = {
        "POST /api/v1/app": "make_app",
        "POST /api/v1/app/{app}/endpoint": "make_endpoint",
        "POST /api/v1/app/{app}/msg": "publish",
        "GET /api/v1/app/{app}/endpoint/{endpoint}/stats": "stats",
    }

    async def make_app(self, request: web.Request) -> web.Response:
        """`v1.application.create`."""
        return web.json_response({"id": "app_1", **await told(request, "name")}, status=201)

    async def make_endpoint(self, request: web.Request) -> web.Response:
        """`v1.endpoint.create`."""
        made = await told(request, "url")
        for kind in made["eventTypes"]:
            self.hooks.setdefault(f"{request.match_info['app']} {kind}", []).append(made["url"])
        return web.json_response({"id": f"ep_{len(self.hooks)}", **made}, status=201)

    async def publish(self, request: web.Request) -> web.Response:
        """`v1.message.create`: the payload is what the webhook gets."""
        made = await told(request, "eventType", "payload")
        await self.accept(self.hooks[f"{request.match_info['app']} {made['eventType']}"], made["payload"])
        return web.json_response({"id": f"msg_{self.events}", **made}, status=202)

    async def stats(self, request: web.Request) -> web.Response:
        """`v1.endpoint.get-stats`: here the first endpoint has all."""
        mine = self.succeeded if request.match_info["endpoint"] == "ep_1" else 0
        return web.json_response({"success": mine, "pending": 0, "sending": 0, "fail": 0, "canceled": 0})


class ConvoyStandIn(StandIn):
    """Convoy 26.7: docs/v3/openapi3.json, below /api."""

    routes: ClassVar[Mapping[str, str]] = {
        "POST /api/v1/projects/p1/endpoints": "make_endpoint",
        "POST /api/v1/projects/p1/subscriptions": "make_subscription",
        "POST /api/v1/projects/p1/events": "publish",
        "GET /api/v1/projects/p1/endpoints/period-failure-rates": "rates",
    }

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._urls: dict[str, str] = {}

    async def make_endpoint(self, request: web.Request) -> web.Response:
        """`CreateEndpoint`."""
        made = await told(request, "name", "url")
        identity = f"e{len(self._urls)}"
        self._urls[identity] = made["url"]
        return _enveloped({"uid": identity, "url": made["url"]}, 201)

    async def make_subscription(self, request: web.Request) -> web.Response:
        """`CreateSubscription`."""
        made = await told(request, "name", "endpoint_id")
        self.hooks[made["endpoint_id"]] = [self._urls[made["endpoint_id"]]]
        return _enveloped({"uid": f"s{len(self.hooks)}"}, 201)

    async def publish(self, request: web.Request) -> web.Response:
        """`CreateEndpointEvent`: the data is what the webhook gets."""
        made = await told(request, "endpoint_id", "event_type", "data")
        await self.accept(self.hooks[made["endpoint_id"]], made["data"])
        return _enveloped(None, 201)

    async def rates(self, request: web.Request) -> web.Response:
        """`GetEndpointPeriodFailureRates`: here the first endpoint has all."""
        asked = request.query.getall("endpointId")
        return _enveloped(
            [{"uid": each, "success_count": self.succeeded if each == "e0" else None} for each in asked], 200
        )


def _enveloped(data: object, status: int) -> web.Response:
    return web.json_response({"status": True, "message": "", "data": data}, status=status)


class OutpostStandIn(StandIn):
    """Outpost 1.2: docs/apis/openapi.yaml."""

    routes: ClassVar[Mapping[str, str]] = {
        "PUT /api/v1/tenants/{tenant}": "make_tenant",
        "POST /api/v1/tenants/{tenant}/destinations": "make_destination",
        "POST /api/v1/publish": "publish",
        "GET /api/v1/metrics/attempts": "metrics",
    }

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._tenants: set[str] = set()

    async def make_tenant(self, request: web.Request) -> web.Response:
        """`upsertTenant`, whose body is optional."""
        self._tenants.add(request.match_info["tenant"])
        return web.json_response({"id": request.match_info["tenant"], "destinations_count": 0}, status=201)

    async def make_destination(self, request: web.Request) -> web.Response:
        """`createTenantDestination`."""
        made = await told(request, "type", "topics", "config")
        if made["type"] != "webhook" or request.match_info["tenant"] not in self._tenants:
            raise web.HTTPNotFound
        for topic in made["topics"]:
            key = f"{request.match_info['tenant']} {topic}"
            self.hooks.setdefault(key, []).append(made["config"]["url"])
        return web.json_response({"id": f"des_{len(self.hooks)}", **made}, status=201)

    async def publish(self, request: web.Request) -> web.Response:
        """`publishEvent`: the data is what the webhook gets."""
        made = await told(request, "tenant_id", "topic", "data")
        await self.accept(self.hooks[f"{made['tenant_id']} {made['topic']}"], made["data"])
        return web.json_response(
            {"id": str(self.events), "duplicate": False, "destination_ids": []}, status=202
        )

    async def metrics(self, request: web.Request) -> web.Response:
        """`getAttemptMetrics`, without dimensions: one point."""
        asked = request.query
        known = asked["filters[tenant_id]"] in self._tenants and asked["time[start]"] < asked["time[end]"]
        point = {"dimensions": {}, "metrics": {asked["measures"]: self.succeeded if known else 0}}
        return web.json_response({"data": [point], "metadata": {"row_count": 1}})


class RestateStandIn(StandIn):
    """Restate 1.7, ingress and admin on one port, and the handler within it."""

    routes: ClassVar[Mapping[str, str]] = {
        "POST /deployments": "register",
        "POST /query": "query",
        "POST /restate/send/BenchWebhook/send": "publish",
    }
    open_routes: ClassVar[frozenset[str]] = frozenset(route.split(" ")[1] for route in routes)

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.deployments: list[str] = []

    async def register(self, request: web.Request) -> web.Response:
        """`create_deployment`."""
        self.deployments.append((await told(request, "uri"))["uri"])
        return web.json_response({"id": "dp_1", "services": [{"name": "BenchWebhook"}]}, status=201)

    async def query(self, request: web.Request) -> web.Response:
        """`query`, which answers JSON to those that accept it only."""
        if request.headers["Accept"] != "application/json" or "query" not in await told(request, "query"):
            raise web.HTTPNotAcceptable
        return web.json_response({"rows": [{"done": self.succeeded}]})

    async def publish(self, request: web.Request) -> web.Response:
        """A one-way call of the handler."""
        if not self.deployments:
            raise web.HTTPNotFound(text="service not found")
        made = await told(request, "url", "data")
        await self.accept([made["url"]], made["data"])
        return web.json_response({"invocationId": f"inv_{self.events}", "status": "Accepted"}, status=202)


STAND_INS: dict[str, type[StandIn]] = {
    "svix": SvixStandIn,
    "convoy": ConvoyStandIn,
    "outpost": OutpostStandIn,
    "restate": RestateStandIn,
}


async def main(name: str, port: int) -> None:
    """Serve until stopped."""
    stand_in = STAND_INS[name]()
    print(await stand_in.start(port), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0))
