"""The receiver: answers 200 with {}, and tells the bench when each event came first and how often."""

import asyncio
import json
import sys
import time

import uvloop

from bench.peers.events import EVENT
from bench.peers.wire import Reader

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
ANSWER = HEAD + b"2\r\n\r\n{}"


class Arrivals:
    """For each run and event: when it came first, and how often it came."""

    def __init__(self) -> None:
        self._runs: dict[bytes, dict[int, list[int]]] = {}

    def came(self, body: bytes, now: int) -> None:
        """Count a webhook; one without an event of the bench, such as a ping, is only answered."""
        if not (found := EVENT.search(body)):
            return
        run, number, _ = found.groups()
        kept = self._runs.setdefault(run, {}).setdefault(int(number), [now, 0])
        kept[1] += 1

    def tell(self, path: bytes) -> object:
        """Answer `/count/RUN` or `/arrivals/RUN`, with small letters in both."""
        verb, _, run = path.strip(b"/").partition(b"/")
        kept = self._runs.get(run, {})
        if verb == b"count":
            return {"events": len(kept), "cpu": time.process_time()}
        return [[number, first, times] for number, (first, times) in kept.items()]


class Webhook(asyncio.Protocol):
    """One connection."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals, self._reader = arrivals, Reader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        now = time.monotonic_ns()
        for head, body in self._reader.feed(data):
            method, path = head.split(b" ", 2)[:2]
            if method == b"get" and path.startswith((b"/count/", b"/arrivals/")):
                told = json.dumps(self._arrivals.tell(path)).encode()
                self._transport.write(HEAD + b"%d\r\n\r\n%s" % (len(told), told))
                continue
            self._arrivals.came(body, now)
            self._transport.write(ANSWER[:-2] if method == b"head" else ANSWER)


async def main(host: str) -> None:
    """Listen on a free port of `host`, say which, and serve until stopped."""
    arrivals = Arrivals()
    server = await asyncio.get_running_loop().create_server(lambda: Webhook(arrivals), host, 0, backlog=1024)
    print(json.dumps(server.sockets[0].getsockname()[1]), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
