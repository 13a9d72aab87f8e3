"""What a caller over HTTP receives when something fails."""

import inspect
import json

import pytest
from bellrope_server import errors
from bellrope_server.errors import Code, InvalidField, Overloaded, RequestTimeout, ServiceError, WebhookFailed
from bellrope_server.gateway.wire import answers
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo

EVERY_ERROR = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ServiceError)
]


def test_an_error_is_told_with_its_details_in_order() -> None:
    """The body has message, status, reason, details and the request's id, in this order."""
    error = InvalidField("must be 0 or more", field="delay", metadata={"value": "-1"})
    assert answers.error_body(error, request_id="r-1") == (
        b'{"error":"delay must be 0 or more","status":"INVALID_ARGUMENT","reason":"INVALID_FIELD","details":['
        b'{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_FIELD","domain":"bellrope",'
        b'"metadata":{"value":"-1"}},'
        b'{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":['
        b'{"field":"delay","description":"delay must be 0 or more"}]}],"requestId":"r-1"}'
    )


def test_an_error_without_a_field_blames_none() -> None:
    """An error without a field has no BadRequest in its details, and one without metadata has no metadata."""
    details = json.loads(answers.error_body(Overloaded(), request_id="r-1"))["details"]
    assert [sorted(detail) for detail in details] == [["@type", "domain", "reason"]]


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_that_says_what_became_of_the_request(kind: type[ServiceError]) -> None:
    """A 4xx means not stored; only an unknown outcome or an internal error is a 5xx; no error is a 2xx."""
    assert 400 <= answers.http_status(kind()) <= 599


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (Code.INVALID_ARGUMENT, 400),
        (Code.UNAUTHENTICATED, 401),
        (Code.PERMISSION_DENIED, 403),
        (Code.NOT_FOUND, 404),
        (Code.ALREADY_EXISTS, 409),
        (Code.ABORTED, 409),
        (Code.FAILED_PRECONDITION, 409),
        (Code.RESOURCE_EXHAUSTED, 429),
        (Code.CANCELLED, 499),
        (Code.INTERNAL, 500),
        (Code.UNIMPLEMENTED, 501),
        (Code.UNAVAILABLE, 503),
        (Code.DEADLINE_EXCEEDED, 504),
    ],
)
def test_each_code_has_its_http_status(code: Code, status: int) -> None:
    """The code decides the HTTP status, unless the error names a more exact HTTP status."""
    error = type("Example", (ServiceError,), {"code": code})()
    assert answers.http_status(error) == status


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_no_code_is_without_an_http_status(code: Code) -> None:
    """Every code has an HTTP status: a new code without one could not be answered."""
    error = type("Example", (ServiceError,), {"code": code})()
    assert 400 <= answers.http_status(error) <= 599


def test_the_exact_word_of_http_wins() -> None:
    """A failed webhook is ABORTED, and over HTTP a 502."""
    assert (answers.http_status(WebhookFailed()), WebhookFailed.code) == (502, Code.ABORTED)


def test_retry_after_is_told_in_seconds() -> None:
    """An error that knows when to try again sets Retry-After; other errors do not."""
    response = answers.error_response(Overloaded(retry_after=3), request_id="r-1")
    assert response.headers["Retry-After"] == "3"
    assert "Retry-After" not in answers.error_response(Overloaded(), request_id="r-1").headers


def test_what_breaks_inside_is_told_as_that_alone() -> None:
    """An exception other than a ServiceError is answered with "Internal error." and the id, not its text."""
    response = answers.error_response(answers.shown(KeyError("a secret"), request_id="r-1"), request_id="r-1")
    assert isinstance(response.body, bytes)
    told = json.loads(response.body)
    assert (response.status, told["error"], told["reason"]) == (500, "Internal error.", "INTERNAL_ERROR")
    assert (told["requestId"], response.headers["X-Request-Id"]) == ("r-1", "r-1")
    assert b"secret" not in response.body


def test_text_that_utf_8_cannot_hold_is_escaped() -> None:
    """A path or key that is not valid Unicode is shown escaped, and does not break the answer."""
    error = InvalidField("is no key", field="\udcff", metadata={"key": "\ud800"})
    assert json.loads(answers.error_body(error, request_id="r-1"))["error"] == "\\udcff is no key"


def test_what_else_an_error_carries_is_told_as_json() -> None:
    """A protobuf message that an error carries is one of its details, under its own type."""
    error = WebhookFailed(detail=RetryInfo(retry_delay=Duration(seconds=3)))
    detail = json.loads(answers.error_body(error, request_id="r-1"))["details"][-1]
    assert detail == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}


def test_after_a_timeout_the_connection_closes() -> None:
    """A request that came too slowly is the last one on its connection."""
    assert answers.error_response(RequestTimeout(), request_id="r-1").keep_alive is False
    assert answers.error_response(Overloaded(), request_id="r-1").keep_alive is None


@pytest.mark.parametrize("offered", ["a", "A-z_09", "x" * 64])
def test_a23_a_good_request_id_is_kept(offered: str) -> None:
    """A23: A request id of 1 to 64 letters, digits, _ and - is kept."""
    assert answers.request_id(offered) == offered


@pytest.mark.parametrize("offered", [None, "", "x" * 65, "a b", "a\n", "a\r\nb", "é", "\udcff", "a;b", "٣"])
def test_a23_any_other_request_id_is_replaced(offered: str | None) -> None:
    """A23: Any other request id is replaced by 32 characters of our own, new each time."""
    ours = [answers.request_id(offered) for _ in range(2)]
    assert [len(each) for each in ours] == [32, 32]
    assert ours[0] != ours[1]
