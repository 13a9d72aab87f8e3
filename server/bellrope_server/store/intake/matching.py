"""Which triggers an event matches: by type and options, then by filters, which have a time limit."""

from collections.abc import Sequence
from time import thread_time_ns

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Event, Micros, NewEvent, Project, Trigger
from bellrope_server.rules import filters
from bellrope_server.rules.filter_subjects import FilterFailed, Subject
from bellrope_server.rules.filter_watch import Watch
from bellrope_server.rules.filters import LONGEST, Filter, options_match
from bellrope_server.rules.type_patterns import takes
from bellrope_server.store.engine.session import Session
from bellrope_server.store.intake.filter_time import FREE, PROJECT_SAVED, FilterTime
from bellrope_server.store.settings.catalog import MOST_ENTRIES, Catalog
from bellrope_server.telemetry import facts, metrics

REST = 100  # times the cost of a slow evaluation: so no filter gets more than a hundredth of this thread
SAY_EVERY: Micros = 10_000_000
NO_TIME = "the filters of its project took too long a moment ago"


def processor_time() -> Micros:
    """Return the processor time of this thread so far."""
    return thread_time_ns() // 1000


class Matching:
    """Matches events. It belongs to the writing thread, as the catalog does."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock
        self._time = FilterTime()
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
        steady = self._clock.steady()
        return [trigger for trigger in found if not trigger.spec.filter or self._wants(trigger, seen, steady)]

    def matches(self, trigger: Trigger, event: NewEvent, *, event_id: str, now: Micros) -> bool:
        """Return whether the event matches this trigger. `now` is the event's time."""
        spec = trigger.spec
        if not takes(spec.type, event.type) or not options_match(spec.options, event.options):
            return False
        if not spec.filter:
            return True
        seen = subject(event, event_id=event_id, now=now)
        return self._wants(trigger, seen, self._clock.steady())

    def _wants(self, trigger: Trigger, subject: Subject, steady: Micros) -> bool:
        guarded = self._guarded(trigger)
        try:
            return guarded.matches(subject, steady)
        except FilterFailed as failure:
            metrics.FILTER_FAILURES.labels(failure.reason).inc()
            guarded.say(failure.reason, trigger, subject.id, steady)
            return False

    def _guarded(self, trigger: Trigger) -> "_Guarded":
        known = self._filters.get(trigger.id)
        if known and known.expression == trigger.spec.filter:
            return known
        if len(self._filters) >= MOST_ENTRIES:
            self._filters.clear()
        guarded = self._filters[trigger.id] = _Guarded(trigger, self._time)
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
    """The filter of a trigger, which rests after an expensive evaluation, even if the trigger is edited."""

    def __init__(self, trigger: Trigger, time: FilterTime) -> None:
        self.expression = trigger.spec.filter
        self._project_id = trigger.project_id
        self._time = time
        self._filter = _compiled(self.expression)
        self._slow = False
        self._resume_time: Micros = 0
        self._say_time: Micros = 0
        self._unsaid = 0

    def matches(self, subject: Subject, now: Micros) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result."""
        limit = self._limit(subject, now)
        watch, gave_up = Watch(limit), False
        try:
            return self._filter.matches(subject, watch)
        except FilterFailed as failure:
            if failure.reason == "time" and limit < LONGEST:
                raise FilterFailed("suspended", NO_TIME) from None
            gave_up = failure.reason in ("steps", "time")
            raise
        finally:
            took = watch.took(over=FREE)
            self._slow = took > FREE
            if self._slow:
                self._time.spend(self._project_id, took, now)
            if gave_up or took > LONGEST:
                self._resume_time = now + REST * max(took, FREE)

    def _limit(self, subject: Subject, now: Micros) -> Micros:
        """Return how long its loops may take.

        A filter that was slow the last time leaves half of the time to those that are slow for the first.
        """
        if now < self._resume_time:
            raise FilterFailed("suspended", "it took too long a moment ago")
        left = self._time.left(self._project_id, now) - (PROJECT_SAVED // 2 if self._slow else 0)
        if left <= 0 and (self._slow or not self._filter.is_light(subject)):
            raise FilterFailed("suspended", NO_TIME)
        return min(LONGEST, FREE + max(left, 0))

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
    """A filter that another version of the server saved, and that this one refuses."""

    def __init__(self, why: str) -> None:
        self._why = why

    def matches(self, subject: Subject, watch: Watch | None = None) -> bool:
        """Fail for every event."""
        raise FilterFailed("error", self._why)

    def is_light(self, subject: Subject) -> bool:
        """Return True: there is nothing to evaluate."""
        return True


def _compiled(expression: str) -> Filter:
    try:
        return filters.compile(expression)
    except ServiceError as error:
        return _Broken(f"it {error.message}")
