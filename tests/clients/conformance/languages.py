"""The languages that have a client, and how the runner of each is built and started."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients.conformance.cases import Case
from tests.clients.typescript import environment_of_node, program

ROOT = Path(__file__).parents[3]
CLIENTS = ROOT / "clients"
BUNDLE = CLIENTS / "node_modules" / ".conformance" / "runner.mjs"
GO_RUNNER = ROOT / ".venv" / "go-conformance"
CARGO = Path(os.environ.get("CARGO_TARGET_DIR", CLIENTS / "rust" / "target"))
SURROGATES = "lone surrogates"
"""Texts with half of a character; a language whose texts are always Unicode cannot have them."""

EMPTY_SETTINGS = "empty settings"  # where the empty text is what was not set


class NotRun(Exception):
    """The language's runner cannot run here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How to run one client, or one form of it."""

    name: str
    folder: Path
    source: str
    """The runner's file or folder; without it the language has no runner yet."""

    command: Sequence[str]
    build: Sequence[str] = ()
    toolchain: str = ""
    """The script that checks and prepares what the build needs."""

    lacks: frozenset[str] = frozenset()
    """What cases need and the language cannot have."""

    def can_have(self, cases: Sequence[Case]) -> list[Case]:
        """Return the cases whose input can be given in the language."""
        return [case for case in cases if case.needs not in self.lacks]

    def prepare(self) -> None:
        """Build the runner; quick if it is built. Raises NotRun."""
        if not (self.folder / self.source).exists():
            raise NotRun(f"{self.folder.relative_to(ROOT)}/{self.source} does not exist")
        if self.toolchain:
            _run([str(ROOT / self.toolchain)], ROOT)
        if self.build:
            _run(self.build, self.folder)

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Return what the runner's process has as its environment: of our variables only these."""
        return environment_of_node(**variables)


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment_of_node())
    except OSError as error:
        raise NotRun(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr + done.stdout).strip()[-2000:]
        raise NotRun(f"`{' '.join(command)}` failed: {said or done.returncode}")


def _python(name: str, *flags: str) -> Language:
    runner = "conformance/runner.py"
    command = (sys.executable, runner, *flags)
    return Language(name=name, folder=CLIENTS / "python", source=runner, command=command)


def _jvm(name: str) -> Language:
    """Return a runner that `.ci/jdk` builds with its client."""
    return Language(
        name=name,
        folder=CLIENTS / name,
        source="conformance/pom.xml",
        toolchain=".ci/jdk",
        command=("java", "-jar", "conformance/target/runner.jar"),
    )


def _wrong(name: str) -> Language:
    """Return a runner of Python's that is wrong on purpose."""
    runner = Path(__file__).with_name(f"wrong_{name.replace('-', '_')}.py")
    command = (sys.executable, str(runner))
    return Language(name=name, folder=CLIENTS / "python", source=str(runner), command=command)


WRONG: Mapping[str, Language] = {name: _wrong(name) for name in ("base64", "new-id")}
"""What a case catches, as its `caught` names it."""

LANGUAGES: Mapping[str, Language] = {
    language.name: language
    for language in (
        _python("python"),
        _python("python-asyncio", "--asyncio"),
        Language(
            name="typescript",
            folder=CLIENTS / "typescript",
            source="conformance/runner.ts",
            toolchain=".ci/node",
            build=(
                *("../node_modules/.bin/esbuild", "conformance/runner.ts", "--bundle", "--format=esm"),
                *("--platform=node", "--target=node20", "--conditions=bellrope-source"),
                *("--external:express", "--log-level=warning", f"--outfile={BUNDLE}"),
            ),
            command=(program("node"), str(BUNDLE)),
        ),
        Language(
            name="go",
            folder=CLIENTS / "go",
            source="internal/conformance",
            toolchain=".ci/go",
            build=("go", "build", "-o", str(GO_RUNNER), "./internal/conformance"),
            command=(str(GO_RUNNER),),
            lacks=frozenset({EMPTY_SETTINGS}),
        ),
        _jvm("java"),
        Language(
            name="rust",
            folder=CLIENTS / "rust",
            source="conformance/Cargo.toml",
            toolchain=".ci/rust",
            build=("cargo", "build", "--quiet", "--package", "bellrope-conformance"),
            command=(str(CARGO / "debug" / "bellrope-conformance"),),
            lacks=frozenset({SURROGATES}),
        ),
        _jvm("kotlin"),
    )
}
