"""When a delivery is tried again: waits grow up to a bound; jitter and Retry-After only lengthen them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from bellrope_server.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from bellrope_server.retry import MAX_RETRY_AFTER, RetryPolicy, retry_after
from hypothesis import given
from hypothesis import strategies as st

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
NOW = round(NOON.timestamp()) * SECOND
WAITS = st.integers(MILLISECOND, 7 * DAY)
JITTER = st.floats(0, 0.2)


@st.composite
def policies(draw: st.DrawFn) -> RetryPolicy:
    """Generate every policy that a trigger can have."""
    shortest, longest = sorted((draw(WAITS), draw(WAITS)))
    schedule = draw(st.lists(WAITS, max_size=5))
    retries = draw(st.integers(0, 100))
    return RetryPolicy(retries=retries, min_backoff=shortest, max_backoff=longest, schedule=tuple(schedule))


def test_the_default_is_four_attempts_from_five_seconds() -> None:
    """3 retries, after 5, 10 and 20 seconds, and then no more."""
    assert [RetryPolicy().backoff(attempt) for attempt in range(1, 6)] == [
        *(5 * SECOND, 10 * SECOND, 20 * SECOND, None, None)
    ]


def test_backoff_stops_growing_at_the_longest() -> None:
    """The wait doubles up to an hour and stays there."""
    policy = RetryPolicy(retries=100)
    assert [policy.backoff(attempt) for attempt in (10, 11, 100)] == [*(2560 * SECOND, HOUR, HOUR)]


def test_a_schedule_is_kept_and_its_last_wait_repeats() -> None:
    """A listed schedule replaces the doubling."""
    waits = (SECOND, MINUTE, 2 * SECOND)
    policy = RetryPolicy(retries=5, schedule=waits)
    assert [policy.backoff(attempt) for attempt in range(1, 7)] == [*waits, waits[-1], waits[-1], None]


def test_no_retries_is_one_attempt() -> None:
    """0 retries means one attempt."""
    assert RetryPolicy(retries=0).backoff(1) is None


@given(policies(), st.integers(1, 200))
def test_there_are_as_many_retries_as_were_asked_for(policy: RetryPolicy, attempt: int) -> None:
    """A delivery has exactly as many retries as its policy says."""
    assert (policy.backoff(attempt) is None) == (attempt > policy.retries)


@given(policies(), st.integers(1, 99))
def test_backoff_grows_and_is_bounded(policy: RetryPolicy, attempt: int) -> None:
    """Without a schedule no wait is shorter than the one before, and all are within the policy's bounds."""
    policy = RetryPolicy(min_backoff=policy.min_backoff, max_backoff=policy.max_backoff, retries=100)
    wait, next_wait = policy.backoff(attempt), policy.backoff(attempt + 1)
    assert wait is not None
    assert next_wait is not None
    assert policy.min_backoff <= wait <= next_wait <= policy.max_backoff


@given(policies(), st.integers(1, 100), JITTER)
def test_chance_only_lengthens(policy: RetryPolicy, attempt: int, jitter: float) -> None:
    """A wait with jitter is never shorter, and at most a fifth longer."""
    wait, longer = policy.backoff(attempt), policy.backoff(attempt, jitter=jitter)
    if wait is None or longer is None:
        assert longer is wait
        return
    assert wait <= longer <= wait * 1.2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("00000000000120", 120),
        ("86400", 86_400),
        ("86401", 86_400),
        ("9" * 400, 86_400),
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120),
        ("Monday, 23-Nov-26 12:02:00 GMT", 120),
        ("Mon Nov 23 12:02:00 2026", 120),
        ("Mon, 23 Nov 2026 13:02:00 +0100", 120),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date(status: int, value: str, seconds: int) -> None:
    """A 429 or 503 can ask for a wait, in every form of RFC 9110, up to 24 hours."""
    assert retry_after(status, {"retry-after": value}, now=NOW) == seconds * SECOND


@pytest.mark.parametrize(
    "value",
    [
        *("", "-1", "1.5", "+5", "1e3", "soon", "١٢٠", "23 Nov", "12:00", "Mon, 99 Nov 2026 12:00:00 GMT"),
        "Mon, 23 Nov 2026 12:02:00 +9999",
        "Mon, 23 Nov 2026 12:02:00 -9999999999999999",
        "Mon, 23 Nov 99999999999999999999 12:02:00 GMT",
        "Mon, 23 Nov 2026 99999999999999999999:02:00 GMT",
    ],
)
def test_what_can_not_be_read_counts_as_absent(value: str) -> None:
    """A Retry-After that cannot be read leaves the trigger's own backoff (E9)."""
    assert retry_after(429, {"retry-after": value}, now=NOW) == 0


@pytest.mark.parametrize("status", [0, 200, 301, 404, 500, 502])
def test_other_answers_do_not_ask(status: int) -> None:
    """Retry-After counts with 429 and 503 only."""
    assert retry_after(status, {"retry-after": "120"}, now=NOW) == 0
    assert retry_after(429, {}, now=NOW) == 0


@given(st.text())
def test_no_retry_after_does_harm(value: str) -> None:
    """Whatever an endpoint sends, the wait is between 0 and 24 hours."""
    assert 0 <= retry_after(503, {"retry-after": value}, now=NOW) <= MAX_RETRY_AFTER


DATE_PARTS = st.lists(
    st.sampled_from(["Mon,", "23", "Nov", "2026", "12:00:00", "GMT", "+0100", "-99999999999", "-", "99999"]),
    max_size=9,
)


@given(DATE_PARTS)
def test_no_date_does_harm(parts: list[str]) -> None:
    """A text that is almost a date does no harm either."""
    assert 0 <= retry_after(503, {"retry-after": " ".join(parts)}, now=NOW) <= MAX_RETRY_AFTER


@given(st.integers(-100_000, 100_000))
def test_a_date_is_waited_for(seconds: int) -> None:
    """The wait for a date is the time until then, 0 if it is past, and 24 hours at most."""
    date = NOON + timedelta(seconds=seconds)
    wait = retry_after(429, {"retry-after": format_datetime(date, usegmt=True)}, now=NOW)
    assert wait == min(max(seconds * SECOND, 0), MAX_RETRY_AFTER)
