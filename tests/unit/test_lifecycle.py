"""What becomes of a delivery after an attempt, and when a caller has waited long enough."""

from typing import Any

import pytest
from attempts import NOW, leased
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.clock import MILLISECOND
from bellrope_server.model import Delivery, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules import lifecycle
from bellrope_server.rules.lifecycle import Outcome
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

SECOND = 1_000_000
URL = "http://127.0.0.1/"


def attempt(status: int, **fields: Any) -> Attempt:
    """Return an attempt that ended with this status, or with 0 and an error."""
    return Attempt(start_time=NOW, duration=SECOND, status_code=status, **fields)


def after(ended: Attempt, *, failures: int = 0, jitter: float = 0.0, **policy: Any) -> Outcome:
    """Return what this attempt leads to after this number of failures."""
    delivery = leased(URL, failure_count=failures, retry_policy=RetryPolicy(**policy))
    return lifecycle.outcome(delivery, ended, now=NOW, jitter=jitter)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299])
def test_any_2xx_is_success(status: int) -> None:
    """Any 2xx is success, whatever its body says (the user's document)."""
    ended = attempt(status, response_body=b'{"error":"x"}', truncated=True)
    assert after(ended, failures=99) == Outcome(state=State.SUCCEEDED)


def test_a_2xx_that_broke_off_is_retried() -> None:
    """A 2xx whose connection ended within the body is tried again after the backoff."""
    ended = attempt(200, error=AttemptError.CONNECTION_RESET)
    assert after(ended) == Outcome(state=State.SCHEDULED, due_time=NOW + 5 * SECOND)


@pytest.mark.parametrize("status", [0, 101, 199, 300, 302, 400, 404, 410, 500, 599])
def test_everything_else_is_retried(status: int) -> None:
    """Any other answer, or none, is tried again after the backoff."""
    assert after(attempt(status)) == Outcome(state=State.SCHEDULED, due_time=NOW + 5 * SECOND)


def test_the_backoff_goes_by_the_failures_before() -> None:
    """The wait doubles with each failure; after the last retry the delivery is a dead letter."""
    assert [after(attempt(500), failures=failures).due_time for failures in range(4)] == [
        *(NOW + 5 * SECOND, NOW + 10 * SECOND, NOW + 20 * SECOND, None)
    ]
    assert after(attempt(500), failures=3) == Outcome(state=State.DEAD_LETTERED, reason="retries_exhausted")
    assert after(attempt(500), retries=0).state is State.DEAD_LETTERED


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_a_floor(status: int) -> None:
    """A longer Retry-After wins over the backoff, a shorter one does not (E10)."""
    for asked, waited in (("120", 120), ("3", 5), ("999999", 86_400)):
        ended = attempt(status, response_headers={"retry-after": asked})
        assert after(ended).due_time == NOW + waited * SECOND


def test_chance_comes_on_top_of_retry_after() -> None:
    """Jitter also lengthens the wait that the endpoint asked for."""
    ended = attempt(429, response_headers={"retry-after": "100"})
    assert after(ended, jitter=0.2).due_time == NOW + 120 * SECOND


def test_a_dead_letter_is_dead_whatever_was_asked_for() -> None:
    """Retry-After does not add attempts."""
    ended = attempt(503, response_headers={"retry-after": "1"})
    assert after(ended, failures=3).state is State.DEAD_LETTERED


REFUSED = Outcome(state=State.DEAD_LETTERED, reason="refused")
LISTED = ("3xx", "410", "422", "503")


@pytest.mark.parametrize("status", [300, 302, 399, 410, 422, 503])
def test_a_listed_status_ends_the_delivery_at_once(status: int) -> None:
    """An answer whose status or class the trigger lists makes a dead letter, `refused`, with retries left."""
    for failures in (0, 2, 3):
        assert after(attempt(status), failures=failures, no_retry_statuses=LISTED) == REFUSED


@pytest.mark.parametrize("status", [0, 101, 400, 409, 411, 429, 500, 502, 599])
def test_a_status_that_is_not_listed_is_retried(status: int) -> None:
    """Only listed statuses end a delivery; an attempt without an answer is always retried."""
    expected = Outcome(state=State.SCHEDULED, due_time=NOW + 5 * SECOND)
    assert after(attempt(status), no_retry_statuses=LISTED) == expected


@pytest.mark.parametrize("value", ["no", "No", " NO ", "no, no", "x, no"])
def test_a_receiver_can_refuse_one_delivery(value: str) -> None:
    """With `webhook-retry: no`, a failure of any status is the last, even one with a Retry-After."""
    for status in (302, 400, 429, 503):
        ended = attempt(status, response_headers={"webhook-retry": value, "retry-after": "1"})
        assert after(ended) == REFUSED


@pytest.mark.parametrize("value", ["", "yes", "none", "no-store", "false", "n o"])
def test_another_webhook_retry_means_nothing(value: str) -> None:
    """Any other value of `webhook-retry` changes nothing."""
    assert after(attempt(500, response_headers={"webhook-retry": value})).state is State.SCHEDULED


