"""The two codecs of the Connect protocol: protobuf, and protobuf's canonical JSON.

In this JSON `data` and `result` are base64, as Connect clients expect of every field of bytes.
"""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import orjson
from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from bellrope_server.admission.limits import BATCH, Limits
from bellrope_server.convert import batches, wire_message
from bellrope_server.convert.message_reader import MessageReader, fields_of, shown_keys
from bellrope_server.errors import ServiceError
from bellrope_server.text import strict_json


def to_proto(message: Message) -> bytes:
    """Return a message as protobuf."""
    return message.SerializeToString()


def to_json(message: Message) -> bytes:
    """Return a message as canonical JSON."""
    return orjson.dumps(json_format.MessageToDict(message))


class Asked(NamedTuple):
    """A request that was read."""

    message: Message
    named: Callable[[ServiceError], ServiceError]
    """Returns an error with the caller's name of the field."""


class Codec(Protocol):
    """Reads the requests of one RPC, and writes its answers."""

    name: str
    """The end of its content types."""

    async def read(self, text: bytes) -> Asked:
        """Return the request; raise ServiceError."""

    def write(self, message: Message) -> bytes:
        """Return the answer as bytes."""


class Proto:
    """Protobuf. Unknown fields are ignored."""

    name = "proto"

    def __init__(self, rpc: Any, limits: Limits) -> None:
        self._kind = GetMessageClass(rpc.input_type)
        self._most = limits.of_request(rpc)
        self._events = limits.batch_events

    async def read(self, text: bytes) -> Asked:
        """Return the request, as gRPC would."""
        return Asked(wire_message.read(text, self._kind, most=self._most, events=self._events), _as_it_is)

    def write(self, message: Message) -> bytes:
        """Return the answer."""
        return to_proto(message)


class Json:
    """Canonical JSON, read as strictly as that of the native API; fields with a default are not written."""

    name = "json"

    def __init__(self, rpc: Any, limits: Limits) -> None:
        self._kind = GetMessageClass(rpc.input_type)
        self._limits = limits
        is_batch = rpc.full_name == BATCH
        self._check = self._check_batch if is_batch else self._check_one
        self._read = batches.placing(self._message) if is_batch else self._message

    async def read(self, text: bytes) -> Asked:
        """Return the request; a large one is read in a thread, to keep the event loop free."""
        return (
            await asyncio.to_thread(self._read, text) if len(text) > strict_json.LARGE else self._read(text)
        )

    def write(self, message: Message) -> bytes:
        """Return the answer."""
        return to_json(message)

    def _message(self, text: bytes) -> Asked:
        self._check(text)
        reader, message = MessageReader(canonical=True), self._kind()
        reader.read(message, text)
        return Asked(message, reader.as_written)

    def _check_one(self, text: bytes) -> None:
        strict_json.check(text, shown=shown_keys(self._kind.DESCRIPTOR))

    def _check_batch(self, text: bytes) -> None:
        batches.checked(text, known=frozenset(fields_of(self._kind.DESCRIPTOR)), limits=self._limits)


def _as_it_is(error: ServiceError) -> ServiceError:
    return error
