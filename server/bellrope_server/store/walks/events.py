"""Which index a filter of events uses, and which conditions it checks on each row."""

from dataclasses import replace
from typing import Any

from peewee import SQL

from bellrope_server.rules.type_patterns import ALL, RESERVED, is_pattern
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.sql import unindexed
from bellrope_server.store.walks.pages import MOST_ENTRIES, EventFilter, Walk, in_time

E = EventRow
NEWEST = (E.accept_time, E.id)
LAST_CHARACTER = "\U0010ffff"


def events_walk(project_id: int, wanted: EventFilter) -> Walk:
    """Return the walk along the index that narrows the list most."""
    if wanted.id_prefix is None:
        return newest_events(project_id, wanted)
    rest = (*in_time(E.accept_time, wanted), *_type(wanted), *_unmatched(wanted))
    ids = _ids(E.event_id, wanted)
    return Walk(keys=(E.event_id,), along=(E.project_id == project_id, *ids), among=rest)


def newest_events(project_id: int, wanted: EventFilter) -> Walk:
    """Return the walk from the newest event to the oldest."""
    along = (E.project_id == project_id, *in_time(E.accept_time, wanted), *_unmatched(wanted))
    among = (*_type(wanted), *_ids(unindexed(E.event_id), wanted))
    walk = Walk(keys=NEWEST, along=along, among=among)
    only_type = among and wanted.id_prefix is None and not wanted.unmatched
    return replace(walk, most=MOST_ENTRIES) if only_type else walk


def of_type(column: Any, type: str) -> Any:
    """Return the condition that an event's type is one that a trigger of this type takes."""
    if type == ALL:
        return ~_begins(column, RESERVED)
    return _begins(column, type.removesuffix("*")) if is_pattern(type) else column == type


def _begins(column: Any, prefix: str) -> Any:
    """Return the condition for a prefix that ends with a dot; `/` comes after `.`."""
    return (column >= prefix) & (column < prefix.removesuffix(".") + "/")


def _ids(column: Any, wanted: EventFilter) -> tuple[Any, ...]:
    if wanted.id_prefix is None:
        return ()
    return column >= wanted.id_prefix, column < wanted.id_prefix + LAST_CHARACTER


def _type(wanted: EventFilter) -> tuple[Any, ...]:
    exact = () if wanted.type is None else (unindexed(E.type) == wanted.type,)
    return exact if wanted.pattern is None else (*exact, of_type(unindexed(E.type), wanted.pattern))


def _unmatched(wanted: EventFilter) -> tuple[Any, ...]:
    """Return the condition for unmatched events: with a literal, so that the partial index applies."""
    return (E.delivery_count == SQL("0"),) if wanted.unmatched else ()
