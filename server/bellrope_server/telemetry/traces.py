"""What a span is: one thing that happens to an event, in the trace of its sender and its receivers."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol, TypeAlias

About: TypeAlias = Mapping[str, str | int]
"""Attributes. Never pass a secret, an event's data, or the path of a URL."""


class Kind(Enum):
    """What a span is to those around it, as OpenTelemetry defines it."""

    SERVER = "SERVER"
    INTERNAL = "INTERNAL"
    CLIENT = "CLIENT"


class Span(Protocol):
    """One thing that happens, until `end`. What never ends is never sent."""

    @property
    def traceparent(self) -> str:
        """Its trace context, for what belongs to it."""

    def note(self, about: About) -> None:
        """Add attributes."""

    def fail(self, error: str, *, fault: bool = True) -> None:
        """Note the kind of an error. It counts as a failure unless the `fault` is the caller's."""

    def end(self) -> None:
        """End it now."""


class Tracer(Protocol):
    """Makes spans."""

    def start(
        self,
        name: str,
        kind: Kind,
        *,
        parent: str,
        state: str = "",
        links: Iterable[str] = (),
        about: About,
    ) -> Span:
        """Begin a span. `parent` is a `traceparent`, or empty for a new trace; `state` is its `tracestate`.

        `links` are the `traceparent` of what else it belongs to.
        """

    async def close(self) -> None:
        """Send the spans that have ended, but wait for the collector only for a moment."""
