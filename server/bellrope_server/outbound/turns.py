"""How many look-ups run at once, and whose is next: a project with names that hang leaves room for others."""

import asyncio
from collections import Counter, deque

MOST = 64  # threads, made when they are needed
EACH = 8  # of one project


class Turns:
    """Gives each project turns up to its share: EACH, and never more than are left free for all others."""

    def __init__(self, *, most: int = MOST, each: int = EACH) -> None:
        self._free = most
        self._each = each
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    def take(self, project: str) -> bool:
        """Take a turn, if the project has one left."""
        if not self._may(project):
            return False
        self._free -= 1
        self._taken[project] += 1
        return True

    async def wait(self, project: str, *, last: bool) -> None:
        """Wait for a turn and take it: after all that wait if `last`, else before those."""
        if self.take(project):
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(project, deque())
        if last:
            waiting.append(turn)
        else:
            waiting.appendleft(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given just before the caller went away
                self.give_back(project)
            raise

    def give_back(self, project: str) -> None:
        """Give a turn back. Another project that waits is first in line for it."""
        self._free += 1
        self._taken[project] -= 1
        if not self._taken[project]:
            del self._taken[project]
        for other in sorted(self._waiting, key=lambda name: self._taken[name]):
            self._grant(other)

    def _may(self, project: str) -> bool:
        taken = self._taken.get(project, 0)
        return taken < self._each and taken < self._free

    def _grant(self, project: str) -> None:
        """Give the project's waiters the turns that it may take."""
        waiting = self._waiting[project]
        while waiting and self._may(project):
            turn = waiting.popleft()
            if not turn.cancelled():
                self.take(project)
                turn.set_result(None)
        if not waiting:
            del self._waiting[project]
