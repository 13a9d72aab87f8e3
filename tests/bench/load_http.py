"""The load generator for HTTP: posts events over kept connections, each as soon as the last is answered."""

import asyncio
import json
import sys

import uvloop
from parts import CONCURRENCY, DATA, ENDPOINTS, Stopwatch, pin


def requests(path: str) -> list[bytes]:
    """Return one request for each type of event."""
    bodies = [json.dumps({"type": f"bench-{n}", "data": DATA}).encode() for n in range(ENDPOINTS)]
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    return [head.encode() + b"%d\r\n\r\n%s" % (len(body), body) for body in bodies]


class Load:
    """How many requests are left to send, and the future that ends the load."""

    def __init__(self, count: int, texts: list[bytes]) -> None:
        self.left, self.open, self.texts = count, count, texts
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next(self) -> bytes | None:
        """Return the next request, if any is left."""
        if not self.left:
            return None
        self.left -= 1
        return self.texts[self.left % ENDPOINTS]

    def answered(self, head: bytes) -> None:
        """Count an answer, which must be 200."""
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"refused: {head[:300]!r}")
        self.open -= 1
        if not self.open:
            self.done.set_result(None)


class Connection(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, load: Load) -> None:
        self._load, self._buffer = load, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        if (text := self._load.next()) is not None:
            self._transport.write(text)

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer, then send the next request."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self._buffer.lower().index(b"content-length:", 0, end + 2) + 15
        length = int(self._buffer[start : self._buffer.index(b"\r\n", start)])
        if len(self._buffer) < end + 4 + length:
            return
        head, self._buffer = self._buffer, self._buffer[end + 4 + length :]
        self._load.answered(head)
        self._send()


async def main(port: int, path: str, count: int) -> None:
    """Post `count` events."""
    load = Load(count, requests(path))
    loop = asyncio.get_running_loop()
    watch = Stopwatch()
    for _ in range(CONCURRENCY):
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", port)
    await load.done
    print(watch.report(count))


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    uvloop.run(main(int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
