"""A migration that is killed halfway is repeated at the next start."""

import signal
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import apsw
import pytest
from bellrope_server.store.engine.migrate import folder as migrations
from faults.servers import DOOMED, rows, running
from forked import ended
from kit import environment, post

WHOLE_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
HISTORY = "SELECT name FROM sqlite_master WHERE name = 'schema_migration'"
APPLIED = "SELECT name FROM schema_migration ORDER BY name"


def migrate(folder: Path, *, point: str = "", times: int = 0) -> int:
    """Run `bellrope migrate`, which dies at the point if there is one; return its exit code."""
    program = [DOOMED, point, str(times)] if point else ["-m", "bellrope_server"]
    database = f"--database=sqlite:///{folder / 'bellrope.db'}"
    command = [sys.executable, *program, "migrate", database]
    return ended(command, env=environment()).returncode


def schema(folder: Path) -> list[tuple[object, ...]]:
    """Return the SQL of all tables and indexes."""
    return rows(folder / "bellrope.db", WHOLE_SCHEMA)


def applied(folder: Path) -> list[str]:
    """Return the migrations that the database has."""
    database = folder / "bellrope.db"
    return [name for (name,) in rows(database, APPLIED)] if rows(database, HISTORY) else []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """The schema that an undisturbed migration makes."""
    folder = tmp_path_factory.mktemp("whole")
    assert migrate(folder) == 0
    return schema(folder)


async def serves(folder: Path) -> bool:
    """Return whether the plain server starts on the database and accepts an event."""
    async with running(folder) as server:
        return post(f"{server.http}/v1/api/default/eventing/queue", {"type": "any"})[0] == 200


@pytest.mark.timeout(300)
async def test_a_kill_in_each_migration_is_made_good(
    tmp_path: Path, full: bool, whole: list[tuple[object, ...]], measured: Callable[..., None]
) -> None:
    """Kill the program in each migration in turn: the next start works as if nothing had happened."""
    names = sorted(path.stem for path in migrations().glob("[0-9]*.py"))
    killed_in = range(1, len(names) + 1, 1 if full else 4)
    for number in killed_in:
        done = applied(tmp_path)
        assert done == names[: len(done)]
        code = migrate(tmp_path, point="in-migration", times=number - len(done))
        assert code == -signal.SIGKILL
    measured(kills=len(killed_in), applied_before_the_last_run=len(applied(tmp_path)))
    assert await serves(tmp_path)
    assert schema(tmp_path) == whole


@pytest.mark.timeout(1200)
async def test_a_kill_at_any_statement_of_the_first_migration_is_made_good(
    tmp_path: Path, full: bool, whole: list[tuple[object, ...]], measured: Callable[..., None]
) -> None:
    """Kill the program after any statement of the first migration: the next run completes the schema."""
    kills = 0
    for times in count(1, 1 if full else 40):
        folder = tmp_path / str(times)
        folder.mkdir()
        if migrate(folder, point="at-statement", times=times) == 0:
            break
        kills += 1
        assert migrate(folder) == 0
        assert schema(folder) == whole
        with closing(apsw.Connection(str(folder / "bellrope.db"))) as database:
            assert list(database.execute("PRAGMA integrity_check")) == [("ok",)]
    measured(kills=kills)
    assert kills > 0
    assert await serves(folder)
