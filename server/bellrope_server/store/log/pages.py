"""Pages of a list, newest first: each goes on at the place where the one before ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from bellrope_server.model import State
from bellrope_server.store.session import Session

R = TypeVar("R")
S = TypeVar("S")

Place: TypeAlias = tuple[int | str, ...]
"""Where a page ended, in the order of its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How many rows of a list are wanted, all beyond the place `before`."""

    size: int = 100
    before: Place | None = None


class Listed(list[R], Generic[R]):
    """The rows of a page; `next` is the place to go on from, None if nothing is left."""

    next: Place | None = None

    def of(self, make: Callable[[R], S]) -> "Listed[S]":
        """Return the same page with something else made of each row."""
        return listed([make(row) for row in self], self.next)


def listed(rows: list[R], next: Place | None) -> Listed[R]:
    """Return a page."""
    page = Listed(rows)
    page.next = next
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted; None leaves it open."""

    event_id: str | None = None
    trigger: str | None = None
    state: State | None = None


def by_id(session: Session, query: Any, table: Any, page: Page) -> Listed[dict[str, Any]]:
    """Return a page of a query's rows by falling id."""
    if page.before is not None:
        query = query.where(table.id < page.before[0])
    found = session.query(query.order_by(table.id.desc()).limit(page.size))
    return listed(found, (found[-1]["id"],) if len(found) == page.size else None)
