"""The Attempt that the log keeps. Only one made from a Sent has a request."""

from msgspec import Struct

from bellrope_server.attempt import Attempt, AttemptError, ProxyReason, SentRequest
from bellrope_server.clock import steady
from bellrope_server.model import Micros
from bellrope_server.outbound.inflate import inflated
from bellrope_server.outbound.post import Sent


class Start(Struct, frozen=True):
    """When an attempt began: the time of day, and the steady time from which its durations count."""

    time: Micros
    steady: Micros


def unsent(start: Start, error: AttemptError, *, proxy_reason: ProxyReason = ProxyReason.NONE) -> Attempt:
    """Return the attempt that ended before anything was sent."""
    return Attempt(
        start_time=start.time, duration=steady() - start.steady, error=error, proxy_reason=proxy_reason
    )


def answered(start: Start, sent: Sent) -> Attempt:
    """Return the attempt that ended with this answer, or without one."""
    request, reply = sent.request, sent.reply
    body, truncated, error = reply.body, reply.truncated, sent.error
    if codings := reply.headers.get("content-encoding"):
        found = inflated(body, codings, most=request.keep_bytes)
        if found.broken and not truncated and error is AttemptError.NONE:
            error = AttemptError.PROTOCOL_ERROR
        body, truncated = found.body, truncated or found.more
    return Attempt(
        start_time=start.time,
        duration=steady() - start.steady,
        request=SentRequest(url=request.url, headers=request.shown_headers, body_bytes=len(request.body)),
        connect_duration=reply.connected,
        first_byte_duration=reply.began,
        status_code=reply.status,
        error=error,
        tls_reason=sent.tls_reason,
        proxy_reason=sent.proxy_reason,
        response_headers=reply.headers,
        response_body=body,
        truncated=truncated,
    )
