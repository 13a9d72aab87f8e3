"""Webhooks made with `bellrope.webhooks` in the frameworks that it knows, and a server for each."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import fastapi
import uvicorn
from aiohttp import web
from bellrope.webhooks import Receiver, for_aiohttp, for_asgi
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from tests.kit import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Quiet(uvicorn.Server):
    """A server of ASGI that leaves the signals of the tests alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def in_uvicorn(app: Any) -> AsyncIterator[str]:
    """Serve an application of ASGI, and give its address."""
    server = Quiet(uvicorn.Config(app, log_config=None, access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@asynccontextmanager
async def in_aiohttp(app: web.Application) -> AsyncIterator[str]:
    """Serve an application of aiohttp, and give its address."""
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def starlette(receiver: Receiver) -> Any:
    """Return an application with the webhook as a route."""
    routes = [Route("/hook", for_asgi(SECRET, receiver), methods=["POST"])]
    return in_uvicorn(Starlette(routes=routes))


def mounted(receiver: Receiver) -> Any:
    """Return an application with the webhook mounted."""
    return in_uvicorn(Starlette(routes=[Mount("/", for_asgi(SECRET, receiver))]))


def fast_api(receiver: Receiver) -> Any:
    """Return an application with the webhook as a route."""
    app = fastapi.FastAPI()
    app.add_route("/hook", for_asgi(SECRET, receiver), methods=["POST"])
    return in_uvicorn(app)


def alone(receiver: Receiver) -> Any:
    """Return the webhook as the whole application."""
    return in_uvicorn(for_asgi(SECRET, receiver))


def aiohttp(receiver: Receiver) -> Any:
    """Return an application with the webhook as a route."""
    app = web.Application()
    app.router.add_post("/hook", for_aiohttp(SECRET, receiver))
    return in_aiohttp(app)


Stack = Callable[[Receiver], Any]
STACKS: dict[str, Stack] = {
    "Starlette": starlette,
    "Starlette, mounted": mounted,
    "FastAPI": fast_api,
    "ASGI": alone,
    "aiohttp": aiohttp,
}
