"""Which trace contexts are passed on (W3C Trace Context, level 1 and what it says of later versions)."""

import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules import traces
from bellrope_server.rules.traces import Trace
from multidict import CIMultiDict

IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
PARENT = f"00-{IDS}-01"

PARENTS = {
    PARENT: True,
    f"01-{IDS}-01": True,
    f"cc-{IDS}-01-what-the-future-will-be-like": True,
    f"fe-{IDS}-01-": True,
    f"00-{IDS}-01-more": False,
    f"ff-{IDS}-01": False,
    f"01-{IDS}-01.more": False,
    f"1-{IDS}-01": False,
    PARENT.upper(): False,
    f"00-{'0' * 32}-b7ad6b7169203331-01": False,
    f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01": False,
    f"01-{'0' * 32}-b7ad6b7169203331-01-more": False,
    f"00-{'0' * 31}1-{'0' * 15}1-00": True,
    f"{PARENT}\n": False,
    f"01-{IDS}-01-{'x' * 300}": False,
}
STATES = {
    "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE": True,
    "fw529a3039@dt=FfAAAABAKM, ,a=b": True,
    "a=b c;d:e": True,
    ",".join(f"k{number}=v" for number in range(32)): True,
    "x" * 256 + "=1": True,
    ",".join(f"k{number}=v" for number in range(33)): False,
    "no equals": False,
    "A=b": False,
    "a=": False,
    "a=b=c": False,
    "a=zoë": False,
    "a=b\r\nx: y": False,
    ",": False,
    "a=" + "b" * 4096: False,
}


@pytest.mark.parametrize(("parent", "valid"), PARENTS.items())
def test_a_traceparent_of_any_version_is_passed_on(parent: str, valid: bool) -> None:
    """Version 00 has four parts. A later version may have more, and version ff is none."""
    assert traces.of_headers(CIMultiDict(Traceparent=parent)) == Trace(parent if valid else "")
    if valid:
        assert traces.checked(parent, "") == Trace(parent)
        return
    with pytest.raises(InvalidField) as refusal:
        traces.checked(parent, "")
    assert refusal.value.field == "traceparent"


@pytest.mark.parametrize(("state", "valid"), STATES.items())
def test_a_tracestate_is_passed_on_if_it_is_one(state: str, valid: bool) -> None:
    """A wrong `tracestate` is left out of a header, and refused in a field; the `traceparent` stays."""
    headers = CIMultiDict(traceparent=PARENT, tracestate=state)
    assert traces.of_headers(headers) == Trace(PARENT, state if valid else "")
    if valid:
        assert traces.checked(PARENT, state) == Trace(PARENT, state)
        return
    with pytest.raises(InvalidField) as refusal:
        traces.checked(PARENT, state)
    assert refusal.value.field == "tracestate"


@pytest.mark.parametrize(("parent", "valid"), PARENTS.items())
def test_metadata_is_read_as_headers_are(parent: str, valid: bool) -> None:
    """gRPC metadata `traceparent` and `tracestate` follow the rules of the HTTP headers."""
    metadata = [("user-agent", "any"), ("traceparent", parent), ("tracestate", "a=1"), ("tracestate", "b=2")]
    assert (Trace(parent, "a=1,b=2") if valid else traces.NONE) == traces.of_metadata(metadata)
    assert traces.of_metadata([*metadata, ("traceparent", parent)]) == traces.NONE


def test_two_traceparents_are_none() -> None:
    """Of two `traceparent` headers neither is passed on: nobody knows which is the sender's."""
    headers = CIMultiDict([("traceparent", PARENT), ("traceparent", PARENT), ("tracestate", "a=1")])
    assert traces.of_headers(headers) == traces.NONE


def test_a_tracestate_may_come_in_several_headers() -> None:
    """Several `tracestate` headers are one list, in their order."""
    headers = CIMultiDict([("traceparent", PARENT), ("tracestate", "a=1"), ("tracestate", "b=2")])
    assert traces.of_headers(headers) == Trace(PARENT, "a=1,b=2")


def test_a_tracestate_means_nothing_without_a_traceparent() -> None:
    """Without a `traceparent` the header is left out, and the field is refused."""
    assert traces.of_headers(CIMultiDict(tracestate="a=1")) == traces.NONE
    with pytest.raises(InvalidField, match="must not come without `traceparent`"):
        traces.checked("", "a=1")
