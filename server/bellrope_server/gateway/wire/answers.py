"""Errors over HTTP: the status and the JSON body, always with the id of the request."""

import logging
import re
from random import getrandbits
from typing import Any

import orjson
from aiohttp import web
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from bellrope_server.convert.errors import encodable, lasting_details_of
from bellrope_server.errors import (
    Code,
    NoSuchPath,
    Overloaded,
    RequestTimeout,
    ResponseTooLarge,
    ServiceError,
    TooLarge,
    UnsupportedMediaType,
    WebhookFailed,
)

REQUEST_ID = "X-Request-Id"
SAFE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer that says nothing else: a browser must not run it, frame it, or guess what it is."""
SAFE_LINES = "".join(f"{name}: {value}\r\n" for name, value in SAFE.items())

_log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class MethodNotAllowed(NoSuchPath):
    """This path does not allow this method."""

    reason = "NO_SUCH_PATH"

    def __init__(self, *allowed: str) -> None:
        """`allowed` are the methods of this path (RFC 9110, 15.5.6); HEAD goes with GET."""
        super().__init__()
        self.allowed = (*allowed, "HEAD") if "GET" in allowed else allowed


class HeaderTooLarge(TooLarge):
    """The request's header is over its limit."""

    reason = "TOO_LARGE"


_STATUS = {
    Code.INVALID_ARGUMENT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.ABORTED: 409,
    Code.FAILED_PRECONDITION: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.CANCELLED: 499,
    Code.INTERNAL: 500,
    Code.UNIMPLEMENTED: 501,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}
_EXACT_STATUS: dict[type[ServiceError], int] = {  # where HTTP has a more exact status
    MethodNotAllowed: 405,
    RequestTimeout: 408,
    TooLarge: 413,
    UnsupportedMediaType: 415,
    HeaderTooLarge: 431,
    ResponseTooLarge: 502,
    WebhookFailed: 502,
}


def request_id(offered: str | None) -> str:
    """Return the id that the caller sent, or a new one if there is none or it is not safe to repeat.

    >>> request_id("build-7")
    'build-7'
    >>> len(request_id("no spaces"))
    32
    """
    if offered is not None and _REQUEST_ID.fullmatch(offered):
        return offered
    return f"{getrandbits(128):032x}"


def http_status(error: ServiceError) -> int:
    """Return the HTTP status of an error: of its class if that has one, else of its code."""
    return _EXACT_STATUS.get(type(error)) or _STATUS[error.code]


def error_body(error: ServiceError, *, request_id: str) -> bytes:
    """Return an error as JSON: a sentence for people, and a google.rpc.Status for programs."""
    return orjson.dumps(
        {
            "error": encodable(error.sentence),
            "status": error.code.name,
            "reason": error.reason,
            "details": [_json(each) for each in lasting_details_of(error)],
            "requestId": request_id,
        }
    )


def shown(failure: BaseException, *, request_id: str) -> ServiceError:
    """Return what the caller gets of a failure: of another than a ServiceError only that there was one.

    That one goes to the log, with the request's id.
    """
    if isinstance(failure, ServiceError):
        return failure
    _log.error("http.failed request_id=%s", request_id, exc_info=failure)
    return ServiceError("Internal error.")


def error_response(error: ServiceError, *, request_id: str) -> web.Response:
    """Return the answer to a request that failed."""
    body = error_body(error, request_id=request_id)
    return failure_response(error, body, status=http_status(error), request_id=request_id)


def failure_response(error: ServiceError, body: bytes, *, status: int, request_id: str) -> web.Response:
    """Return an error that is already JSON as an answer, with the headers that belong to it.

    After a RequestTimeout the connection closes (RFC 9110, 15.5.9).
    """
    headers = {REQUEST_ID: request_id}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    response = web.Response(status=status, body=body, content_type="application/json", headers=headers)
    if isinstance(error, RequestTimeout):
        response.force_close()
    return response


def turned_away() -> bytes:
    """Return the whole answer to a connection from an address that has too many."""
    error = Overloaded("this address has too many connections", retry_after=1)
    new_id = request_id(None)
    body = error_body(error, request_id=new_id)
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Retry-After: 1\r\n{REQUEST_ID}: {new_id}\r\nContent-Length: {len(body)}\r\n{SAFE_LINES}\r\n"
    )
    return head.encode() + body


def _json(detail: Message) -> dict[str, Any]:
    fields = MessageToDict(detail)
    for violation in fields.get("fieldViolations", ()):
        violation.setdefault("field", "")  # the key at fault can be an empty one
    return {"@type": f"type.googleapis.com/{detail.DESCRIPTOR.full_name}", **fields}
