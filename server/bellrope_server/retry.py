"""When to try a delivery again, and when to stop: pure arithmetic, no clock and no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How many attempts a delivery gets, and how long it waits between them."""

    retries: int = 3
    min_backoff: timedelta = timedelta(seconds=5)
    max_backoff: timedelta = timedelta(hours=1)
    schedule: tuple[timedelta, ...] = ()

    def backoff(self, attempt: int, *, jitter: float = 0.0) -> timedelta | None:
        """Return the wait after failed attempt number `attempt` (from 1), or None to give up.

        `jitter`, from 0 to 0.2, lengthens the wait by that share; nothing shortens it.

        >>> [RetryPolicy().backoff(n) for n in (1, 4)]
        [datetime.timedelta(seconds=5), None]
        >>> RetryPolicy(retries=9, schedule=(timedelta(seconds=1), timedelta(minutes=1))).backoff(5)
        datetime.timedelta(seconds=60)
        """
        if attempt > self.retries:
            return None
        if self.schedule:
            wait = self.schedule[min(attempt, len(self.schedule)) - 1]
        else:
            doublings = min(attempt - 1, 64)
            wait = min(self.min_backoff.total_seconds() * 2**doublings, self.max_backoff.total_seconds())
            wait = timedelta(seconds=wait)
        return wait * (1 + jitter)


def retry_after(status_code: int, headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """Return the wait that a 429 or 503 asks for (RFC 9110, 10.2.3): at least 0, at most 24 hours.

    Anything unreadable counts as absent. Header names are in lower case.

    >>> retry_after(429, {"retry-after": "120"}, now=datetime.now(UTC))
    datetime.timedelta(seconds=120)
    """
    value = headers.get("retry-after", "").strip()
    if status_code not in (429, 503) or not value:
        return timedelta(0)
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value.lstrip("0")[:10] or 0), MAX_RETRY_AFTER.total_seconds()))
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return timedelta(0)
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max(date - now, timedelta(0)), MAX_RETRY_AFTER)
