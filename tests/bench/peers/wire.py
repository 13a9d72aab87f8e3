"""HTTP/1.1 as the load generator and the receiver read it: whole messages out of bytes."""

import re
from collections.abc import Iterator

LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d+)")
CHUNKED = re.compile(rb"\ntransfer-encoding:[ \t]*chunked")


class Reader:
    """Collects what comes over one connection."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Add bytes, and give each message that is whole: its head in small letters, and its body."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            body, after = _body(head, self._buffer, end + 4)
            if after < 0:
                return
            self._buffer = self._buffer[after:]
            yield head, body


def _body(head: bytes, data: bytes, start: int) -> tuple[bytes, int]:
    """Return the body that begins at `start` and where it ends, or -1 if it is not whole yet."""
    if CHUNKED.search(head):
        return _chunks(data, start)
    found = LENGTH.search(head)
    end = start + int(found[1]) if found else start
    return (data[start:end], end) if len(data) >= end else (b"", -1)


def _chunks(data: bytes, start: int) -> tuple[bytes, int]:
    body = b""
    while (line := data.find(b"\r\n", start)) >= 0:
        size = int(data[start:line].split(b";")[0], 16)
        start = line + 2 + size + 2
        if len(data) < start:
            break
        if not size:
            return body, start
        body += data[line + 2 : start - 2]
    return b"", -1
