"""The W3C trace context of an event or a request: what it may be."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from bellrope_server.errors import InvalidField

MOST = 4096  # characters of a tracestate; W3C asks for 512
MOST_MEMBERS = 32
# Version 00 has four parts. A later one may have more, and is passed on as it came (Trace Context, 3.2.2.3).
# An id of zeros is none.
_REST = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
PARENT = re.compile(rf"00{_REST}|(?!00|ff)[0-9a-f]{{2}}{_REST}(-[!-~]{{0,200}})?")
_KEY = r"[a-z0-9][a-z0-9_\-*/]{0,255}(?:@[a-z][a-z0-9_\-*/]{0,13})?"
_MEMBER = re.compile(rf"[ \t]*(?:{_KEY}=[ -+\--<>-~]{{0,255}}[!-+\--<>-~])?[ \t]*")


class Headers(Protocol):
    """The headers of a request, each name as often as it comes."""

    def getall(self, key: str, default: tuple[str, ...]) -> list[str] | tuple[str, ...]:
        """Return all values."""


class Trace(NamedTuple):
    """The values of `traceparent` and `tracestate`; "" if there is none."""

    parent: str = ""
    state: str = ""


NONE = Trace()


def checked(parent: str, state: str) -> Trace:
    """Return the trace context that a field has, or raise InvalidField."""
    if parent and not PARENT.fullmatch(parent):
        raise InvalidField("is not a W3C `traceparent`", field="traceparent")
    if state and not parent:
        raise InvalidField("must not come without `traceparent`", field="tracestate")
    if not _is_state(state):
        raise InvalidField("is not a W3C `tracestate`", field="tracestate")
    return Trace(parent, state)


def of_headers(headers: Headers) -> Trace:
    """Return the trace context of an HTTP request. What is wrong in it is left out, as W3C asks."""
    parents = headers.getall("traceparent", ())
    return _of_values(parents, headers.getall("tracestate", ())) if parents else NONE


def of_metadata(metadata: Iterable[tuple[str, str]]) -> Trace:
    """Return the trace context of a gRPC call, as `of_headers` does."""
    parents = [value for name, value in metadata if name == "traceparent"]
    if not parents:
        return NONE
    return _of_values(parents, [value for name, value in metadata if name == "tracestate"])


def _of_values(parents: Sequence[str], states: Sequence[str]) -> Trace:
    if len(parents) != 1 or not PARENT.fullmatch(parents[0]):
        return NONE
    state = ",".join(states).strip(" \t")
    return Trace(parents[0], state if _is_state(state) else "")


def _is_state(text: str) -> bool:
    if not text:
        return True
    members = text.split(",")
    filled = sum(1 for member in members if member.strip(" \t"))
    return len(text) <= MOST and 0 < filled <= MOST_MEMBERS and all(map(_MEMBER.fullmatch, members))
