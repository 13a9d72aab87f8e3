"""The admission of one call: what it counts against, what it holds, and that all of it is given back."""

from contextlib import ExitStack
from math import inf
from typing import Any

import pytest
from admitting import admission
from bellrope_server.admission.access import Access
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import SMALL, Bodies
from bellrope_server.admission.principal import ADMIN, OPEN
from bellrope_server.api.api import SERVICES, descriptor
from bellrope_server.clock import Clock
from bellrope_server.errors import DiskFull, Draining, Overloaded
from usual import usual_limits

QUEUE, STREAM, GET = (
    descriptor("Eventing", "Queue"),
    descriptor("Eventing", "QueueStream"),
    descriptor("Projects", "GetProject"),
)
LARGE = SMALL + 1


def begun(admitting: Admission, rpc: Any) -> bool:
    """Make a visit, and return whether it was let in."""
    try:
        with admitting.gate(rpc).visit(OPEN, address=str) as visit:
            visit.begin()
    except (Overloaded, DiskFull):
        return False
    return True


def test_a_visit_gives_back_what_it_took_however_it_ends() -> None:
    """A call that fails leaves no place taken and no memory held."""
    admitting = admission(bodies=Bodies(10 * SMALL))

    def go_wrong() -> None:
        with admitting.gate(QUEUE).visit(OPEN, address=str) as visit:
            visit.hold(LARGE)
            visit.begin()
            assert (admitting.calls.under_way, admitting.bodies.held) == (1, LARGE)
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        go_wrong()
    assert (admitting.calls.under_way, admitting.bodies.held) == (0, 0)


def test_a_visit_that_was_refused_gives_back_no_more_than_it_took() -> None:
    """A call refused for lack of a place frees no place; one refused for lack of memory takes no place."""
    admitting = admission(limits=usual_limits(calls=1), bodies=Bodies(2 * LARGE))
    with admitting.gate(QUEUE).visit(OPEN, address=str) as first:
        first.hold(LARGE)
        first.begin()
        assert begun(admitting, QUEUE) is False
        with pytest.raises(Overloaded), admitting.gate(QUEUE).visit(OPEN, address=str) as second:
            second.hold(2 * LARGE)
        assert (admitting.calls.under_way, admitting.bodies.held) == (1, LARGE)
    assert begun(admitting, QUEUE) is True


def test_a_request_that_grows_is_counted_once() -> None:
    """While a large body arrives in pieces, its size so far is held, each byte once."""
    admitting = admission(bodies=Bodies(10 * SMALL))
    with admitting.gate(QUEUE).visit(OPEN, address=str) as visit:
        for size, held in ((SMALL, 0), (LARGE, LARGE), (2 * SMALL, 2 * SMALL), (LARGE, 2 * SMALL)):
            visit.hold_at_least(size)
            assert admitting.bodies.held == held


def test_what_the_store_says_stops_new_events_only() -> None:
    """While nothing can be stored, events are refused and streams of events wait; all else goes on."""

    def full() -> None:
        raise DiskFull

    admitting = Admission(
        Access(None),
        limits=usual_limits(),
        bodies=Bodies(SMALL),
        answers=Answers(inf),
        check=full,
        clock=Clock(),
    )
    assert [begun(admitting, rpc) for rpc in (QUEUE, STREAM, GET)] == [False, True, True]
    assert admitting.calls.refused == 1


def test_refused_events_are_counted_whatever_the_reason() -> None:
    """The metric of refused calls counts calls over the cap too, but no administrator's calls."""
    admitting = admission(limits=usual_limits(calls=0))
    assert [begun(admitting, rpc) for rpc in (QUEUE, STREAM, GET)] == [False, False, True]
    assert admitting.calls.refused == 2


def test_configuration_takes_none_of_the_memory() -> None:
    """Configuration is bounded but not counted, so that people can still change it in an overload."""
    admitting = admission(bodies=Bodies(SMALL))
    admitting.bodies.hold(SMALL)
    with admitting.gate(GET).visit(OPEN, address=str) as visit:
        visit.hold(LARGE)
        assert admitting.bodies.held == SMALL


def test_a_call_says_whose_it_is_and_until_when() -> None:
    """A servicer gets the caller, the request's id, and the deadline on the server's own clock."""
    gate = Admission(
        Access("key"),
        limits=usual_limits(),
        bodies=Bodies(SMALL),
        answers=Answers(inf),
        check=lambda: None,
        clock=Clock(wall=lambda: 5_000_000),
    ).gate(QUEUE)
    visit = gate.visit(ADMIN, address=str, request_id="a")
    call = gate.call(visit, patience=250_000)
    assert (call.principal, call.request_id, call.deadline) == (ADMIN, "a", 5_250_000)
    assert gate.call(visit, patience=None).deadline is None


def test_once_draining_nothing_begins() -> None:
    """Draining is final, and every call that began before is notified."""
    admitting = admission()
    gate = admitting.gate(GET)
    call = gate.call(gate.visit(OPEN, address=str), patience=None)
    assert call.draining.is_set() is False
    admitting.drain()
    assert call.draining.is_set() is True
    with pytest.raises(Draining), gate.visit(OPEN, address=str) as visit:
        visit.begin()


def test_only_a_batch_may_be_larger() -> None:
    """The size limit of a request is that of its RPC, over gRPC and HTTP."""
    admitting = admission(limits=usual_limits(request_bytes=10, batch_bytes=20))
    rpcs = [rpc for service in SERVICES.values() for rpc in service.methods]
    assert {rpc.name for rpc in rpcs if admitting.gate(rpc).most != 10} == {"QueueBatch"}
    assert admitting.gate(descriptor("Eventing", "QueueBatch")).most == 20


def test_one_address_takes_only_its_share() -> None:
    """Requests of one address are refused beyond its share, and leave the rest to others; one alone fits."""
    admitting = admission(bodies=Bodies(4 * LARGE, of_one_address=2 * LARGE))
    gate = admitting.gate(QUEUE)

    def sized(size: int, address: str, stack: ExitStack) -> bool:
        try:
            stack.enter_context(gate.visit(OPEN, address=lambda: address)).hold(size)
        except Overloaded:
            return False
        return True

    for _ in range(2):  # what was given back counts no longer
        with ExitStack() as stack:
            assert [sized(LARGE, "a", stack) for _ in range(3)] == [True, True, False]
            assert [sized(SMALL, "a", stack) for _ in range(3)] == [True, True, True]
            assert [sized(LARGE, "b", stack) for _ in range(3)] == [True, True, False]
        with ExitStack() as stack:
            assert sized(3 * LARGE, "a", stack)
            assert not sized(LARGE, "a", stack)
        assert admitting.bodies.held == 0
