"""What tests of spans share: a server that sends them, a sender that has one, and how they are related."""

import secrets
from collections.abc import Iterator

import pytest
from collector import Collector, Span
from kit import Server, lent
from postgres import cluster
from receiver import Request

STATE = "rojo=00f067aa0ba902b7"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """A collector for the tests of this module."""
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[Server]:
    """A server that sends its spans to the collector."""
    flags = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path_factory.mktemp("traced"), "--otel", *flags, **collector.variables) as server:
        yield server


class Sender:
    """A sender's span, in a trace of its own."""

    def __init__(self, *, flags: str = "01") -> None:
        self.trace_id, self.span_id = secrets.token_hex(16), secrets.token_hex(8)
        self.parent = f"00-{self.trace_id}-{self.span_id}-{flags}"
        self.trace = {"traceparent": self.parent, "tracestate": STATE}


@pytest.fixture
def sender() -> Sender:
    """A sender that is traced, and whose trace is kept."""
    return Sender()


def ids_of(request: Request) -> str:
    """Return the ids in a request's `traceparent`."""
    return (request.header("traceparent") or "")[3:52]


def below(parent: Span) -> bytes:
    """Return the id that the spans below this one have as their parent's."""
    return bytes(parent.span_id)
