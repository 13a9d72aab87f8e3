"""Denominator: aiohttp's server taking JSON and answering JSON, and nothing else."""

import asyncio
import json

import orjson
import uvloop
from aiohttp import web


async def answer(request: web.BaseRequest) -> web.Response:
    """Echo the body."""
    return web.Response(
        body=orjson.dumps(orjson.loads(await request.read())), content_type="application/json"
    )


async def main() -> None:
    """Listen on a free port, and say which."""
    server = await asyncio.get_running_loop().create_server(web.Server(answer), "127.0.0.1", 0, backlog=1024)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
