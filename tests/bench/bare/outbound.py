"""bellrope's outbound room alone: it signs, guards and posts deliveries, and stores nothing."""

import json
import sys

import uvloop
from attempts import leased, sender
from bellrope_server.attempt import Attempt
from bellrope_server.clock import wall

from bench.bare.posting import CALLERS, posted
from bench.load.event import SECRET, data


async def main(ports: list[int], seconds: float) -> None:
    """Send deliveries to all ports in turn."""
    deliveries = [leased(f"http://127.0.0.1:{port}/hook", secret=SECRET, data=data(0)) for port in ports]
    async with sender(now=wall) as webhook:

        async def post(number: int) -> bool:
            made = await webhook.send(deliveries[number % len(deliveries)])
            return isinstance(made, Attempt) and made.status_code == 200

        print(json.dumps(await posted(post, callers=CALLERS, seconds=seconds)))


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1]), float(sys.argv[2])))
