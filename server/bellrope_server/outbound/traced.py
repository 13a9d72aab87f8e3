"""Makes attempts, each within a span whose context its request carries."""

from msgspec.structs import replace

from bellrope_server.attempt import Attempt, AttemptError, Postponed
from bellrope_server.model import Leased
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.telemetry.traces import About, Kind, Span, Tracer

TRACE = slice(3, 35)  # the trace's id in a `traceparent`


class TracedWebhook:
    """Sends what Webhook sends."""

    def __init__(self, webhook: Webhook, tracer: Tracer) -> None:
        self._webhook = webhook
        self._tracer = tracer

    async def send(self, leased: Leased) -> Attempt | Postponed:
        """Make one attempt. A postponed one has no span."""
        span = self._start(leased)
        try:
            attempt = await self._webhook.send(leased, traceparent=span.traceparent)
        except BaseException as error:  # it was cancelled
            span.fail(type(error).__name__)
            span.end()
            raise
        if isinstance(attempt, Postponed):
            return attempt
        _tell(span, attempt)
        span.end()
        return replace(attempt, span=span.traceparent)

    def _start(self, leased: Leased) -> Span:
        """Begin a span below the one that accepted the event; linked to it, if that is of another trace."""
        parent, links = leased.traceparent or leased.span, []
        if leased.span[TRACE] == parent[TRACE]:
            parent = leased.span
        elif leased.span:
            links = [leased.span]
        return self._tracer.start(
            f"attempt {leased.type}",
            Kind.CLIENT,
            parent=parent,
            state=leased.tracestate,
            links=links,
            about=_about(leased),
        )


def _about(leased: Leased) -> About:
    """Return what is known before. The path and the query of a URL are left out: they may have secrets."""
    trigger = leased.trigger
    about: dict[str, str | int] = {
        "messaging.system": "bellrope",
        "messaging.operation.name": "attempt",
        "messaging.operation.type": "send",
        "messaging.destination.name": leased.type,
        "messaging.message.id": leased.event_id,
        "http.request.method": "POST",
        "bellrope.project": trigger.project,
        "bellrope.trigger": trigger.spec.name,
        "bellrope.delivery_id": leased.delivery_id,
        **_server(trigger.endpoint),
    }
    if leased.failure_count:
        about["http.request.resend_count"] = leased.failure_count
    return about


def _server(endpoint: str) -> About:
    """Return where a request goes: nothing for a URL that cannot be called.

    >>> _server("http://::1:80")
    {'url.scheme': 'http', 'server.address': '::1', 'server.port': 80}
    """
    scheme, _, place = endpoint.partition("://")
    host, _, port = place.rpartition(":")
    if not port.isdecimal() or "@" in host or "/" in host:
        return {}
    return {"url.scheme": scheme, "server.address": host, "server.port": int(port)}


def _tell(span: Span, attempt: Attempt) -> None:
    """Note how the attempt ended."""
    if attempt.status_code:
        span.note({"http.response.status_code": attempt.status_code})
    if attempt.succeeded:
        return
    status = attempt.error in (AttemptError.STATUS, AttemptError.REDIRECT)
    span.fail(str(attempt.status_code) if status else attempt.error.name)
