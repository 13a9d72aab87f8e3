"""The documented JSON of an event or a batch, read as a request to Queue, TriggerSync or QueueBatch."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from bellrope.v1.eventing_pb2 import (
    QueueBatchRequest,
    QueueRequest,
    TriggerSyncRequest,
)

from bellrope_server.admission.limits import Limits
from bellrope_server.convert import batches, counts, names, values
from bellrope_server.convert.batches import EVENT
from bellrope_server.convert.times import to_duration, to_timestamp
from bellrope_server.errors import InvalidField, ServiceError
from bellrope_server.text import strict_json

KNOWN = frozenset({"type", "data", "payload", "timestamp", "delay", "isSynchronous", "id", "options"})
NULLABLE = frozenset({"data", "payload"})
TOGETHER = frozenset({"events"})  # the members of a batch


class _Usual(msgspec.Struct, forbid_unknown_fields=True):
    """The members of most events; an event with others is read member by member."""

    type: str
    data: msgspec.Raw = msgspec.Raw(values.NULL)
    isSynchronous: bool = False


_USUAL = msgspec.json.Decoder(_Usual)


class Named(Protocol):
    """A request that knows the sender's names of its fields."""

    def named(self, error: ServiceError) -> ServiceError:
        """Return the error with the sender's name of the field."""


class Asked:
    """The request of a body: `request` is for Queue, or for TriggerSync if `sync` is true."""

    def __init__(self, project: str, body: bytes, *, json_checked: bool = False) -> None:
        """Read the body; raise MalformedJson, UnknownField or InvalidField."""
        if not json_checked:
            strict_json.check(body, around=EVENT)
        self.data_key, self.sync = "data", False
        try:
            usual = _USUAL.decode(body)
        except msgspec.DecodeError:
            fields = self._fields(body)
        else:
            fields = {"type": usual.type, "data": bytes(usual.data)}
            self.sync = usual.isSynchronous
        message = TriggerSyncRequest if self.sync else QueueRequest
        self.request: Any = message(project=project, **fields)

    def _fields(self, body: bytes) -> dict[str, Any]:
        """Read the members one by one."""
        members = {
            key: raw
            for key, raw in strict_json.fields(body, known=KNOWN).items()
            if raw != values.NULL or key in NULLABLE
        }
        if "data" in members and "payload" in members:
            raise InvalidField("must not come with `data`: both mean the same, so send one", field="payload")
        self.data_key = "payload" if "payload" in members else "data"
        self.sync = "isSynchronous" in members and values.boolean(
            members["isSynchronous"], field="isSynchronous"
        )
        fields: dict[str, Any] = {
            "type": values.text(members["type"], field="type") if "type" in members else "",
            "data": members.get(self.data_key, values.NULL),
        }
        if "timestamp" in members and (time := values.timestamp(members["timestamp"])) is not None:
            fields["schedule_time"] = _timestamp(time)
        if "delay" in members:
            fields["delay"] = to_duration(values.delay(members["delay"]))
        if "id" in members:
            fields["id"] = names.event_id(values.text(members["id"], field="id"))
        if "options" in members:
            fields["options"] = values.strings(members["options"], field="options", most=counts.OPTIONS)
        return fields

    def named(self, error: ServiceError) -> ServiceError:
        """Return the error with the field's name in this dialect."""
        if error.field == "schedule_time":
            error.field = "timestamp"
        elif error.field and re.match(r"data(?![a-z])", error.field):
            error.field = self.data_key + error.field.removeprefix("data")
        return error


class AskedTogether:
    """The request of a body `{"events": [...]}`: `request` is for QueueBatch."""

    may_be_empty = False

    def __init__(self, project: str, limits: Limits, body: bytes) -> None:
        """Read the body; raise an error with the index of the event at fault, if there is one.

        Raises MalformedJson, UnknownField, InvalidField or TooLarge.
        """
        events = batches.checked(body, known=TOGETHER, limits=limits)
        if events is None:
            raise InvalidField("must be a list of events", field="events")
        self._asked = [_event(project, raw, place) for place, raw in enumerate(events)]
        self.request = QueueBatchRequest(project=project, events=[asked.request for asked in self._asked])

    def named(self, error: ServiceError) -> ServiceError:
        """Return the error with the field's name in this dialect."""
        return named_together(error, self._asked)


def named_together(error: ServiceError, asked: Sequence[Named]) -> ServiceError:
    """Return the error with the name of the field in the event at its index."""
    index = error.metadata.get("index")
    if index is not None and error.field:
        prefix, _, field = error.field.partition("].")
        error.field = field or error.field
        asked[int(index)].named(error)
        error.field = f"{prefix}].{error.field}" if field else error.field
    return error


def _event(project: str, raw: bytes, index: int) -> Asked:
    try:
        asked = Asked(project, raw, json_checked=True)
        if asked.sync:
            raise InvalidField("must not be true for events of a batch", field="isSynchronous")
    except ServiceError as error:
        raise error.at(index) from None
    return asked


def _timestamp(time: int) -> Any:
    try:
        return to_timestamp(time)
    except ValueError:
        raise InvalidField("is out of range", field="timestamp") from None
