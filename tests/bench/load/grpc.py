"""Events over gRPC: all callers share one connection.

grpc.aio's own client needs as much of a core as its server, so it would be what is measured. This one knows
only as much of HTTP/2 (RFC 9113) as unary calls need: it sends the same header block each time, and takes a
message as success, because a refused call has none.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import pack, unpack_from
from typing import cast

from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest

from bench.load.event import TYPE, data

QUEUE, SYNC = "/bellrope.v1.Eventing/Queue", "/bellrope.v1.Eventing/TriggerSync"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0x0, 0x1, 0x3, 0x4, 0x6, 0x7, 0x8
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
FIRST_WINDOW = 65_535
WIDE = 2**30  # bytes that the server may send before it hears from us, more than it ever will


@dataclass
class Grpc:
    """How callers reach the gRPC port of a server, or a bare echo of the same messages."""

    address: str
    endpoints: int
    synchronous: bool = False
    method: str = ""
    _connection: "_Connection | None" = field(init=False, default=None)

    async def caller(self) -> "GrpcCaller":
        """Return a caller; the first one opens the connection."""
        if self._connection is None:
            host, _, port = self.address.rpartition(":")
            head = header_block(self.method or (SYNC if self.synchronous else QUEUE))
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(lambda: _Connection(head), host, int(port))
        return GrpcCaller(self, self._connection)


class GrpcCaller:
    """One event at a time."""

    def __init__(self, door: Grpc, connection: "_Connection") -> None:
        self._door, self._connection = door, connection
        self._request: Callable[..., QueueRequest | TriggerSyncRequest] = (
            TriggerSyncRequest if door.synchronous else QueueRequest
        )

    async def send(self, number: int) -> bool:
        """Send an event, and return whether it was accepted."""
        kind = TYPE.format(number % self._door.endpoints)
        request = self._request(project="default", type=kind, data=data(number))
        return await self._connection.call(request.SerializeToString())

    async def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Connection(asyncio.Protocol):
    """One HTTP/2 connection."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._buffer = b""
        self._next = 1
        self._room = FIRST_WINDOW
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._answers: dict[int, asyncio.Future[bool]] = {}
        self._successes: set[int] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, with a window that never fills."""
        self._transport = cast(asyncio.Transport, transport)
        wide = pack(">HI", 0x4, WIDE)  # SETTINGS_INITIAL_WINDOW_SIZE
        self._transport.write(
            PREFACE + frame(SETTINGS, 0, 0, wide) + frame(WINDOW_UPDATE, 0, 0, pack(">I", WIDE))
        )

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the callers that no answer will come."""
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the server closed the connection"))

    def call(self, message: bytes) -> asyncio.Future[bool]:
        """Make a unary call; the future says whether it succeeded."""
        stream, self._next = self._next, self._next + 2
        answer = self._answers[stream] = asyncio.get_running_loop().create_future()
        self._waiting.append((stream, b"\0" + pack(">I", len(message)) + message))
        self._flush()
        return answer

    def close(self) -> None:
        """Close it."""
        self._transport.close()

    def _flush(self) -> None:
        """Send what the server's window has room for; only data counts."""
        while self._waiting and len(self._waiting[0][1]) <= self._room:
            stream, body = self._waiting.popleft()
            self._room -= len(body)
            head = frame(HEADERS, END_HEADERS, stream, self._head)
            self._transport.write(head + frame(DATA, END_STREAM, stream, body))

    def data_received(self, data: bytes) -> None:
        """Take each whole frame."""
        data, start = self._buffer + data, 0
        while len(data) - start >= 9:
            high, low, kind, flags, stream = unpack_from(">BHBBI", data, start)
            end = start + 9 + (high << 16 | low)
            if len(data) < end:
                break
            self._take(kind, flags, stream, data[start + 9 : end])
            start = end
        self._buffer = data[start:]

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == DATA:
            self._successes.add(stream)
        elif kind == WINDOW_UPDATE and not stream:
            self._room += int.from_bytes(payload)
            self._flush()
        elif kind in (SETTINGS, PING) and not flags & ACK:
            self._transport.write(frame(kind, ACK, 0, payload if kind == PING else b""))
        elif kind == GOAWAY:
            self._transport.close()
        if kind == RESET or (kind in (DATA, HEADERS) and flags & END_STREAM):
            self._end(stream)

    def _end(self, stream: int) -> None:
        answer = self._answers.pop(stream)
        answer.set_result(stream in self._successes)
        self._successes.discard(stream)


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Return a frame of HTTP/2."""
    return pack(">BHBBI", len(payload) >> 16, len(payload) & 0xFFFF, kind, flags, stream) + payload


def header_block(method: str) -> bytes:
    """Return a call's headers: literal and not remembered (RFC 7541, 6.2.2), so always the same bytes."""
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": method,
        ":authority": "127.0.0.1",
        "content-type": "application/grpc",
        "te": "trailers",
        "grpc-timeout": "30S",
    }
    return b"".join(b"\0" + _text(name) + _text(value) for name, value in headers.items())


def _text(value: str) -> bytes:
    assert len(value) < 127, "longer ones need a longer length"
    return bytes([len(value)]) + value.encode()
