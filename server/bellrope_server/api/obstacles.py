"""Why an event would not reach a trigger's webhook, in the words of TestTrigger and ExplainEvent."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from bellrope.v1.triggers_pb2 import TestTriggerResponse

Said: TypeAlias = bool | str
"""What a filter says: whether the event matches, or why it has no result."""


def obstacles(
    *, type_fits: bool, options_fit: bool, filter: Said, data_fits: bool = True, waits: bool
) -> Iterator[Any]:
    """Yield all obstacles; `waits` is true if the trigger or its project is paused."""
    if not type_fits:
        yield TestTriggerResponse.TYPE
    if not options_fit:
        yield TestTriggerResponse.OPTIONS
    if filter is not True:
        yield TestTriggerResponse.FILTER_FAILED if isinstance(filter, str) else TestTriggerResponse.FILTER
    if not data_fits:
        yield TestTriggerResponse.SCHEMA
    if waits:
        yield TestTriggerResponse.PAUSED


def matches(found: list[Any]) -> bool:
    """Return whether the trigger would get a delivery: it may wait."""
    return not set(found) - {TestTriggerResponse.PAUSED}
