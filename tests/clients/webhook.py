"""A webhook that keeps its requests, and answers what the test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Webhook:
    """One receiver; `status`, `headers` and `body` are its answer, which waits until `free` is set."""

    def __init__(self) -> None:
        self.url = ""
        self.posts: asyncio.Queue[tuple[bytes, dict[str, str]]] = asyncio.Queue()
        self.count = 0
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b'{"fine": true}'
        self.free = asyncio.Event()
        self.free.set()

    async def receive(self, request: web.Request) -> web.Response:
        """Keep the body and the headers, whose names become lower case; then answer."""
        self.count += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        await self.posts.put((await request.read(), headers))
        await self.free.wait()
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@asynccontextmanager
async def receiving() -> AsyncIterator[Webhook]:
    """Give a webhook that answers 200."""
    hook = Webhook()
    program = web.Application()
    program.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(program, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        hook.free.set()
        await runner.cleanup()
