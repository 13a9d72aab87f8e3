"""Signs a request as the Standard Webhooks specification says: version 1, HMAC-SHA256."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bellrope_server.clock import SECOND
from bellrope_server.model import Leased, Micros
from bellrope_server.outbound.authenticate import Authenticated
from bellrope_server.rules.secrets import key_of

# `Expect` without a value, or libcurl would add one of its own to a large body.
_NO_EXPECT = b"Expect:"


class Request(Struct, frozen=True):
    """The whole request, and how much of the answer's body to keep. Nothing is added after it is signed.

    `shown_headers` are the lines that the log may show.
    """

    url: str
    headers: Sequence[bytes]
    shown_headers: bytes
    body: bytes
    keep_bytes: int


def sign(
    authenticated: Authenticated,
    leased: Leased,
    *,
    url: str,
    secret: str | None,
    time: Micros,
    traceparent: str,
) -> Request:
    """Return the complete request of one attempt, signed if the trigger has a secret."""
    enveloped, credentials = authenticated.enveloped, authenticated.credentials
    body, webhook_id = enveloped.body, leased.delivery_id.encode()
    timestamp = b"%d" % (time // SECOND)
    headers = [*enveloped.head, b"webhook-id: " + webhook_id, b"webhook-timestamp: " + timestamp]
    if secret:
        headers.append(b"webhook-signature: " + _signature(secret, webhook_id, timestamp, body))
    if traceparent:
        headers.append(b"traceparent: " + traceparent.encode())
        if leased.tracestate:
            headers.append(b"tracestate: " + leased.tracestate.encode())
    shown = b"\n".join((*headers, *credentials.shown))
    headers += (_NO_EXPECT, *credentials.sent)
    return Request(url, headers, shown, body, leased.keep_bytes)


def signature(secret: str, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the `webhook-signature` header. `timestamp` is in seconds since the epoch.

    Raises ValueError if `check_secret` refuses `secret`.
    """
    return _signature(secret, webhook_id.encode(), b"%d" % timestamp, body).decode()


def _signature(secret: str, webhook_id: bytes, timestamp: bytes, body: bytes) -> bytes:
    mac = _keyed(secret).copy()
    mac.update(b"%b.%b.%b" % (webhook_id, timestamp, body))
    return b"v1," + b64encode(mac.digest())


@lru_cache(maxsize=1024)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(key_of(secret), digestmod="sha256")
