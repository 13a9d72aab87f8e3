"""A message that many callers get: it is encoded once for each door."""

from collections.abc import Callable
from typing import TypeAlias

from google.protobuf.message import Message

Write: TypeAlias = Callable[[Message], bytes]


class Shared:
    """A message for many callers. It must not change, because what is encoded is kept."""

    __slots__ = ("_encoded", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self._encoded: dict[Write, bytes] = {}

    def encoded(self, write: Write) -> bytes:
        """Return `write(message)`; each `write` is called once."""
        found = self._encoded.get(write)
        if found is None:
            found = self._encoded[write] = write(self.message)
        return found


def encoded(message: Message | Shared, write: Write) -> bytes:
    """Return `write(message)`, which a shared message may have already."""
    return message.encoded(write) if isinstance(message, Shared) else write(message)