def test_a_success_is_not_refused() -> None:
    """A whole 2xx is a success, also with `webhook-retry: no`; one that broke off is then not retried."""
    headers = {"webhook-retry": "no"}
    assert after(attempt(200, response_headers=headers)) == lifecycle.SUCCEEDED
    broken = attempt(200, response_headers=headers, error=AttemptError.CONNECTION_RESET)
    assert after(broken) == REFUSED


@given(
    status=st.sampled_from([0, 200, 302, 429, 500, 503]),
    failures=st.integers(0, 101),
    retries=st.integers(0, 100),
    asked=st.integers(0, 10**6),
    jitter=st.floats(0, 0.2),
)
def test_every_attempt_leads_somewhere(
    status: int, failures: int, retries: int, asked: int, jitter: float
) -> None:
    """A delivery ends final, or due again no sooner than the backoff and the endpoint's own wish."""
    ended = attempt(status, response_headers={"retry-after": str(asked)})
    led = after(ended, failures=failures, retries=retries, jitter=jitter)
    assert (led.state is State.SUCCEEDED) == (status == 200)
    assert (led.due_time is None) == led.state.final
    assert bool(led.reason) == (led.state is State.DEAD_LETTERED)
    if led.due_time is not None:
        floor = min(asked, 86_400) * SECOND if status in (429, 503) else 0
        assert led.due_time >= NOW + max(5 * SECOND, floor)


def test_a_lease_is_the_timeout_and_a_margin() -> None:
    """A lease lasts 15 s longer than an attempt can."""
    assert lifecycle.lease_length(5 * SECOND) == 20 * SECOND
    assert lifecycle.lease_length(100 * MILLISECOND) == 15_100_000


def test_an_attempt_needs_a_lease_that_covers_it() -> None:
    """An attempt starts only if its lease lasts at least the timeout; else the lease is returned unused."""
    delivery = replace(leased(URL, timeout=5 * SECOND), lease_until=20 * SECOND)
    assert [
        lifecycle.may_begin(delivery, steady=now, wall=NOW)
        for now in (0, 15 * SECOND, 15 * SECOND + 1, 30 * SECOND)
    ] == [*(True, True, False, False)]


def test_no_attempt_begins_once_a_delivery_has_expired() -> None:
    """What waited in memory until its expire time is not sent."""
    delivery = replace(leased(URL), lease_until=3600 * SECOND, expire_time=NOW)
    assert [lifecycle.may_begin(delivery, steady=0, wall=now) for now in (NOW - 1, NOW)] == [True, False]


def delivery(state: State, *, due: int = 0, trigger: str = "a") -> Delivery:
    """Return a delivery in this state."""
    return Delivery(
        id=1,
        project="p",
        delivery_id="d",
        event_id="e",
        type="y",
        trigger=trigger,
        state=state,
        due_time=due,
        attempt_count=0,
        reason="",
        create_time=0,
        finish_time=None,
    )


@pytest.mark.parametrize(
    ("state", "due", "paused", "expected"),
    [
        (State.SUCCEEDED, 0, False, True),
        (State.DEAD_LETTERED, 0, False, True),
        (State.CANCELLED, 0, False, True),
        (State.EXPIRED, 0, False, True),
        (State.SCHEDULED, 9, False, False),
        (State.SCHEDULED, 10, False, False),
        (State.SCHEDULED, 11, False, True),
        (State.SCHEDULED, 9, True, True),
        (State.DELIVERING, 0, False, False),
        (State.DELIVERING, 11, False, False),
        (State.DELIVERING, 0, True, False),
    ],
)
def test_waiting_is_over_when_nothing_more_can_come(
    state: State, due: int, paused: bool, expected: bool
) -> None:
    """A caller does not wait for a delivery that is final, or is due after the deadline, or is paused."""
    paused_triggers = frozenset({"a"} if paused else ())
    assert lifecycle.settled([delivery(state, due=due)], deadline=10, paused=paused_triggers) is expected


def test_one_that_is_under_way_is_waited_for() -> None:
    """A caller waits until all deliveries are settled; without deliveries it does not wait."""
    done, open_ = delivery(State.SUCCEEDED), delivery(State.DELIVERING, trigger="b")
    assert lifecycle.settled([done, open_], deadline=10, paused=frozenset({"a"})) is False
    assert lifecycle.settled([], deadline=10, paused=frozenset()) is True


def test_an_attempt_is_logged_with_its_number_and_what_follows() -> None:
    """The log has when the next attempt is due; a late outcome changes nothing and has no next attempt."""
    next_try = Outcome(state=State.SCHEDULED, due_time=7)
    logged = lifecycle.recorded(attempt(500), number=2, outcome=next_try, late=False)
    late = lifecycle.recorded(attempt(500), number=3, outcome=next_try, late=True)
    assert (logged.number, logged.next_attempt_time, logged.late, logged.status_code) == (2, 7, False, 500)
    assert (late.number, late.next_attempt_time, late.late) == (3, None, True)


def test_final_states_are_the_last_four() -> None:
    """A delivery that is scheduled or under way is not final; every other is."""
    assert [state.name for state in State if not state.final] == ["SCHEDULED", "DELIVERING"]
