"""Pages of a list, newest first: each continues where the one before ended.

If no index answers a filter, a page tries it on a limited number of rows. Then the page may have fewer rows
than were wanted, or none, and the next page continues from there. So a page costs the same in a table of any
size.
"""

import operator
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import Any, Generic, TypeAlias, TypeVar

from peewee import SQL, fn

from bellrope_server.attempt import AttemptError
from bellrope_server.model import Micros, State
from bellrope_server.store.engine.session import Session

R = TypeVar("R")
S = TypeVar("S")

Place: TypeAlias = tuple[int | str, ...]
"""Where a page ended: the values that its list is ordered by."""

MOST_BYTES = 5 * 512 * 1024  # in a page, or one row: gRPC clients accept 4 MiB
OTHER_BYTES = 200  # of a row's numbers, times and states in an answer, at most
AT_ONCE = 64  # rows read together; one may have a megabyte
MOST_ROWS = 20_000  # that one page looks at
MOST_ENTRIES = 200_000  # of an index, if the filter needs only what the index has


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


class Order(IntEnum):
    """What a list of deliveries is sorted by. The numbers are those of the proto."""

    NEWEST = 0
    DUE_TIME = 1


def in_time(column: Any, wanted: EventFilter | DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions for the wanted range of accept times."""
    return within(column, wanted.from_time, wanted.until_time)


def within(column: Any, from_time: Micros | None, until_time: Micros | None) -> tuple[Any, ...]:
    """Return the conditions for a range of times, the first one included."""
    first = () if from_time is None else (column >= from_time,)
    last = () if until_time is None else (column < until_time,)
    return (*first, *last)


def by_id(session: Session, query: Any, table: Any, page: Page) -> Listed[dict[str, Any]]:
    """Return a page of a query's rows by falling id."""

    def some(before: Place | None, count: int) -> list[dict[str, Any]]:
        after = query if before is None else query.where(table.id < before[0])
        return list(session.query(after.order_by(table.id.desc()).limit(count)))

    return that_fits(page, some, place=lambda row: (row["id"],))


def that_fits(
    page: Page,
    some: Callable[[Place | None, int], list[dict[str, Any]]],
    *,
    place: Callable[[dict[str, Any]], Place],
    end: Place | None = None,
    at_once: int = AT_ONCE,
) -> Listed[dict[str, Any]]:
    """Return a page, read a few rows at a time, that is shorter than wanted if its rows are large.

    `some` returns the next rows after a place, `place` is a row's, and `end` is where a page that has them
    all continues.
    """
    found: list[dict[str, Any]] = []
    left, before = MOST_BYTES, page.before
    while count := min(at_once, page.size - len(found)):
        rows = some(before, count)
        for row in rows:
            left -= _size(row)
            if found and left < 0:
                return listed(found, place(found[-1]))
            found.append(row)
        if len(rows) < count:
            return listed(found, end)
        before = place(rows[-1])
    return listed(found, before)


def _size(row: dict[str, Any]) -> int:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk along an index, by falling or `rising` keys: one or two columns, the last of them unique.

    The index answers the conditions `along`; the conditions `among` are checked on each row. `names` are the
    names of the keys in the query's rows, if they are not the columns' own.
    """

    keys: tuple[Any, ...]
    names: tuple[str, ...] = ()
    along: tuple[Any, ...]
    among: tuple[Any, ...] = ()
    most: int = MOST_ROWS
    at_once: int = AT_ONCE
    rising: bool = False

    def page(self, session: Session, query: Any, page: Page) -> Listed[dict[str, Any]]:
        """Return a page of the query's rows."""
        stop = self.stop(session, page.before)

        def some(before: Place | None, count: int) -> list[dict[str, Any]]:
            wanted = query.where(*self.along, *self.among, *self.between(before, stop))
            return list(session.query(self._ordered(wanted).limit(count)))

        return that_fits(page, some, place=self.place, end=stop, at_once=self.at_once)

    def count(self, session: Session, query: Any, before: Place | None) -> tuple[int, Place | None]:
        """Return how many of the query's rows the next `most` steps find, and where to continue."""
        stop = self._stop(session, before)
        found = query.where(*self.along, *self.among, *self.between(before, stop))
        (row,) = session.query(found.select_from(fn.count(SQL("1")).alias("count")))
        return int(row["count"]), stop

    def stop(self, session: Session, before: Place | None) -> Place | None:
        """Return the last place that this page looks at; None if it reaches the list's end."""
        return self._stop(session, before) if self.among else None

    def _stop(self, session: Session, before: Place | None) -> Place | None:
        named = [key.alias(name) for key, name in zip(self.keys, self._names, strict=True)]
        steps = self.keys[-1].model.select(*named).where(*self.along, *self.between(before, None))
        found = session.query(self._ordered(steps).limit(1).offset(self.most - 1))
        return self.place(found[0]) if found else None

    def between(self, before: Place | None, stop: Place | None) -> tuple[Any, ...]:
        """Return the conditions for what lies after `before`, up to and including `stop`."""
        first, last = self.keys[0], self.keys[-1]
        not_yet, reached = (operator.gt, operator.ge), (operator.lt, operator.le)
        (beyond, from_), (short_of, to) = (not_yet, reached) if self.rising else (reached, not_yet)
        conditions: list[Any] = []
        if before is not None:
            conditions += [from_(first, before[0]), beyond(first, before[0]) | beyond(last, before[-1])]
        if stop is not None:
            conditions += [to(first, stop[0]), short_of(first, stop[0]) | to(last, stop[-1])]
        return tuple(conditions)

    def place(self, row: dict[str, Any]) -> Place:
        """Return the place of a row of the query."""
        return tuple(row[name] for name in self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return self.names or tuple(key.name for key in self.keys)

    def _ordered(self, query: Any) -> Any:
        return query.order_by(*(key.asc() if self.rising else key.desc() for key in self.keys))
