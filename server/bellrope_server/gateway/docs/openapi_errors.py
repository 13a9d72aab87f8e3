"""The errors that a call can get, by HTTP status, as the comments of the protos say."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from bellrope.v1 import errors_pb2

from bellrope_server import errors
from bellrope_server.errors import ServiceError
from bellrope_server.gateway.docs import prose
from bellrope_server.gateway.wire.answers import http_status

Schema = dict[str, Any]

ERRORS = "Errors: "  # how the paragraph about them begins
OTHERS = re.compile(r"those of (\w+)")
OF_CODE = re.compile(r"([A-Z_]+) \(([^()]+)\)")
OF_REASON = re.compile(r"([A-Z_]+(?:, [A-Z_]+)*)(?:: (.+))?")
HEADER_TOO_LARGE = 431


class Refusal(NamedTuple):
    """One way in which a call can fail."""

    status: int
    reason: str
    when: str = ""
    """What it means in this call, if its RPC says more than the reason itself."""


def without_errors(rpc: Any) -> str:
    """Return the comment of an RPC without its paragraph about errors."""
    return "\n\n".join(each for each in _paragraphs(rpc) if not each.startswith(ERRORS))


def of_rpc(rpc: Any) -> list[Refusal]:
    """Return the errors that the comment of an RPC names; raise ValueError for what cannot be read."""
    return [
        each
        for paragraph in _paragraphs(rpc)
        if paragraph.startswith(ERRORS)
        for each in read(rpc, paragraph.removeprefix(ERRORS).removesuffix("."))
    ]


def of_every_call(*, has_body: bool) -> list[Refusal]:
    """Return the errors that any call can get, besides those of its RPC."""
    common = [*_COMMON, *(_WITH_BODY if has_body else ())]
    return [Refusal(_statuses()[code, reason], reason) for code, reason in common] + [
        Refusal(HEADER_TOO_LARGE, "TOO_LARGE", "the request's header is over its limit")
    ]


def responses(own: Iterable[Refusal], *, has_body: bool) -> Schema:
    """Return the responses of an operation: for each status which reasons it can have.

    They all have one schema, so that a generated client has one type of error. `x-reasons` has the reasons
    that belong to this call, with what they mean here, or an empty text; `x-common-reasons` has those of
    every call.
    """
    mine: dict[int, dict[str, str]] = {}
    for each in own:
        reasons = mine.setdefault(each.status, {})
        reasons[each.reason] = each.when or reasons.get(each.reason, "")
    shared = _by_status(has_body=has_body)
    found: Schema = {}
    for status in sorted(mine.keys() | shared.keys()):
        found[str(status)] = (
            _response(mine[status], shared.get(status, []))
            if status in mine
            else {"$ref": f"#/components/responses/{_name(status, has_body=has_body)}"}
        )
    return found


def components() -> Schema:
    """Return the responses that operations share: those of a status that has no reasons of a call's own."""
    return {
        _name(status, has_body=has_body): _response({}, reasons)
        for has_body in (False, True)
        for status, reasons in _by_status(has_body=has_body).items()
    }


@cache
def meanings() -> Schema:
    """Return what each reason means and what to do about it, by its name."""
    common = {each.reason for each in of_every_call(has_body=True)}
    found = {}
    for value in errors_pb2.Error.Reason.DESCRIPTOR.values[1:]:
        means, _, action = prose.of_value(value).partition("\n\n")
        found[value.name] = {"means": means, "do": action, "everyCall": value.name in common}
    return found


_COMMON = (
    ("INVALID_ARGUMENT", "INVALID_FIELD"),
    ("INVALID_ARGUMENT", "UNKNOWN_FIELD"),
    ("INVALID_ARGUMENT", "MALFORMED_REQUEST"),
    ("UNAUTHENTICATED", "KEY_REQUIRED"),
    ("PERMISSION_DENIED", "FOREIGN_ORIGIN"),
    ("NOT_FOUND", "NO_SUCH_PATH"),
    ("INVALID_ARGUMENT", "REQUEST_TIMEOUT"),
    ("RESOURCE_EXHAUSTED", "OVERLOADED"),
    ("INTERNAL", "INTERNAL_ERROR"),
    ("UNAVAILABLE", "STORE_UNAVAILABLE"),
    ("UNAVAILABLE", "DISK_FULL"),
    ("UNAVAILABLE", "DRAINING"),
    ("DEADLINE_EXCEEDED", "DEADLINE_PASSED"),
)
_WITH_BODY = (
    ("INVALID_ARGUMENT", "MALFORMED_JSON"),
    ("RESOURCE_EXHAUSTED", "TOO_LARGE"),
    ("INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE"),
)


def _paragraphs(rpc: Any) -> list[str]:
    return prose.of(rpc).split("\n\n")


def read(rpc: Any, text: str) -> Iterator[Refusal]:
    """Yield the errors in `those of Queue, NOT_FOUND (PROJECT_NOT_FOUND; LOOP: when it comes)`."""
    rest = text
    while rest:
        if others := OTHERS.match(rest):
            yield from of_rpc(rpc.containing_service.methods_by_name[others[1]])
        elif of_code := OF_CODE.match(rest):
            yield from _of_code(*of_code.groups())
        else:
            raise ValueError(f"{rpc.full_name}: not a list of errors: {rest}")
        rest = rest[(others or of_code).end() :].removeprefix(", ")  # type: ignore[union-attr]


def _of_code(code: str, reasons: str) -> Iterator[Refusal]:
    for part in reasons.split("; "):
        found = OF_REASON.fullmatch(part)
        if found is None:
            raise ValueError(f"not a reason: {part}")
        for reason in found[1].split(", "):
            yield Refusal(_statuses()[code, reason], reason, found[2] or "")


def _by_status(*, has_body: bool) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for each in of_every_call(has_body=has_body):
        found.setdefault(each.status, []).append(each.reason)
    return found


def _name(status: int, *, has_body: bool) -> str:
    differs = _by_status(has_body=True)[status] != _by_status(has_body=False).get(status)
    return f"Error{status}{'OfBody' if has_body and differs else ''}"


def _response(mine: dict[str, str], shared: list[str]) -> Schema:
    """Return a response with the reasons of one call, and those that every call can have."""
    reasons = list(dict.fromkeys([*mine, *shared]))
    lines = [f"- `{reason}`: {_sentence(reason, mine.get(reason, ''))}" for reason in reasons]
    response: Schema = {
        "description": "\n".join(lines),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    own = {"x-reasons": mine} if mine else {}
    return response | own | ({"x-common-reasons": shared} if shared else {})


def _sentence(reason: str, when: str) -> str:
    said = meanings()[reason]
    here = f" In this call: {when}." if when else ""
    return f"{said['means']}{here} {said['do']}"


@cache
def _statuses() -> dict[tuple[str, str], int]:
    """Return the HTTP status of each code with a reason, from the classes of errors."""
    found: dict[tuple[str, str], int] = {}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, ServiceError):
            found.setdefault((kind.code.name, kind.reason), http_status(kind()))
    return found
