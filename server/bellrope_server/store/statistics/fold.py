"""The verb `fold`: add the next few old rows of minutes to their hours, or remove what is too old."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import orjson

from bellrope_server.clock import HOUR, MINUTE, Clock, Micros
from bellrope_server.errors import ServiceError
from bellrope_server.rules import histograms
from bellrope_server.store.engine.schema import ProjectRow, StatisticRow
from bellrope_server.store.engine.session import Alone, Session
from bellrope_server.store.engine.sql import among, columns, compiled, literal, p
from bellrope_server.store.statistics.outcomes import joined
from bellrope_server.store.statistics.tally import UPDATE, Tally

S, P = StatisticRow, ProjectRow
MINUTES_KEPT: Micros = 48 * HOUR
MOST = 200  # rows in one step: others wait for the commit that it shares
MOST_PROJECTS = 50
ONE_NODE = 0

Key: TypeAlias = tuple[int, int, Micros, int]
"""A row of an hour: its project, trigger, beginning and outcome."""


class Old(NamedTuple):
    """A row of a minute."""

    id: int
    project_id: int
    trigger_id: int
    start_time: Micros
    outcome: int
    counts: bytes


FIND_OLD = compiled(
    S.select(*columns(Old, S))
    .where(S.length == literal(MINUTE), S.start_time < p("before"))
    .order_by(S.start_time)
    .limit(literal(MOST))
)
REMOVE = compiled(S.delete().where(among(S.id, "ids")))
HOUR_KEY = (S.project_id, S.trigger_id, S.start_time, S.outcome)
FIND_HOUR = compiled(
    S.select(S.id, S.counts).where(
        *(column == p(column.name) for column in HOUR_KEY),
        S.length == literal(HOUR),
        S.node == literal(ONE_NODE),
    )
)
CREATE_HOUR = compiled(
    S.insert(
        {
            **{column: p(column.name) for column in (*HOUR_KEY, S.count, S.counts)},
            S.length: literal(HOUR),
            S.node: literal(ONE_NODE),
        }
    )
)
REMOVE_OLD = compiled(
    S.delete().where(
        S.id.in_(
            S.select(S.id)
            .where(S.length == p("length"), S.start_time < p("before"))
            .order_by(S.start_time)
            .limit(literal(MOST))
        )
    )
)
FIND_DELETED = compiled(
    P.select(P.id)
    .where(P.id > p("after"), P.delete_time.is_null(False))
    .order_by(P.id)
    .limit(literal(MOST_PROJECTS))
)
REMOVE_OF_PROJECT = compiled(
    S.delete().where(S.id.in_(S.select(S.id).where(S.project_id == p("project_id")).limit(literal(MOST))))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """How long to keep statistics (None: for ever), and the last deleted project that is done."""

    kept: Micros | None
    project: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """How many rows of minutes were folded and how many rows were removed; and the next step, if any."""

    next: Fold | None
    folded: int = 0
    removed: int = 0


class Folds:
    """Folds and removes rows, so few at once that the other callers in the commit do not notice."""

    def __init__(self, clock: Clock, tally: Tally) -> None:
        self._clock = clock
        self._tally = tally

    def run(self, session: Session, folds: list[Fold]) -> list[Folded | ServiceError]:
        """Take the next step of each run."""
        results: list[Folded | ServiceError] = [self._step(session, fold) for fold in folds]
        self._tally.read_again()
        return results

    def _step(self, session: Session, fold: Fold) -> Folded:
        """Remove what is too old, then fold, then remove what deleted projects left: one of these."""
        if not session.alone(Alone.FOLDS):
            return Folded(next=None)
        now = self._clock.wall()
        if removed := _remove_old(session, fold, now):
            return Folded(next=fold, removed=removed)
        if folded := _fold(session, oldest_minute(now)):
            return Folded(next=fold, folded=folded)
        return _remove_deleted(session, fold)


def oldest_minute(now: Micros) -> Micros:
    """Return the time since when there may be rows of minutes. Before it, all are folded, or soon will be."""
    before = now - MINUTES_KEPT
    return before - before % HOUR


def _remove_old(session: Session, fold: Fold, now: Micros) -> int:
    if fold.kept is None:
        return 0
    ends = ({"length": length, "before": now - fold.kept - length} for length in (MINUTE, HOUR))
    return sum(session.run(REMOVE_OLD, end) for end in ends)


def _fold(session: Session, before: Micros) -> int:
    """Add rows of minutes from before this time to their hours, and return their number."""
    old = [Old._make(row) for row in session.all(FIND_OLD, {"before": before})]
    sums: dict[Key, int] = defaultdict(int)
    for row in old:
        hour = row.start_time - row.start_time % HOUR
        key = row.project_id, row.trigger_id, hour, row.outcome
        sums[key] = joined(row.outcome, sums[key], histograms.unpacked(row.counts))
    if old:
        _add(session, sums)
        session.run(REMOVE, {"ids": orjson.dumps([row.id for row in old]).decode()})
    return len(old)


def _add(session: Session, sums: dict[Key, int]) -> None:
    keys = [dict(zip((column.name for column in HOUR_KEY), key, strict=True)) for key in sums]
    created, updated = [], []
    for key, rows, counts in zip(keys, session.each(FIND_HOUR, keys), sums.values(), strict=True):
        if rows:
            ((id, before),) = rows
            together = joined(key["outcome"], counts, histograms.unpacked(before))
            updated.append({"id": id, **_numbers(together)})
        else:
            created.append(key | _numbers(counts))
    session.many(CREATE_HOUR, created)
    session.many(UPDATE, updated)


def _numbers(counts: int) -> dict[str, int | bytes]:
    return {"count": histograms.total(counts), "counts": histograms.packed(counts)}


def _remove_deleted(session: Session, fold: Fold) -> Folded:
    """Remove the rows of the next deleted projects."""
    projects = [id for (id,) in session.all(FIND_DELETED, {"after": fold.project})]
    for id in projects:
        if removed := session.run(REMOVE_OF_PROJECT, {"project_id": id}):
            return Folded(next=Fold(kept=fold.kept, project=id - 1), removed=removed)
    return Folded(next=Fold(kept=fold.kept, project=projects[-1]) if projects else None)
