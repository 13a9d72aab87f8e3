"""Which kept events a trigger gets if they are replayed to it: read and judged outside the commit."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from peewee import Case, fn

from bellrope_server.errors import ServiceError
from bellrope_server.model import Action, Micros, NewEvent, Trigger
from bellrope_server.rules import filters
from bellrope_server.rules.filter_subjects import FilterFailed, Subject
from bellrope_server.rules.filters import MOST_DATA, options_match
from bellrope_server.rules.type_patterns import takes
from bellrope_server.store import rows
from bellrope_server.store.actions.progress import FIND, place
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Named, Session, Values
from bellrope_server.store.engine.sql import NOTHING, by_shape, literal, p
from bellrope_server.store.intake.matching import processor_time, subject
from bellrope_server.store.intake.row_ids import KEEP
from bellrope_server.store.settings.catalog import FIND_TRIGGER
from bellrope_server.store.walks.events import asked, kind_of, newest_events, of_type
from bellrope_server.store.walks.pages import EventFilter, Listed, Page, Place
from bellrope_server.store.walks.walk import Walk

E = EventRow
MOST_TIME: Micros = 5_000  # of the processor, in one look
MOST_STEPS = 2_000  # entries of an index that one page goes through
AT_ONCE = 64  # events in a page
IN_A_ROW = 4  # events that are judged before other threads get their turn

Judge = Callable[[Named], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The events that a filter finds, as they were at a time, and the trigger that they may go to.

    `last_event` and `last_time` are those of the newest one. If `forced`, the trigger gets all.
    """

    project_id: int
    trigger_id: int
    wanted: EventFilter
    forced: bool
    last_event: int
    last_time: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What became of some events: the trigger gets `events` (by row), and `others` it does not match.

    `version` is the trigger's, None if it was deleted: then it gets none. The events are those after
    `before`; the next ones begin at `next`, None at the end. `spent` is processor time.
    """

    before: Place | None
    next: Place | None
    version: int | None
    events: tuple[int, ...]
    others: int
    spent: Micros


def look(session: Session, search: Search, before: Place | None, most: int) -> Looked:
    """Judge the next events, the newest first, until the trigger gets `most` of them or the time is over."""
    trigger = _trigger(session, search.trigger_id)
    judged = _Judged(_judge(trigger, forced=search.forced), most)
    walk, values = _walk(search, trigger)
    reached = judged.take(walk.page(session, Page(size=AT_ONCE, before=before), values))
    while reached is not None and not judged.ended:
        reached = judged.take(walk.page(session, Page(size=AT_ONCE, before=reached), values))
    return Looked(
        before=before,
        next=reached,
        version=trigger.version if trigger else None,
        events=tuple(judged.events),
        others=judged.others,
        spent=judged.spent,
    )


class _Judged:
    """The events of one look so far."""

    def __init__(self, gets: Judge, most: int) -> None:
        self._gets = gets
        self._most = most
        self._begun = processor_time()
        self.events: list[int] = []
        self.others = 0

    @property
    def spent(self) -> Micros:
        """The processor time of the look so far."""
        return processor_time() - self._begun

    @property
    def ended(self) -> bool:
        """True if the trigger gets as many as it may, or the time is over."""
        return len(self.events) == self._most or self.spent > MOST_TIME

    def take(self, page: Listed[Named]) -> Place | None:
        """Judge the events of a page until the look ends, and return where the next ones begin."""
        for number, row in enumerate(page):
            if not number % IN_A_ROW:
                time.sleep(0)  # the writing thread gets the interpreter now, and not in a millisecond
            if self._gets(row):
                self.events.append(row["id"])
            else:
                self.others += 1
            if self.ended and row is not page[-1]:
                return row["accept_time"], row["id"]
        return page.next


def look_for(session: Session, bulk: int, most: int) -> Looked | None:
    """Judge the next events of a bulk action; return None for one that acts on deliveries."""
    (row,) = session.rows(FIND, {"id": bulk})
    if row["action"] != Action.REPLAY_EVENTS:
        return None
    search = Search(
        project_id=row["project_id"],
        trigger_id=row["trigger_id"],
        wanted=EventFilter(**orjson.loads(row["wanted"])),
        forced=bool(row["forced"]),
        last_event=row["last_event"],
        last_time=row["create_time"],
    )
    return look(session, search, place(row), most)


def _walk(search: Search, trigger: Trigger | None) -> tuple[Walk, Values]:
    """Return the walk through the events, with their data only if the trigger's filter may read it."""
    shape, values = asked(search.project_id, search.wanted)
    values |= {
        "last_event": search.last_event,
        "last_time": search.last_time,
        "soon": search.last_time + 2 * KEEP,
    }
    if search.forced or trigger is None or not trigger.spec.filter:
        return _kept(shape, None), values
    kind, ends = kind_of(trigger.spec.type)
    return _kept(shape, kind), values | {f"read_{name}": end for name, end in ends.items()}


@by_shape
def _kept(wanted: EventFilter, read: str | None) -> Walk:
    """Return the walk through kept events; those of the type `read` have their data."""
    walk = newest_events(_query(read), wanted)
    # Another node may still use an older id. What is from the future is from before the clock was set back.
    newer = (E.accept_time > p("last_time")) & (E.accept_time <= p("soon"))
    return replace(
        walk,
        along=(*walk.along, E.id <= p("last_event"), ~newer),
        most=MOST_STEPS,
        at_once=AT_ONCE,
    )


def _query(read: str | None) -> Any:
    some = (E.id, E.event_id, E.type, E.options, E.accept_time, E.cloud_event)
    if read is None:
        return E.select(*some, NOTHING.alias("data"))
    size = fn.length(E.data)
    fits = (size <= literal(MOST_DATA)) & of_type(E.type, read, "read_")
    return E.select(*some, size.alias("size"), Case(None, [(fits, E.data)], NOTHING).alias("data"))


def _trigger(session: Session, id: int) -> Trigger | None:
    found = session.rows(FIND_TRIGGER, {"id": id})
    return rows.trigger(found[0]) if found else None


def _judge(trigger: Trigger | None, *, forced: bool) -> Judge:
    """Return whether the trigger gets an event, as a function of its row."""
    if trigger is None:
        return lambda _row: False
    if forced:
        return lambda _row: True
    spec, wants = trigger.spec, _wants(trigger)

    def gets(row: Named) -> bool:
        return (
            takes(spec.type, row["type"])
            and options_match(spec.options, rows.mapping(row["options"]))
            and wants(row)
        )

    return gets


def _wants(trigger: Trigger) -> Judge:
    """Return whether the trigger's filter is true for an event. One that has no result is not."""
    if not trigger.spec.filter:
        return lambda _row: True
    try:
        compiled = filters.compile(trigger.spec.filter)
    except ServiceError:  # another version of the server saved it
        return lambda _row: False

    def wants(row: Named) -> bool:
        try:
            return compiled.matches(_subject(trigger, row))
        except FilterFailed:
            return False

    return wants


def _subject(trigger: Trigger, row: Named) -> Subject:
    too_large = row["size"] > MOST_DATA  # the filter refuses it by its size alone
    event = NewEvent(
        project=trigger.project,
        type=row["type"],
        data=bytes(MOST_DATA + 1) if too_large else bytes(row["data"]),
        options=rows.mapping(row["options"]),
        cloud_event=rows.cloud_event(row["cloud_event"]),
    )
    return subject(event, event_id=row["event_id"], now=row["accept_time"])
