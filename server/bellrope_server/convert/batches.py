"""Finds the event at fault when the JSON of a whole batch is refused."""

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from bellrope_server.convert.documented import EVENT
from bellrope_server.errors import MalformedJson, ServiceError
from bellrope_server.text import strict_json

Read = TypeVar("Read")

_PLACE = re.compile(r"events\[(\d+)\]")


class _Batch(msgspec.Struct):
    events: list[msgspec.Raw]


_BATCH = msgspec.json.Decoder(_Batch)


def placing(read: Callable[[bytes], Read]) -> Callable[[bytes], Read]:
    """Return a reader of a batch's JSON whose errors name the event at fault, if there is one."""

    def reading(body: bytes) -> Read:
        try:
            return read(body)
        except ServiceError as error:
            raise _placed(error, body) from None

    return reading


def _placed(error: ServiceError, body: bytes) -> ServiceError:
    if "index" in error.metadata:
        return error
    if isinstance(error, MalformedJson) and not error.field:
        error = _first_fault(body) or error
    if place := _PLACE.match(error.field or ""):
        error.metadata = {**error.metadata, "index": place[1]}
    return error


def _first_fault(body: bytes) -> MalformedJson | None:
    """Check the events one by one; the check of a large text gives no place."""
    try:
        events = _BATCH.decode(body).events
    except (msgspec.DecodeError, RecursionError):
        return None  # the limits between events are not clear
    for index, event in enumerate(events):
        try:
            strict_json.check(bytes(event), field=f"events[{index}]", around=EVENT)
        except MalformedJson as error:
            return error
    return None
