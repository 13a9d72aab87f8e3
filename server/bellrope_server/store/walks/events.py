"""Which index a filter of events uses, and which conditions it checks on each row."""

from dataclasses import replace
from typing import Any

from bellrope_server.rules.type_patterns import ALL, RESERVED, is_pattern
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Values
from bellrope_server.store.engine.sql import literal, p, unindexed
from bellrope_server.store.walks.pages import EventFilter, in_time, values_of, without_values
from bellrope_server.store.walks.walk import MOST_ENTRIES, Walk

E = EventRow
NEWEST = (E.accept_time, E.id)
LAST_CHARACTER = "\U0010ffff"


def asked(project_id: int, wanted: EventFilter) -> tuple[EventFilter, Values]:
    """Return the shape of a list of events, its filter without values, and the values for its walk."""
    values = values_of(wanted) | {"project_id": project_id}
    if wanted.id_prefix is not None:
        values["id_end"] = wanted.id_prefix + LAST_CHARACTER
    kind = None
    if wanted.pattern is not None:
        kind, ends = kind_of(wanted.pattern)
        values |= ends
    return without_values(wanted, pattern=kind, unmatched=wanted.unmatched), values


def events_walk(query: Any, wanted: EventFilter) -> Walk:
    """Return the walk of a filter without values along the index that narrows the list most."""
    if wanted.id_prefix is None:
        return newest_events(query, wanted)
    rest = (*in_time(E.accept_time, wanted), *_type(wanted), *_unmatched(wanted))
    along = (E.project_id == p("project_id"), *_ids(E.event_id, wanted))
    return Walk(query=query, keys=(E.event_id,), along=along, among=rest)


def newest_events(query: Any, wanted: EventFilter) -> Walk:
    """Return the walk from the newest event to the oldest."""
    along = (E.project_id == p("project_id"), *in_time(E.accept_time, wanted), *_unmatched(wanted))
    checked = (*_type(wanted), *_ids(unindexed(E.event_id), wanted))
    walk = Walk(query=query, keys=NEWEST, along=along, among=checked)
    only_type = checked and wanted.id_prefix is None and not wanted.unmatched
    return replace(walk, most=MOST_ENTRIES) if only_type else walk


def kind_of(type: str) -> tuple[str, Values]:
    """Return a type that stands for all of its kind, and the values for the condition `of_type`.

    >>> kind_of("order.paid"), kind_of("order.*")
    (('.', {'first': 'order.paid'}), ('.*', {'first': 'order.', 'end': 'order/'}))
    """
    if type == ALL:
        return ALL, {}
    if is_pattern(type):
        prefix = type.removesuffix("*")
        return ".*", {"first": prefix, "end": _end(prefix)}
    return ".", {"first": type}


def of_type(column: Any, kind: str, named: str = "") -> Any:
    """Return the condition that an event's type is one that a trigger with a type of this kind takes.

    Its values have names that begin with `named`.
    """
    if kind == ALL:
        return ~((column >= literal(RESERVED)) & (column < literal(_end(RESERVED))))
    if is_pattern(kind):
        return (column >= p(f"{named}first")) & (column < p(f"{named}end"))
    return column == p(f"{named}first")


def _end(prefix: str) -> str:
    """Return the end of the range of texts with a prefix that ends with a dot; `/` comes after `.`."""
    return prefix.removesuffix(".") + "/"


def _ids(column: Any, wanted: EventFilter) -> tuple[Any, ...]:
    return () if wanted.id_prefix is None else (column >= p("id_prefix"), column < p("id_end"))


def _type(wanted: EventFilter) -> tuple[Any, ...]:
    exact = () if wanted.type is None else (unindexed(E.type) == p("type"),)
    return exact if wanted.pattern is None else (*exact, of_type(unindexed(E.type), wanted.pattern))


def _unmatched(wanted: EventFilter) -> tuple[Any, ...]:
    """Return the condition for unmatched events: with a literal, so that the partial index applies."""
    return (E.delivery_count == literal(0),) if wanted.unmatched else ()
