"""The compose file: a server and its PostgreSQL, with their secrets in files."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from bellrope_server.cli.settings import read
from bellrope_server.config import Config
from deploy.files import DEPLOY, IMAGE, KEY, URL, ports, seconds, settings, stop_takes
from page import Page
from postgres import cluster, program

PyCompose = pytest.importorskip("compose_spec", reason="make test installs what checks deploy/").PyCompose
FILE = DEPLOY / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVER, POSTGRES = COMPOSE["services"]["bellrope"], COMPOSE["services"]["postgres"]


def test_the_file_is_what_compose_reads() -> None:
    """Every key and value of the file is in the Compose Specification."""
    assert sorted(PyCompose.from_yaml(FILE.read_text()).service_names()) == ["bellrope", "postgres"]
    with pytest.raises(Exception, match="stop_grace"):
        PyCompose.from_yaml(FILE.read_text().replace("stop_grace_period: 30s", "stop_grace_period: long"))


def test_every_variable_exists(tmp_path: Path) -> None:
    """The server starts with the variables of the image and the file: they exist, and none is set twice."""
    config = settings(IMAGE | SERVER["environment"], tmp_path)
    assert (config.admin_key, config.database) == (KEY, URL)
    commented = re.findall(r"# (BELLROPE_\w+): (\w+)", FILE.read_text())
    assert [read({}, {name: value}).egress_allow for name, value in commented] == [("private",)]


def test_only_this_machine_reaches_the_ports() -> None:
    """The ports do not speak TLS, so they are published on loopback alone, under their usual numbers."""
    assert SERVER["ports"] == [f"127.0.0.1:{port}:{port}" for port in ports(Config())]
    assert "ports" not in POSTGRES


def test_a_stop_has_the_time_that_it_needs() -> None:
    """Compose waits longer for a stop than the server takes, so attempts can finish."""
    assert seconds(SERVER["stop_grace_period"]) >= stop_takes(Config())


def test_the_server_waits_for_a_database_that_answers() -> None:
    """The server starts once PostgreSQL takes connections, and both come back after a crash or a restart."""
    assert SERVER["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVER["restart"] == POSTGRES["restart"] == "unless-stopped"


def test_the_check_of_the_database_works() -> None:
    """The check of PostgreSQL succeeds on a running one, and fails where none is."""
    word, name, *options = POSTGRES["healthcheck"]["test"]
    assert word == "CMD"
    asked = [program(name), *options]
    up = subprocess.run([*asked, f"--port={cluster().port}"], capture_output=True)
    down = subprocess.run([*asked, "--port=9"], capture_output=True)
    assert (up.returncode, down.returncode) == (0, 2)


def test_the_page_makes_the_secrets_that_the_file_names(tmp_path: Path) -> None:
    """The commands of the page make each secret: a key that is long enough, and a URL with the password."""
    commands = Page("docs/install.md").block("deploy/secrets/database")
    subprocess.run(["bash", "-ec", commands], cwd=tmp_path, check=True)
    folder = tmp_path / "deploy"
    paths = {name: folder / secret["file"] for name, secret in COMPOSE["secrets"].items()}
    assert folder.joinpath("secrets").stat().st_mode & 0o777 == 0o700
    assert set(paths.values()) == set((folder / "secrets").iterdir())
    assert all(path.stat().st_mode & 0o004 for path in paths.values())  # the user of the container reads them
    files = {
        name: str(paths[Path(value).name])
        for name, value in SERVER["environment"].items()
        if value.startswith("/run/secrets/")
    }
    assert {Path(value).name for value in SERVER["environment"].values()} == set(SERVER["secrets"])
    password = paths["postgres-password"].read_text().strip()
    user, database = POSTGRES["environment"]["POSTGRES_USER"], POSTGRES["environment"]["POSTGRES_DB"]
    assert read({}, files).database == f"postgresql://{user}:{password}@postgres/{database}"
    assert POSTGRES["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres-password"


def test_what_runs_is_confined() -> None:
    """The server writes nowhere but into its volume and /tmp, and can gain no rights."""
    assert (SERVER["read_only"], SERVER["tmpfs"], SERVER["cap_drop"]) == (True, ["/tmp"], ["ALL"])
    assert SERVER["security_opt"] == POSTGRES["security_opt"] == ["no-new-privileges:true"]
