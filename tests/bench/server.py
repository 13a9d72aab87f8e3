"""What is measured: `bellrope serve`, durable, signing, with its default caps and limits, on one core."""

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
import psutil  # type: ignore[import-untyped]
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from kit import READY, environment
from postgres import Cluster

from bench.cores import MEASURED_CORE, pin
from bench.gauges import Processes
from bench.load.event import SECRET, TYPE

SQLITE, POSTGRES = "sqlite", "postgres"
DATABASES = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}
HERE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Checkout:
    """A version of the server: the folder of a clone. Without a .venv of its own it runs in this one's."""

    root: Path = HERE

    @property
    def command(self) -> list[str]:
        """The program."""
        python = self.root / ".venv/bin/python"
        return [str(python) if python.exists() else sys.executable, "-m", "bellrope_server"]

    @property
    def environment(self) -> dict[str, str]:
        """The environment, in which this clone's code comes before what is installed."""
        return environment(
            PYTHONPATH=os.pathsep.join(f"{self.root}/{each}" for each in ("server", "clients/python"))
        )


@dataclass(frozen=True)
class Served:
    """A running server."""

    http: int
    grpc: str
    folder: Path
    processes: Processes


@contextlib.contextmanager
def served(database: str, ports: Sequence[int], *, checkout: Checkout = Checkout()) -> Iterator[Served]:
    """Run a server on an empty database, with one trigger for each port."""
    with tempfile.TemporaryDirectory(prefix="bellrope-bench-") as name, contextlib.ExitStack() as stack:
        url, others = f"sqlite:///{name}/bench.db", []
        if database == POSTGRES:
            made = postgres().create()
            stack.callback(postgres().drop, made)
            url, others = postgres().url(made), postgres().processes()[:1]
        with running(url, Path(name), checkout=checkout) as (process, words):
            save_triggers(words["grpc"], ports)
            port = int(words["http"].rpartition(":")[2])
            yield Served(port, words["grpc"], Path(name), Processes([process.pid, *others]))


@contextlib.contextmanager
def running(
    url: str, folder: Path, *, checkout: Checkout
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Run a server on this database, and give what it says when it is ready."""
    command = [*checkout.command, "serve", f"--database={url}", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0"]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
            env=checkout.environment,
            preexec_fn=functools.partial(pin, MEASURED_CORE),
        )
    assert process.stdout
    try:
        line = process.stdout.readline()
        if not line.startswith(READY):
            raise SystemExit(f"{checkout.root}: not ready: {line}{(folder / 'log').read_text()[-2000:]}")
        yield process, dict(word.split("=") for word in line.split() if "=" in word)
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """End a server and its processes at once: its database goes with it, so there is nothing to finish."""
    for each in [*psutil.Process(process.pid).children(recursive=True), process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    process.communicate()


def save_triggers(address: str, ports: Sequence[int]) -> None:
    """Save a trigger of its own type for each port."""
    with grpc.insecure_channel(address) as channel:
        for number, port in enumerate(ports):
            name = TYPE.format(number)
            trigger = Trigger(name=name, type=name, url=f"http://127.0.0.1:{port}/hook", secrets=[SECRET])
            TriggersStub(channel).CreateTrigger(CreateTriggerRequest(project="default", trigger=trigger))


@functools.cache
def postgres() -> Cluster:
    """Return this run's PostgreSQL: durable, on the disk of SQLite's files, on the measured core."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-bench-postgres-"))
    made = Cluster(folder)
    for pid in made.processes():
        pin(MEASURED_CORE, pid)

    @atexit.register
    def stop() -> None:
        made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)

    return made
