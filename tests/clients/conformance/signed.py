"""Requests as the server signs them, and tampered forms of them."""

import base64
import hashlib
import hmac
import time
from typing import Any

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The secret of a case that names none. It is published, and protects nothing."""


def request_of(spec: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a request.

    `text`, `base64` or `size` (so many spaces) is the body that is signed, and `sent` another one that is
    sent. `secrets` sign it, `age_s` seconds ago, under the delivery's `id`. `headers` are added, and replace
    those of the signature; null removes one.
    """
    body = bytes_of(spec)
    id, at = spec.get("id", "msg_1"), str(int(time.time()) - spec.get("age_s", 0))
    signatures = [signature(secret, id, at, body) for secret in spec.get("secrets", [SECRET])]
    headers = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": " ".join(signatures)}
    for name, value in spec.get("headers", {}).items():
        if value is None:
            headers.pop(name, None)
        else:
            headers[name] = value.replace("{signature}", signatures[0] if signatures else "")
    return bytes_of(spec["sent"]) if "sent" in spec else body, headers


def bytes_of(spec: dict[str, Any]) -> bytes:
    """Return the body that a case writes."""
    if "size" in spec:
        return b" " * int(spec["size"])
    return base64.b64decode(spec["base64"]) if "base64" in spec else str(spec.get("text", "")).encode()


def signature(secret: str, id: str, at: str, body: bytes) -> str:
    """Return the signature of version 1 of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{id}.{at}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
