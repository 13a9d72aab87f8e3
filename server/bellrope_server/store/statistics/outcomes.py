"""What a count is of, as one number: attempts that ended in one way, accepted events, or what waited."""

from typing import NamedTuple

from bellrope_server.attempt import ANSWERED, Attempt, AttemptError

ACCEPTED = 0  # an event that was accepted, which is no attempt
DUE, SCHEDULED = -1, -2  # deliveries that waited at one moment, which are not added up over time
STATUSES = 1000  # more than there are


class Ended(NamedTuple):
    """An outcome. `status_code` is 0 if the answer was not usable."""

    error: AttemptError
    status_code: int


def outcome_of(attempt: Attempt) -> int:
    """Return the number of an attempt's outcome."""
    status = attempt.status_code if attempt.error in ANSWERED else 0
    return attempt.error * STATUSES + status


def ended(outcome: int) -> Ended:
    """Return what the number of an outcome means.

    >>> ended(1503).error.name, ended(1503).status_code, ended(3000).error.name
    ('STATUS', 503, 'TIMEOUT')
    """
    error, status = divmod(outcome, STATUSES)
    return Ended(AttemptError(error), status)


def joined(outcome: int, counts: int, others: int) -> int:
    """Return the counts of two times together: their sum, or of what waited the higher one.

    >>> joined(1200, 3, 4), joined(DUE, 3, 4)
    (7, 4)
    """
    return max(counts, others) if outcome < ACCEPTED else counts + others


def succeeded(outcome: int) -> bool:
    """Return whether attempts with this outcome succeeded."""
    return 0 < outcome < STATUSES
