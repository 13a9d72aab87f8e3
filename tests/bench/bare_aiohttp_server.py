"""Denominator: aiohttp's server taking JSON and answering JSON, and nothing else."""

import asyncio
import sys

import orjson
import uvloop
from aiohttp import web
from parts import forever, pin, say


async def answer(request: web.BaseRequest) -> web.Response:
    """Echo the body."""
    return web.Response(
        body=orjson.dumps(orjson.loads(await request.read())), content_type="application/json"
    )


async def main() -> None:
    """Listen on a free port."""
    server = await asyncio.get_running_loop().create_server(web.Server(answer), "127.0.0.1", 0, backlog=1024)
    say(server.sockets[0].getsockname()[1])
    await forever()


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    uvloop.run(main())
