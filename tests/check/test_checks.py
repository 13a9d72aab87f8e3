"""The checks of `make check` fail when they should."""

import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed and how it ended."""
    return subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT | variables, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that the checks read."""
    for name in ("protos", "clients", "server", "tools"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("__pycache__", "node_modules", "target"),
        )
    for name in ("buf.yaml", "buf.gen.yaml", "buf.gen.typescript.yaml", "buf.gen.go.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Replace text that must be there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_removed_field_breaks_the_protos(copy: Path) -> None:
    """Removing a field is refused by buf, because existing clients would lose it."""
    baseline = str(ROOT / "tests/check/baseline.binpb")
    assert run("buf", "breaking", "--against", baseline, cwd=copy).returncode == 0
    change(copy / "protos/bellrope/v1/eventing.proto", "  string traceparent = 9;\n", "")
    broken = run("buf", "breaking", "--against", baseline, cwd=copy)
    assert broken.returncode != 0
    assert "traceparent" in broken.stdout


def test_a_forbidden_import_breaks_the_layers(copy: Path) -> None:
    """A lower layer that imports a higher one is refused by name."""
    variables = {"PYTHONPATH": f"{copy / 'server'}{os.pathsep}{copy / 'clients/python'}"}
    assert run("lint-imports", "--no-cache", cwd=copy, **variables).returncode == 0
    retry = copy / "server/bellrope_server/retry.py"
    retry.write_text(retry.read_text() + "\nimport bellrope_server.store  # noqa: E402\n")
    broken = run("lint-imports", "--no-cache", cwd=copy, **variables)
    assert broken.returncode != 0
    assert "bellrope_server.retry -> bellrope_server.store" in broken.stdout


def test_a_changed_proto_without_new_stubs_is_drift(copy: Path) -> None:
    """After a change of a proto `make gen` must be run."""
    change(
        copy / "protos/bellrope/v1/projects.proto", "string name = 1;", "string name = 1;\n  int32 more = 7;"
    )
    assert "clients/python/bellrope/v1/projects_pb2.py" in drifted(copy, "buf.gen.yaml")


@pytest.mark.skipif(not (ROOT / "clients/node_modules").exists(), reason="needs .ci/node")
def test_a_changed_proto_without_new_typescript_is_drift(copy: Path) -> None:
    """The TypeScript client is generated from the same protos, and checked where Node is set up."""
    (copy / "clients/node_modules").symlink_to(ROOT / "clients/node_modules")
    assert drifted(copy, "buf.gen.typescript.yaml") == "[]\n"
    change(
        copy / "protos/bellrope/v1/projects.proto", "string name = 1;", "string name = 1;\n  int32 more = 7;"
    )
    assert "typescript/src/gen/bellrope/v1/projects_pb.ts" in drifted(copy, "buf.gen.typescript.yaml")


@pytest.mark.skipif(not (ROOT / ".venv/bin/go").exists(), reason="needs .ci/go")
def test_a_changed_proto_without_new_go_is_drift(copy: Path) -> None:
    """The Go client is generated from the same protos, and checked where Go is set up."""
    assert drifted(copy, "buf.gen.go.yaml") == "[]\n"
    change(
        copy / "protos/bellrope/v1/projects.proto", "string name = 1;", "string name = 1;\n  int32 more = 7;"
    )
    assert "go/bellropev1/projects.pb.go" in drifted(copy, "buf.gen.go.yaml")


def test_a_changed_proto_without_new_rust_is_drift(copy: Path) -> None:
    """The Rust client is generated from the same protos. The check needs no Rust."""
    check = (sys.executable, "tools/rust_client.py", "--check")
    assert run(*check, cwd=copy).returncode == 0
    change(copy / "protos/bellrope/v1/projects.proto", "string name = 1;", "string name = 1;\n  int32 x = 7;")
    assert "run `make gen`" in run(*check, cwd=copy).stderr


def test_generated_rust_is_not_edited(copy: Path) -> None:
    """A change of the generated code by hand is drift, too."""
    change(copy / "clients/rust/src/gen/bellrope.v1.rs", "pub struct Event ", "pub struct AnEvent ")
    assert "run `make gen`" in run(sys.executable, "tools/rust_client.py", "--check", cwd=copy).stderr


def drifted(copy: Path, template: str) -> str:
    """Return what `drifted` of drift.py finds for a template in a copy."""
    script = "import drift, pathlib, sys; print(drift.drifted(pathlib.Path('.'), sys.argv[1]))"
    drift = run(sys.executable, "-c", script, template, cwd=copy, PYTHONPATH=str(ROOT / "tests/check"))
    assert drift.returncode == 0, drift.stderr
    return drift.stdout


def test_a_changed_console_without_a_new_build_is_drift(copy: Path) -> None:
    """After a change of the console or of a proto's fields `make gen` must be run; comments do not count."""
    check = (sys.executable, "tools/console.py", "--check")
    assert run(*check, cwd=copy, CI="").returncode == 0
    generated = copy / "clients/typescript/src/gen/bellrope/v1/eventing_pb.ts"
    change(generated, "/**\n", "/** Another word.\n")
    assert run(*check, cwd=copy, CI="").returncode == 0
    change(copy / "clients/console/src/pages.ts", "Eventing", "Triggers")
    assert "run `make gen`" in run(*check, cwd=copy, CI="").stderr
    assert "run .ci/node" in run(*check, cwd=copy, CI="true").stderr


def test_every_rpc_and_field_has_a_sentence() -> None:
    """Every RPC, message and field in the protos has a comment, because the protos are the reference."""
    for path in (ROOT / "protos/bellrope").rglob("*.proto"):
        lines = path.read_text().splitlines()
        for above, line in pairwise(lines):
            code = line.strip()
            declares = code.startswith(("rpc ", "message ", "enum ", "service ")) or (
                " = " in code and code.endswith(";")
            )
            if declares and not code.startswith(("syntax", "option ", "//")):
                assert above.strip().startswith("//"), f"{path.name}: {code}"


def test_no_file_names_a_registry() -> None:
    """No file has the address of a registry: the builder chooses where packages and images come from."""
    hosts = [".".join(words) for words in (("pypi", "org"), ("docker", "io"), ("ghcr", "io"), ("quay", "io"))]
    hosts += ["files.python" + "hosted", "registry.npm" + "js", "proxy.golang" + ".org", "index-" + "url"]
    found = run("git", "grep", "-nIF", *(word for host in hosts for word in ("-e", host)), cwd=ROOT)
    assert (found.returncode, found.stdout) == (1, "")


@pytest.mark.xdist_group("here")
def test_tests_of_a_group_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """Tests that share something large name a group, and processes that run tests keep to it."""
    in_process = os.environ.get("PYTEST_XDIST_WORKER")
    assert request.node.nodeid.endswith("@here") == (in_process is not None)
