"""A damaged database is refused at the start, by name, and left as it is."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.servers import running
from kit import Server, post

PAGE = 4096


def garbled_header(database: Path) -> None:
    """Overwrite the first bytes, by which SQLite recognises its files."""
    with database.open("r+b") as file:
        file.write(b"not a database at all")


def cut_in_half(database: Path) -> None:
    """Cut off the second half of the file."""
    os.truncate(database, database.stat().st_size // 2 // PAGE * PAGE)


def garbled_page(database: Path) -> None:
    """Overwrite the page that lists the tables, after the header."""
    with database.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (PAGE - 100))


def nothing_but_zeros(database: Path) -> None:
    """Overwrite the whole file with zeros, as some file systems do in a power cut."""
    database.write_bytes(bytes(database.stat().st_size))


def digest(database: Path) -> str:
    """Return a digest of the file's content."""
    return hashlib.sha256(database.read_bytes()).hexdigest()


@pytest.mark.parametrize("damage", [garbled_header, cut_in_half, garbled_page, nothing_but_zeros])
async def test_h10_a_damaged_database_is_refused_and_not_reset(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """H10: The server does not start, names the file, and creates no new database in its place."""
    async with running(tmp_path) as server:
        for number in range(50):
            assert (
                post(f"{server.http}/v1/api/default/eventing/queue", {"type": "t", "id": f"e{number}"})[0]
                == 200
            )
    damage(server.database)
    before = digest(server.database)
    again = Server(tmp_path)
    assert again.process.wait(30) == 1
    assert again.process.stdout
    assert again.process.stdout.read() == b""
    again.process.stdout.close()
    said = again.log.read_text().splitlines()[-1]
    assert f"{server.database} cannot be used as the database" in said
    assert digest(server.database) == before
