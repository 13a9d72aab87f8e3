"""The change feed: passes committed changes to the scheduler and to listeners."""

from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from typing import TypeAlias

from bellrope_server.attempt import Attempt
from bellrope_server.clock import Clock
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, State, Trigger
from bellrope_server.store.feed import facts
from bellrope_server.store.feed.tail import Changed, Tail
from bellrope_server.store.handover import HandOver

Ending: TypeAlias = tuple[int, State]
"""The trigger's row of a delivery that ended without an attempt, and its final state."""


class ChangeFeed:
    """Called after the commit, on the event loop. Without listeners, no fact is created.

    Call what the scheduler and waiting callers need (`attempt`, `waiting`, `settled`, `attempted`) before
    what listeners hear: a fact that cannot be published must not keep it back.
    """

    def __init__(
        self, tail: Tail, handover: HandOver, clock: Clock, *, ended: Callable[[int, State], None]
    ) -> None:
        """`ended` counts a delivery that ended without an attempt, by its trigger's row."""
        self._tail = tail
        self._handover = handover
        self._clock = clock
        self._ended = ended

    def accepted(self, event: NewEvent, accepted: Accepted) -> None:
        """Publish an event, unless it is a duplicate."""
        if self._tail.heard and not accepted.duplicate:
            self._tail.tell(facts.event_accepted(event, accepted, self._clock.wall()))

    def queued(self, events: Iterable[tuple[NewEvent, Accepted]]) -> None:
        """Publish events that the server queued itself."""
        for event, accepted in events:
            self.accepted(event, accepted)

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Hand over deliveries to attempt now."""
        self._handover.attempt(leased)

    def withdraw(self, delivery_ids: Collection[str], *, project: str | None = None) -> list[Leased]:
        """Take back these deliveries unless they have begun, all or those of one project.

        The caller must give their leases back.
        """
        return self._handover.withdraw(delivery_ids, project=project) if delivery_ids else []

    def withdraw_event(self, project: str, event_id: str) -> list[Leased]:
        """Take back the deliveries of an event that have not begun, as `withdraw` does."""
        return self._handover.withdraw_event(project, event_id)

    def give_back(self, leased: Sequence[Leased]) -> None:
        """Have the scheduler give back leases that were withdrawn, and try until that is on disk."""
        if leased:
            self._handover.give_back(leased)

    def called_off(self, delivery_ids: Collection[str]) -> None:
        """Have the leases on these deliveries given back, unless their attempts have begun."""
        self.give_back(self.withdraw(delivery_ids))

    def edited(self, trigger: Trigger) -> None:
        """Have the leases on deliveries to other versions of this trigger given back."""
        self._handover.call_off_versions(trigger.id, but=trigger.version)

    def ended_with(self, project: str, trigger: str | None = None) -> None:
        """Have the leases on deliveries to a deleted or paused trigger given back, or to all of a project."""

        def unwanted(each: Trigger) -> bool:
            return each.project == project and (trigger is None or each.spec.name == trigger)

        self._handover.call_off(unwanted)

    def project_deleted(self, project: str) -> None:
        """Have the leases on a project's deliveries given back, and end those who listen to it."""
        self.ended_with(project)
        self._tail.project_deleted(project)

    def pace(
        self, leased: Iterable[Leased], waiting: Iterable[tuple[int, Micros]]
    ) -> Coroutine[None, None, None] | None:
        """Return what to await before the caller of these deliveries gets its answer, if anything."""
        if not self._handover.in_line:
            return None
        now = self._clock.wall()
        due = (trigger_id for trigger_id, wake_time in waiting if wake_time <= now)
        return self._handover.pace((each.trigger for each in leased), due)

    def begun(self, leased: Sequence[Leased]) -> None:
        """Publish deliveries that are attempted now."""
        if self._tail.heard:
            for each in leased:
                self._tail.tell(facts.attempt_begun(each, self._clock.wall()))

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Report an attempt and the state that it led to."""
        self._handover.attempted(leased, attempt, state)

    def recorded(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Publish an attempt and the state that it led to."""
        if self._tail.heard:
            self._tail.tell(facts.attempt_recorded(leased, attempt, state, self._clock.wall()))

    def changed(self, changed: Iterable[Changed]) -> None:
        """Publish deliveries that have another state or another due time."""
        for each in changed:
            self._tail.tell(facts.delivery_changed(each, self._clock.wall()))

    def ended(self, endings: Iterable[Ending]) -> None:
        """Count deliveries that ended without an attempt."""
        for trigger_id, state in endings:
            self._ended(trigger_id, state)

    def waiting(self, waiting: Iterable[tuple[int, Micros]]) -> None:
        """Ask the scheduler to look at each trigger's deliveries at its time."""
        for trigger_id, wake_time in waiting:
            self._handover.waiting(trigger_id, wake_time)

    def settled(self, event_rows: Iterable[int]) -> None:
        """Report that deliveries of these events have changed."""
        for event_row in event_rows:
            self._handover.settled(event_row)
