"""Reads a request from protobuf's bytes, at every door that takes them."""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from bellrope_server.convert import wire_counts
from bellrope_server.errors import MalformedRequest, TooLarge

Read = TypeVar("Read", bound=Message)


def read(text: bytes, kind: type[Read], *, most: int, events: int) -> Read:
    """Return the message. `most` is its most bytes, and `events` the most events of a batch.

    Raises TooLarge or InvalidField for what is too much, before it is built; MalformedRequest.
    """
    if len(text) > most:
        raise TooLarge(f"The request is over {most} bytes.")
    wire_counts.check(text, kind.DESCRIPTOR, events=events)
    try:
        return kind.FromString(text)
    except DecodeError:
        raise MalformedRequest from None
