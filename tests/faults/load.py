"""A load that survives every crash: many callers, each repeating its event until it is acknowledged."""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any

from faults.caller import QUEUE, Caller
from faults.ratios import FULL

BATCH = "/v1/projects/default/events:queueBatch"
CALLERS = 32
AGAIN = 0.05  # seconds between two tries, after the second
REST = 0 if FULL else 0.03  # seconds between two events of a caller


class Load:
    """Posts events over many connections at once, each until it is acknowledged, whatever crashes."""

    def __init__(
        self,
        *,
        type: str = "kill",
        delays: Sequence[float] = (0,),
        batches: int = 0,
        batch: int = 0,
        patient: bool = False,
    ) -> None:
        """`delays`, in seconds, go to the events in turn; `batches` callers send `batch` events at once.

        After a 503, `patient` callers try again, at another server if there is one; others fail.
        """
        self.acknowledged: set[str] = set()
        self.most_tries = 0
        """How often an event was sent, at most, until it was acknowledged."""
        self.stored_unanswered = 0
        """How many were acknowledged as duplicates only: the server died between commit and answer."""
        self._type = type
        self._delays = delays
        self._numbers = count()
        self._patient = patient
        self._urls: Sequence[str] = ()
        self._up = asyncio.Event()
        self._ending = False
        sizes = [batch] * batches + [1] * (CALLERS - batches)
        self._tasks = [asyncio.create_task(self._call(turn, size)) for turn, size in enumerate(sizes)]

    def aim(self, *urls: str) -> None:
        """Send to the servers at these URLs from now on."""
        self._urls = urls
        self._up.set()

    def hold(self) -> None:
        """Let callers that lose their connection wait for the next `aim`."""
        self._up.clear()

    async def end(self) -> None:
        """Start no more events, and wait until those that were started are acknowledged."""
        self._ending = True
        await asyncio.gather(*self._tasks)

    async def _call(self, turn: int, size: int) -> None:
        await self._up.wait()
        url = self._other(turn, "")
        caller = Caller(url)
        while not self._ending:
            events = [self._event() for _ in range(size)]
            for tries in count(1):
                if url not in self._urls or tries > 1:
                    caller.close()
                    url = self._other(turn, url)
                    caller = Caller(url)
                if await self._acknowledge(caller, events):
                    break
                await self._up.wait()
                await asyncio.sleep(0 if tries == 1 else AGAIN)
            self.most_tries = max(self.most_tries, tries)
            await asyncio.sleep(REST)
        caller.close()

    def _other(self, turn: int, url: str) -> str:
        """Return the server to try next: another one if there is one."""
        others = [each for each in self._urls if each != url] or self._urls
        return others[turn % len(others)]

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
        except Unavailable:
            if self._patient:
                return False
            raise
        self.stored_unanswered += sum(bool(answer.get("duplicate")) for answer in answers)
        self.acknowledged.update(event["id"] for event in events)
        return True


class Unavailable(Exception):
    """A server that answered 503."""


async def _post(caller: Caller, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send one event over the documented path, or several as a batch; return the answer for each."""
    if len(events) == 1:
        status, answer = await caller.post(QUEUE, events[0])
        if status == 503:
            raise Unavailable(answer)
        assert status == 200, answer
        return [answer]
    status, answer = await caller.post(BATCH, {"events": events})
    assert status == 200, answer
    assert len(answer["results"]) == len(events)
    results: list[dict[str, Any]] = answer["results"]
    return results
