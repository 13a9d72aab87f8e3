"""A database's file is known by one name, and stays in its place, or the server says what is wrong."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bellrope_server.process.failure import EXIT_CODE
from bellrope_server.store.engine.session import StoreInUse
from bellrope_server.store.engine.sqlite import Sqlite
from faults.servers import rows
from integration.program import bellrope, lines, queue, serve
from kit import Server, lent, until


def a_link(file: Path, elsewhere: Path) -> Path:
    """A symbolic link to the file."""
    link = elsewhere / "link.db"
    link.symlink_to(file)
    return link


def a_chain(file: Path, elsewhere: Path) -> Path:
    """A relative link to a link."""
    a_link(file, elsewhere)
    chain = elsewhere / "chain.db"
    chain.symlink_to("link.db")
    return chain


def a_linked_folder(file: Path, elsewhere: Path) -> Path:
    """The file in a folder that is a link."""
    folder = elsewhere / "folder"
    folder.symlink_to(file.parent)
    return folder / file.name


def a_detour(file: Path, _elsewhere: Path) -> Path:
    """A path with dots."""
    (file.parent / "sub").mkdir(exist_ok=True)
    return file.parent / "sub" / ".." / file.name


NAMES = [a_link, a_chain, a_linked_folder, a_detour]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps its database open."""
    with lent(tmp_path_factory.mktemp("held")) as server:
        yield server


