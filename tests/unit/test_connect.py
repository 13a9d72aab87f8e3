"""Parts of the Connect protocol: codes, and the deadline of a call."""

import asyncio

import pytest
from bellrope_server.errors import Code, DeadlinePassed, ServiceError
from bellrope_server.gateway.connect.deadline import Deadline
from bellrope_server.gateway.connect.failures import as_json, response

STATUSES = {  # connectrpc.com/docs/protocol, "Error Codes"
    "canceled": 499,
    "invalid_argument": 400,
    "deadline_exceeded": 504,
    "not_found": 404,
    "already_exists": 409,
    "permission_denied": 403,
    "resource_exhausted": 429,
    "failed_precondition": 400,
    "aborted": 409,
    "unimplemented": 501,
    "internal": 500,
    "unavailable": 503,
    "unauthenticated": 401,
}


def test_each_code_has_the_status_of_the_protocol() -> None:
    """Every code of ours is one of the protocol's, with its HTTP status."""
    errors = [type("Example", (ServiceError,), {"code": code})() for code in Code]
    shown = {
        as_json(error, request_id="x")["code"]: response(error, request_id="x").status for error in errors
    }
    assert shown == STATUSES


def test_an_error_says_when_to_come_back() -> None:
    """A caller who may retry finds the time in `Retry-After`, and in the details."""
    error = ServiceError("busy", retry_after=3)
    assert response(error, request_id="x").headers["Retry-After"] == "3"
    assert {"retryDelay": "3s"} in [each["debug"] for each in as_json(error, request_id="x")["details"]]


async def test_a_deadline_ends_work_that_does_not_end() -> None:
    """What does not end by itself is given up at the caller's deadline."""
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(DeadlinePassed):
        await Deadline("10").bound(work())
    assert ended.is_set()


async def test_a_deadline_changes_nothing_in_work_that_ends() -> None:
    """The result and the errors of work that ends in time are its own, with a deadline as without one."""

    async def fails() -> None:
        raise TimeoutError("of its own")

    for said in (None, "9999999999"):
        assert await Deadline(said).bound(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(TimeoutError, match="of its own"):
            await Deadline(said).bound(fails())


async def test_what_is_left_of_a_deadline() -> None:
    """What is left counts from the header, and a deadline that has passed is an error."""
    left = Deadline("60000").left()
    assert left is not None
    assert 0 < left <= 60_000_000
    assert Deadline(None).left() is None
    with pytest.raises(DeadlinePassed):
        Deadline("0").left()
