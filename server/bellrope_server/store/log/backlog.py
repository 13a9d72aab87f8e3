"""What triggers still have to deliver, and what they wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from peewee import SQL, fn

from bellrope_server.attempt import Attempt
from bellrope_server.model import Micros, Trigger
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, SettingsRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import (
    DEAD_LETTERED,
    DELIVERING,
    SCHEDULED,
    among,
    compiled,
    literal,
    p,
    unindexed,
)
from bellrope_server.store.log import attempts
from bellrope_server.store.settings.catalog import triggers
from bellrope_server.store.settings.read import get_project, get_trigger
from bellrope_server.store.walks.deliveries import UNUSUAL

A, D, T = AttemptRow, DeliveryRow, TriggerRow
MOST_COUNTED = 1_000_000  # deliveries of a kind, of the trigger that is asked for
MOST_COUNTED_EACH = 100_000  # the same, of each of many triggers
LOOKED_AT = 10  # deliveries of each kind, for the last failure
AT_ONCE = 50  # triggers that one statement counts

COUNT = SQL("count(*)")
ITS_WAITING = (D.trigger_id == T.id, D.state == SCHEDULED)
ITS_DEAD = (D.trigger_id == T.id, D.state == DEAD_LETTERED, UNUSUAL)
DUE, LATER = D.wake_time <= p("now"), D.wake_time > p("now")


def _counted(*conditions: Any) -> Any:
    return D.select(literal(1)).where(*conditions).limit(p("most")).select_from(COUNT)


def _first(by: Any, *conditions: Any) -> Any:
    """Return the query for the first few deliveries, each with the number of its last attempt."""
    few = D.select(D.id, D.attempt_count).where(*conditions).order_by(by).limit(literal(LOOKED_AT))
    return few.select_from(SQL("id"), SQL("attempt_count"))


FEW = (
    _first(D.create_time.desc(), *ITS_DEAD)
    + _first(D.create_time.desc(), *ITS_WAITING, UNUSUAL)
    + _first(D.wake_time, *ITS_WAITING, LATER)  # those that failed a moment ago are among these
).alias("few")
LAST_FAILURE = (
    A.select(A.id)
    .join(FEW, on=((A.delivery_row == FEW.c.id) & (A.number == FEW.c.attempt_count)))
    .where(A.error != literal(0))
    .order_by(A.start_time.desc())
    .limit(literal(1))
)
READ = compiled(
    T.select(
        T.id,
        _counted(*ITS_WAITING, DUE),
        _counted(*ITS_WAITING, LATER),
        D.select(fn.min(D.wake_time)).where(*ITS_WAITING),
        _counted(*ITS_DEAD),
        LAST_FAILURE,
    ).where(among(T.id, "ids"))
)
UNDER_WAY = compiled(
    D.select(D.trigger_id, COUNT)
    .where(among(unindexed(D.trigger_id), "ids"), D.state == DELIVERING)
    .group_by(D.trigger_id)
)
NEXT_TRIGGERS = compiled(
    triggers().where(T.project_id == p("project_id"), T.id > p("after")).order_by(T.id).limit(p("at_once"))
)
VERSION = compiled(SettingsRow.select(SettingsRow.version))


class _Counts(NamedTuple):
    """A row of READ. `failure` is the row of an attempt."""

    id: int
    due: int
    later: int
    due_time: Micros | None
    dead_lettered: int
    failure: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The open deliveries of a trigger.

    `due_time` is the first due time of a scheduled delivery. `last_failure` is the last failed attempt among
    the newest scheduled deliveries and dead letters, and those that are due next.
    """

    trigger: Trigger
    scheduled: int
    due: int
    delivering: int
    dead_lettered: int
    due_time: Micros | None
    last_failure: Attempt | None


def get_backlog(session: Session, project: str, name: str, now: Micros) -> Backlog:
    """Return a trigger's backlog at this time; raise ProjectNotFound or TriggerNotFound.

    Counts stop at MOST_COUNTED.
    """
    (found,) = _backlogs(session, [get_trigger(session, project, name)], now, most=MOST_COUNTED)
    return found


def next_backlogs(session: Session, project: str, after: int, now: Micros) -> list[Backlog]:
    """Return the backlogs of the next triggers after the row `after`, the oldest trigger first.

    Counts stop at MOST_COUNTED_EACH. Raise ProjectNotFound.
    """
    values = {"project_id": get_project(session, project).id, "after": after, "at_once": AT_ONCE}
    found = [rows.trigger(row) for row in session.rows(NEXT_TRIGGERS, values)]
    return _backlogs(session, found, now, most=MOST_COUNTED_EACH)


def settings_version(session: Session) -> int:
    """Return how often projects, triggers and event types have been changed."""
    (version,) = session.one(VERSION, {}) or (0,)
    return int(version)


def _backlogs(session: Session, of: Sequence[Trigger], now: Micros, *, most: int) -> list[Backlog]:
    if not of:
        return []
    ids = orjson.dumps([trigger.id for trigger in of]).decode()
    counts = {row[0]: _Counts._make(row) for row in session.all(READ, {"ids": ids, "now": now, "most": most})}
    under_way: dict[int, int] = dict(session.all(UNDER_WAY, {"ids": ids}))
    failures = attempts.by_rows(session, [each.failure for each in counts.values() if each.failure])
    return [
        Backlog(
            trigger=trigger,
            scheduled=min(most, each.due + each.later),
            due=each.due,
            delivering=under_way.get(trigger.id, 0),
            dead_lettered=each.dead_lettered,
            due_time=each.due_time,
            last_failure=failures.get(each.failure or 0),
        )
        for trigger, each in ((trigger, counts[trigger.id]) for trigger in of)
    ]
