"""Statistics: read for users, and folded into hours in time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from bellrope_server.clock import Clock
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.statistics.fold import Fold, Folded, Folds
from bellrope_server.store.statistics.outcomes import ACCEPTED, joined
from bellrope_server.store.statistics.read import Asked, Place, Sums, Totals, added, some_bars, some_totals
from bellrope_server.store.statistics.read import sources as sources_of
from bellrope_server.store.statistics.tally import Tally, Waited

MOST_TRIGGERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The sums of a project or a trigger; and the triggers that fail most, each with the sum of all bars."""

    sums: Sums
    triggers: tuple[tuple[Totals, int], ...] = ()


class Statistics:
    """What was accepted and attempted, in numbers."""

    def __init__(self, readers: Readers, commit: SharedCommit, clock: Clock, tally: Tally) -> None:
        self._read = readers.read
        self._commit = commit
        self._do_fold = Verb(turn=Turn.FOLD, run=Folds(clock, tally).run)
        self._do_sample = Verb(turn=Turn.SAMPLE, run=tally.sample)

    async def find(self, project: str, trigger: str, asked: Asked, *, by_trigger: bool) -> Found:
        """Return the sums of a trigger, or without its name of the whole project; raise ProjectNotFound."""
        project_id, rows = await self._read(sources_of, project, trigger)
        sums = await self._sums(project_id, rows, asked)
        if not by_trigger:
            return Found(sums=sums)
        whole = replace(asked, step=asked.until_time - asked.from_time)
        worst = [each for each in await self._worst(project_id, whole) if trigger in ("", each.name)]
        triggers = [(each, await self._total(project, each.name, whole)) for each in worst[:MOST_TRIGGERS]]
        return Found(sums=sums, triggers=tuple(triggers))

    async def fold(self, fold: Fold) -> Folded:
        """Fold or remove the next few old rows."""
        return await self._commit.submit(self._do_fold, fold)

    async def sample(self, waited: Sequence[Waited]) -> None:
        """Count deliveries that waited at one moment."""
        if waited:
            await self._commit.submit(self._do_sample, waited)

    async def _sums(self, project_id: int, triggers: list[int], asked: Asked) -> Sums:
        sums: Sums = defaultdict(int)
        for trigger_id in triggers:
            place: Place | None = Place(asked.from_time, 0)
            while place is not None:
                more, place = await self._read(some_bars, project_id, trigger_id, asked, place)
                for (bar, outcome), counts in more.items():
                    sums[bar, outcome] = joined(outcome, sums[bar, outcome], counts)
        return sums

    async def _total(self, project: str, trigger: str, asked: Asked) -> int:
        sums = await self._sums(*await self._read(sources_of, project, trigger), asked)
        return sum(counts for (_, outcome), counts in sums.items() if outcome > ACCEPTED)

    async def _worst(self, project_id: int, asked: Asked) -> list[Totals]:
        """Return the triggers that have attempts, those first that fail most."""
        found: list[Totals] = []
        after: int | None = 0
        while after is not None:
            more, after = await self._read(some_totals, project_id, asked, after)
            found += more
        by_most = sorted(added(found), key=attrgetter("succeeded"), reverse=True)
        return sorted(by_most, key=attrgetter("failed"), reverse=True)
