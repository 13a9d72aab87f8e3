"""An event as filters see it: its attributes, and its data, which is read when it is first needed."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from bellrope_server.model import CloudEvent, Micros
from bellrope_server.rules import filter_language as language
from bellrope_server.text import strict_json

MOST_MEMBERS = 64  # members of the data that are prepared for several filters at once

# Not one regular expression: searching every event with it took longer than evaluating the filter.
_DIGIT_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # the library would truncate a text there
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FilterFailed(Exception):
    """The filter has no result for this event, so the event does not match.

    The text may repeat parts of the event. `reason` never does.
    """

    def __init__(self, reason: str, why: str) -> None:
        """`reason` is one of `error`, `steps`, `time`, `data_too_large` and `suspended`."""
        self.reason = reason
        super().__init__(why)


class Subject(Struct, kw_only=True):
    """An event as filters see it. Its data is parsed once, and only if a filter needs it.

    `shared` is true if several filters will read the event. Then what they read is prepared once for all.
    """

    project: str
    type: str
    id: str
    options: Mapping[str, str]
    data: bytes
    time: Micros
    cloud_event: CloudEvent | None = None
    shared: bool = False
    value: Any | UnsetType = UNSET
    ready: Any | UnsetType = UNSET

    def read(self) -> Any:
        """Return the data's value. Integers that do not fit into 64 bits become the nearest double.

        Raises FilterFailed if a text in it has the character U+0000.
        """
        if self.value is UNSET:
            if b"\\u0000" in self.data and _NUL.search(self.data):
                raise FilterFailed("error", "the data has the character U+0000, which filters do not read")
            value = strict_json.value(self.data)
            self.value = _narrowed(value) if _LONG_NUMBER in self.data.translate(_DIGIT_TO_ZERO) else value
        return self.value

    def size_of_attributes(self) -> int:
        """Return how many characters the event's options and its attributes as a CloudEvent have."""
        texts = [*self.options, *self.options.values()]
        if event := self.cloud_event:
            texts += [event.source, event.subject, *map(str, event.extensions.values())]
        return sum(map(len, texts))

    def members(self) -> Any:
        """Return the data's members and the event's own texts as variables; None if there are too many."""
        if self.ready is UNSET:
            data = self.read()
            self.ready = self._ready(data) if type(data) is dict and len(data) <= MOST_MEMBERS else None
        return self.ready

    def _ready(self, data: dict[str, Any]) -> Any:
        variables = {f"event.data.{key}": value for key, value in data.items() if key.isidentifier()}
        return language.ENVIRONMENT.Activation(
            variables | {"event.type": self.type, "event.id": self.id, "event.project": self.project}
        )


def _time(subject: Subject) -> datetime:
    return _EPOCH + timedelta(microseconds=subject.time)


def _options(subject: Subject) -> dict[str, str]:
    options = dict(subject.options)
    if any("\0" in text for pair in options.items() for text in pair):
        raise FilterFailed("error", "the options have the character U+0000, which filters do not read")
    return options


READ: Mapping[str, Callable[[Subject], Any]] = {
    "type": attrgetter("type"),
    "id": attrgetter("id"),
    "options": _options,
    "project": attrgetter("project"),
    "time": _time,
    "source": lambda subject: subject.cloud_event.source if subject.cloud_event else "",
    "subject": lambda subject: subject.cloud_event.subject if subject.cloud_event else "",
    "extensions": lambda subject: dict(subject.cloud_event.extensions) if subject.cloud_event else {},
}


def _narrowed(value: Any) -> Any:
    """Return the value with integers beyond 64 bits as doubles, as other JSON readers have them."""
    if type(value) is dict:
        return {key: _narrowed(each) for key, each in value.items()}
    if type(value) is list:
        return [_narrowed(each) for each in value]
    return float(value) if type(value) is int and not -(2**63) <= value < 2**63 else value
