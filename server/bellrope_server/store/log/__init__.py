"""What is read for people and for waiting callers: on connections of their own, which never write."""

from bellrope_server.store.log.deliveries import (
    by_rows,
    get_delivery,
    list_attempts,
    list_deliveries,
    owed,
)
from bellrope_server.store.log.events import get_event, list_events
from bellrope_server.store.log.pages import DeliveryFilter, EventFilter, Listed, Page, Place
from bellrope_server.store.log.settings import (
    every_event_type,
    get_event_type,
    get_project,
    get_trigger,
    list_event_types,
    list_projects,
    list_triggers,
)

__all__ = [
    "DeliveryFilter",
    "EventFilter",
    "Listed",
    "Page",
    "Place",
    "by_rows",
    "every_event_type",
    "get_delivery",
    "get_event",
    "get_event_type",
    "get_project",
    "get_trigger",
    "list_attempts",
    "list_deliveries",
    "list_event_types",
    "list_events",
    "list_projects",
    "list_triggers",
    "owed",
]
