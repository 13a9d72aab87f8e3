"""Denominator: aiohttp's client posting events to the receiver, and nothing else."""

import json
import sys

import aiohttp
import uvloop

from bench.bare.posting import CALLERS, posted
from bench.load.event import data


async def main(ports: list[int], seconds: float) -> None:
    """Post bodies of the size that webhooks get."""
    head = json.dumps({"specversion": "1.0-rc1", "id": "x" * 36, "type": "bench-0", "source": "x" * 36})
    body = b'%s,"data":%s}' % (head[:-1].encode(), data(0))
    urls = [f"http://127.0.0.1:{port}/hook" for port in ports]
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:

        async def post(number: int) -> bool:
            async with session.post(urls[number % len(urls)], data=body) as response:
                await response.read()
                return response.status == 200

        print(json.dumps(await posted(post, callers=CALLERS, seconds=seconds)))


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1]), float(sys.argv[2])))
