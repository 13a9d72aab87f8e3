"""The service Eventing with a span around each request, and one around each commit."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

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
from msgspec.structs import replace

from bellrope_server.admission.call import Call
from bellrope_server.api.eventing import Entrance, Eventing
from bellrope_server.convert.events import OneEvent, accepted_to_proto, batch_to_proto
from bellrope_server.errors import Code, ServiceError
from bellrope_server.model import Accepted, NewEvent
from bellrope_server.rules import traces
from bellrope_server.rules.traces import Trace
from bellrope_server.store.intake.results import Queued
from bellrope_server.telemetry.traces import About, Kind, Span, Tracer

MOST_LINKS = 128  # as many as the SDK keeps
LONGEST = 255  # characters of what is not checked yet
OURS = frozenset({Code.INTERNAL, Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED})
"""The errors that are failures of a server (OpenTelemetry's conventions for RPC)."""
SYSTEM = {"messaging.system": "bellrope", "messaging.operation.name": "accept"}


class TracedEventing:
    """Does what Eventing does, each request within a span that its events keep."""

    def __init__(self, eventing: Eventing, tracer: Tracer) -> None:
        """The intake of `eventing` is a TracedIntake."""
        self._eventing = eventing
        self._tracer = tracer

    async def Queue(self, request: QueueRequest, call: Call) -> QueueResponse:
        """Accept an event: it is on disk when this returns."""
        return accepted_to_proto(await self.accept(request, call))

    async def accept(self, request: OneEvent, call: Call) -> Accepted:
        """Do what Queue does, without making a message."""
        span = self._accepting(request, call)
        with _during(span):
            accepted = await self._eventing.accept(request, replace(call, span=span.traceparent))
            span.note({"messaging.message.id": accepted.event_id})
            return accepted

    async def TriggerSync(self, request: TriggerSyncRequest, call: Call) -> TriggerSyncResponse:
        """Accept an event, then wait for the answers of its webhooks."""
        span = self._accepting(request, call)
        with _during(span):
            response = await self._eventing.TriggerSync(request, replace(call, span=span.traceparent))
            span.note({"messaging.message.id": response.event_id})
            return response

    async def QueueBatch(self, request: QueueBatchRequest, call: Call) -> QueueBatchResponse:
        """Accept all events or none: they are on disk when this returns."""
        return batch_to_proto(await self.accept_together(request, call))

    async def accept_together(self, request: QueueBatchRequest, call: Call) -> list[Accepted]:
        """Do what QueueBatch does, without making a message."""
        own = (_own(each).parent for each in islice(request.events, MOST_LINKS))
        span = _of_group(self._tracer, own, of_request=call.trace, count=len(request.events))
        span.note({"bellrope.project": request.project[:LONGEST]})
        with _during(span):
            return await self._eventing.accept_together(request, replace(call, span=span.traceparent))

    def QueueStream(
        self, requests: AsyncIterator[QueueStreamRequest], call: Call
    ) -> AsyncIterator[QueueStreamResponse]:
        """Accept events as they come. A stream may last for days, so its commits have spans instead."""
        return self._eventing.QueueStream(requests, call)

    def _accepting(self, request: OneEvent, call: Call) -> Span:
        own = _own(request)
        parent = own if own.parent else call.trace
        other = call.trace.parent if call.trace.parent != parent.parent else ""
        type = request.type[:LONGEST]
        about = SYSTEM | {"messaging.destination.name": type, "bellrope.project": request.project[:LONGEST]}
        return self._tracer.start(
            f"accept {type}",
            Kind.SERVER,
            parent=parent.parent,
            state=parent.state,
            links=filter(None, (other,)),
            about=about,
        )


class TracedIntake:
    """Does what the store's intake does, each commit within a span."""

    def __init__(self, intake: Entrance, tracer: Tracer) -> None:
        self._intake = intake
        self._tracer = tracer

    async def queue(self, event: NewEvent) -> Accepted:
        """Store an event."""
        with _during(self._commit(event.span, 1)):
            return await self._intake.queue(event)

    async def queue_followed(self, event: NewEvent) -> Queued:
        """Store an event whose outcome a caller waits for."""
        with _during(self._commit(event.span, 1)):
            return await self._intake.queue_followed(event)

    async def queue_together(self, events: Sequence[NewEvent]) -> list[Accepted]:
        """Store all events or none."""
        with _during(self._commit(events[0].span, len(events))):
            return await self._intake.queue_together(events)

    async def queue_each(self, events: Sequence[NewEvent]) -> list[Accepted | ServiceError]:
        """Store the events of a stream that can be stored; they are accepted here."""
        own = (event.traceparent for event in events)
        span = _of_group(self._tracer, own, of_request=traces.NONE, count=len(events))
        span.note({"bellrope.project": events[0].project})
        with _during(span), _during(self._commit(span.traceparent, len(events))):
            return await self._intake.queue_each([replace(each, span=span.traceparent) for each in events])

    def _commit(self, parent: str, count: int) -> Span:
        about: About = {"messaging.system": "bellrope", "messaging.batch.message_count": count}
        return self._tracer.start("commit", Kind.INTERNAL, parent=parent, about=about)


def _own(request: OneEvent) -> Trace:
    """Return the trace context that a request's event has itself; a wrong one will be refused."""
    valid = request.traceparent and traces.PARENT.fullmatch(request.traceparent)
    return Trace(request.traceparent, request.tracestate) if valid else traces.NONE


def _of_group(tracer: Tracer, own: Iterable[str], *, of_request: Trace, count: int) -> Span:
    """Return the span that accepts several events.

    Its parent is the request's context, or the one that all events have. Their others are links.
    """
    found = list(dict.fromkeys(own))
    parent = of_request if of_request.parent or len(found) != 1 else Trace(found[0])
    links = [each for each in found if each and each != parent.parent][:MOST_LINKS]
    about = SYSTEM | {"messaging.batch.message_count": count}
    return tracer.start(
        "accept", Kind.SERVER, parent=parent.parent, state=parent.state, links=links, about=about
    )


@contextmanager
def _during(span: Span) -> Iterator[None]:
    """End the span with the block, and note how the block fails."""
    try:
        yield
    except ServiceError as error:
        span.fail(error.reason, fault=error.code in OURS)
        raise
    except BaseException as error:
        span.fail(type(error).__name__)
        raise
    finally:
        span.end()
