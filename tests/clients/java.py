"""What the tests of the Java client need: its packages, a compiler, and programs that run."""

import asyncio
import os
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.kit import environment

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "clients/java"
# The runner of clients/conformance has the package and all that it needs beside it.
CLASSPATH = f"{PACKAGE}/conformance/target/lib/*"


def built() -> None:
    """Build the packages, once for all tests; skip where no JDK is, and fail there in CI."""
    done = subprocess.run([ROOT / ".ci/jdk"], capture_output=True, text=True)
    if done.returncode == 0:
        return
    why = done.stderr.strip()
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def compiled(sources: Iterable[Path], folder: Path) -> str:
    """Compile programs, with all warnings as errors, and return their class path."""
    flags = ["-Xlint:all", "-Werror", "-d", str(folder), "-cp", CLASSPATH]
    done = subprocess.run(["javac", *flags, *sources], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return f"{folder}{os.pathsep}{CLASSPATH}"


@asynccontextmanager
async def running(classpath: str, *main: str, **variables: str) -> AsyncIterator[Process]:
    """Run a program of Java, and end it."""
    pipe = asyncio.subprocess.PIPE
    command = ("java", "-XX:TieredStopAtLevel=1", "-cp", classpath, *main)
    process = await asyncio.create_subprocess_exec(
        *command, env=environment(**variables), stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
