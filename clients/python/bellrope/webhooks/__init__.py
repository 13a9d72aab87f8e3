"""For webhooks: checks a request's signature, reads the event in it, and answers. None of this loads gRPC."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bellrope.webhooks.headers import Headers
from bellrope.webhooks.received import NotAnEvent, Received, parse
from bellrope.webhooks.reply import NO_RETRY, ChainedEvent, Refused, Reply, reply
from bellrope.webhooks.signature import SignatureInvalid, verify

if TYPE_CHECKING:
    from bellrope.webhooks.aiohttp import for_aiohttp
    from bellrope.webhooks.answering import Receiver
    from bellrope.webhooks.asgi import for_asgi

__all__ = [
    "NO_RETRY",
    "ChainedEvent",
    "Headers",
    "NotAnEvent",
    "Received",
    "Receiver",
    "Refused",
    "Reply",
    "SignatureInvalid",
    "for_aiohttp",
    "for_asgi",
    "parse",
    "receive",
    "reply",
    "verify",
]

_ELSEWHERE = {"Receiver": "answering", "for_aiohttp": "aiohttp", "for_asgi": "asgi"}


def receive(
    body: bytes, *, headers: Headers, secret: str | Sequence[str], now: float | None = None
) -> Received:
    """Return the event in a request that is signed with the secret.

    The arguments are those of `verify`. Raises SignatureInvalid and ValueError like `verify`, and NotAnEvent.
    """
    verify(body, headers=headers, secret=secret, now=now)
    return parse(body, headers=headers)


def __getattr__(name: str) -> Any:
    """Import a ready handler when it is first used; not every program has its framework."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
