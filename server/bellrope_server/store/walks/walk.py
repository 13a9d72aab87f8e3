"""The walk along an index that finds the pages of a list.

If no index answers a filter, a page tries it on a limited number of rows. Then the page may have fewer rows
than were wanted, or none, and the next page continues from there. So a page costs the same in a table of any
size.
"""

import operator
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from bellrope_server.store.engine.session import Named, Session, Values
from bellrope_server.store.engine.sql import Statement, by_shape, compiled, literal, p
from bellrope_server.store.walks.pages import AT_ONCE, Listed, Page, Place, that_fits

MOST_ROWS = 20_000  # that one page looks at
MOST_ENTRIES = 200_000  # of an index, if the filter needs only what the index has
FIRST_ROWS = 2_000  # of these, which mostly fill the page


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
