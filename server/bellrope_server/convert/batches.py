"""The JSON of a batch, split into its events before any of them is read, so that a count costs nothing."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn, TypeVar

import msgspec
from msgspec import Raw

from bellrope_server.admission.limits import Limits
from bellrope_server.errors import InvalidField, MalformedJson, ServiceError, TooLarge
from bellrope_server.text import strict_json

Read = TypeVar("Read")

EVENT, BATCH = 1, 3  # levels around the data: the event; and for a batch also the list and the object
AROUND_DATA = 64 * 1024  # bytes of an event besides its data
UNKNOWN = "Object contains unknown field `"

_PLACE = re.compile(r"events\[(\d+)\]")
_BYTE = re.compile(r"\(byte (\d+)\)")


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    """The members of a batch, empty if absent. Decoding ends at the first unknown one."""

    project: Raw = Raw()
    events: Raw = Raw()


_BATCH = msgspec.json.Decoder(_Batch)


def checked(body: bytes, *, known: frozenset[str], limits: Limits) -> list[bytes] | None:
    """Return the events of a batch, each of them safe JSON, or None if `events` is no list.

    `known` are the members that a batch may have. Raises MalformedJson, UnknownField, InvalidField or
    TooLarge.
    """
    members = _members(body, known)
    if project := members.get("project"):
        if len(project) > strict_json.LARGE:
            raise InvalidField("is too long", field="project")
        strict_json.check(project, field="project")
    events = members.get("events", b"")
    if not events.startswith(b"["):
        return None
    found = elements(events, limits)
    for index, event in enumerate(found):
        strict_json.check(event, field=f"events[{index}]", around=EVENT)
    return found


def elements(events: bytes, limits: Limits) -> list[bytes]:
    """Return the events of a list, byte for byte and unchecked.

    Raises TooLarge for too many events, before any is built, and for one that is larger than an event can be;
    MalformedJson if it is not JSON.
    """
    found = _split(events, limits.batch_events)
    most = limits.data_bytes + AROUND_DATA
    for index, event in enumerate(found):
        if len(event) > most:
            raise TooLarge(f"is over {most} bytes").at(index)
    return found


def placing(read: Callable[[bytes], Read]) -> Callable[[bytes], Read]:
    """Return a reader of a batch's JSON whose errors have the index of the event at fault, if any."""

    def reading(body: bytes) -> Read:
        try:
            return read(body)
        except ServiceError as error:
            if "index" not in error.metadata and (place := _PLACE.match(error.field or "")):
                error.metadata = {**error.metadata, "index": place[1]}
            raise

    return reading


def _members(body: bytes, known: frozenset[str]) -> dict[str, bytes]:
    try:
        batch = _BATCH.decode(body)
    except msgspec.ValidationError as error:
        if UNKNOWN in str(error):
            strict_json.refuse_unknown(str(error).partition(UNKNOWN)[2].rpartition("`")[0], known)
        raise MalformedJson("the request is not a JSON object") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        _refuse(body, error)
    every = {"project": bytes(batch.project), "events": bytes(batch.events)}
    found = {name: value for name, value in every.items() if value}
    if body.count(b":") - sum(value.count(b":") for value in found.values()) != len(found):
        _refuse(body, None)  # there is another member, of which the decoder kept only the last
    if unknown := found.keys() - known:
        strict_json.refuse_unknown(unknown.pop(), known)
    return found


def _split(events: bytes, most: int) -> list[bytes]:
    try:
        places = msgspec.structs.astuple(_decoder(most).decode(events))
    except msgspec.ValidationError:
        raise TooLarge(f"must not have more than {most} entries", field="events") from None
    except (msgspec.DecodeError, RecursionError) as error:
        _refuse(events, error)
    return [bytes(event) for event in places if event is not None]


@cache
def _decoder(most: int) -> msgspec.json.Decoder[Any]:
    """Return a decoder of a list that ends at the first element too many.

    A list type would be counted only after all of it is built. A struct has a place for each element.
    """
    places = [(f"event{number}", Raw, None) for number in range(most)]
    kind = msgspec.defstruct("Events", places, array_like=True, forbid_unknown_fields=True)
    return msgspec.json.Decoder(kind)


def _refuse(text: bytes, error: Exception | None) -> NoReturn:
    """Raise MalformedJson with what is wrong: that a key comes twice if there is no error.

    The strict check says it better, but would build all of a large text.
    """
    if isinstance(error, RecursionError):
        raise MalformedJson(strict_json.TOO_DEEP) from None
    if len(text) <= strict_json.LARGE:
        strict_json.check(text, around=BATCH)
    raise MalformedJson(f"not JSON{_place(text, error)}" if error else "duplicate key") from None


def _place(text: bytes, error: Exception) -> str:
    found = _BYTE.search(str(error))
    if not found:
        return ""
    before = text[: int(found[1])]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return f" at line {line}, column {column}"
