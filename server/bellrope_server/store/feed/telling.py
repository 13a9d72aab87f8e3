"""What was committed, told as facts to whoever listens; nothing of it is done while nobody does."""

from collections.abc import Iterable

from bellrope_server.clock import Clock
from bellrope_server.model import Accepted, Leased, NewEvent, State
from bellrope_server.store.intake.queue import Queued
from bellrope_server.store.leases.record import Record, Recorded
from bellrope_server.store.log.changes import Changed
from bellrope_server.store.tail import Fact, FactKind, Tail


class Telling:
    """Makes facts of what the store hands out. It is called after the commit, on the event loop."""

    def __init__(self, tail: Tail, clock: Clock) -> None:
        self._tail = tail
        self._clock = clock

    def accepted(self, event: NewEvent, queued: Queued) -> None:
        """Tell of an event, and of what is attempted at once."""
        accepted = queued.accepted
        if accepted.duplicate:
            return
        self._tail.tell(
            Fact(
                kind=FactKind.EVENT_ACCEPTED,
                time=self._clock.wall(),
                project=event.project,
                type=event.type,
                event_id=accepted.event_id,
                due_time=accepted.due_time,
                delivery_count=accepted.delivery_count,
            )
        )
        self.leased(queued.leased)

    def leased(self, leased: Iterable[Leased]) -> None:
        """Tell of deliveries that are attempted now."""
        for each in leased:
            self._tail.tell(self._about(each, FactKind.DELIVERY_CHANGED, State.DELIVERING))

    def recorded(self, leased: Leased, recorded: Recorded) -> None:
        """Tell of an attempt and what it led to."""
        self._tail.tell(self._about(leased, FactKind.ATTEMPT_RECORDED, recorded.state, recorded=recorded))

    def chained(self, record: Record, recorded: Recorded) -> None:
        """Tell of the events that a webhook's answer queued."""
        pairs = zip(record.chained, recorded.chained, strict=False)
        self.queued((e, a) for e, a in pairs if isinstance(e, NewEvent) and isinstance(a, Accepted))

    def queued(self, events: Iterable[tuple[NewEvent, Accepted]]) -> None:
        """Tell of events of which nothing is attempted at once."""
        for event, accepted in events:
            self.accepted(event, Queued(accepted))

    def _about(
        self, leased: Leased, kind: FactKind, state: State | None, *, recorded: Recorded | None = None
    ) -> Fact:
        attempt = recorded.attempt if recorded else None
        return Fact(
            kind=kind,
            time=self._clock.wall(),
            project=leased.trigger.project,
            type=leased.type,
            event_id=leased.event_id,
            trigger=leased.trigger.spec.name,
            delivery_id=leased.delivery_id,
            state=state,
            due_time=attempt.next_attempt_time if attempt else None,
            attempt=attempt,
        )

    def changed(self, changed: Iterable[Changed]) -> None:
        """Tell of deliveries that went to another state, or are due at another time."""
        for delivery, type in changed:
            self._tail.tell(
                Fact(
                    kind=FactKind.DELIVERY_CHANGED,
                    time=self._clock.wall(),
                    project=delivery.project,
                    type=type,
                    event_id=delivery.event_id,
                    trigger=delivery.trigger,
                    delivery_id=delivery.delivery_id,
                    state=delivery.state,
                    due_time=delivery.due_time if delivery.state is State.SCHEDULED else None,
                )
            )
