"""What pyproject.toml declares is what the code imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
ELSEWHERE = {TESTS / "bench/peers/restate_handler.py"}  # runs in an environment that its users make


def imported(*folders: Path) -> Iterator[str]:
    """Yield every module that the Python files below the folders import: `a.b.c` for `from a.b import c`."""
    for path in {path for folder in folders for path in folder.rglob("*.py")} - ELSEWHERE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def needed(modules: Iterable[str], *, own: set[str] | None = None) -> set[str]:
    """Return the distributions that have those modules, without Python's own and ours."""
    own = own or _ours()
    foreign = (module for module in modules if module.partition(".")[0] not in own | sys.stdlib_module_names)
    return {_owner(module) for module in foreign}


def declared(project: Path, *extras: str) -> set[str]:
    """Return the names of the distributions that a pyproject.toml declares."""
    table = tomllib.loads(project.read_text())["project"]
    lines = [
        *table["dependencies"],
        *(line for extra in extras for line in table["optional-dependencies"][extra]),
    ]
    return {_normal(re.split(r"[\[<>=~! ]", line)[0]) for line in lines}


def _owner(module: str) -> str:
    """Return the distribution that has a module (several share `google`), or else the package."""
    name = module
    while name:
        if name in _owners():
            return _owners()[name]
        name = name.rpartition(".")[0]
    return module.partition(".")[0]


@cache
def _ours() -> set[str]:
    """Return our names that are not those of something installed: a folder's file may be called `grpc`."""
    names = {name for path in TESTS.rglob("*.py") for name in path.relative_to(TESTS).with_suffix("").parts}
    return names - {module.partition(".")[0] for module in _owners()} - {"bellrope"} | {
        "bellrope_server",
        "tests",
    }


@cache
def _owners() -> dict[str, str]:
    names = ((each, _normal(each.name)) for each in distributions())  # a name is read from a file each time
    return {module: name for each, name in names for module in _modules(each)}


def _modules(distribution: Distribution) -> Iterator[str]:
    for file in distribution.files or ():
        if file.suffix in (".py", ".so"):
            *folders, name = file.parts
            yield ".".join([*folders, name.partition(".")[0]]).removesuffix(".__init__")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_server_declares_what_it_imports_and_nothing_else() -> None:
    """Installing the server installs each import by name, not through another package, and nothing more.

    What only traces need is the extra `otel`.
    """
    wanted = needed(imported(ROOT / "server", ROOT / "migrations"))
    assert declared(ROOT / "pyproject.toml", "otel") == wanted
    extra = {name for name in wanted if name.startswith("opentelemetry-")}
    assert declared(ROOT / "pyproject.toml") == wanted - extra


def test_the_client_declares_what_it_imports_and_nothing_else() -> None:
    """The same applies to the Python client, and to what only its fakes and its handler for aiohttp need."""
    client = ROOT / "clients/python"
    wanted = needed(imported(client / "bellrope"), own={"bellrope"})
    assert declared(client / "pyproject.toml", "testing", "aiohttp") == wanted


def test_the_tests_declare_what_they_import() -> None:
    """`pip install -e .[dev,deploy]` installs what tests and tools import; the rest of it are commands."""
    wanted = needed(imported(ROOT / "tests", ROOT / "tools", ROOT / "docs"))
    assert set() == wanted - declared(ROOT / "pyproject.toml", "dev", "deploy")


@pytest.mark.parametrize(
    ("line", "distribution"),
    [
        ("import yaml", "pyyaml"),
        ("from google.rpc import status_pb2", "googleapis-common-protos"),
        ("from google.protobuf.message import Message", "protobuf"),
        ("import pycurl", "pycurl"),
        ("from nowhere.near import it", "nowhere"),
    ],
)
def test_an_import_is_found(tmp_path: Path, line: str, distribution: str) -> None:
    """An import inside a function counts, and the distribution that has the module is found."""
    (tmp_path / "code.py").write_text(f"import os\n\ndef run():\n    {line}\n")
    assert {distribution} == needed(imported(tmp_path))
