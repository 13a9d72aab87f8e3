"""PostgreSQL: any number of nodes use it at once, and its clock counts for all."""

import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from peewee import PeeweeException
from psycopg import errors

from bellrope_server.clock import Clock
from bellrope_server.store.engine import migrate
from bellrope_server.store.engine.postgres_session import (
    LOCKS,
    LOST,
    Attached,
    DatabaseClock,
    PostgresSession,
)
from bellrope_server.store.engine.session import Alone, Fault, StoreUnusable, Whereabouts

# The defaults of a connection, unless the URL sets them: a network that drops everything is noticed within
# ten seconds, by unacknowledged data or, while waiting for an answer, by the keepalives.
CONNECTION = {
    "connect_timeout": "3",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "1",
    "keepalives_count": "5",
    "application_name": "bellrope",
}
AGAIN = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,  # another node has just used this id or name: the next try finds it
    errors.FeatureNotSupported,  # a newer version changed a table: the next try prepares its statements again
)
DATA = (psycopg.DataError, psycopg.IntegrityError, UnicodeEncodeError)
IN_THE_WAY = (errors.DeadlockDetected, errors.LockNotAvailable)
MIGRATE_TRIES = 50
LET_GO_FIRST = 0.2  # seconds


class Postgres:
    """The PostgreSQL database at a URL."""

    errors = (psycopg.Error, UnicodeEncodeError)
    shared = True

    def __init__(
        self, url: str, *, direct: str | None = None, prepared: bool = True, synchronous: str = "on"
    ) -> None:
        """`direct` is a URL that bypasses a pooler, for hints. Without `prepared`, nothing is prepared.

        `synchronous` other than on is for tests that show its effect.
        """
        self._url = with_defaults(url)
        self._direct = with_defaults(direct) if direct else self._url
        self._prepared = prepared
        self._synchronous = synchronous
        self._time = DatabaseClock()
        self._readers = threading.local()
        self.clock = Clock(wall=self._time.now, steady=self._time.now)

    @contextmanager
    def usable(self) -> Iterator[None]:
        """Turn PostgreSQL's errors into a StoreUnusable that names the database, without the password."""
        try:
            yield
        except (psycopg.Error, PeeweeException) as error:
            raise StoreUnusable(
                f"{without_password(self._url)} cannot be used: {_first_line(error)}"
            ) from None

    def hold(self) -> None:
        """Check that it can be trusted. Nothing is locked."""
        with self.usable(), psycopg.connect(self._url, autocommit=True) as connection:
            (fsync,) = connection.execute("SHOW fsync").fetchone() or ("",)
            (standby,) = connection.execute("SELECT pg_is_in_recovery()").fetchone() or (True,)
            (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
        if fsync != "on":
            raise StoreUnusable("The PostgreSQL server has fsync = off and can lose events. Turn it on.")
        if standby:
            raise StoreUnusable("The PostgreSQL server is a standby. Set --database to the primary.")
        if encoding != "UTF8":
            raise StoreUnusable(
                f"The database has the encoding {encoding}, which cannot keep every text. "
                "Create it with ENCODING 'UTF8' TEMPLATE template0."
            )

    def let_go(self) -> None:
        """Do nothing: nothing is locked."""

    def whereabouts(self) -> Whereabouts:
        """Return that it is in its place: the PostgreSQL server looks after its files."""
        return Whereabouts.IN_PLACE

    def migrate(self) -> list[str]:
        """Migrate it to this version's schema, completely or not at all. If several nodes try, one does it.

        Nodes that write at the same time may block the migration, as it blocks them. Then it lets them go
        first.
        """
        with self.usable():
            for _ in range(MIGRATE_TRIES):
                try:
                    return self._migrate()
                except PeeweeException as error:
                    if not isinstance(error.__context__, IN_THE_WAY):
                        raise
                time.sleep(LET_GO_FIRST)
            return self._migrate()

    def _migrate(self) -> list[str]:
        database: Any = Attached(self._url, self._prepared)
        with database, database.atomic():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCKS + Alone.MIGRATES,))
            database.execute_sql("SET LOCAL lock_timeout TO '1s'")  # while it waits for a table, others wait
            return migrate.up(database)

    def writer(self) -> "PostgresSession":
        """Return the session of the writing thread."""
        return self._session(prepared=self._prepared)

    def reader(self) -> "PostgresSession":
        """Return this thread's session for reading."""
        if not hasattr(self._readers, "session"):
            self._readers.session = self._session(prepared=False)
        session: PostgresSession = self._readers.session
        return session

    def _session(self, *, prepared: bool) -> "PostgresSession":
        return PostgresSession(Attached(self._url, prepared), self._synchronous, self._time)

    async def hints(self) -> AsyncGenerator[None, None]:
        """Yield None for each hint from any node that there may be work. Ends with an error."""
        connection = await psycopg.AsyncConnection.connect(self._direct, autocommit=True)
        async with connection:
            await connection.execute("LISTEN bellrope")
            async for _ in connection.notifies():
                yield None

    def fault(self, error: Exception) -> Fault:
        """Return the meaning of an error by its class, which is its SQLSTATE."""
        if isinstance(error, AGAIN):
            return Fault.AGAIN
        if isinstance(error, errors.DiskFull):
            return Fault.FULL
        if isinstance(error, LOST):
            return Fault.LOST
        return Fault.DATA if isinstance(error, DATA) else Fault.OTHER


def with_defaults(url: str) -> str:
    """Return the URL to connect with: the given one, completed from CONNECTION. Raises StoreUnusable.

    Text travels in UTF-8, whatever the URL or the environment says.
    """
    try:
        given: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # it may quote the password
        raise StoreUnusable("--database is not a valid PostgreSQL URL.") from None
    return psycopg.conninfo.make_conninfo(**CONNECTION | given | {"client_encoding": "UTF8"})


def without_password(url: str) -> str:
    """Return a URL in the form that may be shown.

    >>> without_password("postgresql://me:secret@db.example.com/bellrope?sslmode=require")
    'postgresql://db.example.com/bellrope'
    """
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
