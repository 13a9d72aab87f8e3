"""One connection, and the hot SQL: written with peewee's models, compiled once, run as it is."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import apsw
from peewee import SQL, Database, Model, PeeweeException, Query, SqliteDatabase
from playhouse.apsw_ext import APSWDatabase

Row = tuple[Any, ...]
Values = dict[str, Any]

_dialect: Any = SqliteDatabase(None)
_PLACEHOLDER = re.compile(r":([a-z_]+)")


def p(name: str) -> SQL:
    """Return a placeholder: the value named `name` is bound when the statement runs."""
    return SQL(f":{name}")


def compiled(query: Query) -> str:
    """Return the query's text; every value in it must be a placeholder or a literal `SQL`."""
    text, values = _dialect.get_sql_context().sql(query).query()
    assert not values, f"{values} would be lost: write p(...) or SQL(...)"
    return str(text)


def inserts(table: type[Model], *, leave_out: Sequence[str] = ()) -> str:
    """Return the statement that inserts one row with a value for every column but those left out."""
    fields = [field for field in table._meta.sorted_fields if field.name not in leave_out]
    return compiled(table.insert({field: p(field.name) for field in fields}))


@lru_cache(maxsize=256)
def _in_order(statement: str) -> Callable[[Values], Row]:
    """Return what puts a row's values in the order in which the statement names them.

    SQLite counts its placeholders so; to have it look up each by its name takes twice as long.
    """
    names = tuple(dict.fromkeys(_PLACEHOLDER.findall(statement)))
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


class Embedded(APSWDatabase):
    """SQLite by apsw, which brings a recent SQLite of its own."""

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()
        connection.convert_binding = _as_text
        return connection


def _as_text(_cursor: object, _number: int, value: object) -> str:
    """Bind a time, which the migrations' history has, as text, and nothing else that SQLite does not know."""
    if isinstance(value, datetime):
        return str(value)
    raise TypeError(f"cannot bind a {type(value).__name__}")


class Session:
    """A connection, as the verbs use it."""

    def __init__(self, database: Database) -> None:
        """`database` is one that this thread alone uses."""
        self.database = database
        connection: Any = database
        self._connection: apsw.Connection = connection.connection()

    def all(self, statement: str, values: Values) -> list[Row]:
        """Run a compiled statement and return its rows."""
        return self._connection.execute(statement, values).fetchall()

    def one(self, statement: str, values: Values) -> Row | None:
        """Run a compiled statement and return its first row."""
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: str, values: Values) -> int:
        """Run a compiled statement that returns no rows, and return how many it changed."""
        self._connection.execute(statement, values)
        return self._connection.changes()

    def many(self, statement: str, rows: Iterable[Values]) -> None:
        """Run a compiled statement that returns no rows once for each row of values."""
        self._connection.executemany(statement, map(_in_order(statement), rows))

    def insert(self, statement: str, rows: Iterable[Row]) -> None:
        """Run a statement of `inserts` once for each row, whose values are in the order of the columns."""
        self._connection.executemany(statement, rows)

    def query(self, query: Query) -> Any:
        """Compile and run a query that is not hot: a list of dicts, or what peewee returns for a write."""
        if hasattr(query, "dicts"):
            query = query.dicts()
        try:
            result = query.execute(self.database)
            return list(result) if hasattr(result, "__iter__") else result
        except PeeweeException as error:
            raise getattr(error, "orig", error) from None  # apsw's own, as from the hot SQL

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
        """Undo the transaction, if one is open: some errors end it by themselves."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
