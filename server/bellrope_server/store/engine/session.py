"""What the verbs need of a database: a connection with a transaction, whichever kind of database it is."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AbstractContextManager
from enum import Enum, IntEnum, auto
from typing import Any, Protocol

from peewee import Query

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.store.engine.sql import Insert, Statement

Row = tuple[Any, ...]
Values = dict[str, Any]


class StoreInUse(ServiceError):
    """Another server has this database open."""


class StoreUnusable(ServiceError):
    """The database cannot be used."""


class Fault(Enum):
    """What an error of the database means for those whose commit it ended."""

    DATA = auto()
    """One of them brought what the database does not take: the others must not suffer for it."""
    AGAIN = auto()
    """Another node was quicker: the same once more may succeed."""
    FULL = auto()
    LOST = auto()
    """The database can't be reached, or used; whether it has the commit is unknown."""
    UNTRUSTED = auto()
    """What the disk holds is unknown, and stays so."""


class Alone(IntEnum):
    """What one node at a time does; the numbers are those of locks, and stay as they are."""

    MIGRATES = 1
    STARTS = 2
    REMOVES = 3


class Session(Protocol):
    """A connection, as the verbs use it. One thread at a time uses it."""

    @property
    def written(self) -> int:
        """How many rows were inserted, changed or deleted so far."""

    @property
    def settings_version(self) -> int:
        """How often projects, triggers and event types had been changed when the transaction began."""

    def all(self, statement: Statement, values: Values) -> list[Row]:
        """Run a compiled statement and return its rows."""

    def one(self, statement: Statement, values: Values) -> Row | None:
        """Run a compiled statement and return its first row."""

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Run a compiled statement once for each of the values, and return the rows of each run."""

    def run(self, statement: Statement, values: Values) -> int:
        """Run a compiled statement that returns no rows, and return how many it changed."""

    def many(self, statement: Statement, rows: Iterable[Values]) -> None:
        """Run a compiled statement that returns no rows once for each row of values."""

    def insert(self, insert: Insert, rows: Sequence[Row]) -> None:
        """Insert rows whose values are in the order of the columns."""

    def query(self, query: Query) -> Any:
        """Compile and run a query that is not hot: a list of dicts, or what peewee returns for a write."""

    def alone(self, what: Alone) -> bool:
        """Say whether no other node's transaction does this now, and keep them from it until the end."""

    def begin(self) -> None:
        """Start a transaction that may write."""

    def commit(self) -> None:
        """Put the transaction on disk."""

    def rollback(self) -> None:
        """Undo the transaction, if one is open: some errors end it by themselves."""

    def close(self) -> None:
        """End the connection."""


class Database(Protocol):
    """Where a store keeps everything."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its sessions raise."""

    @property
    def shared(self) -> bool:
        """True if other nodes may use it at the same time."""

    @property
    def clock(self) -> Clock:
        """By which what it holds is due, and leased."""

    def usable(self) -> AbstractContextManager[None]:
        """Turn what the database has against us into a StoreUnusable that names it."""

    def hold(self) -> None:
        """Take it for this process, as far as it can't be shared; raise StoreInUse or StoreUnusable."""

    def let_go(self) -> None:
        """Undo `hold`."""

    def migrate(self) -> list[str]:
        """Bring it to this version's schema, return what was applied; raise StoreUnusable, SchemaTooNew."""

    def writer(self) -> Session:
        """Return a session for the thread that writes."""

    def reader(self) -> Session:
        """Return this thread's session for reading; it never writes."""

    def hints(self) -> AsyncGenerator[None, None]:
        """Give a None whenever a node said that there may be something for the others; end with an error."""

    def fault(self, error: Exception) -> Fault:
        """Say what an error of a session means."""
