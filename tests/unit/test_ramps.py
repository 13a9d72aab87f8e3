"""How many attempts at once an endpoint gets after it did not answer."""

import pytest
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.scheduler.ramps import LEAST, MOST_REMEMBERED, Ramps

AT = "http://endpoint"


def ended(status: int = 0) -> Attempt:
    """Return an attempt with this answer, or with none."""
    return Attempt(start_time=0, duration=1, status_code=status, error=AttemptError.TIMEOUT)


@pytest.mark.parametrize("status", [0, 429, 502, 503, 504])
def test_an_endpoint_that_is_down_gets_few(status: int) -> None:
    """Each failed attempt halves what the endpoint gets at once, down to a few."""
    ramps, seen = Ramps(64), []
    for _ in range(5):
        ramps.ended(AT, ended(status), of=32)
        seen.append(ramps.of(AT, 32))
    assert seen == [16, 8, LEAST, LEAST, LEAST]


@pytest.mark.parametrize("status", [200, 301, 400, 404, 500])
def test_an_endpoint_that_answers_gets_all_it_may(status: int) -> None:
    """An endpoint that answers keeps its limit, even if it answers an error: the event may be the cause."""
    ramps = Ramps(64)
    ramps.ended(AT, ended(status), of=32)
    assert ramps.of(AT, 32) == 32


def test_it_gets_more_with_each_answer() -> None:
    """Each answer allows one more attempt at once, so each round doubles them, until the limit is back."""
    ramps = Ramps(64)
    ramps.ended(AT, ended(), of=1)
    for answers in range(64 - LEAST):
        assert ramps.of(AT, 64) == LEAST + answers
        ramps.ended(AT, ended(500), of=1)
    assert (ramps.of(AT, 100), ramps._allowed) == (100, {})


def test_a_smaller_cap_holds() -> None:
    """The limit is also a part of a smaller cap."""
    ramps = Ramps(64)
    ramps.ended(AT, ended(), of=40)
    assert (ramps.of(AT, 3), ramps.of(AT, 64)) == (3, 20)


def test_so_many_are_remembered() -> None:
    """The memory that this takes is bounded: the endpoint that was added first is forgotten first."""
    ramps = Ramps(64)
    for number in range(MOST_REMEMBERED + 1):
        ramps.ended(str(number), ended(), of=32)
    assert (len(ramps._allowed), ramps.of("0", 32), ramps.of("1", 32)) == (MOST_REMEMBERED, 32, 16)
