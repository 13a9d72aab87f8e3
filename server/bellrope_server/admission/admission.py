"""Admission of calls, decided in one place for gRPC and HTTP."""

import asyncio
from collections import Counter
from collections.abc import Callable
from math import inf

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor

from bellrope_server.admission.access import Access
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import Bodies
from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.admission.gate import Capacity, Gate
from bellrope_server.admission.limits import Limits
from bellrope_server.admission.principal import ADMIN
from bellrope_server.clock import Clock
from bellrope_server.errors import Code, ServiceError

EVENTS = "Eventing"
"""The service that accepts events. Calls to others are not counted: people need them in an overload."""

REFUSALS = frozenset(
    (Code.UNAUTHENTICATED, Code.PERMISSION_DENIED, Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE)
)
"""The codes of calls that were refused because of who called, or of what the server could take."""


class Admission:
    """Makes the gate of each RPC from its descriptor, so that the rules also hold for new RPCs."""

    def __init__(
        self,
        access: Access,
        *,
        limits: Limits,
        bodies: Bodies,
        answers: Answers,
        check: Callable[[], None],
        clock: Clock,
    ) -> None:
        """`bodies` counts the bytes of requests with events, and `answers` those of all answers.

        `check` raises if the store accepts no events now.
        """
        self.access = access
        self.bodies = bodies
        self.answers = answers
        self.calls = Calls(limits.calls)
        """The calls that send events."""
        self.limits = limits
        self.refused: Counter[str] = Counter()
        """How many calls were refused since the start, by reason."""
        self._clock = clock
        self._draining = asyncio.Event()
        uncounted = Bodies(inf)
        self._acknowledgements = Answers(inf)
        """What is stored is always acknowledged; that takes less memory than the events did."""
        self._events = Capacity(calls=self.calls, bodies=bodies, check=check)
        self._event_streams = Capacity(calls=self.calls, bodies=bodies, check=_open)
        """Streams are not refused for the store; they wait for it."""
        self._streams = Capacity(calls=Calls(limits.streams), bodies=uncounted, check=_open)
        self._others = Capacity(calls=Calls(inf), bodies=uncounted, check=_open)

    def gate(self, rpc: MethodDescriptor) -> Gate:
        """Return the gate for the calls of one RPC."""
        return Gate(
            self._capacity(rpc),
            most=self.limits.of_request(rpc),
            answers=self._answers(rpc),
            changes=not _only_reads(rpc),
            draining=self._draining,
            clock=self._clock,
        )

    def own_call(self) -> Call:
        """Return a call that the server itself makes."""
        return Call(principal=ADMIN, draining=self._draining)

    def count_refusal(self, error: ServiceError) -> None:
        """Count a call that ended with this error, if that means a refusal. Each door calls it."""
        if error.code in REFUSALS:
            self.refused[error.reason] += 1

    def drain(self) -> None:
        """Admit no more calls from now on, and end the streams."""
        self._draining.set()

    def _answers(self, rpc: MethodDescriptor) -> Answers:
        queues = rpc.containing_service.name == EVENTS and rpc.name != "TriggerSync"
        return self._acknowledgements if queues else self.answers

    def _capacity(self, rpc: MethodDescriptor) -> Capacity:
        if rpc.containing_service.name == EVENTS:
            return self._event_streams if rpc.client_streaming else self._events
        return self._streams if rpc.server_streaming else self._others


def _only_reads(rpc: MethodDescriptor) -> bool:
    return bool(rpc.GetOptions().Extensions[annotations_pb2.http].get)


def _open() -> None:
    """Admit every call."""
