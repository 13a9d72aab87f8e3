"""What a commit accepts and records, in numbers: written with it, so that exactly what is on disk counts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from bellrope_server.attempt import Attempt
from bellrope_server.clock import MINUTE, Micros
from bellrope_server.errors import ServiceError
from bellrope_server.model import Trigger
from bellrope_server.rules import histograms
from bellrope_server.store.engine.schema import StatisticRow
from bellrope_server.store.engine.session import Row, Session
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.statistics.outcomes import ACCEPTED, DUE, SCHEDULED, joined, outcome_of

S = StatisticRow
PROJECT = 0  # in place of a trigger
PROJECT_OF = itemgetter(1)  # of an event's row
MOST_KNOWN = 20_000

Key: TypeAlias = tuple[int, int, Micros, int]
"""A row of a minute: its project, trigger, beginning and outcome."""

KEY = (S.project_id, S.trigger_id, S.start_time, S.length, S.outcome, S.node)
FIND = compiled(S.select(S.id, S.counts).where(*(column == p(column.name) for column in KEY)))
CREATE = compiled(S.insert({column: p(column.name) for column in (*KEY, S.count, S.counts)}).returning(S.id))
UPDATE = compiled(S.update({S.count: p("count"), S.counts: p("counts")}).where(S.id == p("id")))


class Waited(NamedTuple):
    """How many deliveries of a trigger, or of a whole PROJECT, waited at one moment.

    `scheduled` includes those that were `due`.
    """

    time: Micros
    project_id: int
    trigger_id: int
    due: int
    scheduled: int


class Known(Struct):
    """A row as it will be on disk. Its id is 0 until it has one."""

    id: int
    counts: int


class Tally:
    """Counts within a commit, and writes each row that changed once, before the commit ends.

    It belongs to the writing thread. It knows the rows of this minute, which only it writes. So it reads a
    row only when it is new here.
    """

    def __init__(self, node: int) -> None:
        """`node` differs from that of every other server on the same database."""
        self._node = node
        self._new: dict[Key, int] = defaultdict(int)
        self._known: dict[Key, Known] = {}
        self._minute: Micros = 0

    def accepted(self, events: Sequence[Row], now: Micros) -> None:
        """Count accepted events, given as their rows."""
        start = now - now % MINUTE
        for project_id, count in Counter(map(PROJECT_OF, events)).items():
            self._new[project_id, PROJECT, start, ACCEPTED] += count

    def attempted(self, trigger: Trigger, attempt: Attempt, due_time: Micros | None, *, dead: bool) -> None:
        """Count a recorded attempt at its end; `dead` if it made its delivery a dead letter."""
        end = attempt.start_time + attempt.duration
        lateness = None if due_time is None else attempt.start_time - due_time
        counts = histograms.counted(attempt.duration, lateness, dead=dead)
        self._new[trigger.project_id, trigger.id, end - end % MINUTE, outcome_of(attempt)] += counts

    def sample(self, _: Session, samples: list[Sequence[Waited]]) -> list[ServiceError | None]:
        """Count deliveries that waited at one moment: the verb `sample`."""
        for each in chain.from_iterable(samples):
            start = each.time - each.time % MINUTE
            for outcome, count in ((DUE, each.due), (SCHEDULED, each.scheduled)):
                if count:
                    self._new[each.project_id, each.trigger_id, start, outcome] = count
        return [None] * len(samples)

    def write(self, session: Session) -> None:
        """Write what was counted since the commit began."""
        if not self._new:
            return
        self._sum_up()
        self._find(session, [key for key in self._new if key not in self._known])
        for key, counts in self._new.items():
            known = self._known[key]
            known.counts = joined(key[3], known.counts, counts)
        old = [known for key in self._new if (known := self._known[key]).id]
        self._create(session, [key for key in self._new if not self._known[key].id])
        session.many(UPDATE, [_numbers(known) for known in old])
        self._forget_old(max(start for _, _, start, _ in self._new))
        self._new.clear()

    def _sum_up(self) -> None:
        """Add the attempts of all triggers to those of their projects."""
        for (project_id, trigger_id, start, outcome), counts in list(self._new.items()):
            if trigger_id != PROJECT and outcome > ACCEPTED:
                self._new[project_id, PROJECT, start, outcome] += counts

    def _find(self, session: Session, keys: list[Key]) -> None:
        found = session.each(FIND, [self._values(key) for key in keys])
        for key, rows in zip(keys, found, strict=True):
            id, counts = rows[0] if rows else (0, b"")
            self._known[key] = Known(id, histograms.unpacked(counts))

    def _create(self, session: Session, keys: list[Key]) -> None:
        values = [self._values(key) | _numbers(self._known[key]) for key in keys]
        for key, ((id,),) in zip(keys, session.each(CREATE, values), strict=True):
            self._known[key].id = id

    def read_again(self) -> None:
        """Trust no row that is known: some were removed."""
        self._known.clear()

    def forget(self) -> None:
        """Forget what was counted and known: the commit was rolled back."""
        self._new.clear()
        self._known.clear()

    def _forget_old(self, minute: Micros) -> None:
        """Keep only the rows around this minute. What ends at another time is read again."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        if minute != self._minute:
            self._minute = minute
            self._known = {key: n for key, n in self._known.items() if abs(key[2] - minute) <= MINUTE}

    def _values(self, key: Key) -> dict[str, Any]:
        project_id, trigger_id, start_time, outcome = key
        return {
            "project_id": project_id,
            "trigger_id": trigger_id,
            "start_time": start_time,
            "length": MINUTE,
            "outcome": outcome,
            "node": self._node,
        }


def _numbers(known: Known) -> dict[str, Any]:
    counts = known.counts
    return {"id": known.id, "count": histograms.total(counts), "counts": histograms.packed(counts)}
