"""An OpenTelemetry collector: an HTTP server that takes spans over OTLP, and keeps them.

with Collector() as collector, serving(folder, "--otel", **collector.variables) as server:
    ...
    [accept] = await collector.named("accept order", trace_id, 1)
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeAlias

from kit import until
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

Attributes: TypeAlias = dict[str, str | int]


class Collector:
    """Listens on a free loopback port, in threads of its own."""

    def __init__(self, *, hangs: bool = False) -> None:
        """One that `hangs` reads requests, and answers at its end."""
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._over = threading.Event()
        if not hangs:
            self._over.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _taking(self._take))
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "20"}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def exports(self) -> list[ExportTraceServiceRequest]:
        """What was sent, in order."""
        return [ExportTraceServiceRequest.FromString(body) for _, _, body in list(self.requests)]

    @property
    def spans(self) -> list[Span]:
        """All spans, in the order of their ends."""
        resources = (resource for export in self.exports for resource in export.resource_spans)
        return [span for resource in resources for scope in resource.scope_spans for span in scope.spans]

    def of(self, trace_id: str, name: str = "") -> list[Span]:
        """Return the spans of a trace whose name begins so."""
        spans = self.spans
        return [span for span in spans if span.trace_id.hex() == trace_id and span.name.startswith(name)]

    async def named(self, name: str, trace_id: str, count: int = 1) -> list[Span]:
        """Wait until a trace has `count` spans whose name begins so, and return them."""
        await until(lambda: len(self.of(trace_id, name)) >= count)
        return self.of(trace_id, name)

    async def whole(self, span_id: bytes) -> Span:
        """Wait for the span with this id, and return it."""
        await until(lambda: any(span.span_id == span_id for span in self.spans))
        return next(span for span in self.spans if span.span_id == span_id)

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.requests.append((path, headers, body))
        self._over.wait()


def _taking(take: Callable[[str, dict[str, str], bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Taking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            take(self.path, dict(self.headers), body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Taking


def attributes(span: Span) -> Attributes:
    """Return a span's attributes."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in span.attributes}


def ids(span: Span) -> str:
    """Return the ids of a span, as they stand in a `traceparent` between version and flags."""
    return f"{span.trace_id.hex()}-{span.span_id.hex()}"
