"""Pages of a list, newest first: each continues where the one before ended.

If no index answers a filter, a page tries it on a limited number of rows. Then the page may have fewer rows
than were wanted, or none, and the next page continues from there. So a page costs the same in a table of any
size.
"""

import operator
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from typing import Any, Generic, TypeAlias, TypeVar

from peewee import SQL, fn

from bellrope_server.attempt import AttemptError
from bellrope_server.model import Micros, State
from bellrope_server.store.engine.session import Named, Session, Values
from bellrope_server.store.engine.sql import Statement, by_shape, compiled, literal, p

R = TypeVar("R")
S = TypeVar("S")

Place: TypeAlias = tuple[int | str, ...]
"""Where a page ended: the values that its list is ordered by."""

MOST_BYTES = 5 * 512 * 1024  # in a page, or one row: gRPC clients accept 4 MiB
OTHER_BYTES = 200  # of a row's numbers, times and states in an answer, at most
AT_ONCE = 64  # rows read together; one may have a megabyte
MOST_ROWS = 20_000  # that one page looks at
MOST_ENTRIES = 200_000  # of an index, if the filter needs only what the index has
FIRST_ROWS = 2_000  # of these, which mostly fill the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How many rows of a list to return, all after the place `before`."""

    size: int = 100
    before: Place | None = None


class Listed(list[R], Generic[R]):
    """The rows of a page. `next` is the place to continue from, None at the end."""

    next: Place | None = None

    def of(self, make: Callable[[R], S]) -> "Listed[S]":
        """Return the same page with each row converted by `make`."""
        return listed([make(row) for row in self], self.next)


def listed(rows: list[R], next: Place | None) -> Listed[R]:
    """Return a page."""
    page = Listed(rows)
    page.next = next
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events to return; None means any. Times are accept times, `from_time` included.

    `pattern` is for their type: as in a trigger, it may be `order.*` or `*`.
    """

    type: str | None = None
    pattern: str | None = None
    id_prefix: str | None = None
    from_time: Micros | None = None
    until_time: Micros | None = None
    unmatched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries to return; None means any.

    Times are accept times, `from_time` included. Error and status are those of the last attempt. With a bound
    on the end of attempts they are those of an attempt within it, as are the trigger and `attempt_succeeded`.
    """

    event_id: str | None = None
    trigger: str | None = None
    state: State | None = None
    type: str | None = None
    from_time: Micros | None = None
    until_time: Micros | None = None
    error: AttemptError | None = None
    error_text: str | None = None
    status_code: int | None = None
    due_from_time: Micros | None = None
    due_until_time: Micros | None = None
    attempt_from_time: Micros | None = None
    attempt_until_time: Micros | None = None
    attempt_succeeded: bool | None = None

    @property
    def of_attempts(self) -> bool:
        """True if it is about attempts that ended within some time, and not about the last ones."""
        return self.attempt_from_time is not None or self.attempt_until_time is not None


F = TypeVar("F", EventFilter, DeliveryFilter)


def without_values(wanted: F, **kept: Any) -> F:
    """Return what is the same for all filters with the same fields: `...` in place of each value.

    Statements are made for it, with placeholders of the fields' names. They differ by the `kept` fields.
    """
    given: dict[str, Any] = {name: ... for name, value in values_of(wanted).items() if value is not None}
    return replace(wanted, **given | kept)


def values_of(wanted: EventFilter | DeliveryFilter) -> Values:
    """Return the values of the filter for those placeholders."""
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


class Order(IntEnum):
    """What a list of deliveries is sorted by. The numbers are those of the proto."""

    NEWEST = 0
    DUE_TIME = 1


