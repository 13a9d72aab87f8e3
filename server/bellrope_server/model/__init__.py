"""The values that the server's parts pass to each other: all frozen, all times in UTC.

An `id` is a row's integer and stays inside the server. `event_id` and `delivery_id` are public.
Types that are created for every event are msgspec.Structs: creating one takes a seventh of the time of a
frozen dataclass.
"""

from bellrope_server.clock import Micros
from bellrope_server.model.bulk import Action, BulkAction, BulkState
from bellrope_server.model.deliveries import Delivery, Leased, Result, State
from bellrope_server.model.events import Accepted, CloudEvent, DataForm, Event, NewEvent
from bellrope_server.model.settings import (
    DEFAULT_TIMEOUT,
    Encoding,
    EventType,
    OwnRetention,
    Project,
    Retention,
    Trigger,
    TriggerSpec,
)

__all__ = [
    "DEFAULT_TIMEOUT",
    "Accepted",
    "Action",
    "BulkAction",
    "BulkState",
    "CloudEvent",
    "DataForm",
    "Delivery",
    "Encoding",
    "Event",
    "EventType",
    "Leased",
    "Micros",
    "NewEvent",
    "OwnRetention",
    "Project",
    "Result",
    "Retention",
    "State",
    "Trigger",
    "TriggerSpec",
]
