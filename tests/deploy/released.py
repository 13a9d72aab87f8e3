"""What `make release` builds, installed in clean environments outside the repository."""

import asyncio
import importlib.util
import os
import subprocess
import sysconfig
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("BELLROPE_FULL") == "1"


def tool(root: Path = ROOT) -> ModuleType:
    """Load tools/release.py of a clone."""
    spec = importlib.util.spec_from_file_location("release", root / "tools/release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def environment(folder: Path, dist: Path, name: str) -> Path:
    """Install one of our distributions into a new environment, and return its folder of programs.

    What it needs comes from the environment of the tests, and in the long form from where pip finds it.
    """
    release = tool()
    python: Path = release.environment(folder)
    if FULL:
        release.install(python, dist, name)
        return python.parent
    release.install_alone(python, dist, *release.OURS[: release.OURS.index(name) + 1])
    [site] = folder.glob("lib/python*/site-packages")
    (site / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return python.parent


def outside(programs: Path, **variables: str) -> dict[str, str]:
    """Return a small environment, as of a service: without our variables, and with these programs first."""
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": "/nonexistent"} | variables


def printed(command: Sequence[str], folder: Path, variables: dict[str, str] | None = None) -> str:
    """Run a command in a folder to its end, and return what it printed."""
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=True
    ).stdout


def where(programs: Path, module: str, folder: Path) -> Path:
    """Return the file that an environment imports as a module."""
    script = f"import {module}; print({module}.__file__)"
    return Path(printed([str(programs / "python"), "-c", script], folder, outside(programs)).strip())


@asynccontextmanager
async def started(
    command: Sequence[str], folder: Path, variables: dict[str, str]
) -> AsyncIterator[dict[str, str]]:
    """Start a server in a folder, give its addresses as `http` and `grpc`, and stop it as a service would."""
    with (folder / "log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=variables, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    try:
        assert server.stdout
        said = (await asyncio.wait_for(server.stdout.readline(), 120)).decode()
        assert said.startswith("bellrope ready "), (folder / "log").read_text()
        yield dict(word.split("=") for word in said.split() if "=" in word)
    finally:
        server.terminate()
        assert await asyncio.wait_for(server.wait(), 60) == 0
