"""HTTP/2 by hand, for what no gRPC client does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS = 1, 4
NO_ERROR, CANCEL = 0, 8


def frame(kind: int, payload: bytes = b"", *, flags: int = 0, stream: int = 0) -> bytes:
    """Return an HTTP/2 frame (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def header_block(*fields: tuple[str, str]) -> bytes:
    """Return fields as literals without indexing (RFC 7541, 6.2.2)."""
    return b"".join(b"\x00%c%b%c%b" % (len(n), n.encode(), len(v), v.encode()) for n, v in fields)


def unary(path: str, message: bytes, *fields: tuple[str, str]) -> bytes:
    """Return the frames of a call on a fresh connection, as gRPC writes them over HTTP/2."""
    return PREFACE + frame(SETTINGS) + call(path, message, *fields)


def opening(path: str, *fields: tuple[str, str], stream: int = 1) -> bytes:
    """Return the frame that begins a call."""
    block = header_block(
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        *fields,
    )
    return frame(HEADERS, block, flags=END_HEADERS, stream=stream)


def reset(stream: int) -> bytes:
    """Return the frame by which a client gives a call up."""
    return frame(RST_STREAM, CANCEL.to_bytes(4, "big"), stream=stream)


def call(path: str, message: bytes, *fields: tuple[str, str], stream: int = 1) -> bytes:
    """Return the frames of a call with one message."""
    body = b"\x00" + len(message).to_bytes(4, "big") + message
    return opening(path, *fields, stream=stream) + frame(DATA, body, flags=END_STREAM, stream=stream)


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, int, int, bytes]]:
    """Read frames as type, flags, stream and payload until the server closes."""
    with suppress(asyncio.IncompleteReadError, ConnectionResetError):
        while True:
            head = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            yield head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7FFF_FFFF, payload


async def ping(port: int, *, times: int, every: float, calls: bytes = b"") -> bytes | None:
    """Ping a connection, on which `calls` were made; return the reason if the server says goodbye, else None.

    `every` is in seconds.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PREFACE + frame(SETTINGS) + calls)
    goodbye = asyncio.ensure_future(_goodbye(reader))
    for _ in range(times):
        writer.write(frame(PING, bytes(8)))
        await asyncio.wait({goodbye}, timeout=every)
    writer.close()
    return await goodbye


async def _goodbye(reader: asyncio.StreamReader) -> bytes | None:
    async for kind, _, _, payload in frames(reader):
        if kind == GOAWAY and int.from_bytes(payload[4:8], "big") != NO_ERROR:
            return payload[8:]
    return None


async def call_by_hand(port: int, call: bytes) -> None:
    """Send a call and wait until its stream ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(call)
    async for kind, flags, stream, _ in frames(reader):
        if stream == 1 and ((kind == HEADERS and flags & END_STREAM) or kind == RST_STREAM):
            break
    writer.close()
    await writer.wait_closed()