def in_time(column: Any, wanted: EventFilter | DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions for the wanted range of accept times."""
    return within(column, wanted, "from_time", "until_time")


def within(
    column: Any, wanted: EventFilter | DeliveryFilter, from_time: str, until_time: str
) -> tuple[Any, ...]:
    """Return the conditions for the range of times in two fields of a filter, the first time included."""
    first = () if getattr(wanted, from_time) is None else (column >= p(from_time),)
    last = () if getattr(wanted, until_time) is None else (column < p(until_time),)
    return (*first, *last)


def that_fits(
    page: Page,
    some: Callable[[Place | None, int], list[Named]],
    *,
    place: Callable[[Named], Place],
    end: Callable[[], Place | None] = lambda: None,
    at_once: int = AT_ONCE,
) -> Listed[Named]:
    """Return a page, read a few rows at a time, that is shorter than wanted if its rows are large.

    `some` returns the next rows after a place, `place` is a row's, and `end` returns where a page that has
    them all continues.
    """
    found: list[Named] = []
    left, before = MOST_BYTES, page.before
    while count := min(at_once, page.size - len(found)):
        rows = some(before, count)
        for row in rows:
            left -= _size(row)
            if found and left < 0:
                return listed(found, place(found[-1]))
            found.append(row)
        if len(rows) < count:
            return listed(found, end())
        before = place(rows[-1])
    return listed(found, before)


def _size(row: Named) -> int:
    """Return about how many bytes a row takes in an answer."""
    return OTHER_BYTES + sum(map(_bytes, row.values()))


def _bytes(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode())
    return len(value) if isinstance(value, (bytes, memoryview)) else 0


def shortened(page: Listed[R], *, size: Callable[[R], int], place: Callable[[R], Place]) -> Listed[R]:
    """Return the beginning of a page that fits into MOST_BYTES: at least one row."""
    fit = max(1, bisect_right(list(accumulate(map(size, page))), MOST_BYTES))
    return page if fit >= len(page) else listed(page[:fit], place(page[fit - 1]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """A walk along an index, by falling or `rising` keys: one or two columns, the last of them unique.

    It finds rows of the query. The index answers the conditions `along`; the conditions `among` are checked
    on each row. `names` are the names of the keys in the query's rows, if they are not the columns' own. All
    values are placeholders: a walk is made once for many calls, and so are its statements.
    """

    query: Any
    keys: tuple[Any, ...]
    names: tuple[str, ...] = ()
    along: tuple[Any, ...]
    among: tuple[Any, ...] = ()
    most: int = MOST_ROWS
    at_once: int = AT_ONCE
    rising: bool = False

    def page(self, session: Session, page: Page, values: Values) -> Listed[Named]:
        """Return a page of the query's rows."""
        reach = _Reach(self, session, page.before, values)
        return that_fits(page, reach.some, place=self.place, end=lambda: reach.stop, at_once=self.at_once)

    def count(self, session: Session, before: Place | None, values: Values) -> tuple[int, Place | None]:
        """Return how many of the query's rows the next `most` steps find, and where to continue."""
        stop = self.stop(session, before, values, steps=self.most)
        statement = _count(self, before is not None, stop is not None)
        ((count,),) = session.all(statement, values | _bounds(before, stop))
        return int(count), stop

    def some(self, session: Session, before: Place | None, stop: Place | None, values: Values) -> list[Named]:
        """Return the next `count` rows of the query up to a place; `count` is one of the values."""
        return session.rows(_page(self, before is not None, stop is not None), values | _bounds(before, stop))

    def stop(self, session: Session, before: Place | None, values: Values, *, steps: int) -> Place | None:
        """Return the place after so many steps; None if the list ends before."""
        bounds = _bounds(before, None) | {"skipped": steps - 1}
        found = session.one(_last(self, before is not None), values | bounds)
        return found and tuple(found)

    def between(self, *, after: bool, until: bool) -> tuple[Any, ...]:
        """Return the conditions for what lies after a place, up to and including another one."""
        first, last = self.keys[0], self.keys[-1]
        not_yet, reached = (operator.gt, operator.ge), (operator.lt, operator.le)
        (beyond, from_), (short_of, to) = (not_yet, reached) if self.rising else (reached, not_yet)
        conditions: list[Any] = []
        if after:
            place, row = p("before"), p("before_row")
            conditions += [from_(first, place), beyond(first, place) | beyond(last, row)]
        if until:
            place, row = p("stop"), p("stop_row")
            conditions += [to(first, place), short_of(first, place) | to(last, row)]
        return tuple(conditions)

    def ordered(self, query: Any) -> Any:
        """Return a query with the order of the walk."""
        return query.order_by(*(key.asc() if self.rising else key.desc() for key in self.keys))

    def place(self, row: Named) -> Place:
        """Return the place of a row of the query."""
        return tuple([row[name] for name in self.names or [key.name for key in self.keys]])


class _Reach:
    """How far a page looks: a few steps, which mostly fill it, and if they do not, `most` of them.

    To find the place of the last step takes as long as to walk there.
    """

    def __init__(self, walk: Walk, session: Session, before: Place | None, values: Values) -> None:
        self._walk, self._session, self._values = walk, session, values
        first = min(walk.most, FIRST_ROWS)
        self._rest = walk.most - first
        self.stop = walk.stop(session, before, values, steps=first) if walk.among else None
        """The last place that the page looks at; None if it reaches the list's end."""

    def some(self, before: Place | None, count: int) -> list[Named]:
        """Return the next rows, and look further if there are too few."""
        rows = self._rows(before, count)
        if len(rows) < count and self._rest and self.stop is not None:
            first, steps, self._rest = self.stop, self._rest, 0
            self.stop = self._walk.stop(self._session, first, self._values, steps=steps)
            rows += self._rows(first, count - len(rows))
        return rows

    def _rows(self, before: Place | None, count: int) -> list[Named]:
        return self._walk.some(self._session, before, self.stop, self._values | {"count": count})


def _bounds(before: Place | None, stop: Place | None) -> Values:
    """Return the values of the conditions `between`."""
    after = {} if before is None else {"before": before[0], "before_row": before[-1]}
    return after if stop is None else after | {"stop": stop[0], "stop_row": stop[-1]}


@by_shape
def _page(walk: Walk, after: bool, until: bool) -> Statement:
    return compiled(walk.ordered(_found(walk, after, until)).limit(p("count")))


@by_shape
def _count(walk: Walk, after: bool, until: bool) -> Statement:
    return compiled(_found(walk, after, until).select_from(fn.count(SQL("1"))))


def _found(walk: Walk, after: bool, until: bool) -> Any:
    return walk.query.where(*walk.along, *walk.among, *walk.between(after=after, until=until))


@by_shape
def _last(walk: Walk, after: bool) -> Statement:
    """Return the statement that finds a place some steps away."""
    steps = walk.keys[-1].model.select(*walk.keys).where(*walk.along, *walk.between(after=after, until=False))
    return compiled(walk.ordered(steps).limit(literal(1)).offset(p("skipped")))
