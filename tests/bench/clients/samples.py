"""Measures a stream of events: how fast it is, what it costs, and how busy the null server was."""

import json
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any, Self

from programs import NULL, Program

CLIENT_CORE, SERVER_CORE = 0, 1
DATA = json.dumps({"to": "user1@email.com", "subject": "Some Subject", "body": "x" * 100})
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A stream of events."""

    rate: float
    """Events a second."""

    work: float
    """Events in a second of the client's processor time."""

    server_busy: float
    """The share of the time in which the null server computed."""

    size: float
    """The mean size of a message, in bytes."""

    @property
    def client_busy(self) -> float:
        """The share of the time in which the client computed."""
        return self.rate / self.work

    @classmethod
    def median(cls, samples: Sequence[Self]) -> Self:
        """Return the median of each figure."""
        return cls(
            **{name: statistics.median(getattr(sample, name) for sample in samples) for name in cls.__slots__}
        )


class NullServer:
    """The server that accepts every event at once, on a core of its own."""

    def __init__(self, process: Popen[str]) -> None:
        self._process = process
        self._address = self._said()["address"]

    def sample(self, program: Program, form: str) -> Sample:
        """Stream twice, first for as long as a program takes to warm up, and measure the second stream."""
        counts = [program.count, program.count]
        given = (self._address, form, DATA, *map(str, counts))
        with program.start(*given, core=CLIENT_CORE) as client:
            self._said()
            before = _processor_seconds(client.pid)
            stream = self._said()
            spent = _processor_seconds(client.pid) - before
        if client.returncode or stream["events"] != program.count:
            raise SystemExit(f"{program.folder}, {form}: exit code {client.returncode}, {stream}")
        events = stream["events"]
        return Sample(
            rate=events / stream["seconds"],
            work=events / spent,
            server_busy=stream["busy"],
            size=stream["bytes"] / events,
        )

    def _said(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@contextmanager
def null_server() -> Iterator[NullServer]:
    """Run the null server until the block ends."""
    process = NULL.start(core=SERVER_CORE)
    try:
        yield NullServer(process)
    finally:
        process.terminate()
        process.communicate()


def _processor_seconds(process: int) -> float:
    """Return how long a process has computed; it may have ended, if nobody has waited for it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
