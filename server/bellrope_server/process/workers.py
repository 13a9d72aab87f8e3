"""`bellrope serve --workers N`: several processes on one machine that share the ports and the database."""

import asyncio
import multiprocessing
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from bellrope_server.config import Config
from bellrope_server.errors import not_listening
from bellrope_server.process import signals
from bellrope_server.telemetry import facts

AGAIN_AFTER = 1.0  # seconds between two starts of the same worker
LOOK_EVERY = 0.5  # seconds


@dataclass(frozen=True)
class Worker:
    """One of the processes: its number, from 0, and a folder that all of them share while they run."""

    number: int
    folder: Path


Serve = Callable[[Config, Worker, Connection], None]
"""Serves as this worker, and reports on the connection when it is ready."""


class Workers:
    """The process that starts the workers, restarts those that die, and stops them all."""

    def __init__(self, config: Config, serve: Serve) -> None:
        """Bind the ports, or raise OSError. Each worker runs `serve` in a process of its own."""
        self._doors = [_Door(config.http, "HTTP"), _Door(config.grpc, "gRPC")]
        http, grpc = (door.address for door in self._doors)
        self._config = config.model_copy(update={"http": http, "grpc": grpc})
        self._serve = serve
        self._folder = Path(tempfile.mkdtemp(prefix="bellrope-workers-"))
        self._running: dict[int, SpawnProcess] = {}
        self._started: dict[int, float] = {}
        self._stopping = False
        self._spawn = multiprocessing.get_context("spawn")

    def run(self, *, ready: Callable[[str, str], None]) -> int:
        """Work until a signal to stop. Call `ready` with both addresses, and return the exit code.

        The first worker migrates the database to this version before the others start.
        """
        for number in signals.stops():
            signal.signal(number, self._stop)
        try:
            if all(self._start(number) for number in range(self._config.workers)):
                ready(self._config.http, self._config.grpc)
                self._keep()
            elif not self._stopping:
                self._end()
            codes = [self._ended(process) for process in self._running.values()]
            return max(codes, default=0)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, number: int) -> bool:
        """Start a worker. Return True when it is ready, False if it could not start or has to stop."""
        if self._stopping:
            return False
        told, tells = self._spawn.Pipe(duplex=False)
        process = self._spawn.Process(
            target=self._serve, args=(self._config, Worker(number, self._folder), tells)
        )
        process.start()
        tells.close()
        self._running[number], self._started[number] = process, time.monotonic()
        if self._stopping:
            process.terminate()  # the signal came before this process was in the list
        try:
            told.recv()
        except EOFError:
            process.join()
            return False
        finally:
            told.close()
        return True

    def _keep(self) -> None:
        """Restart each worker that dies, until it is time to stop."""
        while not self._stopping:
            wait([process.sentinel for process in self._running.values()], timeout=LOOK_EVERY)
            for number, process in list(self._running.items()):
                rested = time.monotonic() - self._started[number] >= AGAIN_AFTER
                if not process.is_alive() and rested and not self._stopping:
                    facts.say("worker.died", worker=number, code=process.exitcode)
                    self._start(number)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """Make the workers drain. A second signal ends them at once."""
        self._stopping = True
        self._end()

    def _end(self) -> None:
        for process in self._running.values():
            if process.is_alive():
                process.terminate()

    def _ended(self, process: SpawnProcess) -> int:
        process.join()
        return abs(process.exitcode or 0)


class _Door:
    """A port that is bound for this server: all our workers can listen on it, but no other server can."""

    def __init__(self, address: str, kind: str) -> None:
        host, _, port = address.rpartition(":")
        try:
            _bound(host.strip("[]"), int(port), socket.SO_REUSEADDR).close()  # fails if anything listens
            self._held = _bound(host.strip("[]"), int(port), socket.SO_REUSEPORT)
        except OSError as error:
            raise not_listening(address, kind, error) from None
        self.address = f"{host}:{self._held.getsockname()[1]}"


def _bound(host: str, port: int, option: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, option, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def stop_with_parent(stop: asyncio.Event) -> None:
    """Stop this worker when the process that started it is gone. It leaves a terminal's signals to that."""
    signals.leave_to_parent()
    if parent := multiprocessing.parent_process():
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(parent.sentinel)
            stop.set()

        loop.add_reader(parent.sentinel, gone)
