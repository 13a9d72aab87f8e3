"""Looks at kept events, one at a time: filters hold the interpreter, which everything else needs, too."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bellrope_server.clock import SECOND, Clock
from bellrope_server.model import Micros
from bellrope_server.rules.filters import LONGEST
from bellrope_server.store.actions import candidates
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.actions.candidates import Looked, Search
from bellrope_server.store.actions.event_replays import tally
from bellrope_server.store.actions.progress import Counts, newest
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.intake.matching import REST
from bellrope_server.store.settings.read import get_trigger
from bellrope_server.store.walks.pages import EventFilter

L = TypeVar("L", Looked, Looked | None)

MOST_COUNTED = 500  # events that the trigger gets, in one look of a dry run
OTHERS = 1  # times what a look cost: how long others have the interpreter before the next one
OTHERS_OF_COUNT = 3  # the same in a dry run, which takes one look after another


class Looks:
    """Reads and judges the events of bulk actions and dry runs, which share half of a thread at most."""

    def __init__(self, readers: Readers, clock: Clock) -> None:
        self._read = readers.read
        self._clock = clock
        self._one = asyncio.Lock()

    async def for_step(self, bulk: int, *, most: int) -> Looked | None:
        """Judge the next events of a bulk action; return None for one that acts on deliveries."""
        return await self._take(OTHERS, candidates.look_for, bulk, most)

    async def count(self, start: StartBulk) -> Counts:
        """Return what a bulk action on events would do; raise ProjectNotFound or TriggerNotFound."""
        search = await self._read(_search, start, self._clock.wall())
        counts, place = Counts(), None
        while True:
            looked = await self._take(OTHERS_OF_COUNT, candidates.look, search, place, MOST_COUNTED)
            counts += await self._read(tally, search.trigger_id, looked)
            place = looked.next
            if place is None:
                return counts
            await asyncio.sleep(rest(looked) / SECOND)

    async def _take(self, others: int, look: Callable[..., L], *arguments: Any) -> L:
        """Take one look, and let others have the interpreter for as many times as long."""
        async with self._one:
            looked = await self._read(look, *arguments)
            await asyncio.sleep(others * looked.spent / SECOND if looked else 0)
        return looked


def rest(looked: Looked) -> Micros:
    """Return how long to wait until the next look with the same filter: the longer, the slower it was."""
    return REST * looked.spent if looked.spent > LONGEST else 0


def _search(session: Session, start: StartBulk, now: Micros) -> Search:
    """Return the events that a bulk action would look at if it started now."""
    assert isinstance(start.wanted, EventFilter)
    trigger = get_trigger(session, start.project, start.trigger)
    return Search(
        project_id=trigger.project_id,
        trigger_id=trigger.id,
        wanted=start.wanted,
        forced=start.forced,
        last_event=newest(session, EventRow),
        last_time=now,
    )
