"""What tests run against: a real server, in a process of its own or in this one."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bellrope_server.app.app import App
from bellrope_server.clock import Clock
from bellrope_server.config import Config
from bellrope_server.outbound.names import Names, system_lookup
from forked import start
from resolver import Resolve, UncachedResolver

READY = "bellrope ready"


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with only these variables of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BELLROPE_")} | variables


class Server:
    """`bellrope serve` in a process of its own, on free ports, with its database in `folder`."""

    program: ClassVar[Sequence[str]] = (sys.executable, "-m", "bellrope_server")
    """The command to run; another one must take the same arguments and print when it is ready.

    A command of this Python's is forked, which saves its imports; one that begins with `env` is executed.
    """

    def __init__(self, folder: Path, *flags: str, **variables: str) -> None:
        """Start it; call `wait_ready` before use. Its log is in `folder/server.log`."""
        self.database = folder / "bellrope.db"
        self.log = folder / "server.log"
        command = [*self.program, "serve", f"--database=sqlite:///{self.database}"]
        command += ["--http=127.0.0.1:0", "--grpc=127.0.0.1:0", *flags]
        with self.log.open("ab") as log:
            self.process = start(command, stdout=subprocess.PIPE, stderr=log, env=environment(**variables))
        self.http = self.grpc = ""

    def wait_ready(self, timeout: float = 30) -> "Server":
        """Wait for the line that begins `bellrope ready` and read the ports from it."""
        assert self.process.stdout
        timer = threading.Timer(timeout, self.process.kill)
        timer.start()
        line = self.process.stdout.readline().decode()
        timer.cancel()
        if not line.startswith(READY):
            raise AssertionError(f"not ready: {line!r}\n{self.log.read_text()[-4000:]}")
        ports = dict(word.split("=") for word in line.split() if "=" in word)
        self.http, self.grpc = f"http://{ports['http']}", ports["grpc"]
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def facts(self, name: str) -> list[dict[str, Any]]:
        """Return the log's lines about one kind of fact; a line that is being written does not count yet."""
        written, _, _ = self.log.read_text().rpartition("\n")
        lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
        return [line for line in lines if line["fact"] == name]


@contextlib.contextmanager
def serving(folder: Path, *flags: str, server: type[Server] = Server, **variables: str) -> Iterator[Server]:
    """Give a server that is ready, and stop it at the end."""
    made = server(folder, *flags, **variables)
    try:
        yield made.wait_ready()
    finally:
        made.stop()


@contextlib.contextmanager
def lent(folder: Path, *flags: str, **variables: str) -> Iterator[Server]:
    """Give a server that is ready; at the end ask it to stop, and wait for that after the last test only.

    A stop takes a second so that balancers see it, and nobody looks at what is left behind.
    """
    made = Server(folder, *flags, **variables)
    try:
        yield made.wait_ready()
    finally:
        threading.Thread(target=made.stop).start()


@contextlib.asynccontextmanager
async def app_here(
    folder: Path,
    *,
    clock: Clock | None = None,
    resolve: Resolve | None = None,
    look_up: Callable[[str, int], Sequence[str]] = system_lookup,
    **settings: Any,
) -> AsyncIterator[App]:
    """Give a server that runs in this process and loop, so that its clock or its DNS can be replaced.

    `look_up` replaces the system's look-up only, and may block; `resolve` replaces the resolver.
    """
    settings = {"drain_grace": 1.0, "http": "127.0.0.1:0", "grpc": "127.0.0.1:0"} | settings
    config = Config(database=f"sqlite:///{folder / 'bellrope.db'}", **settings)
    names = partial(UncachedResolver, resolve) if resolve else partial(Names, look_up)
    app = App(config, clock=clock, names=names)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def post(url: str, body: bytes | str | object, *, method: str = "POST", **headers: str) -> tuple[int, Any]:
    """POST JSON and return the status and the decoded answer; `body` is encoded unless it is text already."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    request = Request(url, data=data, method=method, headers={"Content-Type": "application/json"} | headers)
    return _exchange(request)


def get(url: str, **headers: str) -> tuple[int, Any]:
    """GET and return the status and the decoded answer."""
    return _exchange(Request(url, headers=headers))


def _exchange(request: Request) -> tuple[int, Any]:
    try:
        with urlopen(request, timeout=60) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


async def until(condition: Any, *, seconds: float = 60) -> None:
    """Wait until `condition()`, which may be a coroutine function, is true; fail after `seconds`.

    The limit only catches a condition that never comes true, so it is long enough for any machine. A test
    of speed has to time it instead.
    """
    pause = 0.01
    async with asyncio.timeout(seconds):
        while True:
            value = condition()
            if await value if asyncio.iscoroutine(value) else value:
                return
            await asyncio.sleep(pause)
            pause = min(0.1, pause * 1.1)  # looking costs time too
