"""`bellrope doctor`: what it reports about a machine, a database and a server."""

import re
import socket
from pathlib import Path

import apsw
from kit import lent
from shell import run

KEY = "a-key-for-these-tests-only"


def seen(*flags: str, **variables: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the exit code, and for each check its outcome and its message."""
    result = run("doctor", *flags, **variables)
    lines = [re.split(r"  +", line, maxsplit=2) for line in result.stdout.splitlines()]
    return result.exit_code, {about: (outcome.strip(), sentence) for outcome, about, sentence in lines}


def places(folder: Path) -> list[str]:
    """Return flags for a server that does not run yet."""
    return [f"--database=sqlite:///{folder}/bellrope.db", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0"]


def test_before_the_first_start(tmp_path: Path) -> None:
    """Everything that a server will need is checked, and nothing is created."""
    code, found = seen(*places(tmp_path))
    assert code == 0
    assert set(found) == {
        *("python", "sqlite", "clock", "key", "egress", "disk", "fsync"),
        *("certificates", "database", "http", "grpc", "files"),
    }
    missing = f"{tmp_path}/bellrope.db does not exist yet: the first start creates it"
    assert found["database"] == ("ok", missing)
    assert found["key"][0] == "warning"
    assert re.fullmatch(r"\d+\.\d ms.*", found["fsync"][1])
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_runs_is_found(tmp_path: Path) -> None:
    """For a running server it reports what holds the database, its version, and that both ports answer."""
    with lent(tmp_path) as server:
        code, found = seen(
            f"--database=sqlite:///{server.database}",
            f"--http={server.http.removeprefix('http://')}",
            f"--grpc={server.grpc}",
        )
        assert code == 0
        assert found["lock"] == ("ok", f"held by process {server.process.pid}")
        assert found["migrations"] == ("ok", "all applied")
        for port in ("http", "grpc"):
            assert found[port][1].endswith("and is ready")


def test_another_program_on_a_port_is_a_problem(tmp_path: Path) -> None:
    """A port on which another program answers is reported with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        for port in ("http", "grpc"):
            code, found = seen(*places(tmp_path), f"--{port}={address}")
            assert code == 1
            assert found[port] == (
                "problem",
                f"another program uses {address}: stop it, or set --{port}",
            )


def test_a_database_that_is_none_is_a_problem(tmp_path: Path) -> None:
    """A file that is not a database, a missing folder, and a newer database get different messages."""
    (tmp_path / "bellrope.db").write_text("Dear diary, " * 1000)
    code, found = seen(*places(tmp_path))
    assert (code, found["database"][0], "not a database" in found["database"][1]) == (1, "problem", True)
    missing = seen(*places(tmp_path / "none"))
    assert (missing[0], "create it" in missing[1]["database"][1]) == (1, True)
    (tmp_path / "bellrope.db").unlink()
    run("migrate", f"--database=sqlite:///{tmp_path}/bellrope.db")
    connection = apsw.Connection(str(tmp_path / "bellrope.db"))
    connection.execute(
        "INSERT INTO schema_migration SELECT max(id) + 1, '0999_later', '2030-01-01' FROM schema_migration"
    )
    connection.close()
    code, found = seen(*places(tmp_path))
    assert (code, found["migrations"][0], "0999_later" in found["migrations"][1]) == (1, "problem", True)


def test_wrong_settings_are_problems_and_no_key_is_shown(tmp_path: Path) -> None:
    """Each wrong setting has a line; of a key only the length is shown."""
    code, found = seen(*places(tmp_path), "--max-calls=0", "--admin-key=marked")
    assert (code, found["settings"][0]) == (1, "problem")
    result = run("doctor", *places(tmp_path), BELLROPE_ADMIN_KEY=KEY)
    assert result.exit_code == 0
    assert KEY not in result.output
    assert "marked" not in run("doctor", *places(tmp_path), "--admin-key=marked").output
