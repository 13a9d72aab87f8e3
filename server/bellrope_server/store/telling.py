"""What was committed, told as facts to whoever listens; nothing of it is done while nobody does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, Delivery, Leased, NewEvent, State
from bellrope_server.store.queue import Queued
from bellrope_server.store.record import Record, Recorded
from bellrope_server.tail import Fact, FactKind, Tail

Changed = Iterable[tuple[int, State]]
"""Deliveries by their rows, and the state that each went to."""
Find = Callable[[Sequence[int]], Awaitable[Mapping[int, tuple[Delivery, str]]]]
"""Reads deliveries by their rows: each with its event's type."""


class Telling:
    """Makes facts of what the store hands out. It is called after the commit, on the event loop."""

    def __init__(self, tail: Tail, clock: Clock, find: Find) -> None:
        self._tail = tail
        self._clock = clock
        self._find = find
        self._looking: set[asyncio.Task[None]] = set()

    @property
    def heard(self) -> bool:
        """True if anybody listens."""
        return self._tail.heard

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

    def changed(self, changed: Changed) -> None:
        """Tell of deliveries of which only the rows are known: who they are is read first."""
        states = dict(changed)
        if not states or not self.heard:
            return
        task = asyncio.ensure_future(self._look_up(states))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look_up(self, states: dict[int, State]) -> None:
        time = self._clock.wall()
        try:
            found = await self._find(tuple(states))
        except ServiceError:
            return  # the database can't be read, and the store has said so
        for row, state in states.items():
            if row not in found:
                continue
            delivery, type = found[row]
            self._tail.tell(
                Fact(
                    kind=FactKind.DELIVERY_CHANGED,
                    time=time,
                    project=delivery.project,
                    type=type,
                    event_id=delivery.event_id,
                    trigger=delivery.trigger,
                    delivery_id=delivery.delivery_id,
                    state=state,
                    due_time=delivery.due_time if state is State.SCHEDULED else None,
                )
            )
