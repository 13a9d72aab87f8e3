"""The program migrates a database to its own version, but not one that is newer or in use."""

from pathlib import Path

import apsw
from integration.program import bellrope, lines, serve, status
from kit import Server, lent


def test_migrate_applies_what_is_missing_once(tmp_path: Path) -> None:
    """`bellrope migrate` names what it applies; a second run has nothing to apply."""
    database = f"--database=sqlite:///{tmp_path}/bellrope.db"
    first, second = bellrope("migrate", database), bellrope("migrate", BELLROPE_DATABASE=database[11:])
    assert (first.returncode, first.stderr, second.returncode, second.stderr) == (0, "", 0, "")
    applied = first.stdout.splitlines()
    assert applied[0] == "applied 0001_installation_and_projects"
    assert [line.split()[1] for line in applied] == sorted(line.split()[1] for line in applied)
    assert second.stdout == "nothing to apply\n"
    with lent(tmp_path) as server:
        assert status(f"{server.http}/readyz") == 200


def test_migrate_needs_the_database_alone(server: Server) -> None:
    """A database is not migrated while a server uses it."""
    refused = bellrope("migrate", f"--database=sqlite:///{server.database}")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert lines(refused.stderr) == [
        f"Another server has {server.database} open; stop it, or give --database another path."
    ]


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database of a newer version is left as it is: neither served nor migrated."""
    database = f"--database=sqlite:///{tmp_path}/bellrope.db"
    bellrope("migrate", database)
    connection = apsw.Connection(str(tmp_path / "bellrope.db"))
    connection.execute(
        "INSERT INTO schema_migration SELECT max(id) + 1, '0999_later', '2030-01-01' FROM schema_migration"
    )
    connection.close()
    for refused in (serve(tmp_path), bellrope("migrate", database)):
        assert (refused.returncode, refused.stdout) == (1, "")
        (line,) = lines(refused.stderr)
        assert line.startswith("This database was migrated by a newer version of bellrope")
        assert "0999_later" in line
