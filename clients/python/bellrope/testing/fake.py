"""A fake server: it records the events that it gets, and gives the answers that a test sets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from grpc import StatusCode

from bellrope.decode import decode
from bellrope.encode import encode
from bellrope.errors import BellropeError, Conflict, InvalidRequest, NotFound
from bellrope.testing.errors import status
from bellrope.v1.deliveries_pb2 import Delivery
from bellrope.v1.eventing_pb2 import (
    QueueBatchRequest,
    QueueBatchResponse,
    QueueRequest,
    QueueResponse,
    QueueStreamRequest,
    QueueStreamResponse,
    TriggerSyncRequest,
    TriggerSyncResponse,
)

OneEvent = QueueRequest | TriggerSyncRequest

_OF_ONE_EVENT = (Conflict, InvalidRequest, NotFound)  # the stream goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event that the program queued or triggered."""

    type: str
    data: Any
    """The data, decoded."""

    id: str
    request: OneEvent
    """The whole request as it was sent; a TriggerSyncRequest if the program waits for the answer."""


class Fake:
    """What the program sent, and what it gets as the answer.

    It accepts any event. If an id comes again, the same event is a duplicate, and another event is a
    Conflict. Services besides Eventing are UNIMPLEMENTED.
    """

    def __init__(self) -> None:
        self.queued: list[Noted] = []
        """The accepted events, in order, each once."""

        self.result: Any = None
        """What `trigger` returns: a value for JSON, or RawJSON."""

        self.delivery_count = 1
        """How many triggers match."""

        self.error: BellropeError | None = None
        """If set, every call fails with it; the client retries after Unavailable, as always."""

        self._answers: dict[tuple[str, str], tuple[bytes, QueueResponse]] = {}
        self._lock = Lock()

    def answer(self, method: str, request: Any) -> Any:
        """Return the response to a request, or raise the error to answer with."""
        if self.error:
            raise self.error
        if method == "Queue":
            return self._accept([request])[0]
        if method == "TriggerSync":
            return self._triggered(request)
        if method == "QueueBatch":
            return self._batch(request)
        raise BellropeError("The fake has only the service Eventing.", code=StatusCode.UNIMPLEMENTED)

    def settle(self, request: QueueStreamRequest, *, index: int) -> QueueStreamResponse:
        """Return the answer to one event of a stream, or raise the error that ends the stream."""
        try:
            result = QueueStreamResponse.Result(index=index, accepted=self.answer("Queue", request.event))
        except _OF_ONE_EVENT as error:
            result = QueueStreamResponse.Result(index=index, error=status(error))
        return QueueStreamResponse(settled_count=index + 1, results=[result])

    def _triggered(self, request: TriggerSyncRequest) -> TriggerSyncResponse:
        [accepted] = self._accept([request])
        done = TriggerSyncResponse.Result(trigger="fake", state=Delivery.SUCCEEDED, attempt_count=1)
        result = encode(self.result)
        return TriggerSyncResponse(event_id=accepted.event_id, result=result, results=[done])

    def _batch(self, request: QueueBatchRequest) -> QueueBatchResponse:
        for event in request.events:
            event.project = event.project or request.project
        return QueueBatchResponse(results=self._accept(request.events))

    def _accept(self, events: Sequence[OneEvent]) -> list[QueueResponse]:
        """Accept all events or none."""
        with self._lock:
            for index, event in enumerate(events):
                before, _ = self._answers.get((event.project, event.id), (_bytes(event), None))
                if before != _bytes(event):
                    about = {"index": str(index)} if len(events) > 1 else {}
                    raise Conflict("This id is already used.", reason="ID_CONFLICT", metadata=about)
            return [self._note(event) for event in events]

    def _note(self, event: OneEvent) -> QueueResponse:
        key = (event.project, event.id)
        if key in self._answers:
            answer = QueueResponse(duplicate=True)
            answer.MergeFrom(self._answers[key][1])
            return answer
        due_time = event.schedule_time.ToDatetime(UTC) if event.HasField("schedule_time") else _now()
        due_time = max(due_time + event.delay.ToTimedelta(), _now())
        answer = QueueResponse(event_id=event.id, delivery_count=self.delivery_count, due_time=due_time)
        self._answers[key] = _bytes(event), answer
        data = decode(event.data)
        self.queued.append(Noted(type=event.type, data=data, id=event.id, request=event))
        return answer


def _bytes(event: OneEvent) -> bytes:
    return event.SerializeToString(deterministic=True)


def _now() -> datetime:
    return datetime.now(UTC)
