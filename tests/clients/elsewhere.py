"""An empty page of another origin than the server's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def empty_page(port: int) -> AsyncIterator[str]:
    """Serve an empty page, and give its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="<title>page</title>", content_type="text/html")

    program = web.Application()
    program.router.add_get("/", answer)
    runner = web.AppRunner(program, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/"
    await runner.cleanup()
