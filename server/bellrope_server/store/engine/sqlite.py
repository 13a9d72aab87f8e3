"""SQLite: a file that only one process uses at a time. Errors name it."""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

import apsw
from peewee import PeeweeException
from playhouse.apsw_ext import APSWDatabase

from bellrope_server.clock import Clock
from bellrope_server.store.engine import migrate
from bellrope_server.store.engine.file import DatabaseFile, real
from bellrope_server.store.engine.session import Alone, Fault, Named, Row, StoreUnusable, Values, Whereabouts
from bellrope_server.store.engine.sql import Insert, Statement

DURABLE = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 0,
    "busy_timeout": 5000,
    "journal_size_limit": 32 * 1024 * 1024,  # bytes: the log shrinks to this after a long reader made it grow
}
READ_ONLY = {"query_only": 1, "busy_timeout": 5000}
LOST = (
    apsw.IOError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.ReadOnlyError,
    apsw.BusyError,  # another process holds the file; one wait is enough
)
DATA = (apsw.ConstraintError, apsw.MismatchError, apsw.TooBigError, UnicodeEncodeError)
RESCUED = ".rescued.db"
FSYNC_FAILED = (apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC)

_PLACEHOLDER = re.compile(r":([a-z_]+)")


class Sqlite:
    """The embedded database: the file at a path."""

    errors = (apsw.Error, UnicodeEncodeError)
    shared = False

    def __init__(self, path: Path, *, synchronous: str = "full") -> None:
        """`synchronous` other than full is for tests that show its effect."""
        self.path = real(path)
        self.clock = Clock()
        self._file: DatabaseFile | None = None
        self._writing = Embedded(str(self.path), pragmas=DURABLE | {"synchronous": synchronous})
        # A reader that made the file, if it is gone, would find an empty one.
        self._reading = Embedded(str(self.path), pragmas=READ_ONLY, flags=apsw.SQLITE_OPEN_READWRITE)

    @contextmanager
    def usable(self) -> Iterator[None]:
        """Turn errors of the system or SQLite into a StoreUnusable that names the file."""
        try:
            yield
        except (OSError, PeeweeException, apsw.Error) as error:
            why = _why(self.path.parent, error)
            raise StoreUnusable(f"{self.path} cannot be used as the database: {why}") from None

    def hold(self) -> None:
        """Lock the file, and create it if it is not there."""
        with self.usable():
            self._file = DatabaseFile(self.path)

    def let_go(self) -> None:
        """Release the lock."""
        if self._file:
            self._file.let_go()

    def whereabouts(self) -> Whereabouts:
        """Return whether the file is still in its place."""
        return self._file.whereabouts() if self._file else Whereabouts.IN_PLACE

    def migrate(self) -> list[str]:
        """Migrate the file to this version's schema."""
        with self.usable(), self._writing as database:
            return migrate.up(database)

    def writer(self) -> "SqliteSession":
        """Return the session of the only connection that writes."""
        return SqliteSession(self._writing, self.whereabouts)

    def reader(self) -> "SqliteSession":
        """Return this thread's session for reading."""
        return SqliteSession(self._reading)

    async def hints(self) -> AsyncGenerator[None, None]:
        """Yield nothing: there are no other nodes."""
        nobody: tuple[None, ...] = ()
        for each in nobody:
            yield each

    def fault(self, error: Exception) -> Fault:
        """Return the meaning of an error by its class and code."""
        if getattr(error, "extendedresult", 0) in FSYNC_FAILED:
            return Fault.UNTRUSTED
        if isinstance(error, apsw.FullError):
            return Fault.FULL
        if isinstance(error, LOST):
            return Fault.LOST
        return Fault.DATA if isinstance(error, DATA) else Fault.OTHER


class Embedded(APSWDatabase):
    """SQLite through apsw, which brings a recent SQLite of its own."""

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()
        connection.convert_binding = _as_text
        return connection


def _as_text(_cursor: object, _number: int, value: object) -> str:
    """Bind a time in the migrations' history as text, and refuse all else that SQLite does not know."""
    if isinstance(value, datetime):
        return str(value)
    raise TypeError(f"cannot bind a {type(value).__name__}")


class SqliteSession:
    """This thread's connection to the file."""

    settings_version = 0  # nothing else changes them

    def __init__(
        self, database: Embedded, whereabouts: Callable[[], Whereabouts] = lambda: Whereabouts.IN_PLACE
    ) -> None:
        """`database` has one connection for each thread that asks. `whereabouts` is where its file is."""
        self.database = database
        self._whereabouts = whereabouts
        database.connect(reuse_if_open=True)
        self._connection: apsw.Connection = database.connection()

    def all(self, statement: Statement, values: Values) -> list[Row]:
        """Run a compiled statement and return its rows."""
        return self._connection.execute(statement.sqlite, values).fetchall()

    def rows(self, statement: Statement, values: Values) -> list[Named]:
        """Run a compiled statement and return its rows by the names of their columns."""
        return [dict(zip(statement.names, row, strict=True)) for row in self.all(statement, values)]

    def one(self, statement: Statement, values: Values) -> Row | None:
        """Run a compiled statement and return its first row."""
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Run a compiled statement once for each of the values, and return the rows of each run."""
        return [self.all(statement, each) for each in values]

    def run(self, statement: Statement, values: Values) -> int:
        """Run a compiled statement that returns no rows, and return how many it changed."""
        self._connection.execute(statement.sqlite, values)
        return self._connection.changes()

    def create(self, statement: Statement, values: Values) -> int:
        """Run a compiled INSERT of one row that returns its id, and return that."""
        ((id,),) = self.all(statement, values)
        return int(id)

    def many(self, statement: Statement, rows: Iterable[Values]) -> None:
        """Run a compiled statement that returns no rows once for each row of values."""
        self._connection.executemany(statement.sqlite, map(_in_order(statement.sqlite), rows))

    def insert(self, insert: Insert, rows: Sequence[Row]) -> None:
        """Insert rows whose values are in the order of the columns."""
        self._connection.executemany(insert.sqlite, rows)

    def alone(self, what: Alone) -> bool:
        """Return True: there is no other node."""
        return True

    @property
    def written(self) -> int:
        """How many rows were inserted, changed or deleted so far."""
        return self._connection.total_changes()

    def begin(self) -> None:
        """Start a transaction that may write."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Put the transaction on disk."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Roll the transaction back, if one is open: some errors end it by themselves."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """End the connection. Before that, save what the file's next user would not find."""
        match self._whereabouts():
            case Whereabouts.MOVED:  # SQLite would leave the log behind, under the old name
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            case Whereabouts.DELETED:
                self._rescue(Path(self.database.database).with_suffix(RESCUED))
            case _:
                pass
        self.database.close()

    def _rescue(self, copy: Path) -> None:
        """Write everything into a new file, unless the folder is gone too."""
        with suppress(OSError, apsw.Error):
            copy.touch(0o600)
            self._connection.execute("VACUUM INTO ?", (str(copy),))


@lru_cache(maxsize=256)
def _in_order(statement: str) -> Callable[[Values], Row]:
    """Return a function that puts a row's values in the order in which the statement names them.

    SQLite numbers its placeholders in that order. Looking each up by name takes twice as long.
    """
    names = tuple(dict.fromkeys(_PLACEHOLDER.findall(statement)))
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


def _why(folder: Path, error: Exception) -> str:
    if not folder.exists():
        return f"there is no folder {folder}; make it: mkdir -p {folder}"
    return str(error.strerror if isinstance(error, OSError) else error)
