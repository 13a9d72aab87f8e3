"""The verbs of bulk actions: start one, act on its next deliveries, cancel it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from bellrope_server.attempt import AttemptError
from bellrope_server.clock import Clock
from bellrope_server.errors import BulkActionNotFound, ProjectNotFound, ServiceError, TriggerNotFound
from bellrope_server.ids import uuid7
from bellrope_server.model import Action, BulkAction, BulkState, Leased, Micros, State
from bellrope_server.store.actions.progress import RUNNING, Counts, Progress, newest, place
from bellrope_server.store.actions.transitions import COLUMNS, Acted, Found, How, Transitions
from bellrope_server.store.engine.schema import BulkActionRow, DeliveryRow, EventRow, ProjectRow
from bellrope_server.store.engine.session import Named, Session
from bellrope_server.store.engine.sql import LOCK, among, by_shape, compiled, literal, p
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.walks.deliveries import Shape, asked, deliveries_walk
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Listed, Page
from bellrope_server.store.walks.walk import Walk

B, D = BulkActionRow, DeliveryRow
MOST_LOOKED_AT = 2_000  # rows in one step: others wait for the commit that it shares


def bulk_actions() -> Any:
    """Return the query for the bulk actions of existing projects, each with its project's name."""
    query = B.select(B, ProjectRow.name.alias("project"))
    return query.join(ProjectRow, on=(ProjectRow.id == B.project_id)).where(ProjectRow.delete_time.is_null())


