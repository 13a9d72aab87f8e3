"""The frames of HTTP/2 (RFC 9113, 4.1), as far as a proxy that loses answers must know them."""

from asyncio import StreamReader
from dataclasses import dataclass

PREFACE = 24
"""The bytes that a client sends before its first frame."""

DATA, HEADERS, RST_STREAM, SETTINGS, WINDOW_UPDATE = 0, 1, 3, 4, 8
CONTINUATION = 9
END_STREAM = ACK = 1
INTERNAL_ERROR = 2

_TABLE_SIZE = 1
_SETTING = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    kind: int
    flags: int
    stream: int
    payload: bytes

    @property
    def encoded(self) -> bytes:
        """Return its bytes."""
        head = len(self.payload).to_bytes(3, "big") + bytes([self.kind, self.flags])
        return head + self.stream.to_bytes(4, "big") + self.payload

    @property
    def ends(self) -> bool:
        """Whether it is the last that its sender sends on the stream."""
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)


async def read(reader: StreamReader) -> Frame:
    """Return the next frame; raise IncompleteReadError at the end."""
    head = await reader.readexactly(9)
    payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
    return Frame(head[3], head[4], int.from_bytes(head[5:], "big") & 0x7FFFFFFF, payload)


def reset(stream: int) -> Frame:
    """Return the frame that ends a stream, as a proxy does whose own connection broke."""
    return Frame(RST_STREAM, 0, stream, INTERNAL_ERROR.to_bytes(4, "big"))


def credit(number: int) -> Frame:
    """Return the frame by which a reader allows the other end so many bytes more on the connection."""
    return Frame(WINDOW_UPDATE, 0, 0, number.to_bytes(4, "big"))


def without_table(frame: Frame) -> Frame:
    """Return a client's settings with no room for a table of headers.

    The server then writes all headers in full. So each block of headers can be read without those before it,
    some of which the client never gets.
    """
    if frame.kind != SETTINGS or frame.flags & ACK:
        return frame
    each = (frame.payload[at : at + _SETTING] for at in range(0, len(frame.payload), _SETTING))
    others = b"".join(setting for setting in each if int.from_bytes(setting[:2], "big") != _TABLE_SIZE)
    return Frame(SETTINGS, frame.flags, 0, others + _TABLE_SIZE.to_bytes(2, "big") + bytes(4))
