"""A server under strace: which system calls it makes, in which order, with all their bytes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kit import Server

FILES = "openat,pwrite64,ftruncate,unlink,fsync,fdatasync"
SOCKETS = "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg"
SENDS = frozenset(SOCKETS.split(",")[4:])
STRACE = ("strace", "-D", "-f", "-yy", "-ttt", "-xx", "-s", "2000000", "-e", f"trace={FILES},{SOCKETS}")

_LINE = re.compile(rb"(\d+) +(\d+\.\d+) (.*)")
_RESUMED = re.compile(rb"<\.\.\. \w+ resumed>")
_CALL = re.compile(rb"(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_UNFINISHED = b" <unfinished ...>"


class Call(NamedTuple):
    """One system call on a file or a socket.

    `begin` and `end` are the lines of the trace where it was entered and left; a cause comes before its
    effect. `target` is the path of the file, or `TCP:` and the addresses of a socket; `data` is what was
    read, written, or named.
    """

    begin: int
    end: int
    time: float
    name: str
    target: str
    data: bytes
    arguments: str
    result: int

    @property
    def sends(self) -> bool:
        """Return whether it sends something to a TCP peer."""
        return self.name in SENDS and self.target.startswith("TCP")

    @property
    def receives(self) -> bool:
        """Return whether it receives something from a TCP peer."""
        return self.name not in SENDS and self.target.startswith("TCP")

    @property
    def syncs(self) -> bool:
        """Return whether earlier writes to the target are on disk after it."""
        return self.name in ("fsync", "fdatasync") and self.result == 0


def traced(server: type[Server], trace: Path) -> type[Server]:
    """Return a kind of server like the given one that writes its system calls to a file."""

    class Traced(server):  # type: ignore[misc, valid-type]
        program = (*STRACE, "-o", str(trace), *server.program)

    return Traced


def finished(trace: Path, pid: int) -> bool:
    """Return whether the trace of that process is complete."""
    text = trace.read_bytes()[-4000:]
    return re.search(rb"^%d .*\+\+\+ (exited|killed)" % pid, text, re.MULTILINE) is not None


def calls(trace: Path) -> Iterator[Call]:
    """Read a trace: the successful calls on files and TCP connections, in the order in which they ended."""
    begun: dict[bytes, tuple[int, bytes]] = {}
    with trace.open("rb") as lines:
        for number, line in enumerate(lines):
            if b" read(" in line[:50] and b"<TCP" not in line[:70]:
                continue  # mostly Python's own files
            match = _LINE.match(line)
            if match is None:
                continue
            pid, time, text = match.groups()
            if text.endswith(_UNFINISHED):
                begun[pid] = number, text.removesuffix(_UNFINISHED)
                continue
            begin, head = begun.pop(pid, (number, b"")) if text.startswith(b"<...") else (number, b"")
            if found := _CALL.match(head + _RESUMED.sub(b"", text)):
                yield _call(found, begin, number, float(time))


def _call(found: re.Match[bytes], begin: int, end: int, time: float) -> Call:
    name, arguments, result = found.groups()
    data = b"".join(_plain(text) for text in _TEXT.findall(arguments))
    target = data if name in (b"openat", b"unlink") else _target(arguments)
    rest = arguments.rpartition(b'"')[2]
    return Call(begin, end, time, name.decode(), target.decode(), data, rest.decode(), int(result))


def _target(arguments: bytes) -> bytes:
    named = arguments.replace(b">(deleted)", b">", 1)  # a temporary file of SQLite's
    shown = named.partition(b">, ")[0].partition(b"<")[2].removesuffix(b">")
    return _plain(shown) if shown.startswith(b"\\x") else shown


def _plain(shown: bytes) -> bytes:
    return bytes.fromhex(shown.replace(b"\\x", b"").decode())
