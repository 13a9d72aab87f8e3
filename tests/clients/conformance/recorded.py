"""What a proxy keeps of a call, in a form that cases can name."""

from collections.abc import Sequence
from typing import Any

from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2, server_pb2, triggers_pb2
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

PROTOS = (deliveries_pb2, eventing_pb2, projects_pb2, server_pb2, triggers_pb2)
"""Importing them is what makes their descriptors known."""

POOL = descriptor_pool.Default()


def method_of(path: str) -> MethodDescriptor:
    """Return the method of a gRPC path, such as /bellrope.v1.Eventing/Queue. Raises KeyError."""
    service, _, name = path.removeprefix("/").partition("/")
    return POOL.FindServiceByName(service).methods_by_name[name]


def request_of(method: MethodDescriptor, data: bytes) -> Message:
    """Return a request from its bytes."""
    return message_factory.GetMessageClass(method.input_type).FromString(data)


class Call:
    """One call as it came."""

    def __init__(
        self, method: MethodDescriptor, metadata: Sequence[tuple[str, Any]], left: float | None
    ) -> None:
        """`left` are the seconds until the caller's deadline, or None without one."""
        self._method = method
        self._metadata = metadata
        self._left = left
        self._messages: list[Message] = []

    def add(self, data: bytes) -> None:
        """Keep a message of it."""
        self._messages.append(request_of(self._method, data))

    def to_json(self) -> dict[str, Any]:
        """Return it as cases write it.

        `message` is canonical proto JSON but for the data of events, which is in `data` as text, byte for
        byte; for a batch it is a list. Of a stream these are the first message's, and `ids` has each id.
        """
        shown: dict[str, Any] = {"method": self._method.name, "message": {}}
        shown["keys"] = [value for name, value in self._metadata if name == "authorization"]
        shown["deadline_ms"] = None if self._left is None else round(self._left * 1000)
        if not self._messages:
            return shown
        if self._method.client_streaming:
            shown["ids"] = [message.event.id for message in self._messages]
        return shown | _message(self._messages[0])


def _message(message: Any) -> dict[str, Any]:
    text = json_format.MessageToDict(message)
    if hasattr(message, "events"):
        for event in text.get("events", []):
            event.pop("data", None)
        return {"message": text, "data": [_readable(event.data) for event in message.events]}
    if hasattr(message, "event"):
        text.get("event", {}).pop("data", None)
        return {"message": text, "data": _readable(message.event.data)}
    if hasattr(message, "data"):
        text.pop("data", None)
        return {"message": text, "data": _readable(message.data)}
    return {"message": text}


def _readable(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
