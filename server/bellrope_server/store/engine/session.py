"""What the verbs need from a database: a connection with a transaction, on either kind of database."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AbstractContextManager
from enum import Enum, IntEnum, auto
from typing import Any, Protocol

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.store.engine.sql import Insert, Statement

Row = tuple[Any, ...]
Values = dict[str, Any]
Named = dict[str, Any]
"""A row, by the names of its columns."""


class StoreInUse(ServiceError):
    """Another server has this database open."""


class StoreUnusable(ServiceError):
    """The database cannot be used."""


class Fault(Enum):
    """What a database error means for the callers in its commit."""

    DATA = auto()
    """The data of one caller is invalid. The others must not suffer for it."""
    AGAIN = auto()
    """Another node was faster. A new try may succeed."""
    FULL = auto()
    OTHER = auto()
    """Something is wrong with the statement or the tables. The others must not suffer for it."""
    LOST = auto()
    """The database cannot be reached or used. Whether it has the commit is unknown."""
    UNTRUSTED = auto()
    """The content of the disk is unknown, and stays so."""


class Alone(IntEnum):
    """Tasks that only one node may do at a time. The numbers are those of locks, and never change."""

    MIGRATES = 1
    STARTS = 2
    REMOVES = 3
    FOLDS = 4


class Whereabouts(Enum):
    """Whether a database's file is still where it was when it was opened."""

    IN_PLACE = auto()
    LINKED = auto()
    """It has a second name now."""
    MOVED = auto()
    """It was renamed, or another file took its place."""
    DELETED = auto()


class Session(Protocol):
    """A connection, as the verbs use it. Only one thread at a time uses it."""

    @property
    def written(self) -> int:
        """How many rows were inserted, changed or deleted so far."""

    @property
    def settings_version(self) -> int:
        """How often projects, triggers and event types had been changed when the transaction began."""

    def all(self, statement: Statement, values: Values) -> list[Row]:
        """Run a compiled statement and return its rows."""

    def rows(self, statement: Statement, values: Values) -> list[Named]:
        """Run a compiled statement and return its rows by the names of their columns."""

    def one(self, statement: Statement, values: Values) -> Row | None:
        """Run a compiled statement and return its first row."""

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Run a compiled statement once for each of the values, and return the rows of each run."""

    def run(self, statement: Statement, values: Values) -> int:
        """Run a compiled statement that returns no rows, and return how many it changed."""

    def create(self, statement: Statement, values: Values) -> int:
        """Run a compiled INSERT of one row that returns its id, and return that."""

    def many(self, statement: Statement, rows: Iterable[Values]) -> None:
        """Run a compiled statement that returns no rows once for each row of values."""

    def insert(self, insert: Insert, rows: Sequence[Row]) -> None:
        """Insert rows whose values are in the order of the columns."""

    def alone(self, what: Alone) -> bool:
        """Return whether no other node's transaction does this now, and block them until the end."""

    def begin(self) -> None:
        """Start a transaction that may write."""

    def commit(self) -> None:
        """Put the transaction on disk."""

    def rollback(self) -> None:
        """Roll the transaction back, if one is open: some errors end it by themselves."""

    def close(self) -> None:
        """End the connection."""


class Database(Protocol):
    """The place where a store keeps everything."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions that its sessions raise."""

    @property
    def shared(self) -> bool:
        """True if other nodes may use it at the same time."""

    @property
    def clock(self) -> Clock:
        """The clock of its due times and leases."""

    def usable(self) -> AbstractContextManager[None]:
        """Turn the database's errors into a StoreUnusable that names it."""

    def hold(self) -> None:
        """Lock it for this process, unless it can be shared; raise StoreInUse or StoreUnusable."""

    def let_go(self) -> None:
        """Undo `hold`."""

    def whereabouts(self) -> Whereabouts:
        """Return whether its file is still in its place. What is no file never moves."""

    def migrate(self) -> list[str]:
        """Migrate it to this version's schema, return what was applied; raise StoreUnusable, SchemaTooNew."""

    def writer(self) -> Session:
        """Return a session for the writing thread."""

    def reader(self) -> Session:
        """Return this thread's session for reading; it never writes."""

    def hints(self) -> AsyncGenerator[None, None]:
        """Yield None for each hint from any node that there may be work. Ends with an error."""

    def fault(self, error: Exception) -> Fault:
        """Return the meaning of a session's error."""
