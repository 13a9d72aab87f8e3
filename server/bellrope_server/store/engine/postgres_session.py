"""A session of PostgreSQL: a connection, its statements, and the database's time."""

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from peewee import PeeweeException, PostgresqlDatabase
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from bellrope_server.clock import steady, wall
from bellrope_server.model import Micros
from bellrope_server.store.engine.session import Alone, Named, Row, Values
from bellrope_server.store.engine.sql import Insert, Statement

REST = 0.5  # seconds without a try after a connection failed
LOCKS = 0x62656C6C << 32  # "bell": the first half of the numbers of our advisory locks

# What a node holds when a network cuts it off, PostgreSQL must give back, or it blocks the other nodes. An
# idle transaction ends after 20 seconds. In a COPY it is not idle: there only the keepalives of the server's
# own end of the connection notice it, which by default takes two hours.
BEGIN = """
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL synchronous_commit TO {synchronous};
    SET LOCAL lock_timeout TO '3s';
    SET LOCAL idle_in_transaction_session_timeout TO '20s';
    SET LOCAL tcp_keepalives_idle TO 5;
    SET LOCAL tcp_keepalives_interval TO 1;
    SET LOCAL tcp_keepalives_count TO 5;
    SET LOCAL tcp_user_timeout TO '10s';
    {plans};
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, (SELECT version FROM settings)
"""
# A prepared statement keeps its plan. A plan that was made for a young table may use any index. When the
# table has a hundred thousand rows, it then takes milliseconds a row. So the writer plans again from time to
# time, and readers keep no plans.
PLAN_AGAIN = 1.0  # seconds
FEW = 4  # rows up to which INSERTs, which need not be waited for, cost less than a COPY
TRY_LOCK = Statement(sqlite="", postgres="SELECT pg_try_advisory_xact_lock(%(lock)s)")
LOST = (psycopg.OperationalError, psycopg.InterfaceError)


class DatabaseClock:
    """The database's time: read with each transaction, and continued with this machine's steady clock.

    It lags by the time that the answer took to arrive, so nothing is due early.
    """

    def __init__(self) -> None:
        self._ahead = wall() - steady()

    def read(self, now: Micros) -> None:
        """Set the time that the database has just reported."""
        self._ahead = now - steady()

    def now(self) -> Micros:
        """Return the time in microseconds since the Unix epoch."""
        return steady() + self._ahead


class Attached(PostgresqlDatabase):
    """PostgreSQL as peewee knows it, through psycopg 3."""

    def __init__(self, url: str, prepared: bool) -> None:
        super().__init__(url, prefer_psycopg3=True, thread_safe=False)
        self._url = url
        self._prepared = prepared

    def _connect(self) -> "psycopg.Connection[Row]":
        connection: psycopg.Connection[Row] = psycopg.connect(self._url, autocommit=True)
        connection.prepare_threshold = 5 if self._prepared else None
        for dumper in (Int8Dumper, Int8BinaryDumper):  # or each size of a number would be another statement
            connection.adapters.register_dumper(int, dumper)
        return connection


