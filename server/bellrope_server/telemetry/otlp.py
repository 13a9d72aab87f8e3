"""Spans that OpenTelemetry's SDK makes, and sends to a collector over OTLP as the variables OTEL_* say."""

import asyncio
import logging
import re
import threading
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from bellrope_server.telemetry.traces import About, Kind

SERVICE = "bellrope"
UNNAMED = "unknown_service"  # what the SDK calls a service that no variable names
LAST_MOMENT = 2.0  # seconds for which a stop waits for the collector
NO_PARENT = Context()
KINDS = {kind: trace.SpanKind[kind.name] for kind in Kind}

_SECRET = re.compile(r"with url: \S+|in header value: .*", re.DOTALL)
"""What an error of the exporter may show of a key."""


class OtlpSpan:
    """A span of the SDK."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: trace.Span) -> None:
        context = span.get_span_context()
        self._span = span
        self.traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def note(self, about: About) -> None:
        """Add attributes."""
        self._span.set_attributes(about)

    def fail(self, error: str, *, fault: bool = True) -> None:
        """Note the kind of an error. It counts as a failure unless the `fault` is the caller's."""
        self._span.set_attribute("error.type", error)
        if fault:
            self._span.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        """End it now."""
        self._span.end()


class OtlpTracer:
    """Makes spans, and sends them in batches from a thread of its own.

    At most OTEL_BSP_MAX_QUEUE_SIZE spans wait for the collector. Further ones are dropped.
    """

    def __init__(self) -> None:
        """Raise ValueError if a variable has no possible value."""
        logging.getLogger("opentelemetry.util.re").addFilter(_without_header)
        logging.getLogger(trace_exporter.__name__).addFilter(_without_secret)
        logging.getLogger("urllib3").setLevel(logging.WARNING)  # below, it shows paths
        logging.getLogger("opentelemetry.trace.span").setLevel(logging.ERROR)  # it repeats a caller's text
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(trace_exporter.OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(SERVICE, version("bellrope-server"))

    def start(
        self,
        name: str,
        kind: Kind,
        *,
        parent: str,
        state: str = "",
        links: Iterable[str] = (),
        about: About,
    ) -> OtlpSpan:
        """Begin a span, sampled as its parent is unless OTEL_TRACES_SAMPLER says otherwise."""
        span = self._tracer.start_span(
            name,
            _within(parent, state) if parent else NO_PARENT,
            KINDS[kind],
            about,
            [trace.Link(_context(link, "")) for link in links],
        )
        return OtlpSpan(span)

    async def close(self) -> None:
        """Send the spans that have ended, but wait for the collector only for a moment."""
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def send() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(sent.set)

        threading.Thread(target=send, daemon=True).start()  # the process may end without it
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_MOMENT):
                await sent.wait()


def _resource() -> Resource:
    resource = Resource.create({SERVICE_VERSION: version("bellrope-server")})
    if str(resource.attributes[SERVICE_NAME]).startswith(UNNAMED):
        return resource.merge(Resource({SERVICE_NAME: SERVICE}))
    return resource


def _within(parent: str, state: str) -> Context:
    return trace.set_span_in_context(trace.NonRecordingSpan(_context(parent, state)), NO_PARENT)


def _context(traceparent: str, state: str) -> trace.SpanContext:
    """Return the context that a valid `traceparent` of any version says."""
    return trace.SpanContext(
        trace_id=int(traceparent[3:35], 16),
        span_id=int(traceparent[36:52], 16),
        is_remote=True,
        trace_flags=trace.TraceFlags(int(traceparent[53:55], 16)),
        trace_state=trace.TraceState.from_header([state]) if state else None,
    )


def _without_header(record: logging.LogRecord) -> bool:
    """Remove a header that is written wrongly: it may be a key."""
    record.args = ("(not shown)",)
    return True


def _without_secret(record: logging.LogRecord) -> bool:
    """Remove the path of the collector's URL and a header's value, which may have a key, too."""
    record.msg, record.args = _SECRET.sub("(not shown)", record.getMessage()), ()
    return True
