"""What the tests of the TypeScript client need: its sources as programs, and Node."""

import asyncio
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.kit import environment

CLIENTS = Path(__file__).parents[2] / "clients"
PACKAGE = CLIENTS / "typescript"
INSTALLED = CLIENTS / "node_modules"
OF_SOURCES = "--conditions=bellrope-source"

needs_node = pytest.mark.skipif(
    not INSTALLED.exists(), reason="clients/node_modules is missing; run .ci/node"
)


def program(name: str) -> str:
    """Return the path of `node` or `npm`: those that .ci/node sets up, or else the system's."""
    ours = Path(sys.executable).parent / name
    return str(ours) if ours.exists() else str(shutil.which(name))


def bundle(source: Path, folder: Path, *flags: str) -> Path:
    """Make one file of a program and what it imports, and return the file."""
    target = folder / f"{source.name.removesuffix('.ts')}.mjs"
    command = [INSTALLED / ".bin/esbuild", source, "--bundle", "--format=esm", "--log-level=warning", *flags]
    subprocess.run([*command, f"--outfile={target}"], check=True, env=environment_of_node())
    return target


def for_node(source: Path, folder: Path) -> Path:
    """Make a program for Node; what is no module of the language's own kind stays outside."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(INSTALLED)
    return bundle(source, folder, "--platform=node", "--target=node20", "--external:express", OF_SOURCES)


async def run(*command: str | Path, cwd: Path | None = None, **variables: str) -> tuple[int, str]:
    """Run a program; return its exit code, and what it printed."""
    pipe, both = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=environment_of_node(**variables), stdout=pipe, stderr=both
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


@asynccontextmanager
async def running(folder: Path, *command: str | Path, **variables: str) -> AsyncIterator[Process]:
    """Run a program of Node in a folder, and end it."""
    pipe = asyncio.subprocess.PIPE
    env = environment_of_node(**variables)
    process = await asyncio.create_subprocess_exec(
        program("node"), *command, cwd=folder, env=env, stdin=pipe, stdout=pipe
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


def environment_of_node(**variables: str) -> dict[str, str]:
    """Return an environment where programs of npm find Node."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return environment(PATH=path, **variables)
