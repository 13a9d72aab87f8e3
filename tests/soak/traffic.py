"""Events at a steady pace, webhooks that receive them, and what is still owed."""

import asyncio
import time
from contextlib import suppress
from itertools import count

from faults.caller import QUEUE, Caller, save_trigger
from faults.sink import Sink
from kit import until

CONNECTIONS = 24
TRIGGERS = 8
FAILING = 64  # one in this many events goes to the webhook that always fails
LATER = 16  # one in this many is due after `DELAY`
DELAY = 10.0  # seconds
BACKOFF = {"minBackoff": "1s", "maxBackoff": "2s"}


class Receiver(Sink):
    """Notes only what is still owed, so that it does not grow itself."""

    def __init__(self, owed: set[str]) -> None:
        super().__init__()
        self._owed = owed
        self.delivered = self.repeated = 0

    def called(self, connection: object, path: str, body: bytes) -> None:
        """Note a webhook and answer it."""
        super().called(connection, path, body)  # type: ignore[arg-type]
        event_id = self.arrivals.pop().event_id
        self.event_ids.clear()
        if event_id in self._owed:
            self._owed.discard(event_id)
            self.delivered += 1
        else:
            self.repeated += 1


class Traffic:
    """Many callers of one server, each with one event at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count()
        self._owed: set[str] = set()
        self._receiver = Receiver(self._owed)
        self._failing = Sink()
        self._failing.status = 500
        self.accepted = self.refused = 0
        """How many events were accepted, and how many refused."""
        self.behind = 0.0
        """How many seconds the latest event was late."""

    @property
    def owed(self) -> int:
        """How many events are still to be delivered, without those of the failing webhook."""
        return len(self._owed)

    @property
    def delivered(self) -> int:
        """How many events were delivered."""
        return self._receiver.delivered

    @property
    def repeated(self) -> int:
        """How many were delivered once too often."""
        return self._receiver.repeated

    async def start(self) -> None:
        """Listen, and save the triggers."""
        await self._receiver.start()
        await self._failing.start()
        for number in range(TRIGGERS):
            await save_trigger(self._url, f"t{number}", url=self._receiver.url(f"/{number}"), retries=3)
        await save_trigger(self._url, "failing", url=self._failing.url(), retries=2, retryPolicy=BACKOFF)

    async def run(self, *, seconds: float, rate: float | None = None) -> float:
        """Queue events, at this rate or else as fast as possible; return the rate."""
        begun, before = time.monotonic(), self.accepted
        gap = CONNECTIONS / rate if rate else 0.0
        callers = (
            self._call(begun + turn * gap / CONNECTIONS, gap, begun + seconds) for turn in range(CONNECTIONS)
        )
        await asyncio.gather(*callers)
        return (self.accepted - before) / (time.monotonic() - begun)

    async def settle(self, *, seconds: float) -> None:
        """Wait until nothing is owed, up to a limit."""
        with suppress(TimeoutError):
            await until(lambda: not self._owed, seconds=seconds)

    def close(self) -> None:
        """Stop listening."""
        self._receiver.close()
        self._failing.close()

    async def _call(self, at: float, gap: float, end: float) -> None:
        caller = Caller(self._url)
        while (now := time.monotonic()) < end:
            if gap:
                await asyncio.sleep(at - now)
                self.behind = max(self.behind, now - at)
                at = max(at + gap, now - 1)  # what a stall of more than a second left undone stays undone
            await self._queue(caller, next(self._numbers))
        caller.close()

    async def _queue(self, caller: Caller, number: int) -> None:
        event: dict[str, object] = {
            "id": f"e{number}",
            "type": f"t{number % TRIGGERS}",
            "payload": {"n": number},
        }
        if number % FAILING == 0:
            event["type"] = "failing"
        else:
            self._owed.add(f"e{number}")
        if number % LATER == 1:
            event["delay"] = DELAY
        status, _ = await caller.post(QUEUE, event)
        if status == 200:
            self.accepted += 1
        else:
            self.refused += 1
            self._owed.discard(f"e{number}")
