"""Builds what is released: wheels, their sources, a package for npm, a bill of materials, and checksums."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = (ROOT / "clients/python", ROOT)
NPM_PACKAGE = ROOT / "clients/typescript"
NODE_MODULES = ROOT / "clients/node_modules"
OURS = ("bellrope", "bellrope-server")  # the second needs the first
SUMS = "SHA256SUMS"


def release(folder: Path) -> None:
    """Build everything into a folder, in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    build(folder)
    pack(folder)
    with tempfile.TemporaryDirectory() as clean:
        python = environment(Path(clean))
        install(python, folder, "bellrope-server")
        list_parts(python, folder / "bellrope-server.cdx.json")
    write_sums(folder)


def build(folder: Path) -> None:
    """Build the wheel and the source of each project. The same commit gives the same bytes."""
    for project in PROJECTS:
        command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder.absolute())]
        _run(command, folder=project, SOURCE_DATE_EPOCH=time_of_the_commit())


def pack(folder: Path) -> None:
    """Pack the client in TypeScript for npm, if `.ci/node` has set up Node. It is compiled in a copy."""
    if not NODE_MODULES.exists():
        print("without Node, the package for npm is not built; run .ci/node", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / NPM_PACKAGE.name
        shutil.copytree(NPM_PACKAGE, copy, ignore=shutil.ignore_patterns("node_modules", "dist", "build"))
        copy.with_name("node_modules").symlink_to(NODE_MODULES)
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        _run(["npm", "pack", f"--pack-destination={folder.absolute()}"], folder=copy, PATH=programs)


def environment(folder: Path) -> Path:
    """Make an environment with nothing in it, and return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    return folder / "bin/python"


def install(python: Path, folder: Path, name: str) -> None:
    """Install one of our distributions from a folder, and the others that it needs."""
    install_alone(python, folder, *OURS[: OURS.index(name) + 1])
    _pip(python, f"--find-links={folder}", name)


def install_alone(python: Path, folder: Path, *names: str) -> None:
    """Install distributions from a folder by their names, without what they need."""
    _pip(python, "--no-deps", "--no-index", f"--find-links={folder}", *names)


def _pip(python: Path, *arguments: str) -> None:
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", f"--python={python}")
    _run([*pip, "install", *arguments])


def list_parts(python: Path, bill: Path) -> None:
    """Write the software bill of materials of an environment, in the format of CycloneDX."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    _run([*command, f"--pyproject={ROOT / 'pyproject.toml'}", f"--output-file={bill}", str(python)])


def write_sums(folder: Path) -> None:
    """Write the checksums of all files of a folder, for `sha256sum --check`."""
    files = sorted(file for file in folder.iterdir() if file.name != SUMS and not file.name.startswith("."))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / SUMS).write_text("".join(lines))


def time_of_the_commit() -> str:
    """Return SOURCE_DATE_EPOCH: the time that all files in a wheel carry, in seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return given or subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=ROOT, text=True).strip()


def _run(command: Sequence[str], *, folder: Path = ROOT, **variables: str) -> None:
    """Run a command, and show what it printed only if it fails."""
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{ended.stdout}{ended.stderr}")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    release(folder)
    print("\n".join(sorted(file.name for file in folder.iterdir())))
