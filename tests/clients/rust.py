"""What the tests of the Rust client need: cargo, and the programs that it builds."""

import asyncio
import os
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.kit import environment

ROOT = Path(__file__).parents[2]
CRATE = ROOT / "clients/rust"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", CRATE / "target"))
RUNNER = TARGET / "debug/bellrope-conformance"


def require_rust() -> None:
    """Skip the test where the crate cannot be built; in CI that is a failure."""
    checked = subprocess.run([ROOT / ".ci/rust"], capture_output=True, text=True, check=False)
    if checked.returncode:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(checked.stderr.strip())


def cargo(*arguments: str, folder: Path = CRATE, **variables: str) -> str:
    """Run cargo, and return what it printed. All builds share what they have compiled."""
    env = environment(CARGO_TARGET_DIR=str(TARGET), CARGO_TERM_COLOR="never", **variables)
    command = ["cargo", "--quiet", *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def example(name: str) -> Path:
    """Return the program of an example."""
    return TARGET / "debug/examples" / name


@asynccontextmanager
async def running(program: Path, *arguments: str, **variables: str) -> AsyncIterator[Process]:
    """Run a program, and end it."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=environment(**variables), stdin=PIPE, stdout=PIPE, limit=2**26
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def printed(program: Path, *arguments: str, given: bytes = b"", **variables: str) -> list[str]:
    """Run a program to its end, and return the lines that it printed."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=environment(**variables), stdin=PIPE if given else DEVNULL, stdout=PIPE
    )
    lines, _ = await process.communicate(given or None)
    assert process.returncode == 0
    return lines.decode().splitlines()
