"""How attempts are logged and counted, with a limit on the log lines for one trigger's failures."""

import asyncio
from dataclasses import dataclass

from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, Leased, Micros, State, Trigger
from bellrope_server.store.leases.record import Recorded
from bellrope_server.telemetry import facts, metrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts

MOST_FAILURES = 10  # lines a second about the failed attempts of one trigger
ENDINGS = {None: "LATE"} | {state: state.name for state in State}


@dataclass(slots=True)
class _Failures:
    """How many attempts of a trigger failed in this second, and the timer that ends the second."""

    trigger: Trigger
    count: int
    timer: asyncio.TimerHandle


class Story:
    """Logs and counts each attempt that is in the database.

    A success always has a log line. An endpoint that fails fast would fill the disk with equal lines, so only
    the first MOST_FAILURES failures of a trigger in a second are logged. One more line counts the rest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, counts: TriggerCounts) -> None:
        self._loop = loop
        self._counts = counts
        self._failures: dict[int, _Failures] = {}

    def tell(self, leased: Leased, recorded: Recorded) -> None:
        """Log and count an attempt."""
        attempt, trigger = recorded.attempt, leased.trigger
        if recorded.paused:
            facts.say("trigger.paused", project=trigger.project, trigger=trigger.spec.name)
        metrics.JOURNEY.attempted(ENDINGS[recorded.state], attempt.duration / 1_000_000)
        self._counts.attempted(trigger, attempt, recorded.state)
        if attempt.succeeded or self._has_a_line(trigger):
            _tell_attempt(leased, recorded)
        for index, each in enumerate(recorded.chained):
            _tell_chained(leased, index, each)

    def tell_postponed(self, leased: Leased, due_time: Micros) -> None:
        """Log that an attempt was put off because its project's look-ups of names are all under way."""
        trigger = leased.trigger
        if self._has_a_line(trigger):
            facts.say(
                "delivery.postponed",
                project=trigger.project,
                trigger=trigger.spec.name,
                event_id=leased.event_id,
                delivery_id=leased.delivery_id,
                why="too many names of this project are being looked up",
                due_time=due_time,
            )

    def end(self) -> None:
        """Log the failures that were counted but not logged yet."""
        for trigger_id in list(self._failures):
            self._end_second(trigger_id)

    def _has_a_line(self, trigger: Trigger) -> bool:
        """Count a failure, and return whether it is one of the first in its second."""
        failures = self._failures.get(trigger.id)
        if failures is None:
            timer = self._loop.call_later(1, self._end_second, trigger.id)
            failures = self._failures[trigger.id] = _Failures(trigger, 0, timer)
        failures.count += 1
        return failures.count <= MOST_FAILURES

    def _end_second(self, trigger_id: int) -> None:
        failures = self._failures.pop(trigger_id)
        failures.timer.cancel()
        if (count := failures.count - MOST_FAILURES) > 0:
            trigger = failures.trigger
            facts.say(
                "delivery.failures_unsaid", project=trigger.project, trigger=trigger.spec.name, count=count
            )


def _tell_attempt(leased: Leased, recorded: Recorded) -> None:
    attempt, trigger = recorded.attempt, leased.trigger
    facts.say(
        "delivery.attempted",
        project=trigger.project,
        trigger=trigger.spec.name,
        event_id=leased.event_id,
        delivery_id=leased.delivery_id,
        number=attempt.number,
        status_code=attempt.status_code,
        error=attempt.error.name if attempt.error else None,
        **({"tls_reason": str(attempt.tls_reason)} if attempt.tls_reason else {}),
        **({"proxy_reason": str(attempt.proxy_reason)} if attempt.proxy_reason else {}),
        duration_ms=attempt.duration / 1000,
        state=ENDINGS[recorded.state],
        **({"reason": recorded.reason} if recorded.reason else {}),
        next_attempt_time=attempt.next_attempt_time,
    )


def _tell_chained(leased: Leased, index: int, result: Accepted | ServiceError) -> None:
    """Log and count an event that an answer queues. `index` is its position in the answer, from 0."""
    about = {
        "project": leased.trigger.project,
        "trigger": leased.trigger.spec.name,
        "cause": leased.delivery_id,
        "index": index,
    }
    if isinstance(result, ServiceError):
        facts.say("event.chain_refused", **about, reason=result.reason, field=result.field)
        return
    metrics.JOURNEY.accepted += not result.duplicate
    facts.say(
        "event.chained", **about, event_id=result.event_id, hop=leased.hop + 1, duplicate=result.duplicate
    )
