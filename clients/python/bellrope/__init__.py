"""The Python client of bellrope: `from bellrope import Client`, or `from bellrope.aio import Client`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bellrope.answers import Answer, Queued
    from bellrope.client import Client
    from bellrope.errors import (
        BellropeError,
        Conflict,
        DeadlinePassed,
        FieldViolation,
        InternalError,
        InvalidRequest,
        KeyRequired,
        NotFound,
        NoTriggerMatched,
        Overloaded,
        OverQuota,
        ResponseTooLarge,
        TooLarge,
        TriggerPaused,
        Unavailable,
        WebhookFailed,
    )
    from bellrope.lists import pages
    from bellrope.raw_json import RawJSON
    from bellrope.requests import Event

__all__ = [
    "Answer",
    "BellropeError",
    "Client",
    "Conflict",
    "DeadlinePassed",
    "Event",
    "FieldViolation",
    "InternalError",
    "InvalidRequest",
    "KeyRequired",
    "NoTriggerMatched",
    "NotFound",
    "OverQuota",
    "Overloaded",
    "Queued",
    "RawJSON",
    "ResponseTooLarge",
    "TooLarge",
    "TriggerPaused",
    "Unavailable",
    "WebhookFailed",
    "pages",
]

_ELSEWHERE = {
    "Answer": "answers",
    "Client": "client",
    "Event": "requests",
    "Queued": "answers",
    "RawJSON": "raw_json",
    "pages": "lists",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used; programs that use only `bellrope.v1` need not load gRPC."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'errors')}"), name)
    globals()[name] = found  # so that this is not called again
    return found
