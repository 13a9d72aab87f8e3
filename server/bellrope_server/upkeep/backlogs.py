"""How much each trigger has to deliver, read from the database when someone asks, and not too often."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros
from bellrope_server.process.failure import say_failed
from bellrope_server.store.log.backlogs import AT_ONCE, OpenDeliveries
from bellrope_server.store.log.log import Log
from bellrope_server.telemetry.trigger_counts import MOST_TRIGGERS, OTHER, Name

NAME = "backlogs"  # under which failures are logged
WAIT = 1.0  # seconds that a caller waits for a new reading; then it gets the last one
SHORTEST_REST = 5.0  # seconds
REST = 20  # times as long as the reading took: at most a twentieth of a reader's time


@dataclass(slots=True)
class Waiting:
    """What one trigger has to deliver, or several together. `oldest_due` is in seconds."""

    paused: bool = False
    scheduled: int = 0
    due: int = 0
    dead_lettered: int = 0
    oldest_due: float = 0.0

    def add(self, each: OpenDeliveries, now: Micros) -> None:
        """Add a trigger to several. How long a paused one has waited says nothing about the others."""
        self.scheduled += each.scheduled
        self.due += each.due
        self.dead_lettered += each.dead_lettered
        if not each.paused:
            self.oldest_due = max(self.oldest_due, _age(each, now))


@dataclass(slots=True, kw_only=True)
class Reading:
    """What the triggers have to deliver, by name: the oldest triggers each, all others together as OTHER.

    `ids` are the rows and names of the former. `time` is a steady time in seconds.
    """

    time: float
    ids: list[tuple[int, Name]] = field(default_factory=list)
    triggers: dict[Name, Waiting] = field(default_factory=lambda: {OTHER: Waiting()})

    def add(self, each: OpenDeliveries, now: Micros, *, most: int) -> None:
        """Add a trigger."""
        if len(self.ids) >= most:
            self.triggers[OTHER].add(each, now)
            return
        name = each.project, each.trigger
        self.ids.append((each.id, name))
        self.triggers[name] = Waiting(
            each.paused, each.scheduled, each.due, each.dead_lettered, _age(each, now)
        )


class Backlogs:
    """Reads what all triggers have to deliver. Callers at the same time share a reading."""

    def __init__(self, log: Log, *, clock: Clock, most: int = MOST_TRIGGERS, wait: float = WAIT) -> None:
        """At most `most` triggers are shown by name. A caller waits for `wait` seconds at most."""
        self._log = log
        self._clock = clock
        self._most = most
        self._wait = wait
        self._reading: Reading | None = None
        self._task: asyncio.Task[None] | None = None
        self._next = 0.0

    async def latest(self) -> Reading | None:
        """Return the last reading, a new one if it is time for it; None if there is none yet."""
        if self._task is None and time.monotonic() >= self._next:
            self._task = asyncio.create_task(self._read(), name=NAME)
        if self._task:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait):
                    await asyncio.shield(self._task)
        return self._reading

    async def stop(self) -> None:
        """End a reading that is under way."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        begun = time.monotonic()
        try:
            self._reading = await self._read_all(begun)
        except ServiceError:
            pass  # the database failed, and the store has logged it: the last reading gets old
        except Exception as error:  # all other metrics are worth more than to know it at once
            say_failed(NAME, error)
        finally:
            took = time.monotonic() - begun
            self._next = begun + took + max(SHORTEST_REST, REST * took)
            self._task = None

    async def _read_all(self, begun: float) -> Reading:
        reading, now = Reading(time=begun), self._clock.wall()
        async for page in pages(self._log, now):
            for each in page:
                reading.add(each, now, most=self._most)
        return reading


async def pages(log: Log, now: Micros) -> AsyncIterator[list[OpenDeliveries]]:
    """Give every trigger, the oldest one first, in pages of at most AT_ONCE. Between two, others may read."""
    after = 0
    while page := await log.open_deliveries(after, now=now):
        yield page
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


def _age(each: OpenDeliveries, now: Micros) -> float:
    """Return for how many seconds the oldest due delivery has been due."""
    return 0.0 if each.due_time is None else max(0, now - each.due_time) / 1_000_000
