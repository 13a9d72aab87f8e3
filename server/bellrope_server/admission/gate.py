"""The gate for the calls of one RPC: the limits they count against, and what they and their answers hold."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from google.protobuf.message import Message
from msgspec import Struct

from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import SMALL, Bodies
from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.admission.principal import Principal
from bellrope_server.clock import Clock
from bellrope_server.errors import Draining
from bellrope_server.model import Micros
from bellrope_server.rules.traces import NONE, Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The limits that some RPCs share: the number of calls, the memory of requests, and a condition."""

    calls: Calls
    bodies: Bodies
    check: Callable[[], None]
    """Raises if none of these calls is admitted now."""


class Visit(Struct):
    """One call, as a context manager: at the end it gives back what it took, however the call ends.

    gRPC and HTTP take the same steps: `hold` the request's bytes, `begin`, then make the call with Gate.call.
    """

    principal: Principal
    request_id: str
    trace: Trace
    _address: Callable[[], str]
    _capacity: Capacity
    _draining: asyncio.Event
    _inside: bool = False
    held: int = 0
    """How many bytes of the memory for requests this call holds."""
    _held_for: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._inside:
            self._capacity.calls.end()
        if self.held:
            self._capacity.bodies.let_go(self.held, address=self._held_for)

    def hold(self, size: int) -> None:
        """Count `size` more bytes until the answer, if not small; raise Overloaded if there is no room."""
        if size > SMALL:
            self._hold(size)

    def hold_at_least(self, size: int) -> None:
        """Do what `hold` does for a request that has grown to this size."""
        if size > max(SMALL, self.held):
            self._hold(size - self.held)

    def begin(self) -> None:
        """Count the call as under way; raise Draining, Overloaded, or the store's refusal of new events."""
        if self._draining.is_set():
            raise Draining(retry_after=1)
        self._capacity.calls.begin(self._capacity.check)
        self._inside = True

    def _hold(self, size: int) -> None:
        self._held_for = self._held_for or self._address()
        self._capacity.bodies.hold(size, own=self.held, address=self._held_for)
        self.held += size


class Gate:
    """Admits the calls of one RPC."""

    __slots__ = ("_answers", "_capacity", "_changes", "_clock", "_draining", "most")

    def __init__(
        self,
        capacity: Capacity,
        *,
        most: int,
        answers: Answers,
        changes: bool,
        draining: asyncio.Event,
        clock: Clock,
    ) -> None:
        """`changes` is true if the RPC does more than to read."""
        self._capacity = capacity
        self._answers = answers
        self._changes = changes
        self._draining = draining
        self._clock = clock
        self.most = most
        """The largest request, in bytes."""

    def visit(
        self,
        principal: Principal,
        *,
        address: Callable[[], str],
        request_id: str = "",
        trace: Trace = NONE,
    ) -> Visit:
        """Return the visit of one caller; it holds nothing yet.

        `address` returns where the call comes from; it is asked only for a large request. `trace` is the
        trace context in the call's headers.
        """
        return Visit(principal, request_id, trace, address, self._capacity, self._draining)

    def hold_answer(self, answer: Message, size: int, *, address: str) -> Callable[[], None]:
        """Count `size` bytes of a large answer, and return what to call once its caller has read it.

        Raises Overloaded if there is no room, or ResponseTooLarge if the call has changed something.
        """
        if not self._changes:
            return self._answers.hold(size, address=address)
        event_id = getattr(answer, "event_id", "")
        return self._answers.hold_of_change(size, address=address, event_id=event_id)

    def call(self, visit: Visit, *, patience: Micros | None, json_checked: bool = False) -> Call:
        """Return the call of a visit; `patience` is how long its caller waits."""
        return Call(
            principal=visit.principal,
            draining=self._draining,
            request_id=visit.request_id,
            deadline=None if patience is None else self._clock.wall() + patience,
            json_checked=json_checked,
            trace=visit.trace,
        )