LATER = ("id", "place_time", "place_id", "finish_time", "owner", "owner_until")  # what it gets as it runs
NEW = {field: p(field.name) for field in B._meta.sorted_fields if field.name not in LATER}
FIND_THESE = compiled(D.select(*COLUMNS).where(among(D.id, "ids")).order_by(D.id), locking=LOCK)
START = compiled(B.insert(NEW).returning(B.id))
FIND_ROW = compiled(bulk_actions().where(B.id == p("id")))
FIND = compiled(bulk_actions().where(ProjectRow.name == p("project"), B.bulk_id == p("bulk_id")))
END = compiled(
    B.update({B.state: literal(BulkState.CANCELLED), B.update_time: p("now"), B.finish_time: p("now")}).where(
        B.id == p("id"), RUNNING
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBulk:
    """An action, a set of deliveries or events, and a rate. `matched` is the size of the set.

    A REPLAY gives them to the trigger with the name `trigger`, or without one to their own. REPLAY_EVENTS
    needs a trigger, which must match an event unless `forced`.
    """

    project: str
    action: Action
    wanted: DeliveryFilter | EventFilter
    rate: int
    matched: int
    due_time: Micros | None = None
    trigger: str = ""
    forced: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Act on this many deliveries of a bulk action.

    Or act on those that are `withdrawn`: the step before refused them, but they were only leased ahead.
    """

    id: int
    most: int = 0
    withdrawn: Sequence[Leased] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """What a step did, whether the bulk action still runs, and how long it must rest before the next step."""

    acted: Acted
    running: bool
    rest: Micros = 0


class Bulks:
    """Acts on many deliveries, a few in each commit.

    The progress is written in the same commit as the changes. So each delivery is acted on once, even if the
    server stops at any time.
    """

    def __init__(self, catalog: Catalog, clock: Clock, transitions: Transitions, progress: Progress) -> None:
        self._catalog = catalog
        self._clock = clock
        self._transitions = transitions
        self._progress = progress

    def start(self, session: Session, starts: list[StartBulk]) -> list[BulkAction | ServiceError]:
        """Save new bulk actions, each for the deliveries or events that exist now."""
        return [self._start(session, start) for start in starts]

    def _start(self, session: Session, start: StartBulk) -> BulkAction | ServiceError:
        project = self._catalog.project(session, start.project)
        if project is None:
            return ProjectNotFound(field="project")
        trigger = self._catalog.named(session, project, start.trigger) if start.trigger else None
        if start.trigger and trigger is None:
            return TriggerNotFound(field="trigger")
        now = self._clock.wall()
        values = {
            "project_id": project.id,
            "bulk_id": uuid7(),
            "action": int(start.action),
            "state": int(BulkState.RUNNING),
            "wanted": orjson.dumps(asdict(start.wanted)).decode(),
            "rate": start.rate,
            "due_time": start.due_time,
            "trigger_id": trigger.id if trigger else None,
            "last_delivery": newest(session, D),
            "last_event": newest(session, EventRow) if start.action is Action.REPLAY_EVENTS else None,
            "forced": start.forced,
            "matched": start.matched,
            "done": 0,
            "skipped": 0,
            "again": 0,
            "unmatched": 0,
            "reason": start.reason,
            "create_time": now,
            "update_time": now,
        }
        id = session.create(START, values)
        return bulk_action(session.rows(FIND_ROW, {"id": id})[0])

    def step(self, session: Session, steps: list[Step]) -> list[Stepped | ServiceError]:
        """Act on the next deliveries of running bulk actions."""
        self._transitions.give_back(session, [leased for step in steps for leased in step.withdrawn])
        return [self._again(session, step) if step.withdrawn else self._step(session, step) for step in steps]

    def _step(self, session: Session, step: Step) -> Stepped:
        acted = Acted()
        row = self._progress.own(session, step.id)
        if row is None:
            return Stepped(acted=acted, running=False)
        rows = _next(session, row, Page(size=step.most, before=place(row)), self._clock.wall())
        how = _how(row)
        for each in rows:
            found = Found._make(each[column.name] for column in COLUMNS)
            self._transitions.change(session, found, how, acted)
        counts = Counts(done=acted.count, skipped=len(rows) - acted.count)
        self._progress.note(session, row, counts, rows.next)
        return Stepped(acted=self._transitions.seen(session, acted), running=rows.next is not None)

    def _again(self, session: Session, step: Step) -> Stepped:
        """Act on deliveries that were skipped. The bulk action may be done by now."""
        acted, how = Acted(), _how(self._progress.row(session, step.id))
        ids = orjson.dumps([leased.id for leased in step.withdrawn]).decode()
        for row in session.all(FIND_THESE, {"ids": ids}):
            self._transitions.change(session, Found._make(row), how, acted)
        self._progress.correct(session, step.id, acted.count)
        return Stepped(acted=self._transitions.seen(session, acted), running=True)

    def cancel(self, session: Session, names: list[tuple[str, str]]) -> list[ServiceError | None]:
        """Stop bulk actions, each given as project and id. Finished changes stay."""
        return [self._cancel(session, *pair) for pair in names]

    def _cancel(self, session: Session, project: str, bulk_id: str) -> ServiceError | None:
        found = session.rows(FIND, {"project": project, "bulk_id": bulk_id})
        if not found:
            return BulkActionNotFound(field="bulk_action")
        session.run(END, {"id": found[0]["id"], "now": self._clock.wall()})
        return None


def _how(row: Named) -> How:
    return How(action=Action(row["action"]), due_time=row["due_time"] or 0, trigger_id=row["trigger_id"])


def bulk_action(row: Named) -> BulkAction:
    """Return the bulk action of a row."""
    same = {name: row[name] for name in ("id", "project", "bulk_id", "rate", "due_time", "matched", "done")}
    same |= {name: row[name] for name in ("skipped", "again", "unmatched", "reason")}
    same |= {name: row[name] for name in ("create_time", "update_time", "finish_time")}
    return BulkAction(action=Action(row["action"]), state=BulkState(row["state"]), **same)


def _next(session: Session, row: Named, page: Page, now: Micros) -> Listed[Named]:
    """Return the next deliveries of the set: what existed at the start, and for REPLAY had ended by then."""
    shape, values = asked(session, row["project_id"], _wanted(row))
    existed = {"last_delivery": row["last_delivery"], "started": row["create_time"], "now": now}
    return _steps(shape, row["action"] == Action.REPLAY).page(session, page, values | existed)


@by_shape
def _steps(shape: Shape, ended: bool) -> Walk:
    query = D.select(*COLUMNS, D.create_time).join(EventRow, on=(EventRow.id == D.event_row))
    walk = deliveries_walk(query.switch(D), shape)
    was_there = [D.id <= p("last_delivery")]
    if ended:  # what ended in the future did so before the clock was set back
        was_there.append((D.finish_time <= p("started")) | (D.finish_time > p("now")))
    return replace(walk, among=(*walk.among, *was_there), most=min(walk.most, MOST_LOOKED_AT))


def _wanted(row: Named) -> DeliveryFilter:
    wanted = orjson.loads(row["wanted"])
    state, error = wanted.pop("state"), wanted.pop("error")
    return DeliveryFilter(
        state=State(state) if state else None, error=AttemptError(error) if error else None, **wanted
    )
