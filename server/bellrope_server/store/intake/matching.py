"""Which triggers an event matches: by type and options, then by filters, which have a time limit."""

import time
from collections.abc import Callable, Sequence

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Event, Micros, NewEvent, Project, Trigger
from bellrope_server.rules import filters
from bellrope_server.rules.filters import Filter, FilterFailed, Subject, options_match
from bellrope_server.rules.type_patterns import takes
from bellrope_server.store.engine.session import Session
from bellrope_server.store.settings.catalog import MOST_ENTRIES, Catalog
from bellrope_server.telemetry import facts, metrics

SLOW: Micros = 20_000  # processor time of one evaluation
REST = 100  # times the cost of a slow evaluation: so no filter gets more than a hundredth of this thread
SAY_EVERY: Micros = 10_000_000


def processor_time() -> Micros:
    """Return the processor time of this thread so far."""
    return time.thread_time_ns() // 1000


class Matching:
    """Matches events. It belongs to the writing thread, as the catalog does."""

    def __init__(self, catalog: Catalog, clock: Clock, spent: Callable[[], Micros] = processor_time) -> None:
        """`spent` returns the processor time of this thread so far, in microseconds."""
        self._catalog = catalog
        self._clock = clock
        self._spent = spent
        self._filters: dict[int, _Guarded] = {}

    def triggers(
        self, session: Session, project: Project, event: NewEvent, *, event_id: str, now: Micros
    ) -> Sequence[Trigger]:
        """Return the triggers that match, in name order, paused ones included. `now` is the event's time."""
        listeners = self._catalog.matching(session, project, event.type)
        if not listeners.choosy:
            return listeners.triggers
        found = [
            trigger
            for trigger in listeners.triggers
            if not trigger.spec.options or options_match(trigger.spec.options, event.options)
        ]
        filtered = sum(1 for trigger in found if trigger.spec.filter)
        if not filtered:
            return found
        seen = subject(event, event_id=event_id, now=now, shared=filtered > 1)
        return [trigger for trigger in found if not trigger.spec.filter or self._wants(trigger, seen)]

    def matches(self, trigger: Trigger, event: NewEvent, *, event_id: str, now: Micros) -> bool:
        """Return whether the event matches this trigger. `now` is the event's time."""
        spec = trigger.spec
        if not takes(spec.type, event.type) or not options_match(spec.options, event.options):
            return False
        return not spec.filter or self._wants(trigger, subject(event, event_id=event_id, now=now))

    def _wants(self, trigger: Trigger, subject: Subject) -> bool:
        guarded = self._guarded(trigger)
        try:
            return guarded.matches(subject, self._clock.steady(), self._spent)
        except FilterFailed as failure:
            metrics.FILTER_FAILURES.labels(failure.reason).inc()
            guarded.say(failure.reason, trigger, subject.id, self._clock.steady())
            return False

    def _guarded(self, trigger: Trigger) -> "_Guarded":
        known = self._filters.get(trigger.id)
        if known and known.version == trigger.version:
            return known
        if len(self._filters) >= MOST_ENTRIES:
            self._filters.clear()
        guarded = self._filters[trigger.id] = _Guarded(trigger)
        return guarded


def subject(event: NewEvent | Event, *, event_id: str, now: Micros, shared: bool = False) -> Subject:
    """Return an event as filters see it. `now` is the event's time."""
    return Subject(
        project=event.project,
        type=event.type,
        id=event_id,
        options=event.options,
        data=event.data,
        time=now,
        cloud_event=event.cloud_event,
        shared=shared,
    )


class _Guarded:
    """The filter of one version of a trigger, which rests after an expensive evaluation."""

    def __init__(self, trigger: Trigger) -> None:
        self.version = trigger.version
        self._filter = _compiled(trigger.spec.filter)
        self._resume_time: Micros = 0
        self._say_time: Micros = 0
        self._unsaid = 0

    def matches(self, subject: Subject, now: Micros, spent: Callable[[], Micros]) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result."""
        if now < self._resume_time:
            raise FilterFailed("suspended", "it took too long a moment ago")
        start = spent()
        try:
            wanted = self._filter.matches(subject)
        except FilterFailed as failure:
            if failure.reason == "steps":
                self._resume_time = now + REST * (spent() - start)
            raise
        if (took := spent() - start) > SLOW:
            self._resume_time = now + REST * took
        return wanted

    def say(self, reason: str, trigger: Trigger, event_id: str, now: Micros) -> None:
        """Log a failure and the number of unlogged ones before: one line in 10 seconds, not one per event."""
        if now < self._say_time:
            self._unsaid += 1
            return
        facts.say(
            "trigger.filter_failed",
            project=trigger.project,
            trigger=trigger.spec.name,
            event_id=event_id,
            reason=reason,
            unsaid=self._unsaid,
        )
        self._say_time, self._unsaid = now + SAY_EVERY, 0


class _Broken:
    """A filter that an older or newer server saved, and that this one cannot compile."""

    def matches(self, subject: Subject) -> bool:
        """Fail for every event."""
        raise FilterFailed("error", "it does not compile")


def _compiled(expression: str) -> Filter:
    try:
        return filters.compile(expression)
    except ServiceError:
        return _Broken()