class PostgresSession:
    """A connection, opened when it is needed, and again after it was lost."""

    def __init__(self, database: Attached, synchronous: str, time: DatabaseClock) -> None:
        """`time` gets the database's time with each transaction."""
        self.database = database
        self._begin = BEGIN.format(synchronous=synchronous, plans="")
        self._begin_anew = BEGIN.format(synchronous=synchronous, plans="DISCARD PLANS")
        self._planned = 0.0
        self._time = time
        self._cursor: psycopg.Cursor[Row] | None = None
        self._sending = ExitStack()
        self._pipeline: psycopg.Pipeline | None = None
        self._resting_until = 0.0
        self._refusal = psycopg.OperationalError("not connected")
        self.written = 0
        self.settings_version = 0

    def _live(self) -> "psycopg.Cursor[Row]":
        """Return the cursor of a connection that works, or is believed to."""
        if self._cursor is None or self._cursor.connection.closed:
            self._cursor = self._connected()
        return self._cursor

    def _connected(self) -> "psycopg.Cursor[Row]":
        """Connect, unless that failed a moment ago. Then raise the same error again."""
        if time.monotonic() < self._resting_until:
            raise self._refusal
        self.close()
        try:
            self.database.connect()
        except PeeweeException as error:
            self._resting_until = time.monotonic() + REST
            self._refusal = getattr(error, "orig", None) or psycopg.OperationalError("cannot connect")
            raise self._refusal from None
        database: Any = self.database
        connection: psycopg.Connection[Row] = database.connection()
        return connection.cursor(binary=True)

    def all(self, statement: Statement, values: Values) -> list[Row]:
        """Run a compiled statement and return its rows."""
        return self._live().execute(statement.postgres, values).fetchall()

    def rows(self, statement: Statement, values: Values) -> list[Named]:
        """Run a compiled statement and return its rows by the names of their columns."""
        return [dict(zip(statement.names, row, strict=True)) for row in self.all(statement, values)]

    def one(self, statement: Statement, values: Values) -> Row | None:
        """Run a compiled statement and return its first row."""
        return self._live().execute(statement.postgres, values).fetchone()

    def each(self, statement: Statement, values: Sequence[Values]) -> list[list[Row]]:
        """Run a compiled statement once for each of the values, all in one round trip."""
        if len(values) < 2:
            return [self.all(statement, each) for each in values]
        cursor = self._live()
        cursor.executemany(statement.postgres, values, returning=True)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
        return found

    def run(self, statement: Statement, values: Values) -> int:
        """Run a compiled statement that returns no rows, and return how many it changed."""
        cursor = self._live().execute(statement.postgres, values)
        if self._pipeline:
            self._pipeline.sync()
        count = cursor.rowcount
        self.written += max(0, count)
        return count

    def create(self, statement: Statement, values: Values) -> int:
        """Run a compiled INSERT of one row that returns its id, and return that."""
        ((id,),) = self.all(statement, values)
        self.written += 1
        return int(id)

    def many(self, statement: Statement, rows: Iterable[Values]) -> None:
        """Run a compiled statement that returns no rows once for each row of values, without waiting."""
        self._send(statement.postgres, list(rows))

    def insert(self, insert: Insert, rows: Sequence[Row]) -> None:
        """Insert rows: many by COPY, which is a fifth of the work of as many INSERTs."""
        if len(rows) <= FEW:
            return self._send(insert.postgres, rows)
        self._wait()
        columns = ", ".join(f'"{column}"' for column in insert.columns)
        with self._live().copy(f'COPY "{insert.table}" ({columns}) FROM STDIN (FORMAT BINARY)') as copy:
            copy.set_types(insert.types)
            for row in rows:
                copy.write_row(row)
        self.written += len(rows)

    def _send(self, statement: str, rows: Sequence[Any]) -> None:
        """Send a statement for each row. Errors come from a later statement, or from the commit.

        Each wait for an answer gives the interpreter and the processor away, and gets them back late.
        """
        if not rows:
            return
        cursor = self._live()
        if self._pipeline is None:
            self._pipeline = self._sending.enter_context(cursor.connection.pipeline())
        cursor.connection.cursor().executemany(statement, rows)
        self.written += len(rows)

    def _wait(self) -> None:
        """Wait until everything that was sent is done."""
        self._pipeline = None
        self._sending.close()

    def alone(self, what: Alone) -> bool:
        """Return whether no other node's transaction does this now, and block them until the end."""
        row = self.one(TRY_LOCK, {"lock": LOCKS + what})
        return bool(row and row[0])

    def begin(self) -> None:
        """Start a transaction that may write; read the time and the settings' version in the same round trip.

        A connection that was lost since the last transaction is replaced: nothing was done yet.
        """
        kept = self._cursor
        try:
            self._begun()
        except LOST:
            if kept is None or not kept.connection.closed:
                raise
            self.close()
            self._begun()

    def _begun(self) -> None:
        begin = self._begin
        if (now := time.monotonic()) > self._planned + PLAN_AGAIN:
            begin, self._planned = self._begin_anew, now
        cursor = self._live().connection.cursor().execute(begin, prepare=False)
        while cursor.nextset():
            pass
        told, self.settings_version = cursor.fetchone() or (wall(), 0)
        self._time.read(told)

    def commit(self) -> None:
        """Put the transaction on disk."""
        cursor = self._live().execute("COMMIT")
        self._wait()
        if cursor.statusmessage != "COMMIT":  # PostgreSQL rolls a failed transaction back without an error
            raise psycopg.InternalError(f"the commit became a {cursor.statusmessage}")

    def rollback(self) -> None:
        """Roll the transaction back. If the connection does not answer, close it too."""
        with suppress(psycopg.Error):  # the first error has been raised
            self._wait()
        if self._cursor is None or self._cursor.connection.closed:
            return
        try:
            if self._cursor.connection.info.transaction_status is not TransactionStatus.IDLE:
                self._cursor.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        """End the connection."""
        with suppress(psycopg.Error):
            self._wait()
        self._cursor = None
        self.database.close()
