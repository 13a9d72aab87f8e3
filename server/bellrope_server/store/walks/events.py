"""Which index a filter of events uses, and which conditions it checks on each row."""

from typing import Any

from peewee import SQL

from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.sql import unindexed
from bellrope_server.store.walks.pages import MOST_ENTRIES, EventFilter, Walk, in_time

E = EventRow
LAST_CHARACTER = "\U0010ffff"


def events_walk(project_id: int, wanted: EventFilter) -> Walk:
    """Return the walk along the index that narrows the list most."""
    mine = E.project_id == project_id
    times = in_time(E.accept_time, wanted)
    if wanted.id_prefix is not None:
        ids = _ids(wanted.id_prefix)
        return Walk(
            keys=(E.event_id,), along=(mine, *ids), among=(*times, *_type(wanted), *_unmatched(wanted))
        )
    newest = (E.accept_time, E.id)
    if wanted.unmatched:
        return Walk(keys=newest, along=(mine, *_unmatched(wanted), *times), among=_type(wanted))
    if wanted.type is not None:
        return Walk(keys=newest, along=(mine, *times), among=_type(wanted), most=MOST_ENTRIES)
    return Walk(keys=newest, along=(mine, *times))


def _ids(prefix: str) -> tuple[Any, ...]:
    return E.event_id >= prefix, E.event_id < prefix + LAST_CHARACTER


def _type(wanted: EventFilter) -> tuple[Any, ...]:
    return () if wanted.type is None else (unindexed(E.type) == wanted.type,)


def _unmatched(wanted: EventFilter) -> tuple[Any, ...]:
    """Return the condition for unmatched events: with a literal, so that the partial index applies."""
    return (E.delivery_count == SQL("0"),) if wanted.unmatched else ()
