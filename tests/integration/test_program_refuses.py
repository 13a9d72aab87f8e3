"""Why the program refuses to start."""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.program import KEY, bellrope, lines, serve, status
from kit import Server, lent


def test_a_wrong_configuration_is_told_whole(tmp_path: Path) -> None:
    """Every error has its line, the key is not shown, and the exit code is 1."""
    refused = serve(
        tmp_path, "--http=0.0.0.0:0", "--max-calls=0", "--admin-key=marked", BELLROPE_NOPE="marked"
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert [line.split()[0] for line in lines(refused.stderr)] == [
        "BELLROPE_NOPE",
        "--admin-key",
        "--max-calls",
    ]
    assert "marked" not in refused.stderr


def test_an_address_that_is_reached_from_outside_needs_a_key(tmp_path: Path) -> None:
    """Without a key only loopback is served."""
    refused = serve(tmp_path, "--http=0.0.0.0:0", "--grpc=[::]:0")
    assert (refused.returncode, lines(refused.stderr)) == (
        1,
        ["--admin-key is needed, because --http 0.0.0.0:0 and --grpc [::]:0 can be reached from outside"],
    )
    with lent(tmp_path, "--http=0.0.0.0:0", f"--admin-key={KEY}") as server:
        assert server.http.startswith("http://0.0.0.0:")


SECOND_SERVERS = {
    "database": "Another server has {} open; stop it, or give --database another path.",
    "http": "cannot listen on {} for HTTP: Address already in use",
    "grpc": "cannot listen on {} for gRPC: the address is in use, or not on this machine",
}


@pytest.mark.usefixtures("_prompt")
@pytest.mark.parametrize("shared", SECOND_SERVERS)
def test_a_second_server_is_refused_at_once(server: Server, tmp_path: Path, shared: str) -> None:
    """A second server on the same database or port exits with 1 and one clear sentence, within 2 s."""
    taken = {
        "database": str(server.database),
        "http": server.http.removeprefix("http://"),
        "grpc": server.grpc,
    }
    flag = f"--{shared}={'sqlite:///' if shared == 'database' else ''}{taken[shared]}"
    took, refused = quickest(lambda: serve(tmp_path, flag))
    assert (
        took < 2 or took < 2 + quickest(lambda: bellrope("serve", "--help"))[0]
    )  # Python takes long to start here
    assert (refused.returncode, refused.stdout) == (1, "")
    assert lines(refused.stderr) == [SECOND_SERVERS[shared].format(taken[shared])]
    assert status(f"{server.http}/readyz") == 200


def quickest(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest of three times, in seconds, and the result."""
    best = float("inf")
    for _ in range(3):
        start = time.monotonic()
        result = act()
        best = min(best, time.monotonic() - start)
        if best < 2:
            break
    return best, result


def a_missing_folder(folder: Path) -> tuple[Path, str]:
    """The folder does not exist."""
    missing = folder / "missing"
    return missing / "b.db", re.escape(f"there is no folder {missing}; make it: mkdir -p {missing}")


def a_folder(folder: Path) -> tuple[Path, str]:
    """The path is a folder."""
    (folder / "b.db").mkdir()
    return folder / "b.db", "Is a directory|unable to open database file"


def another_file(folder: Path) -> tuple[Path, str]:
    """The file exists, and is not a database."""
    (folder / "b.db").write_text("Dear diary, " * 1000)
    return folder / "b.db", "file is not a database"


def a_read_only_disk(folder: Path) -> tuple[Path, str]:
    """The file system is read-only."""
    (folder / "b").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder / "b")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk")
    return folder / "b" / "b.db", "Read-only file system"


@pytest.mark.parametrize("place", [a_missing_folder, a_folder, another_file, a_read_only_disk])
def test_h9_a_database_that_can_not_be_used_is_named(
    tmp_path: Path, place: Callable[[Path], tuple[Path, str]]
) -> None:
    """H9: The exit code is 1, and one sentence has the path and the reason; `migrate` prints the same."""
    path, reason = place(tmp_path)
    before = path.read_bytes() if path.is_file() else None
    database = f"--database=sqlite:///{path}"
    try:
        for refused in (serve(tmp_path, database), bellrope("migrate", database)):
            assert (refused.returncode, refused.stdout) == (1, "")
            (line,) = lines(refused.stderr)
            assert re.fullmatch(rf"{re.escape(str(path))} cannot be used as the database: ({reason})", line)
    finally:
        if place is a_read_only_disk:
            subprocess.run(["umount", str(tmp_path / "b")], check=True)
    assert before is None or path.read_bytes() == before
