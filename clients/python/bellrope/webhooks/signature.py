"""Checks that a request is signed with the secret: signatures of version 1 of Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence

from bellrope.webhooks.headers import Headers, lower

PREFIX = "whsec_"
TOLERANCE = 300  # seconds


class SignatureInvalid(Exception):
    """The request was not signed with the secret, was changed on its way, or is too old or too new."""


def verify(body: bytes, *, headers: Headers, secret: str | Sequence[str], now: float | None = None) -> None:
    """Return if the request is genuine: signed with the secret, or one of them, within five minutes of now.

    `body` must be the bytes as they came, because decoding and encoding JSON changes them. `now` is in
    seconds since the epoch; the default is the system's clock. Raises SignatureInvalid; and ValueError if a
    secret is not `whsec_` and the base64 of 24 to 64 bytes.
    """
    keys = [_key(each) for each in ([secret] if isinstance(secret, str) else secret)]
    named = lower(headers)
    timestamp = named.get("webhook-timestamp", "")
    _check_age(timestamp, now=time.time() if now is None else now)
    signed = f"{named.get('webhook-id', '')}.{timestamp}.".encode(errors="surrogatepass") + body
    given = named.get("webhook-signature", "").split(" ")
    if not any(_signed_with(key, signed, given) for key in keys):
        raise SignatureInvalid("no signature of the request is made with this secret")


def checked(secret: str | Sequence[str]) -> tuple[str, ...]:
    """Return the secrets. Raises ValueError, which does not show it, if one is none, or if there are none."""
    secrets = (secret,) if isinstance(secret, str) else tuple(secret)
    if not secrets:
        raise ValueError("a webhook needs the secret of its trigger")
    for each in secrets:
        _key(each)
    return secrets


def _check_age(timestamp: str, *, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,15}", timestamp):
        raise SignatureInvalid("the request has no `webhook-timestamp`")
    if abs(now - int(timestamp)) > TOLERANCE:
        raise SignatureInvalid("the request's time is more than five minutes from now")


def _signed_with(key: bytes, signed: bytes, given: list[str]) -> bool:
    """Compare in constant time, which reveals nothing about the right signature."""
    expected = b"v1," + b64encode(hmac.digest(key, signed, "sha256"))
    return any(hmac.compare_digest(expected, each.encode(errors="surrogatepass")) for each in given)


def _key(secret: str) -> bytes:
    """Return the bytes of a secret; the error does not show it."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(f"a secret must be {PREFIX} and the base64 of 24 to 64 bytes")
    return key
