"""One attempt to call a webhook: what was sent, what came back, and why it failed."""

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from bellrope_server.clock import Micros


class AttemptError(IntEnum):
    """Why an attempt failed. The numbers are those of the proto and of the database."""

    NONE = 0
    STATUS = 1
    REDIRECT = 2
    TIMEOUT = 3
    DNS_ERROR = 4
    CONNECT_FAILED = 5
    CONNECTION_RESET = 6
    PROTOCOL_ERROR = 7
    TLS_ERROR = 8
    BLOCKED = 9
    PROXY_ERROR = 10


ANSWERED = (AttemptError.NONE, AttemptError.STATUS, AttemptError.REDIRECT)
"""How an attempt ends that got a whole answer: only then its status counts."""


class TlsReason(IntEnum):
    """Why TLS failed. The numbers are those of the database; the names, in lower case, are the proto's."""

    NONE = 0
    UNKNOWN_ISSUER = 1
    WRONG_NAME = 2
    EXPIRED = 3
    CERTIFICATE_REQUIRED = 4
    OTHER = 5

    def __str__(self) -> str:
        """Return the reason as it is shown: empty if there is none."""
        return self.name.lower() if self else ""


class ProxyReason(IntEnum):
    """Why the operator's proxy made no tunnel. The numbers are those of the database; see TlsReason."""

    NONE = 0
    UNRESOLVED = 1
    UNREACHABLE = 2
    TLS = 3
    CREDENTIALS_REFUSED = 4
    REFUSED = 5
    WEBHOOK_UNREACHABLE = 6
    TIMEOUT = 7
    OTHER = 8

    def __str__(self) -> str:
        """Return the reason as it is shown: empty if there is none."""
        return self.name.lower() if self else ""


class SentRequest(Struct, frozen=True, kw_only=True):
    """What an attempt sent, as the log keeps it.

    `headers` are lines `Name: value`, separated by newlines. The values of headers that the trigger's owner
    set are left out: they may be credentials.
    """

    url: str
    headers: bytes
    body_bytes: int


class Attempt(Struct, frozen=True, kw_only=True):
    """One HTTP request of a delivery and its response. `number` is 0 until the attempt is recorded.

    `request` is None if no request was made. `connect_duration` is the time until the connection was open: 0
    for a kept connection, None if there was none. `first_byte_duration` is the time until the answer began,
    None if there was no answer. Both count from the attempt's start. `chain_error` is why the answer of a
    trigger that chains events did not queue all of them.
    """

    start_time: Micros
    duration: Micros
    request: SentRequest | None = None
    connect_duration: Micros | None = None
    first_byte_duration: Micros | None = None
    status_code: int = 0
    error: AttemptError = AttemptError.NONE
    response_headers: Mapping[str, str] = {}
    response_body: bytes = b""
    truncated: bool = False
    number: int = 0
    next_attempt_time: Micros | None = None
    late: bool = False
    brief: bool = False
    """True for a part of what is kept: no request, no headers, and the beginning of the body."""
    tls_reason: TlsReason = TlsReason.NONE
    proxy_reason: ProxyReason = ProxyReason.NONE
    chain_error: str = ""
    span: str = ""
    """Its own trace context, which is not kept; "" without traces. The answer's events belong to it."""

    @property
    def failure(self) -> str:
        """The error, and its reason if it has one, as in `TLS_ERROR: expired`; empty if there is none."""
        reason = self.tls_reason or self.proxy_reason
        named = self.error.name if self.error else ""
        return f"{named}: {reason}" if reason else named

    @property
    def succeeded(self) -> bool:
        """True for any whole 2xx, whatever the body (the user's document, "Webhook response structure")."""
        return self.error is AttemptError.NONE and self.status_code // 100 == 2


class Postponed(Struct, frozen=True, kw_only=True):
    """An attempt that could not begin, for no fault of its endpoint. `rest` is how long to wait at least."""

    rest: Micros
