"""Whether a sender of CloudEvents may send: the answer to OPTIONS (HTTP webhooks 1.0.2, section 4)."""

import re
from collections.abc import Mapping

from bellrope_server.errors import InvalidField

ORIGIN = re.compile(r"\*|(?:\*\.)?[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,126}\.?")
RATE = re.compile(r"[1-9]\d{0,17}")
ALLOW = "OPTIONS, POST"


def permission(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that answer a request's `headers`; raise InvalidField.

    The caller has already shown the key, so the answer is always yes. A callback URL is never called: it
    would give the same answer, and the URL could be anyone's.
    """
    origin, rate = headers.get("WebHook-Request-Origin"), headers.get("WebHook-Request-Rate")
    if origin is None:
        return {"Allow": ALLOW}
    if len(origin) > 253 or not ORIGIN.fullmatch(origin):
        raise InvalidField("must be a DNS name", field="WebHook-Request-Origin")
    if rate is not None and not RATE.fullmatch(rate):
        raise InvalidField("must be a positive whole number", field="WebHook-Request-Rate")
    return {"Allow": ALLOW, "WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"}
