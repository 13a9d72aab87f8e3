"""Signatures of requests, as the Standard Webhooks specification has them: version 1, HMAC-SHA256."""

import hmac
from base64 import b64encode
from functools import lru_cache

from bellrope_server.rules.secrets import key_of


def signature(secret: str, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the `webhook-signature` header; `timestamp` is in seconds since the epoch.

    `secret` is one that `check_secret` passes, else ValueError.
    """
    mac = _keyed(secret).copy()
    mac.update(b"%b.%d.%b" % (webhook_id.encode(), timestamp, body))
    return "v1," + b64encode(mac.digest()).decode()


@lru_cache(maxsize=1024)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(key_of(secret), digestmod="sha256")
