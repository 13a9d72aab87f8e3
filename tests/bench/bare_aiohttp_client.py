"""Denominator: aiohttp's client posting events to the receiver, and nothing else."""

import asyncio
import json
import sys

import aiohttp
import uvloop
from parts import CONCURRENCY, DATA, ENDPOINTS, Stopwatch, pin


async def main(ports: list[int], count: int) -> None:
    """Post `count` bodies of the size that webhooks get."""
    body = json.dumps({"specversion": "1.0-rc1", "id": "x" * 36, "type": "bench-0", "data": DATA}).encode()
    urls = [f"http://127.0.0.1:{port}/hook" for port in ports]
    left = iter(range(count))
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:

        async def poster() -> None:
            for number in left:
                async with session.post(urls[number % ENDPOINTS], data=body) as response:
                    await response.read()

        watch = Stopwatch()
        await asyncio.gather(*(poster() for _ in range(CONCURRENCY)))
        print(watch.report(count))


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    uvloop.run(main(json.loads(sys.argv[2]), int(sys.argv[3])))
