"""The judge's process: reads questions from standard input, and writes the answers to standard output.

A question is the text of a schema, and several data. The answer is a line with the index of the first data
that does not match, or -1. In the former case a second line has the field and the error.
"""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import msgspec
import orjson

from bellrope_server.errors import InvalidField
from bellrope_server.rules.event_schemas import EventSchema

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space
NICE = 5  # the server's own work comes first
_QUESTION = msgspec.msgpack.Decoder(tuple[str, list[bytes]])

_schema = lru_cache(maxsize=32)(EventSchema)


def main() -> None:
    """Answer until standard input ends. A question that takes too long ends the process (SIGPROF)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server stops this process
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    seconds = float(sys.argv[1])
    while question := _read(sys.stdin.buffer):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            for line in _answer(*_QUESTION.decode(question)):
                os.write(sys.stdout.fileno(), b"%s\n" % line)
        except MemoryError:
            os.abort()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read(file: BinaryIO) -> bytes:
    return file.read(int.from_bytes(file.read(4)))


def _answer(text: str, data: list[bytes]) -> Iterator[bytes]:
    schema = _schema(text)
    try:
        schema.compile()
    except InvalidField as error:
        yield b"0"
        yield _line(error)
        return
    misfit = next((index for index, each in enumerate(data) if not schema.fits(each)), -1)
    yield b"%d" % misfit
    if misfit >= 0:
        yield _line(schema.misfit(data[misfit]))


def _line(error: InvalidField) -> bytes:
    return orjson.dumps((error.field, error.message))


if __name__ == "__main__":
    main()
