"""The embedded database's file: held by one process at a time, and named when it cannot be used."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import apsw
from peewee import PeeweeException

from bellrope_server.errors import ServiceError
from bellrope_server.store.session import Embedded

DURABLE = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 0, "busy_timeout": 5000}


class StoreInUse(ServiceError):
    """Another server has this database open."""


class StoreUnusable(ServiceError):
    """The database cannot be used."""


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the system or SQLite has against the file into a StoreUnusable that names it."""
    try:
        yield
    except (OSError, PeeweeException, apsw.Error) as error:
        raise StoreUnusable(f"{path} cannot be used as the database: {_why(path.parent, error)}") from None


def _why(folder: Path, error: Exception) -> str:
    if not folder.exists():
        return f"there is no folder {folder}; make it: mkdir -p {folder}"
    return str(error.strerror if isinstance(error, OSError) else error)


def locked(path: Path) -> IO[str]:
    """Take the lock beside the database; it is a file of its own because SQLite locks the database itself."""
    if not path.exists():
        path.touch(0o600)  # it holds secrets; the other files that SQLite makes follow it
    lock = path.with_name(path.name + ".lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StoreInUse(
            f"Another server has {path} open; stop it, or give --database another path."
        ) from None
    return lock


@contextmanager
def database_for_migration(path: Path) -> Iterator[Embedded]:
    """Give the database to migrate, locked; raise StoreInUse if a server has it open, or StoreUnusable."""
    database = Embedded(str(path), pragmas=DURABLE)
    with usable(path), locked(path), database:
        yield database
