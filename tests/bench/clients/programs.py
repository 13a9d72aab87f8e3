"""The programs that stream events in each language: how they are built and started."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "clients"
BUILT = ROOT / ".venv" / "throughput"
BUNDLE = CLIENTS / "node_modules" / ".conformance" / "throughput.mjs"
CARGO = Path(os.environ.get("CARGO_TARGET_DIR", CLIENTS / "rust" / "target"))
BIN = Path(sys.executable).parent
NULL_SERVER = BUILT / "null-server"


class NotRun(Exception):
    """The program cannot run here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that streams with a client, or with the generated code alone."""

    folder: str
    """Where it is built and started, in `clients/`."""

    command: Sequence[str]
    count: int = 0
    """How many events a stream has: enough for a second on a machine of 2026."""

    toolchain: str = ""
    """The script in `.ci/` that checks and prepares what the build needs."""

    build: Sequence[str] = ()

    def prepare(self) -> None:
        """Build the program; quick if it is built. Raises NotRun."""
        if self.toolchain:
            self._run([str(ROOT / ".ci" / self.toolchain)])
        if self.build:
            self._run(self.build)

    def start(self, *arguments: str, core: int) -> subprocess.Popen[str]:
        """Start the program on one core."""
        pin = ("taskset", "--cpu-list", str(core))
        return subprocess.Popen(
            [*pin, *self.command, *arguments],
            cwd=CLIENTS / self.folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            text=True,
        )

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            command, cwd=CLIENTS / self.folder, capture_output=True, text=True, env=_environment()
        )
        if done.returncode:
            said = (done.stderr + done.stdout).strip()[-2000:]
            raise NotRun(f"`{' '.join(command)}` failed: {said or done.returncode}")


def _environment() -> dict[str, str]:
    """Return our environment without what clients read from it."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BELLROPE_")}
    return ours | {"PATH": path}


def _python(*flags: str) -> Program:
    return Program(
        folder="python", count=20_000, command=(sys.executable, "conformance/throughput.py", *flags)
    )


def _jvm(folder: str, main: str, count: int) -> Program:
    """Return a program that `.ci/jdk` builds with the runner of clients/conformance."""
    runner = "conformance/target/runner.jar"
    return Program(
        folder=folder,
        count=count,
        toolchain="jdk",
        command=("java", "-XX:+UseSerialGC", "-cp", runner, main),
    )


NULL = Program(
    folder="go",
    toolchain="go",
    build=("go", "build", "-o", str(NULL_SERVER), "./internal/nullserver"),
    command=(str(NULL_SERVER),),
)

PROGRAMS: Mapping[str, Program] = {
    "python": _python(),
    "python-asyncio": _python("--asyncio"),
    "typescript": Program(
        folder="typescript",
        count=40_000,
        toolchain="node",
        build=(
            *("../node_modules/.bin/esbuild", "conformance/throughput.ts", "--bundle", "--format=esm"),
            *("--platform=node", "--target=node20", "--conditions=bellrope-source"),
            *("--log-level=warning", f"--outfile={BUNDLE}"),
        ),
        command=(str(BIN / "node"), str(BUNDLE)),
    ),
    "go": Program(
        folder="go",
        count=300_000,
        toolchain="go",
        build=("go", "build", "-o", str(BUILT / "go"), "./internal/throughput"),
        command=(str(BUILT / "go"),),
    ),
    "java": _jvm("java", "Throughput", 150_000),
    "kotlin": _jvm("kotlin", "conformance.Throughput", 100_000),
    "rust": Program(
        folder="rust",
        count=600_000,
        toolchain="rust",
        build=(
            *("cargo", "build", "--quiet", "--release"),
            *("--package", "bellrope-conformance", "--bin", "throughput"),
        ),
        command=(str(CARGO / "release" / "throughput"),),
    ),
}
