"""What the Connect protocol says about a call that failed (connectrpc.com/docs/protocol, "Error Codes")."""

import base64
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from bellrope_server.convert.errors import details_of
from bellrope_server.errors import Code, ServiceError, UnsupportedMediaType
from bellrope_server.gateway.wire.answers import MethodNotAllowed, failure_response

# The protocol's own table. The native API has another, which can change without this one.
_STATUS = {
    Code.INVALID_ARGUMENT: 400,
    Code.FAILED_PRECONDITION: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ABORTED: 409,
    Code.ALREADY_EXISTS: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.CANCELLED: 499,
    Code.INTERNAL: 500,
    Code.UNIMPLEMENTED: 501,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
}
_OTHER_NAMES = {Code.CANCELLED: "canceled"}


class NoSuchRpc(ServiceError):
    """This server has no such RPC. The path is /bellrope.v1.SERVICE/METHOD, as in the protos."""

    code = Code.UNIMPLEMENTED
    reason = "NO_SUCH_PATH"


class NotOverConnect(ServiceError):
    """An RPC that takes a stream of requests needs gRPC, or lines of JSON at its path in the native API."""

    code = Code.UNIMPLEMENTED
    reason = "NO_SUCH_PATH"


class UnknownEncoding(ServiceError):
    """must be gzip or identity"""

    code = Code.UNIMPLEMENTED
    reason = "UNSUPPORTED_MEDIA_TYPE"
    about_field = True


class NotOneMessage(ServiceError):
    """This RPC takes exactly one message."""

    code = Code.UNIMPLEMENTED
    reason = "MALFORMED_REQUEST"


NOT_CALLS: Mapping[type[ServiceError], int] = {
    NoSuchRpc: 404,
    MethodNotAllowed: 405,
    UnsupportedMediaType: 415,
}
"""Errors of requests that are no call of an RPC, with statuses that clients understand without a body."""


def response(error: ServiceError, *, request_id: str) -> web.Response:
    """Return the answer to a call of a unary RPC that failed, or to what is no call."""
    status = NOT_CALLS.get(type(error)) or _STATUS[error.code]
    body = orjson.dumps(as_json(error, request_id=request_id))
    return failure_response(error, body, status=status, request_id=request_id)


def as_json(error: ServiceError, *, request_id: str) -> dict[str, Any]:
    """Return an `Error` of the protocol, with the details that gRPC sends, too."""
    if error.code is Code.INTERNAL:
        error.metadata = {**error.metadata, "request_id": request_id}
    return {
        "code": _name(error),
        "message": error.sentence,
        "details": [_detail(each) for each in details_of(error)],
    }


def _name(error: ServiceError) -> str:
    """Return the error's code; clients infer `unknown` from a status that no code has."""
    if isinstance(error, MethodNotAllowed | UnsupportedMediaType):
        return "unknown"
    return _OTHER_NAMES.get(error.code) or error.code.name.lower()


def _detail(message: Message) -> dict[str, Any]:
    value = base64.b64encode(message.SerializeToString()).decode().rstrip("=")
    return {"type": message.DESCRIPTOR.full_name, "value": value, "debug": MessageToDict(message)}
