"""The callers that wait for the outcome of an event, and what this process knows of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, Result, State
from bellrope_server.store.log.attempts import MOST_WHOLE, whole_bytes

MOST_HELD = 32 * 1024 * 1024
"""Bytes of webhooks' answers that wait for those of other webhooks, for all callers together."""


class Wait:
    """One caller's wait for the deliveries of an event.

    While it is `followed`, this process has all of the deliveries, and its news is all that can settle them.
    """

    __slots__ = ("_owed", "_results", "changed", "followed", "held")

    def __init__(self, owed: int, *, followed: bool) -> None:
        """`owed` is the number of deliveries; `followed` is true if all of them were handed over here."""
        self.changed = asyncio.Event()
        """Set when it is time to look again."""
        self.followed = followed
        self.held = 0
        """How many bytes of webhooks' answers it holds."""
        self._owed = owed
        self._results: dict[int, Result | None] = {}

    async def news(self, seconds: float) -> None:
        """Wait until it is time to look again: for so many seconds at most."""
        timer = asyncio.get_running_loop().call_later(max(seconds, 0), self.changed.set)
        try:
            await self.changed.wait()
        finally:
            timer.cancel()

    @property
    def results(self) -> list[Result] | None:
        """Every delivery's result, in the order of trigger names; None unless all are known and final."""
        results = [each for each in self._results.values() if each]
        if not self.followed or len(results) != self._owed:
            return None
        return sorted(results, key=lambda each: each.trigger)

    def know(self, delivery: int, result: Result | None, size: int) -> None:
        """Note a delivery's result, or None if it will be attempted again.

        While another delivery is attempted, the event is not settled, and the caller need not look.
        """
        self._results[delivery] = result
        self.held += size
        if len(self._results) == self._owed:
            self.changed.set()

    def forget(self) -> None:
        """Forget what was known: from now on only the database knows how the deliveries are."""
        self._results.clear()
        self.followed = False
        self.held = 0
        self.changed.set()


class Waiters:
    """Tells each waiting caller what happens to the deliveries of its event.

    What it tells only saves a caller from reading the same from the database. Other nodes tell nothing.
    """

    def __init__(self) -> None:
        self._waits: dict[int, set[Wait]] = {}
        self._count = 0
        self._held = 0

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def waiting(self, event_row: int, *, owed: int, followed: bool = False) -> Iterator[Wait]:
        """Yield the wait of a caller for the `owed` deliveries of this event; see Wait."""
        wait = Wait(owed, followed=followed)
        self._waits.setdefault(event_row, set()).add(wait)
        self._count += 1
        try:
            yield wait
        finally:
            waits = self._waits[event_row]
            waits.discard(wait)
            self._count -= 1
            self._held -= wait.held
            if not waits:
                del self._waits[event_row]

    def changed(self, event_row: int) -> None:
        """Tell the callers that deliveries of this event have changed, but not how."""
        for wait in self._waits.get(event_row, ()):
            self._forget(wait)

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Tell the callers of an attempt that is on disk, and of the state it led to: None if it was late."""
        if waits := self._waits.get(leased.event_row):
            if state is None:
                self.changed(leased.event_row)
            else:
                self._know(waits, leased, attempt, state)

    def _know(self, waits: set[Wait], leased: Leased, attempt: Attempt, state: State) -> None:
        result = _result(leased, attempt, state) if state.final else None
        size = whole_bytes(attempt) if result else 0
        for wait in waits:
            if not wait.followed or wait.held + size > MOST_WHOLE or self._held + size > MOST_HELD:
                self._forget(wait)
            else:
                self._held += size
                wait.know(leased.id, result, size)

    def _forget(self, wait: Wait) -> None:
        self._held -= wait.held
        wait.forget()


def _result(leased: Leased, attempt: Attempt, state: State) -> Result:
    return Result(
        trigger=leased.trigger.spec.name,
        delivery_id=leased.delivery_id,
        state=state,
        attempt_count=attempt.number,
        attempts=(attempt,),
    )
