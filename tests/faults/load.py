"""A load that goes on whatever dies: many callers, each with one event until it is acknowledged."""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any

from faults.caller import QUEUE, Caller

BATCH = "/v1/projects/default/events:queueBatch"
CALLERS = 32


class Load:
    """Posts events over many connections at once, each until it is acknowledged, whatever dies meanwhile."""

    def __init__(
        self, *, type: str = "kill", delays: Sequence[float] = (0,), batches: int = 0, batch: int = 0
    ) -> None:
        """`delays`, in seconds, are given to the events in turn; `batches` callers send `batch` at once."""
        self.acknowledged: set[str] = set()
        self.stored_unanswered = 0
        """How many were acknowledged as duplicates only: the server died between commit and answer."""
        self._type = type
        self._delays = delays
        self._numbers = count()
        self._url = ""
        self._up = asyncio.Event()
        self._ending = False
        sizes = [batch] * batches + [1] * (CALLERS - batches)
        self._tasks = [asyncio.create_task(self._call(size)) for size in sizes]

    def aim(self, url: str) -> None:
        """Send to the server at this URL from now on."""
        self._url = url
        self._up.set()

    def hold(self) -> None:
        """Whoever loses the connection waits for the next `aim`."""
        self._up.clear()

    async def end(self) -> None:
        """Begin no further event, and wait until those begun are acknowledged."""
        self._ending = True
        await asyncio.gather(*self._tasks)

    async def _call(self, size: int) -> None:
        await self._up.wait()
        caller = Caller(self._url)
        while not self._ending:
            events = [self._event() for _ in range(size)]
            while not await self._acknowledge(caller, events):
                await self._up.wait()
                caller = Caller(self._url)
        caller.close()

    def _event(self) -> dict[str, Any]:
        number = next(self._numbers)
        event = {"type": self._type, "id": f"event-{number}", "data": {"to": "user1@email.com"}}
        delay = self._delays[number % len(self._delays)]
        return event | ({"delay": delay} if delay else {})

    async def _acknowledge(self, caller: Caller, events: list[dict[str, Any]]) -> bool:
        try:
            answers = await _post(caller, events)
        except ConnectionError:
            return False
        self.stored_unanswered += sum(bool(answer.get("duplicate")) for answer in answers)
        self.acknowledged.update(event["id"] for event in events)
        return True


async def _post(caller: Caller, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send one event by the documented path, several as a batch; return each one's answer."""
    if len(events) == 1:
        status, answer = await caller.post(QUEUE, events[0])
        assert status == 200, answer
        return [answer]
    status, answer = await caller.post(BATCH, {"events": events})
    assert status == 200, answer
    assert len(answer["results"]) == len(events)
    results: list[dict[str, Any]] = answer["results"]
    return results
