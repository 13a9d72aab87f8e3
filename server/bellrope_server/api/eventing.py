"""The service Eventing: hop 1 of an event's journey, and the wait for its answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Sequence
from functools import partial
from typing import Protocol

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

from bellrope_server.admission.bodies import Bodies
from bellrope_server.admission.call import Call
from bellrope_server.admission.limits import Limits
from bellrope_server.api.queue_stream import QueueStream
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.api.waiters import Wait, Waiters
from bellrope_server.clock import Clock
from bellrope_server.convert import deliveries, names
from bellrope_server.convert.deliveries import Owed
from bellrope_server.convert.events import OneEvent, accepted_to_proto, batch, batch_to_proto, new_event
from bellrope_server.errors import (
    DeadlinePassed,
    EventNotFound,
    InvalidField,
    NoTriggerMatched,
    ResponseTooLarge,
    ServiceError,
    TooLarge,
    WebhookFailed,
)
from bellrope_server.model import Accepted, Micros, NewEvent, State
from bellrope_server.rules import lifecycle
from bellrope_server.store.intake.results import Queued
from bellrope_server.store.log.log import Log
from bellrope_server.telemetry import metrics
from bellrope_server.text import strict_json

DEFAULT_WAIT: Micros = 30_000_000
LONGEST_WAIT: Micros = 300_000_000
GONE = "The event was delivered, but its webhooks' answers are no longer kept."
LOOK_AGAIN = 1.0  # seconds: being woken makes it fast, looking again makes it correct
MOST_LOOKS = 1_000  # per second on average, by all waiting callers together


class Entrance(Protocol):
    """Where events are stored: the store's intake."""

    async def queue(self, event: NewEvent) -> Accepted:
        """Store an event."""

    def queue_followed(self, event: NewEvent) -> Awaitable[Queued]:
        """Store an event, and return what was handed over, too."""

    async def queue_together(self, events: Sequence[NewEvent]) -> list[Accepted]:
        """Store all events or none."""

    async def queue_each(self, events: Sequence[NewEvent]) -> list[Accepted | ServiceError]:
        """Store the events that can be stored."""


class Eventing:
    """Accepts events."""

    def __init__(
        self,
        intake: Entrance,
        log: Log,
        waiters: Waiters,
        checks: SchemaChecks,
        *,
        clock: Clock,
        limits: Limits,
        bodies: Bodies,
    ) -> None:
        """`waiters` are woken when one of an event's deliveries changes.

        `bodies` counts what streams have read and not stored yet.
        """
        self._intake = intake
        self._log = log
        self._waiters = waiters
        self._checks = checks
        self._clock = clock
        self._limits = limits
        self._bodies = bodies

    async def Queue(self, request: QueueRequest, call: Call) -> QueueResponse:
        """Accept an event: it is on disk when this returns."""
        return accepted_to_proto(await self.accept(request, call))

    async def accept(self, request: OneEvent, call: Call) -> Accepted:
        """Do what Queue does, without making a message."""
        accepted = await self._intake.queue(await self._event(request, call))
        metrics.JOURNEY.accepted += not accepted.duplicate
        return accepted

    async def TriggerSync(self, request: TriggerSyncRequest, call: Call) -> TriggerSyncResponse:
        """Accept an event, then wait for the answers of its webhooks."""
        now = self._clock.wall()
        deadline = min(call.deadline or now + DEFAULT_WAIT, now + LONGEST_WAIT)
        queued = await self._intake.queue_followed(await self._event(request, call, wait_until=deadline))
        accepted = queued.accepted
        metrics.JOURNEY.accepted += not accepted.duplicate
        owed, followed = accepted.delivery_count, queued.followed
        with self._waiters.waiting(accepted.id, owed=owed, followed=followed) as wait:
            if followed:  # nothing else is to be seen yet
                await self._rest(wait, deadline)
            return _answer(accepted, *await self._results(accepted.id, wait, deadline))

    async def QueueBatch(self, request: QueueBatchRequest, call: Call) -> QueueBatchResponse:
        """Accept all events or none: they are on disk when this returns."""
        return batch_to_proto(await self.accept_together(request, call))

    async def accept_together(self, request: QueueBatchRequest, call: Call) -> list[Accepted]:
        """Do what QueueBatch does, without making a message."""
        if not request.events:
            raise InvalidField("must have at least one entry", field="events")
        if len(request.events) > self._limits.batch_events:
            raise TooLarge(f"must not have more than {self._limits.batch_events} entries", field="events")
        events = await self._events(request, call)
        await self._checks.check_all(events)
        accepted = await self._intake.queue_together(events)
        _count(accepted)
        return accepted

    def QueueStream(
        self, requests: AsyncIterator[QueueStreamRequest], call: Call
    ) -> AsyncIterator[QueueStreamResponse]:
        """Accept events as they come, and yield whether each is on disk or refused."""
        read = partial(self._event, call=call)
        stream = QueueStream(read, self._queue_each, bodies=self._bodies, draining=call.draining)
        return stream.answers(requests)

    async def _queue_each(self, events: Sequence[NewEvent]) -> list[Accepted | ServiceError]:
        results = await self._intake.queue_each(events)
        _count(result for result in results if isinstance(result, Accepted))
        return results

    async def _events(self, request: QueueBatchRequest, call: Call) -> list[NewEvent]:
        """Check and convert a batch, between other work of the event loop; large data in a thread."""
        read = partial(
            batch,
            project=names.project(request.project),
            now=self._clock.wall(),
            limits=self._limits,
            json_checked=call.json_checked,
            trace=call.trace,
            span=call.span,
        )
        events: list[NewEvent] = []
        for group in _groups(request.events):
            if events:
                await asyncio.sleep(0)
            large = len(group[0][1].data) > strict_json.LARGE and not call.json_checked
            events += await asyncio.to_thread(read, group) if large else read(group)
        return events

    async def _event(self, request: OneEvent, call: Call, *, wait_until: Micros | None = None) -> NewEvent:
        """Check and convert the request; for large data in a thread, so that the event loop stays free."""
        if len(request.data) > strict_json.LARGE and not call.json_checked:
            event = await asyncio.to_thread(self._converted, request, call, wait_until)
        else:
            event = self._converted(request, call, wait_until)
        await self._checks.check(event)
        return event

    def _converted(self, request: OneEvent, call: Call, wait_until: Micros | None) -> NewEvent:
        return new_event(
            request,
            now=self._clock.wall(),
            limits=self._limits,
            json_checked=call.json_checked,
            wait_until=wait_until,
            trace=call.trace,
            span=call.span,
        )

    async def _results(self, event_row: int, wait: Wait, deadline: Micros) -> tuple[Sequence[Owed], bool]:
        """Wait for the deliveries of an event; return them, and whether the deadline ended the wait."""
        while True:
            wait.changed.clear()
            if known := wait.results:
                return known, False
            owed, paused = await self._log.owed(event_row)
            if lifecycle.settled(owed, deadline=deadline, paused=paused):
                return await self._log.last_attempts(owed), False
            if self._clock.wall() >= deadline:
                return await self._log.last_attempts(owed), True
            await self._rest(wait, deadline)

    async def _rest(self, wait: Wait, deadline: Micros) -> None:
        """Wait for news; then, or after a second, a caller looks again: later if many callers wait.

        Changes by another node are seen only this way. Half of the time until the caller's deadline is waited
        at most, so that there is a look before the deadline.
        """
        left = (deadline - self._clock.wall()) / 1_000_000
        rest = max(LOOK_AGAIN, min(len(self._waiters) / MOST_LOOKS, left / 2))
        await wait.news(min(left, rest))


