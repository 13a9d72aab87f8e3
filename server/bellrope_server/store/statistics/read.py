"""Reads of statistics, a few rows at a time: whatever they are asked for, no step takes long."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from peewee import fn

from bellrope_server.clock import Micros
from bellrope_server.rules import histograms
from bellrope_server.store.engine.schema import StatisticRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import among, compiled, literal, p
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.statistics.outcomes import ACCEPTED, joined, succeeded
from bellrope_server.store.statistics.tally import PROJECT

S, T = StatisticRow, TriggerRow
MOST_ROWS = 2_000  # in one step
AT_ONCE = 50  # triggers in one step

Sums: TypeAlias = dict[tuple[int, int], int]
"""The counts by the number of the bar and by the outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """From when until when, and the length of a bar. Both times are multiples of it."""

    from_time: Micros
    until_time: Micros
    step: Micros


class Totals(NamedTuple):
    """A trigger, how many of its attempts succeeded, and how many failed."""

    name: str
    succeeded: int
    failed: int


class Place(NamedTuple):
    """The last row that was read."""

    time: Micros
    id: int


FIND_TRIGGERS = compiled(T.select(T.id).where(T.project_id == p("project_id"), T.name == p("name")))
READ = compiled(
    S.select(S.start_time, S.id, S.outcome, S.counts)
    .where(
        S.project_id == p("project_id"),
        S.trigger_id == p("trigger_id"),
        S.start_time >= p("time"),
        (S.start_time > p("time")) | (S.id > p("after")),
        S.start_time < p("until"),
    )
    .order_by(S.start_time, S.id)
    .limit(literal(MOST_ROWS))
)
NEXT_TRIGGERS = compiled(
    T.select(T.id, T.name)
    .where(T.project_id == p("project_id"), T.id > p("after"))
    .order_by(T.id)
    .limit(literal(AT_ONCE))
)
TOTAL = compiled(
    S.select(S.trigger_id, S.outcome, fn.sum(S.count))
    .where(
        S.project_id == p("project_id"),
        among(S.trigger_id, "triggers"),
        S.start_time >= p("from"),
        S.start_time < p("until"),
        S.outcome > literal(ACCEPTED),
    )
    .group_by(S.trigger_id, S.outcome)
)


def sources(session: Session, project: str, trigger: str) -> tuple[int, list[int]]:
    """Return the project's row, and the triggers' rows that have or had this name; raise ProjectNotFound.

    Without a name, it is the row that stands for the whole project.
    """
    project_id = get_project(session, project).id
    if not trigger:
        return project_id, [PROJECT]
    found = session.all(FIND_TRIGGERS, {"project_id": project_id, "name": trigger})
    return project_id, [id for (id,) in found]


def some_bars(
    session: Session, project_id: int, trigger_id: int, asked: Asked, after: Place | None
) -> tuple[Sums, Place | None]:
    """Return the sums of the next rows, and where to continue; None at the end."""
    place = after or Place(asked.from_time, 0)
    values = {"project_id": project_id, "trigger_id": trigger_id, "until": asked.until_time}
    rows = session.all(READ, values | {"time": place.time, "after": place.id})
    sums: Sums = defaultdict(int)
    for start, _, outcome, counts in rows:
        key = (start - asked.from_time) // asked.step, outcome
        sums[key] = joined(outcome, sums[key], histograms.unpacked(counts))
    return sums, None if len(rows) < MOST_ROWS else Place(*rows[-1][:2])


def some_totals(
    session: Session, project_id: int, asked: Asked, after: int
) -> tuple[list[Totals], int | None]:
    """Return the totals of the next triggers that have attempts, and where to continue; None at the end."""
    names: dict[int, str] = dict(session.all(NEXT_TRIGGERS, {"project_id": project_id, "after": after}))
    values = {"project_id": project_id, "from": asked.from_time, "until": asked.until_time}
    found = session.all(TOTAL, values | {"triggers": str(list(names))})
    totals: dict[int, Totals] = {}
    for id, outcome, count in found:
        before = totals.get(id) or Totals(names[id], 0, 0)
        fine, bad = (int(count), 0) if succeeded(outcome) else (0, int(count))
        totals[id] = before._replace(succeeded=before.succeeded + fine, failed=before.failed + bad)
    return list(totals.values()), max(names) if len(names) == AT_ONCE else None


def added(totals: Sequence[Totals]) -> list[Totals]:
    """Return one entry for each name: a trigger may have been deleted and created again.

    >>> added([Totals("a", 1, 0), Totals("b", 2, 2), Totals("a", 1, 5)])
    [Totals(name='a', succeeded=2, failed=5), Totals(name='b', succeeded=2, failed=2)]
    """
    sums: dict[str, Totals] = {}
    for name, fine, bad in totals:
        before = sums.get(name) or Totals(name, 0, 0)
        sums[name] = Totals(name, before.succeeded + fine, before.failed + bad)
    return list(sums.values())
