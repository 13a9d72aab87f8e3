"""Envelopes around the messages of a stream: a byte of flags, and four for the length of what follows."""

from struct import Struct
from typing import NamedTuple

from bellrope_server.errors import MalformedRequest, TooLarge
from bellrope_server.gateway.connect.failures import NotOneMessage

HEADER = Struct(">BI")
COMPRESSED, END = 1, 2


class Envelope(NamedTuple):
    """What is in an envelope."""

    compressed: bool
    content: bytes


def sealed(content: bytes, *, flags: int = 0) -> bytes:
    """Return the content in an envelope."""
    return HEADER.pack(flags, len(content)) + content


def only(body: bytes, *, most: int) -> Envelope:
    """Return the only envelope of a request; its content has at most `most` bytes.

    Raises NotOneMessage, TooLarge, or MalformedRequest.
    """
    if not body:
        raise NotOneMessage
    if len(body) < HEADER.size:
        raise MalformedRequest("The message's envelope is cut off.")
    flags, length = HEADER.unpack_from(body)
    if flags & ~COMPRESSED:
        raise MalformedRequest("The message's envelope has flags that a request cannot have.")
    if length > most:
        raise TooLarge(f"The request is over {most} bytes.")
    end = HEADER.size + length
    if len(body) < end:
        raise MalformedRequest("The message is shorter than its envelope says.")
    if len(body) > end:
        raise NotOneMessage
    return Envelope(bool(flags & COMPRESSED), body[HEADER.size :])
