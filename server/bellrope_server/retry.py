"""When to try a delivery again, and when to stop: pure arithmetic, no clock and no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bellrope_server.clock import HOUR, SECOND, Micros

MAX_RETRY_AFTER: Micros = 24 * HOUR
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How many attempts a delivery gets, how long it waits between them, and which answers end it."""

    retries: int = 3
    min_backoff: Micros = 5 * SECOND
    max_backoff: Micros = 1 * HOUR
    schedule: tuple[Micros, ...] = ()
    no_retry_statuses: tuple[str, ...] = ()
    """Statuses and classes of them after which no retry follows: `410`, `4xx`."""

    def backoff(self, attempt: int, *, jitter: float = 0.0) -> Micros | None:
        """Return the wait after failed attempt number `attempt` (from 1), or None to give up.

        `jitter`, from 0 to 0.2, lengthens the wait by that share. Nothing shortens the wait.

        >>> [RetryPolicy().backoff(n) for n in (1, 4)]
        [5000000, None]
        >>> RetryPolicy(retries=9, schedule=(1 * SECOND, 60 * SECOND)).backoff(5)
        60000000
        """
        if attempt > self.retries:
            return None
        if self.schedule:
            wait = self.schedule[min(attempt, len(self.schedule)) - 1]
        else:
            wait = min(self.min_backoff << min(attempt - 1, 64), self.max_backoff)
        return int(wait * (1 + jitter))

    def forbids(self, status_code: int) -> bool:
        """Return whether no retry follows an answer with this status.

        >>> policy = RetryPolicy(no_retry_statuses=("3xx", "410"))
        >>> [policy.forbids(status) for status in (302, 410, 411, 0)]
        [True, True, False, False]
        """
        listed = self.no_retry_statuses
        return bool(listed) and (str(status_code) in listed or f"{status_code // 100}xx" in listed)


def forbids_retry(headers: Mapping[str, str]) -> bool:
    """Return whether an answer's `webhook-retry: no` asks for no retry. Header names are in lower case.

    >>> forbids_retry({"webhook-retry": "No"}), forbids_retry({"webhook-retry": "yes"})
    (True, False)
    """
    value = headers.get("webhook-retry")
    return value is not None and any(each.strip().lower() == "no" for each in value.split(","))


def retry_after(status_code: int, headers: Mapping[str, str], *, now: Micros) -> Micros:
    """Return the wait that a 429 or 503 asks for (RFC 9110, 10.2.3): at least 0, at most 24 hours.

    An unreadable header counts as absent. Header names are in lower case.

    >>> retry_after(429, {"retry-after": "120"}, now=0)
    120000000
    """
    value = headers.get("retry-after", "").strip()
    if status_code not in (429, 503) or not value:
        return 0
    if value.isascii() and value.isdigit():
        return min(int(value.lstrip("0")[:10] or 0) * SECOND, MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max((date - EPOCH) // timedelta(microseconds=1) - now, 0), MAX_RETRY_AFTER)
