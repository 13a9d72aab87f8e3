"""The manifests of the clients have the names that clients/names.toml says, and one version."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHERS = {"node_modules", "target", "dist", "build", ".venv"}
MODULE = re.compile(r"^module (\S+)$", re.MULTILINE)
PACKAGE = re.compile(r"\s+value: ([^\s;]+/go[^\s;]*)")
GROUP = re.compile(r"<groupId>([^<]+)</groupId>")
VERSION = re.compile(r"<version>([^<]+)</version>")


def manifests(root: Path, name: str) -> Iterator[Path]:
    """Yield the files of a name in clients/, but for what is installed and built there."""
    for folder, folders, files in os.walk(root / "clients"):
        folders[:] = sorted(set(folders) - OTHERS)  # what is built there changes meanwhile
        if name in files:
            yield Path(folder, name)


def misnamed(root: Path) -> list[str]:
    """Return the manifests with another module or group than clients/names.toml says."""
    names = tomllib.loads((root / "clients/names.toml").read_text())
    module, group = names["go_module"], names["maven_group"]
    modules = [(path, MODULE.findall(path.read_text())) for path in manifests(root, "go.mod")]
    modules += [(path, PACKAGE.findall(path.read_text())) for path in root.glob("buf.gen.go.yaml")]
    groups = [(path, GROUP.findall(path.read_text())[:1]) for path in manifests(root, "pom.xml")]
    wrong = [
        path
        for path, found in modules
        if not found or not all(f"{each}/".startswith(f"{module}/") for each in found)
    ]
    wrong += [path for path, found in groups if found != [group]]
    return [str(path.relative_to(root)) for path in wrong]


def versions(root: Path) -> dict[str, str]:
    """Return the version in each manifest that is published."""
    found = {}
    for path in (root / "pyproject.toml", *manifests(root, "pyproject.toml")):
        found[str(path)] = tomllib.loads(path.read_text())["project"]["version"]
    for path in manifests(root, "Cargo.toml"):
        package = tomllib.loads(path.read_text())["package"]
        if package.get("publish", True):
            found[str(path)] = package["version"]
    for path in manifests(root, "package.json"):
        if not json.loads(path.read_text()).get("private"):
            found[str(path)] = json.loads(path.read_text())["version"]
    for path in manifests(root, "pom.xml"):
        found[str(path)] = VERSION.findall(path.read_text())[0]
    return found


def test_the_names_that_need_a_domain_stand_in_one_place() -> None:
    """Each go.mod and each pom.xml has the name of clients/names.toml, so publishing changes one place."""
    assert misnamed(ROOT) == []


def test_all_clients_have_the_servers_version() -> None:
    """A client and a server of one version belong together."""
    found = versions(ROOT)
    assert len(found) >= 3
    assert set(found.values()) == {found[str(ROOT / "pyproject.toml")]}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("clients/go/go.mod", "module a.example/go\n", "module b.example/go\n"),
        ("clients/go/tools/go.mod", "// tools\nmodule a.example/go/tools\n", "module a.example/golang\n"),
        ("buf.gen.go.yaml", "  value: a.example/go/v1;v1\n", "  value: b.example/go/v1;v1\n"),
        ("clients/java/pom.xml", "<groupId>example.a</groupId>", "<groupId>example.b</groupId>"),
        ("clients/pom.xml", "<groupId>example.a</groupId><groupId>org.b</groupId>", "<project/>"),
    ],
)
def test_another_name_is_found(tmp_path: Path, name: str, right: str, wrong: str) -> None:
    """A manifest with another name is listed."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "clients").mkdir(exist_ok=True)
    (tmp_path / "clients/names.toml").write_text('go_module = "a.example/go"\nmaven_group = "example.a"\n')
    for text, found in ((right, []), (wrong, [name])):
        path.write_text(text)
        assert misnamed(tmp_path) == found
