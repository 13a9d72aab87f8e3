"""What this process counted for each trigger: attempts by status, and deliveries by outcome."""

from collections.abc import Iterable, Mapping

from bellrope_server.attempt import ANSWERED, Attempt
from bellrope_server.model import State, Trigger

MOST_TRIGGERS = 1_000
"""How many triggers have numbers of their own, which bounds the size of /metrics."""
OTHER = ("_other", "_other")
"""The project and the trigger under which all others are counted. No name begins with `_`."""
IDLE_AFTER = 3_600.0  # seconds without a change
STATUSES = ("2xx", "3xx", "4xx", "5xx", "other", "none")
OUTCOMES = tuple(state for state in State if state.final)

_SECONDS, _FIRST_STATUS = 0, 1
_OTHER_STATUS, _NO_STATUS = (_FIRST_STATUS + STATUSES.index(status) for status in ("other", "none"))
_FIRST_OUTCOME = _FIRST_STATUS + len(STATUSES)
_STATES = _FIRST_OUTCOME - OUTCOMES[0]  # the place of a final state is its number after this
_WIDTH = _FIRST_OUTCOME + len(OUTCOMES)

Name = tuple[str, str]
"""A project and the name of its trigger."""
Numbers = list[float]
"""The seconds of all attempts, then the attempts by STATUSES, then the deliveries by OUTCOMES."""


def statuses(numbers: Numbers) -> Numbers:
    """Return the attempts, in the order of STATUSES."""
    return numbers[_FIRST_STATUS:_FIRST_OUTCOME]


def outcomes(numbers: Numbers) -> Numbers:
    """Return the deliveries that ended, in the order of OUTCOMES."""
    return numbers[_FIRST_OUTCOME:]


def seconds(numbers: Numbers) -> float:
    """Return how long all attempts took together."""
    return numbers[_SECONDS]


def added(many: Iterable[Mapping[Name, Numbers]]) -> dict[Name, Numbers]:
    """Return the sums of what several processes counted."""
    sums: dict[Name, Numbers] = {}
    for counts in many:
        for name, numbers in counts.items():
            own = sums.get(name)
            sums[name] = [*map(sum, zip(own, numbers, strict=True))] if own else numbers
    return sums


class _Counted:
    """The numbers of a trigger, and when they were last seen to change."""

    __slots__ = ("change_time", "numbers", "total")

    def __init__(self) -> None:
        self.numbers: Numbers = [0] * _WIDTH
        self.total = 0.0
        self.change_time = 0.0

    def note(self, now: float) -> None:
        """Note whether the numbers have changed."""
        if (total := sum(self.numbers)) != self.total or not self.change_time:
            self.total, self.change_time = total, now


class TriggerCounts:
    """Counts by trigger. Only the event loop uses it, so it needs no locks.

    The first MOST_TRIGGERS triggers have numbers of their own, which belong to a name: a trigger that is
    deleted and made again goes on counting. All others share the numbers of OTHER. If all places are taken, a
    trigger that has counted nothing for an hour gives its place up.
    """

    def __init__(self, most: int = MOST_TRIGGERS) -> None:
        """At most `most` triggers have numbers of their own."""
        self._most = most
        self._other = _Counted()
        self._named: dict[Name, _Counted] = {}
        self._by_id: dict[int, _Counted] = {}

    def attempted(self, trigger: Trigger, attempt: Attempt, state: State | None) -> None:
        """Count an attempt, and its delivery if the attempt ended it. `state` is None for a late attempt."""
        counted = self._by_id.get(trigger.id)
        if counted is None:
            counted = self._admitted(trigger.id, (trigger.project, trigger.spec.name))
        numbers = counted.numbers
        numbers[_SECONDS] += attempt.duration / 1_000_000
        numbers[_column(attempt)] += 1
        if state and state.final:
            numbers[_STATES + state] += 1

    def ended(self, trigger_id: int, state: State) -> None:
        """Count a delivery that ended without an attempt."""
        self._by_id.get(trigger_id, self._other).numbers[_STATES + state] += 1

    def expect(self, triggers: Iterable[tuple[int, Name]]) -> None:
        """Show these triggers, by row and name, from now on: Prometheus must see the 0 before the 1."""
        for trigger_id, name in triggers:
            self._admitted(trigger_id, name)

    def numbers(self, *, now: float) -> dict[Name, Numbers]:
        """Return copies of all numbers by name. `now` is a time in seconds that never goes back."""
        for each in self._named.values():
            each.note(now)
        if len(self._named) >= self._most:
            self._forget_idle(now)
        shown = {name: each.numbers.copy() for name, each in self._named.items()}
        return shown | {OTHER: self._other.numbers.copy()}

    def _admitted(self, trigger_id: int, name: Name) -> _Counted:
        counted = self._named.get(name)
        if counted is None:
            if len(self._named) >= self._most:
                return self._other
            counted = self._named[name] = _Counted()
        if len(self._by_id) >= 4 * self._most:  # so many were deleted and made again
            self._by_id.clear()
        self._by_id[trigger_id] = counted
        return counted

    def _forget_idle(self, now: float) -> None:
        kept = {name: each for name, each in self._named.items() if now - each.change_time < IDLE_AFTER}
        if len(kept) < len(self._named):
            self._named = kept
            self._by_id.clear()


def _column(attempt: Attempt) -> int:
    """Return the place of an attempt's status. Without a whole answer that is `none`."""
    if attempt.error not in ANSWERED:
        return _NO_STATUS
    if not 200 <= attempt.status_code < 600:
        return _OTHER_STATUS
    return _FIRST_STATUS + attempt.status_code // 100 - 2
