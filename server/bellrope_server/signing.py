"""Signatures of requests, as the Standard Webhooks specification has them: version 1, HMAC-SHA256."""

import hmac
from base64 import b64decode, b64encode
from functools import lru_cache

from bellrope_server.errors import InvalidField

PREFIX = "whsec_"


def signature(secret: str, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the `webhook-signature` header; `timestamp` is in seconds since the epoch.

    `secret` is one that `check_secret` passes, else ValueError.
    """
    mac = _keyed(secret).copy()
    mac.update(b"%b.%d.%b" % (webhook_id.encode(), timestamp, body))
    return "v1," + b64encode(mac.digest()).decode()


def check_secret(secret: str) -> None:
    """Raise InvalidField unless `secret` is `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        _key(secret)
    except ValueError as error:
        raise InvalidField(str(error), field="secrets") from None


@lru_cache(maxsize=1024)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(_key(secret), digestmod="sha256")


def _key(secret: str) -> bytes:
    """Return the bytes of a secret; the error does not repeat it."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(f"must be {PREFIX} and the base64 of 24 to 64 bytes")
    return key