@pytest.mark.parametrize("name", NAMES)
def test_a_second_server_on_the_same_file_is_refused_whatever_it_calls_it(
    held: Server, tmp_path: Path, name: Callable[[Path, Path], Path]
) -> None:
    """However a path leads to a database, only one server can use it. The refusal names the real path."""
    refused = serve(tmp_path, f"--database=sqlite:///{name(held.database, tmp_path)}")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert lines(refused.stderr) == [
        f"Another server has {held.database} open; stop it, or give --database another path."
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_server_may_come_through_a_link(tmp_path: Path, name: Callable[[Path, Path], Path]) -> None:
    """A server that was started through a link locks the real file, even if it has just created it."""
    real, elsewhere = tmp_path / "real", tmp_path / "elsewhere"
    real.mkdir(), elsewhere.mkdir()
    first = Sqlite(name(real / "b.db", elsewhere))
    first.hold()
    with pytest.raises(StoreInUse):
        Sqlite(real / "b.db").hold()
    first.let_go()
    again = Sqlite(real / "b.db")
    again.hold()
    again.let_go()


def test_a_file_with_a_hard_link_is_refused(tmp_path: Path) -> None:
    """SQLite keeps a log for each name of a file, so a file with two names is refused under both."""
    Sqlite(tmp_path / "b.db").migrate()
    os.link(tmp_path / "b.db", tmp_path / "second.db")
    for name in ("b.db", "second.db"):
        path = tmp_path / name
        why = (
            "it has 2 names (hard links), and SQLite keeps a log beside each. "
            f"Keep one name and remove the others: find -samefile {path}"
        )
        for command in ("serve", "migrate"):
            refused = bellrope(command, f"--database=sqlite:///{path}")
            assert (refused.returncode, refused.stdout) == (1, "")
            assert lines(refused.stderr) == [f"{path} cannot be used as the database: {why}"]
        told = bellrope("doctor", f"--database=sqlite:///{path}", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
        assert (told.returncode, f"{path}: {why}" in told.stdout, " lock " in told.stdout) == (1, True, False)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.db", "second.db"]
    (tmp_path / "second.db").unlink()
    kept = Sqlite(tmp_path / "b.db")
    kept.hold()
    kept.let_go()


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A pipe or a device cannot be a database. The refusal says so, and every command says the same."""
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "null.db").symlink_to("/dev/null")
    for path in (tmp_path / "pipe.db", Path("/dev/null")):
        given = tmp_path / ("pipe.db" if path.name == "pipe.db" else "null.db")
        for command in ("serve", "migrate"):
            refused = bellrope(command, f"--database=sqlite:///{given}")
            assert refused.returncode == 1
            assert lines(refused.stderr) == [
                f"{path} cannot be used as the database: it is not a regular file. Give the path of a file, "
                "or of one that does not exist yet"
            ]


def test_a_file_that_is_mounted_by_itself_is_refused(tmp_path: Path) -> None:
    """A container that mounts the file without its folder would lose SQLite's log, so it is refused."""
    (tmp_path / "inside dir").mkdir()
    Sqlite(tmp_path / "b.db").migrate()
    mounted = tmp_path / "inside dir" / "b.db"
    mounted.touch()
    mount = ["mount", "--bind", str(tmp_path / "b.db"), str(mounted)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a file")
    try:
        refused = serve(tmp_path, f"--database=sqlite:///{mounted}")
    finally:
        subprocess.run(["umount", str(mounted)], check=True)
    assert lines(refused.stderr) == [
        f"{mounted} cannot be used as the database: it is mounted as a single file, and SQLite would keep "
        f"its log outside the mount. Mount its folder instead, at {mounted.parent}"
    ]


def test_a_file_that_was_renamed_is_still_in_use(tmp_path: Path) -> None:
    """While a server runs, its file is refused under a new name, too."""
    first = Sqlite(tmp_path / "b.db")
    first.hold()
    (tmp_path / "b.db").rename(tmp_path / "renamed.db")
    with pytest.raises(StoreInUse):
        Sqlite(tmp_path / "renamed.db").hold()
    first.let_go()


def renamed(file: Path) -> Path:
    """The file gets another name."""
    return file.rename(file.with_name("renamed.db"))


def replaced(file: Path) -> Path:
    """Another file takes its place."""
    kept = file.with_name("kept.db")
    os.link(file, kept)
    other = file.with_name("other.db")
    other.touch()
    other.rename(file)
    return kept


def moved_with_its_folder(file: Path) -> Path:
    """The folder gets another name."""
    return file.parent.rename(file.parent.with_name("moved")) / file.name


def deleted(file: Path) -> Path:
    """The file is deleted; a copy appears."""
    file.unlink()
    return file.with_suffix(".rescued.db")


@pytest.mark.parametrize("act", [renamed, replaced, moved_with_its_folder, deleted])
async def test_a_server_whose_database_is_moved_away_ends_and_loses_nothing(
    tmp_path: Path, act: Callable[[Path], Path]
) -> None:
    """The server says so and ends. Everything that was accepted is in the moved file, without its log."""
    folder, log = tmp_path / "data", tmp_path / "server.log"
    folder.mkdir()
    made = Server(tmp_path, f"--database=sqlite:///{folder / 'b.db'}").wait_ready()
    answers = [queue(made, "lonely", id=f"e{number}") for number in range(20)]
    assert [code for code, _ in answers] == [200] * 20
    file = act(folder / "b.db")
    await until(lambda: made.process.poll() is not None)
    assert made.stop() == EXIT_CODE
    (said,) = made.facts("database.deleted" if act is deleted else "database.moved")
    assert said["path"] == str(folder / "b.db")
    (ended,) = made.facts("server.ended")
    assert ("rescued" if act is deleted else "renamed") in ended["why"]
    assert log.exists()
    found = rows(file, "SELECT event_id FROM event ORDER BY event_id")  # where there is no log next to it
    assert found == sorted((f"e{number}",) for number in range(20))
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_hard_link_made_while_a_server_runs_is_logged(tmp_path: Path) -> None:
    """The server goes on, and its log says that the next start would be refused."""
    with lent(tmp_path) as server:
        os.link(server.database, tmp_path / "second.db")
        await until(lambda: server.facts("database.linked"))
        assert queue(server, "lonely")[0] == 200
        assert [fact["path"] for fact in server.facts("database.linked")] == [str(server.database)]
