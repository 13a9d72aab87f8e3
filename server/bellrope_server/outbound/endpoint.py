"""A trigger's endpoint: checked and prepared once per version of the trigger, then asked for each request."""

from collections.abc import Callable
from dataclasses import dataclass

from bellrope_server.model import Leased, Micros, Trigger
from bellrope_server.outbound.envelope import FORMS, Content
from bellrope_server.outbound.post import Request
from bellrope_server.outbound.signing import signature
from bellrope_server.rules.egress import EgressPolicy, Target, check_url

MAX_ENDPOINTS = 4096

HIDDEN = b"[hidden]"
"""What the log has for the value of a header that the trigger's owner set: it may be a credential."""

# `Expect` without a value: libcurl would add one of its own to a large body.
_NO_EXPECT = b"Expect:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What one version of a trigger says about its requests."""

    version: int
    target: Target
    timeout: Micros
    secret: str | None
    headers: tuple[bytes, ...]
    shown_headers: tuple[bytes, ...]
    """The trigger's own, as the log may have them."""
    form: Callable[..., Content]

    def request(self, leased: Leased, *, source: str, time: Micros) -> Request:
        """Return the request of one attempt, signed if the trigger has a secret."""
        kind, body = self.form(leased, source=source)
        timestamp = time // 1_000_000
        delivery_id = leased.delivery_id
        headers = [*kind, f"webhook-id: {delivery_id}".encode(), b"webhook-timestamp: %d" % timestamp]
        if self.secret:
            signed = signature(self.secret, webhook_id=delivery_id, timestamp=timestamp, body=body)
            headers.append(f"webhook-signature: {signed}".encode())
        if leased.traceparent:
            headers.append(b"traceparent: " + leased.traceparent.encode())
        shown = b"\n".join((*headers, *self.shown_headers))
        headers += self.headers
        return Request(self.target.url, headers, shown, body, leased.keep_bytes)


class Endpoints:
    """The endpoints of the triggers that were called lately."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._known: dict[int, Endpoint] = {}

    def of(self, trigger: Trigger) -> Endpoint:
        """Return the trigger's endpoint; raise UrlInvalid or UrlBlocked.

        The URL was checked when it was saved, but the row may be older than the policy, or written by hand.
        """
        known = self._known.get(trigger.id)
        if known and known.version == trigger.version:
            return known
        if len(self._known) >= MAX_ENDPOINTS:
            del self._known[next(iter(self._known))]
        endpoint = self._known[trigger.id] = self._prepare(trigger)
        return endpoint

    def _prepare(self, trigger: Trigger) -> Endpoint:
        spec = trigger.spec
        return Endpoint(
            version=trigger.version,
            target=check_url(spec.url, self._policy),
            timeout=spec.timeout,
            secret=spec.secret,
            headers=(_NO_EXPECT, *(_line(name, value) for name, value in spec.headers.items())),
            shown_headers=tuple(b"%b: %b" % (name.encode(), HIDDEN) for name in spec.headers),
            form=FORMS[spec.encoding],
        )


def _line(name: str, value: str) -> bytes:
    """Return a header as libcurl wants it: with a colon and no value it would be left out."""
    return f"{name}: {value}".encode() if value.strip() else f"{name};".encode()
