"""Serves the client's ready handlers, in a thread with a loop of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any

import uvicorn
import values
from aiohttp import web
from bellrope.webhooks import ChainedEvent, Received, Refused, for_aiohttp, for_asgi, reply

Line = dict[str, Any]
Served = Callable[[], Coroutine[Any, Any, None]]


class Serving:
    """A handler that answers until `stop`."""

    def __init__(self, line: Line) -> None:
        """`line` has the stack, the secrets, and what the function returns."""
        self._returns = line["returns"]
        self._received: list[Line] = []
        self._urls: SimpleQueue[str] = SimpleQueue()
        self._stop = threading.Event()
        self._loop = asyncio.new_event_loop()
        serve = STACKS[line["stack"]]
        run = serve(line["secrets"], self._received_by, self._urls.put, self._stopped)
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[run])
        self._thread.start()
        self.url = self._urls.get(timeout=20)

    def stop(self) -> list[Line]:
        """End it, and return what the function was given."""
        self._stop.set()
        self._thread.join()
        return self._received

    def _received_by(self, event: Received) -> Any:
        self._received.append(values.received(event))
        if "refuse" in self._returns:
            raise Refused(self._returns["refuse"])
        if "fail" in self._returns:
            raise RuntimeError(self._returns["fail"])
        value = values.value_of(self._returns["value"])
        events = self._returns.get("events")
        return value if events is None else reply(value, [chained(each) for each in events])

    async def _stopped(self) -> None:
        await asyncio.to_thread(self._stop.wait)


def chained(event: Line) -> ChainedEvent:
    """Return an event of an answer."""
    return ChainedEvent(event["type"], *values.data_of(event), **values.fields_of(event))


async def aiohttp(secrets: list[str], receiver: Any, begun: Any, stopped: Served) -> None:
    """Serve with aiohttp."""
    app = web.Application()
    app.router.add_post("/hook", for_aiohttp(secrets, receiver))
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    begun(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    await stopped()
    await runner.cleanup()


async def asgi(secrets: list[str], receiver: Any, begun: Any, stopped: Served) -> None:
    """Serve with ASGI."""
    server = uvicorn.Server(uvicorn.Config(for_asgi(secrets, receiver), log_config=None, access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        begun(f"http://127.0.0.1:{listener.getsockname()[1]}/hook")  # it queues until the server accepts
        await stopped()
        server.should_exit = True
        await serving


STACKS = {"aiohttp": aiohttp, "asgi": asgi}
