"""The events of a stream that have no outcome yet, and when to send them again."""

import math
from collections import deque
from collections.abc import Iterator

from bellrope.answers import Queued
from bellrope.errors import BellropeError, refusal
from bellrope.requests import Event
from bellrope.retries import Tries
from bellrope.v1.eventing_pb2 import QueueStreamRequest, QueueStreamResponse

MOST_EVENTS = 1024
MOST_BYTES = 16 * 1024 * 1024  # of data; beyond it, no event is taken until others are settled
REFILLED_AT = 0.75  # of either: a window that was full takes events again, so that they are sent many at once

Outcome = Queued | BellropeError


class Window:
    """Holds each event from the time it is taken from the caller until it is on disk or refused."""

    def __init__(self, *, project: str, timeout: float) -> None:
        """`timeout`, in seconds, is how long to wait for an answer, and how long to retry without one.

        Only time limits the retries: a caller that gives up a stream loses its place in the iterable.
        """
        self._project = project
        self._timeout = timeout
        self._unsettled: deque[tuple[QueueStreamRequest, int]] = deque()  # each with the bytes of its data
        self._bytes = 0
        self._settled_count = 0
        self.full = False
        """Whether others must be settled before the next event is taken."""
        self._tries: Tries | None = None  # since the last answer

    def __len__(self) -> int:
        return len(self._unsettled)

    def __iter__(self) -> Iterator[QueueStreamRequest]:
        """Yield the messages that a new connection must send, in order."""
        return (request for request, _ in self._unsettled)

    @property
    def patience(self) -> float:
        """The seconds to wait for the next answer."""
        return max(0.0, self._tries.left) if self._tries else self._timeout

    def add(self, event: Event) -> QueueStreamRequest:
        """Hold an event, and return the message to send."""
        request = QueueStreamRequest()
        placed = request.event
        placed.CopyFrom(event.request)  # a keyword argument would be written as bytes and read again
        placed.project = self._project
        size = len(placed.data)
        self._unsettled.append((request, size))
        self._bytes += size
        self.full = self._is_filled(1)
        return request

    def settle(self, answer: QueueStreamResponse) -> list[Outcome]:
        """Return the outcomes in an answer, and drop their events."""
        self._tries = None
        outcomes = [self._outcome(result) for result in answer.results]
        self.full = self.full and self._is_filled(REFILLED_AT)
        return outcomes

    def _is_filled(self, part: float) -> bool:
        return len(self._unsettled) >= MOST_EVENTS * part or self._bytes >= MOST_BYTES * part

    def _outcome(self, result: QueueStreamResponse.Result) -> Outcome:
        request, size = self._unsettled.popleft()
        self._bytes -= size
        self._settled_count += 1
        if result.HasField("accepted"):
            return Queued.of(result.accepted)
        error = refusal(result.error)
        error.index, error.event_id = self._settled_count - 1, request.event.id
        return error

    def pause_after(self, error: BellropeError) -> float:
        """Return the seconds to wait before sending the rest again, or raise the error.

        The raised error names the first event without an outcome.
        """
        self._tries = self._tries or Tries(self._timeout, retries=math.inf)
        pause = self._tries.pause_after(error)
        if pause is None:
            error.index, error.event_id = self._settled_count, self._unsettled[0][0].event.id
            raise error
        return pause
