"""For webhooks: `receive` checks a request's signature and returns the event in it."""

from collections.abc import Sequence
from typing import Final

from bellrope.webhooks.headers import Headers
from bellrope.webhooks.received import NotAnEvent, Received, parse
from bellrope.webhooks.signature import SignatureInvalid, verify

NO_RETRY: Final = {"webhook-retry": "no"}
"""The headers of an answer, other than 2xx, after which the server does not send the delivery again."""

__all__ = ["NO_RETRY", "Headers", "NotAnEvent", "Received", "SignatureInvalid", "parse", "receive", "verify"]


def receive(
    body: bytes, *, headers: Headers, secret: str | Sequence[str], now: float | None = None
) -> Received:
    """Return the event in a request that is signed with the secret.

    The arguments are those of `verify`. Raises SignatureInvalid and ValueError like `verify`, and NotAnEvent.
    """
    verify(body, headers=headers, secret=secret, now=now)
    return parse(body, headers=headers)
