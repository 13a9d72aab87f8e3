"""The load generator: reads a job, publishes events for a while, and prints what became of each."""

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

import uvloop

from bench.peers.events import Publish, data, text
from bench.peers.wire import Reader

PAUSE = 0.05
"""Seconds until a caller goes on after a refusal or a lost connection."""
LAST_ANSWERS = 30.0
"""Seconds that the last answers may take."""
UNKNOWN = 0
"""In place of a status: no answer came, so the event may have been accepted or not."""


@dataclass(frozen=True)
class Job:
    """What to publish and how: `callers` at a time, or `rate` events a second over at most that many."""

    run: str
    host: str
    port: int
    publish: list[Publish]
    callers: int
    seconds: float
    rate: float = 0.0
    size: int = 1024

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, written: str) -> "Job":
        """Return the job that was written."""
        told = json.loads(written)
        return cls(**told | {"publish": [Publish(**each) for each in told["publish"]]})


@dataclass
class Sent:
    """One event: when it was due, taken up, and answered (ns), and the status of the answer."""

    number: int
    due: int
    taken: int
    answered: int = 0
    status: int = UNKNOWN


@dataclass
class Load:
    """The callers of one job, and what they sent.

    In the closed loop an event is due when a caller is free. In the open loop it is due at its time, whatever
    happened before: if no caller is free it waits, and the wait counts, so a stall cannot hide itself.
    """

    job: Job
    start: int = field(default_factory=time.monotonic_ns)
    sent: list[Sent] = field(default_factory=list)
    free: deque["Caller"] = field(default_factory=deque)
    waiting: deque[Sent] = field(default_factory=deque)
    callers: int = 0
    open: int = 0

    def __post_init__(self) -> None:
        self.end = self.start + int(self.job.seconds * 1e9)
        self._texts = [text(each, f"{self.job.host}:{self.job.port}") for each in self.job.publish]
        self._connecting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Publish until the time is over, then wait for the last answers."""
        await (self._on_time() if self.job.rate else self._closed())
        last = time.monotonic() + LAST_ANSWERS
        while time.monotonic() < last:
            if not self.open and not self.waiting:
                return
            await asyncio.sleep(0.01)

    async def _closed(self) -> None:
        for _ in range(self.job.callers):
            self.connect()
        await asyncio.sleep((self.end - time.monotonic_ns()) / 1e9)

    async def _on_time(self) -> None:
        for number in range(int(self.job.seconds * self.job.rate)):
            due = self.start + int(number * 1e9 / self.job.rate)
            if (wait := due - time.monotonic_ns()) > 0:
                await asyncio.sleep(wait / 1e9)
            self.waiting.append(self._event(due))
            if self.free:
                self.free.popleft().go_on()
            elif self.callers < self.job.callers:
                self.connect()

    def connect(self) -> None:
        """Add a caller, which begins once it is connected."""
        self.callers += 1
        task = asyncio.ensure_future(self._connected())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connected(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: Caller(self), self.job.host, self.job.port)
        except OSError as error:
            self.callers -= 1
            if time.monotonic_ns() - self.start < 1e9:
                raise SystemExit(f"cannot connect to {self.job.host}:{self.job.port}: {error}") from error
            self.later()

    def later(self) -> None:
        """Replace a caller that was lost, in a moment."""
        if time.monotonic_ns() < self.end:
            asyncio.get_running_loop().call_later(PAUSE, self.connect)

    def next(self) -> Sent | None:
        """Return the event that a free caller sends now, if there is one."""
        if self.job.rate:
            return self.waiting.popleft() if self.waiting else None
        now = time.monotonic_ns()
        return self._event(now) if now < self.end else None

    def request(self, event: Sent) -> bytes:
        """Return the request that publishes an event."""
        head, before, after = self._texts[event.number % len(self._texts)]
        body = before + data(self.job.run, event.number, event.due, self.job.size).encode() + after
        return head + b"%d\r\n\r\n" % len(body) + body

    def _event(self, due: int) -> Sent:
        event = Sent(len(self.sent), due, time.monotonic_ns())
        self.sent.append(event)
        return event


class Caller(asyncio.Protocol):
    """One kept connection, with one request at a time."""

    def __init__(self, load: Load) -> None:
        self._load, self._reader = load, Reader()
        self._event: Sent | None = None
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.go_on()

    def go_on(self) -> None:
        """Send the next event, or be free."""
        if self._lost:
            return
        if event := self._load.next():
            self._event = event
            self._load.open += 1
            self._transport.write(self._load.request(event))
        elif self._load.job.rate:
            self._load.free.append(self)

    def data_received(self, data: bytes) -> None:
        """Take down the answer, and go on: at once, or after a refusal in a moment."""
        for head, _ in self._reader.feed(data):
            status = int(head.split(b" ", 2)[1])
            if self._event and status >= 200:
                self._event.status, self._event.answered = status, time.monotonic_ns()
                self._end(PAUSE if status >= 300 else 0)

    def _end(self, pause: float) -> None:
        self._event = None
        self._load.open -= 1
        if pause:
            asyncio.get_running_loop().call_later(pause, self.go_on)
        else:
            self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        """Give up the request that was under way: nobody knows whether it was accepted."""
        self._lost = True
        self._load.callers -= 1
        if self._event:
            self._event = None
            self._load.open -= 1
        if self in self._load.free:
            self._load.free.remove(self)
        self._load.later()


async def main() -> None:
    """Run one job."""
    load = Load(Job.read(sys.stdin.read()))
    await load.run()
    sent = [[each.number, each.due, each.taken, each.answered, each.status] for each in load.sent]
    print(json.dumps({"start": load.start, "cpu": time.process_time(), "sent": sent}))


if __name__ == "__main__":
    uvloop.run(main())