def _groups(events: Iterable[QueueRequest]) -> Iterator[list[tuple[int, QueueRequest]]]:
    """Yield the events, each with its index, as many at a time as are checked without a noticeable pause."""
    group: list[tuple[int, QueueRequest]] = []
    size = 0
    for each in enumerate(events):
        size += len(each[1].data)
        if group and size > strict_json.LARGE:
            yield group
            group, size = [], len(each[1].data)
        group.append(each)
    yield group


def _count(accepted: Iterable[Accepted]) -> None:
    for each in accepted:
        metrics.JOURNEY.accepted += not each.duplicate


def _answer(accepted: Accepted, owed: Sequence[Owed], timed_out: bool) -> TriggerSyncResponse:
    """Return the first success in the order of trigger names, or raise why there is none."""
    response = deliveries.sync_response(accepted.event_id, owed)
    about = {"event_id": accepted.event_id}
    if not owed and accepted.delivery_count:
        raise EventNotFound(GONE, metadata=about)
    if not owed:
        raise NoTriggerMatched("No trigger matched this event when it was stored.", metadata=about)
    succeeded = next((delivery for delivery in owed if delivery.state is State.SUCCEEDED), None)
    if succeeded is None and timed_out:
        sentence = "The deadline passed before an answer came. The event is stored; delivery continues."
        raise DeadlinePassed(sentence, metadata=about, detail=deliveries.brief(response))
    if succeeded is None:
        sentence = f"No webhook succeeded: {', '.join(map(_last_answer, owed[:3]))}."
        raise WebhookFailed(sentence, metadata=about, detail=deliveries.brief(response))
    last = next((attempt for attempt in reversed(succeeded.attempts) if attempt.succeeded), None)
    if last is None:
        raise EventNotFound(GONE, metadata=about)
    if last.truncated:
        raise ResponseTooLarge(metadata=about)
    response.result, response.result_base64 = deliveries.answer_as_json(
        last.response_body, last.response_headers.get("content-type", "")
    )
    return response


def _last_answer(delivery: Owed) -> str:
    """Return what a trigger's webhook answered last, in a few words."""
    if not delivery.attempts:
        return f"{delivery.trigger} was not called"
    last = delivery.attempts[-1]
    if last.status_code:
        broken = " and broke off" if last.status_code // 100 == 2 and not last.succeeded else ""
        return f"{delivery.trigger} answered {last.status_code}{broken}"
    return f"{delivery.trigger} did not answer ({last.failure})"
