"""Paces acknowledgements while this server, and not the endpoint, is what deliveries wait for.

A server that accepts more than it can deliver only makes its callers' events wait. So while it has no more to
give, a caller gets its answer when the deliveries that were in line at its endpoint have begun. Nothing is
refused for this, and an answer is never held for more than a second.

Deliveries to a prompt endpoint wait in memory only if the server is slow. It is slow if outcomes wait for
their commits, or if the event loop comes late to its timers. An endpoint is prompt if an attempt takes little
more than the few turns of the loop that any attempt takes. An endpoint that is slow, paused or failing holds
up no caller.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence

from bellrope_server.model import Micros, Trigger
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots

LONGEST = 1.0  # seconds that an answer is held
PROBE = 0.005  # seconds after which a timer should ring
FORGOTTEN = 1.0  # seconds after which the last probe says nothing
WEIGHT = 0.2  # of the newest probe in the average
LATE = 0.003  # seconds by which timers of a loop ring late that has no time to spare
TURNS = 8  # times the average lateness: what an attempt takes at a prompt endpoint, in a busy loop
PROMPT = 0.02  # seconds, what it takes besides


class Lateness:
    """How late the loop comes to its timers, on average. It is measured only while somebody asks."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._average = 0.0
        self._last = 0.0
        self._probing = False

    def now(self) -> float:
        """Return the average in seconds; 0 if nothing is known. Begin to measure it."""
        if not self._probing:
            self._probing = True
            self._loop.call_later(PROBE, self._rang, self._loop.time() + PROBE)
        return self._average if self._loop.time() - self._last < FORGOTTEN else 0.0

    def _rang(self, due: float) -> None:
        now = self._loop.time()
        if now - self._last > FORGOTTEN:
            self._average = 0.0
        self._average += (max(0.0, now - due) - self._average) * WEIGHT
        self._last, self._probing = now, False


class Pacing:
    """Decides which answers are held, and until when."""

    def __init__(self, slots: Slots, queues: Queues) -> None:
        """Create it on the running loop."""
        self._slots = slots
        self._queues = queues
        self._loop = asyncio.get_running_loop()
        self._lateness = Lateness(self._loop)

    def pace(self, leased: Iterable[Trigger], waiting: Iterable[int]) -> Coroutine[None, None, None] | None:
        """Return what to await before the answer to a caller, if anything.

        The caller's deliveries are leased for the triggers `leased`, or wait in the table for those with the
        rows `waiting`.
        """
        watched = [self._queues.watch(each) for each in leased if self._paces(each)]
        for each in waiting:
            if (trigger := self._queues.trigger(each)) and self._paces(trigger):
                watched.append(self._queues.watch_late(each))
        found = [each for each in watched if each]
        return self._wait(found) if found else None

    def _paces(self, trigger: Trigger) -> bool:
        """Return whether deliveries to this trigger wait for this server."""
        late = self._lateness.now()
        if self._slots.is_ramped(trigger):
            return False
        if self._slots.waits_for_commits(trigger):
            return True
        if late < LATE or (duration := self._slots.usual_duration(trigger)) is None:
            return False
        return duration <= _micros(TURNS * late + PROMPT)

    @staticmethod
    async def _wait(watched: Sequence["asyncio.Future[None]"]) -> None:
        try:
            await asyncio.wait(watched, timeout=LONGEST)
        finally:
            for each in watched:
                each.cancel()


def _micros(seconds: float) -> Micros:
    return int(seconds * 1_000_000)
