"""Pages of a list, newest first: how many rows, of which kind, and from which place on."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from typing import Any, Generic, TypeAlias, TypeVar

from bellrope_server.attempt import AttemptError
from bellrope_server.model import Micros, State
from bellrope_server.store.engine.session import Named, Values
from bellrope_server.store.engine.sql import p

R = TypeVar("R")
S = TypeVar("S")

Place: TypeAlias = tuple[int | str, ...]
"""Where a page ended: the values that its list is ordered by."""

MOST_BYTES = 5 * 512 * 1024  # in a page, or one row: gRPC clients accept 4 MiB
OTHER_BYTES = 200  # of a row's numbers, times and states in an answer, at most
AT_ONCE = 64  # rows read together; one may have a megabyte


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
