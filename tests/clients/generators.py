"""The generators that make clients of /openapi.json, each in a place of its own."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.typescript import CLIENTS, INSTALLED, run

OPENAPI = CLIENTS / "openapi"
PINNED = "openapi-python-client==0.29.1"  # what it needs does not go with what we need
PYTHON = Path(sys.prefix) / "generators" / PINNED
READY = PYTHON / "ready"


def python() -> Path:
    """Return the Python that has `openapi-python-client`; the first call installs it, which takes a while.

    Without a package registry the test is skipped.
    """
    found = PYTHON / "bin/python"
    PYTHON.mkdir(parents=True, exist_ok=True)
    with (PYTHON / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not READY.exists():
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", PYTHON], check=True)
            pip = [sys.executable, "-m", "pip", "--python", found, "install", "--quiet"]
            if subprocess.run([*pip, "--disable-pip-version-check", PINNED], check=False).returncode:
                pytest.skip(f"pip cannot install {PINNED}")
            READY.touch()
    return found


async def make_typescript(document: Path, folder: Path) -> None:
    """Write `bellrope.ts`, and what a project of TypeScript 5 needs to use it."""
    (folder / "node_modules").symlink_to(INSTALLED)
    generator = OPENAPI / "node_modules/.bin/openapi-typescript"
    code, printed = await run(generator, document, "--output", "bellrope.ts", cwd=folder)
    assert code == 0, printed


async def check_typescript(folder: Path) -> str:
    """Return what TypeScript 5 says against `program.ts` and `types.ts` in a folder."""
    strict = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"]
    module = ["--module", "nodenext", "--target", "es2022", "--allowImportingTsExtensions"]
    checker = OPENAPI / "node_modules/.bin/tsc"
    _, printed = await run(checker, *strict, *module, "program.ts", "types.ts", cwd=folder)
    return printed


async def make_python(document: Path, folder: Path) -> str:
    """Write the package `bellrope_client` into the folder, and return what the generator says."""
    (folder / "config.yml").write_text("post_hooks: []\n")  # formatting it helps nobody here
    generate = ["-m", "openapi_python_client", "generate", "--path", document, "--config", "config.yml"]
    target = ["--meta", "none", "--output-path", folder / "bellrope_client"]
    code, printed = await run(python(), *generate, *target, cwd=folder)
    assert code == 0, printed
    return printed


async def check_python(program: Path) -> list[str]:
    """Return what mypy says against a program and the whole package that it uses."""
    mypy = ["-m", "mypy", "--strict", "--no-error-summary", "--python-executable", python()]
    cache = ["--cache-dir", PYTHON / "mypy", "--config-file", ""]
    sources = [program.name, "bellrope_client"]
    _, printed = await run(sys.executable, *mypy, *cache, *sources, cwd=program.parent)
    return printed.splitlines()
