"""The judge's process: reads questions from standard input, and writes the answers to standard output.

`questions.py` says what is asked, and what an answer is.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import orjson

from bellrope_server.errors import InvalidField, ServiceError
from bellrope_server.process.questions import Fits, Question, Wanted, decode
from bellrope_server.rules import filters
from bellrope_server.rules.event_schemas import EventSchema
from bellrope_server.rules.filter_subjects import FilterFailed, Subject

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space
NICE = 5  # the server's own work comes first
MOST_TEXT = 500  # characters of an error, which may repeat parts of the event
ENOUGH = 0.25  # seconds of processor time, after which no other filter of a question is tried

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
            for line in _answer(decode(question)):
                os.write(sys.stdout.fileno(), b"%s\n" % line)
        except MemoryError:
            os.abort()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read(file: BinaryIO) -> bytes:
    return file.read(int.from_bytes(file.read(4)))


def _answer(question: Question) -> Iterator[bytes]:
    return _fits(question) if isinstance(question, Fits) else _wanted(question)


def _fits(question: Fits) -> Iterator[bytes]:
    schema, data = _schema(question.schema), question.data
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


def _wanted(question: Wanted) -> Iterator[bytes]:
    begun = time.process_time()
    for expression in question.filters:
        yield orjson.dumps(_result(expression, question.subject))
        if time.process_time() - begun > ENOUGH:
            break
    yield b""


def _result(expression: str, subject: Subject) -> bool | str:
    try:
        return filters.compile(expression).matches(subject)
    except FilterFailed as failure:
        return str(failure)[:MOST_TEXT]
    except ServiceError as error:  # another version of the server saved it
        return f"it {error.message}"


def _line(error: InvalidField) -> bytes:
    return orjson.dumps((error.field, error.message))


if __name__ == "__main__":
    main()
