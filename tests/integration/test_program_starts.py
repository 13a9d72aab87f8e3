"""The program `bellrope` starts, and describes its commands."""

import re
import socket
import sys
from pathlib import Path

import pytest
from bellrope_server.config import Config
from integration.program import status
from kit import Server, serving
from shell import run


class InstalledServer(Server):
    """The installed program, executed as by a shell."""

    program = (str(Path(sys.executable).with_name("bellrope")),)


def test_ready_says_where(tmp_path: Path) -> None:
    """`bellrope ready` names the version and the addresses that it really listens on."""
    with serving(tmp_path, "--http=127.0.0.2:0", "--grpc=[::1]:0", server=InstalledServer) as server:
        assert re.fullmatch(r"http://127\.0\.0\.2:[1-9]\d*", server.http)
        assert re.fullmatch(r"\[::1\]:[1-9]\d*", server.grpc)
        assert status(f"{server.http}/readyz") == 200
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", int(server.http.rpartition(":")[2])))
        assert run("triggers", "list", f"--server={server.grpc}").exit_code == 0


def test_the_version_is_told() -> None:
    """`bellrope --version` prints one line."""
    assert re.fullmatch(r"bellrope \d+\.\d+\.\d+\n", run("--version").stdout)


def test_help_is_complete() -> None:
    """`bellrope serve --help` shows every flag in full, with its default and its variable."""
    shown = " ".join(run("serve", "--help").stdout.split())
    for name, field in Config.model_fields.items():
        default = "" if field.default is None else re.escape(f" [default: {field.default}]")
        flag = f"--{name.replace('_', '-')}"
        assert re.search(rf"{flag}[ /].*?{default} \[env: BELLROPE_{name.upper()}\]", shown), flag


def test_help_names_every_command() -> None:
    """`bellrope --help`, and `bellrope` alone, list the commands."""
    for result in (run("--help"), run()):
        assert re.findall(r"^  ([\w-]+) ", result.output.partition("Commands:")[2], re.MULTILINE) == [
            "serve",
            "migrate",
            "doctor",
            "status",
            "queue",
            "queue-batch",
            "queue-stream",
            "apply",
            "export",
            "import-space-cloud",
            "projects",
            "triggers",
            "event-types",
            "events",
            "deliveries",
            "statistics",
            "bulk",
            "tail",
        ]


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["queue"], ["queue", "x", "--nope"], ["serve", "--nope"], ["triggers"], ["triggers", "nope"]],
)
def test_a_wrong_command_line_is_told_how_it_goes(arguments: list[str]) -> None:
    """An unknown command, or one that lacks an argument, ends with exit code 2 and the usage."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: bellrope" in result.output
