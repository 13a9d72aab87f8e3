"""Reads a database's file without changing it, whether or not a server has it open."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

import apsw

from bellrope_server.model import Micros
from bellrope_server.store.engine import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The state of a database: missing or unknown migrations, and the time of its newest event."""

    pending: tuple[str, ...]
    unknown: tuple[str, ...]
    newest_event: Micros | None


def sqlite_version() -> str:
    """Return the version of the SQLite that the server uses, which is not Python's."""
    return apsw.sqlite_lib_version()


def examine(path: Path) -> Examined:
    """Read the database; raise ValueError with a sentence if it cannot be read."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(2000)
        try:
            return _read(connection)
        finally:
            connection.close()
    except apsw.Error as error:
        raise ValueError(str(error)) from None


def _read(connection: apsw.Connection) -> Examined:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    history = "SELECT name FROM schema_migration" if "schema_migration" in tables else "SELECT 1 WHERE 0"
    applied = {str(name) for (name,) in connection.execute(history)}
    known = {path.stem for path in migrate.folder().glob("[0-9]*.py")}
    newest = list(connection.execute("SELECT max(accept_time) FROM event")) if "event" in tables else []
    return Examined(
        pending=tuple(sorted(known - applied)),
        unknown=tuple(sorted(applied - known)),
        newest_event=newest[0][0] if newest else None,
    )


def held(path: Path) -> str | None:
    """Return the holder of the lock next to the database, or None if there is none."""
    lock = path.with_name(path.name + ".lock")
    if not lock.exists():
        return None
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(os.fstat(file.fileno()).st_ino)
    return None


def _holder(inode: int) -> str:
    """Return the process that locks a file, if the system shows it (proc_locks(5))."""
    try:
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return "another process"
    holders = [line.split()[4] for line in lines if f":{inode} " in line and "FLOCK" in line]
    return f"process {holders[0]}" if holders else "another process"
