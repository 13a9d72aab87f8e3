"""The handler that Restate calls for each event of the bench: it signs the event and makes one POST.

Run it with the packages that it needs, which bellrope does not install:

    python3 -m venv /tmp/handler
    /tmp/handler/bin/pip install restate_sdk hypercorn aiohttp
    /tmp/handler/bin/python tests/bench/peers/restate_handler.py

https://docs.restate.dev/develop/python/serving
"""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from typing import Any

import aiohttp
import hypercorn.asyncio  # type: ignore[import-not-found]
import hypercorn.config  # type: ignore[import-not-found]
import restate  # type: ignore[import-not-found]

SECRET = b"a secret of 24 bytes....."
service = restate.Service("BenchWebhook")
sessions: list[aiohttp.ClientSession] = []


def signed(identity: str, body: bytes) -> dict[str, str]:
    """Return the headers of Standard Webhooks, which the other servers of the bench add, too."""
    now = int(time.time())
    digest = hmac.new(SECRET, f"{identity}.{now}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(now),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


async def posted(url: str, identity: str, body: bytes) -> int:
    """Make the POST and return the status; an exception makes Restate try again."""
    async with sessions[0].post(url, data=body, headers=signed(identity, body)) as answer:
        await answer.read()
        answer.raise_for_status()
        return answer.status


@service.handler("send")  # type: ignore[untyped-decorator]
async def send(ctx: restate.Context, event: dict[str, Any]) -> int:
    """One durable step, so that the outcome is in the journal as an attempt is in a log."""
    body = json.dumps(event["data"]).encode()
    status: int = await ctx.run_typed("post", posted, url=event["url"], identity=ctx.request().id, body=body)
    return status


async def main(address: str) -> None:
    """Serve it."""
    config = hypercorn.config.Config()
    config.bind = [address]
    config.h2_max_concurrent_streams = 2**31 - 1
    config.keep_alive_max_requests = 2**31 - 1
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        sessions.append(session)
        await hypercorn.asyncio.serve(restate.app(services=[service]), config)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9080"))
