"""What happens to a delivery after an attempt, and to a caller that waits for one: pure decisions."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from bellrope_server.attempt import Attempt
from bellrope_server.clock import SECOND
from bellrope_server.model import Delivery, Leased, Micros, State
from bellrope_server.retry import forbids_retry, retry_after

LEASE_MARGIN: Micros = 15 * SECOND
MAX_LOST_LEASES = 5
CANCEL_ASKED = "cancel_asked"  # the reason of a delivery that is cancelled, or will be after its attempt


class Outcome(Struct, frozen=True, kw_only=True):
    """A delivery's next state, when it is due again if it is, and the reason if it is a dead letter."""

    state: State
    due_time: Micros | None = None
    reason: str = ""


SUCCEEDED = Outcome(state=State.SUCCEEDED)
REFUSED = Outcome(state=State.DEAD_LETTERED, reason="refused")


def outcome(leased: Leased, attempt: Attempt, *, now: Micros, jitter: float) -> Outcome:
    """Return the outcome of an attempt that just ended. `jitter`, from 0 to 0.2, lengthens the backoff."""
    if attempt.succeeded:
        return SUCCEEDED
    policy = leased.trigger.spec.retry_policy
    if policy.forbids(attempt.status_code) or forbids_retry(attempt.response_headers):
        return REFUSED
    wait = policy.backoff(leased.failure_count + 1, jitter=jitter)
    if wait is None:
        return Outcome(state=State.DEAD_LETTERED, reason="retries_exhausted")
    asked = retry_after(attempt.status_code, attempt.response_headers, now=now)
    return Outcome(state=State.SCHEDULED, due_time=now + max(wait, int(asked * (1 + jitter))))


def lease_length(timeout: Micros) -> Micros:
    """Return how long a delivery is leased for one attempt of at most `timeout`."""
    return timeout + LEASE_MARGIN


def may_begin(leased: Leased, *, steady: Micros, wall: Micros) -> bool:
    """Return whether the rest of the lease is enough for a whole attempt, and the delivery has not expired.

    `steady` is the lease clock's time, `wall` the wall clock's.
    """
    if leased.expire_time is not None and leased.expire_time <= wall:
        return False
    return leased.lease_until - steady >= leased.trigger.spec.timeout


def settled(deliveries: Iterable[Delivery], *, deadline: Micros, paused: frozenset[str]) -> bool:
    """Return whether these deliveries can no longer change before `deadline`.

    A delivery is settled if it is final, if no further attempt can start before the deadline, or if its
    trigger is among the `paused`.
    """
    return all(
        delivery.state.final
        or (
            delivery.state is State.SCHEDULED and (delivery.trigger in paused or delivery.due_time > deadline)
        )
        for delivery in deliveries
    )


def recorded(attempt: Attempt, *, number: int, outcome: Outcome, late: bool) -> Attempt:
    """Return the attempt as it goes into the log."""
    return replace(attempt, number=number, next_attempt_time=None if late else outcome.due_time, late=late)
