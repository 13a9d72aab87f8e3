"""The SQL: written with peewee's models, compiled once for each kind of database, and run as text."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, TypeVarTuple, cast

from peewee import (
    SQL,
    ColumnBase,
    Model,
    NodeList,
    PostgresqlDatabase,
    SqliteDatabase,
    fn,
)

from bellrope_server.model import State

_SQLITE: Any = SqliteDatabase(None)
_POSTGRES: Any = PostgresqlDatabase(None)

S = TypeVar("S")
Shape = TypeVarTuple("Shape")

MOST_SHAPES = 1_000


def literal(value: int | str) -> SQL:
    """Return a value as literal text for a statement, so that the partial indexes apply.

    >>> literal(State.DELIVERING).sql, literal("poison").sql
    ('2', "'poison'")
    """
    return SQL(f"'{value}'" if isinstance(value, str) else str(int(value)))


# States in statements. Those above DELIVERING are final.
SCHEDULED, DELIVERING, SUCCEEDED = map(literal, (State.SCHEDULED, State.DELIVERING, State.SUCCEEDED))
DEAD_LETTERED, CANCELLED, EXPIRED = map(literal, (State.DEAD_LETTERED, State.CANCELLED, State.EXPIRED))

# What a query does with the rows that it finds, if others may want them too: SQLite has one writer.
LOCK = "FOR UPDATE"
LOCK_FREE = "FOR UPDATE SKIP LOCKED"


def columns(row: type[Any], *tables: type[Model]) -> list[Any]:
    """Return the columns of a kind of row. Each field is that column of the first table that has it.

    So the names of a row's fields are in one place, in the order of the statement's values. `row` is a
    NamedTuple, or a Struct if its rows change.
    """
    names = getattr(row, "_fields", None) or row.__struct_fields__
    return [_column(name, tables) for name in names]


def _column(name: str, tables: Sequence[type[Model]]) -> Any:
    return next(table._meta.fields[name] for table in tables if name in table._meta.fields)


class Statement(NamedTuple):
    """A statement in the SQL of each database. `names` are those of the columns that it returns."""

    sqlite: str
    postgres: str
    names: tuple[str, ...] = ()


def plain(text: str) -> Statement:
    """Return a statement that is the same on both databases."""
    return Statement(sqlite=text, postgres=text)


class Insert(NamedTuple):
    """How to insert rows of a table: a statement for one row, and the columns, each with its type."""

    sqlite: str
    postgres: str
    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


class Either(ColumnBase):
    """An expression that the two databases write differently."""

    def __init__(self, *, sqlite: object, postgres: object) -> None:
        self._sqlite = sqlite
        self._postgres = postgres

    def __sql__(self, context: Any) -> Any:
        return context.sql(self._postgres if context.state.param == "%s" else self._sqlite)


NOTHING = Either(sqlite=SQL("x''"), postgres=SQL("'\\x'::bytea"))
"""No bytes, where a query leaves a column of bytes out."""


def p(name: str) -> Any:
    """Return a placeholder: the value named `name` is bound when the statement runs."""
    return Either(sqlite=SQL(f":{name}"), postgres=SQL(f"%({name})s"))


def among(column: Any, name: str) -> Any:
    """Return the condition that the column is one of the integers in a JSON array, the value named `name`."""
    values = f"ARRAY(SELECT value::bigint FROM json_array_elements_text(%({name})s::json))"
    listed = column.in_(SQL(f"(SELECT value FROM json_each(:{name}))"))
    return Either(sqlite=listed, postgres=column == SQL(f"ANY({values})"))


def greatest(one: Any, other: Any) -> Either:
    """Return the larger of two values."""
    return Either(sqlite=fn.max(one, other), postgres=fn.greatest(one, other))


def least(one: Any, other: Any) -> Either:
    """Return the smaller of two values. If one is NULL, that is NULL or the other."""
    return Either(sqlite=fn.min(one, other), postgres=fn.least(one, other))


def one_of(column: Any, name: str, count: int) -> Any:
    """Return the condition that the column is one of as many texts, the values that `texts` names."""
    return column.in_([p(f"{name}{number}") for number in range(count)])


def texts(name: str, wanted: Sequence[str]) -> tuple[int, dict[str, Any]]:
    """Return how many values stand for some texts, and these values: a power of two, so there are few shapes.

    >>> texts("type", ["a", "b", "c"])
    (4, {'type0': 'a', 'type1': 'b', 'type2': 'c', 'type3': 'c'})
    """
    count = 1 << (len(wanted) - 1).bit_length()
    padded = [*wanted, *[wanted[-1]] * (count - len(wanted))]
    return count, {f"{name}{number}": text for number, text in enumerate(padded)}


def holds(column: Any, name: str) -> Either:
    """Return the condition that a text column contains the text named `name`."""
    return Either(
        sqlite=fn.instr(column, p(name)) > literal(0), postgres=fn.strpos(column, p(name)) > literal(0)
    )


def holds_bytes(column: Any, name: str) -> Either:
    """Return the condition that a column of bytes contains the text named `name`, with small letters A to Z.

    The case of A to Z in the column does not matter, in any locale.
    """
    escape = literal("escape")  # so that any bytes can be searched
    sought = fn.encode(fn.convert_to(p(name), literal("UTF8")), escape)
    return Either(
        sqlite=fn.instr(fn.lower(column.cast("text")), p(name)) > literal(0),
        postgres=fn.strpos(fn.lower(fn.encode(column, escape).collate('"C"')), sought) > literal(0),
    )


def unindexed(column: Any) -> Any:
    """Return the column in a form for which SQLite uses no index: it is checked along another index."""
    return Either(sqlite=NodeList((SQL("+"), column), glue=""), postgres=column)


def compiled(query: Any, *, locking: str | None = None, of: type[Model] | None = None) -> Statement:
    """Return the query's text. Every value in it must be a placeholder or a literal `SQL`.

    `locking` locks the rows that a select finds until the transaction ends: those `of` one table if the
    select joins several.
    """
    shared = query.for_update(locking, of=of) if locking else query
    names = tuple(map(_name, getattr(query, "_returning", None) or ()))
    return Statement(sqlite=_text(_SQLITE, query), postgres=_text(_POSTGRES, shared), names=names)


def _name(column: Any) -> str:
    """Return the name of a column that a query returns; an expression without an alias has none."""
    name = getattr(column, "_alias", None) or getattr(column, "name", None)
    return str(name or "")


def by_shape(build: Callable[[*Shape], S]) -> Callable[[*Shape], S]:
    """Decorate a function that compiles a statement, or prepares several: it runs once for each shape.

    To compile a query takes longer than to run it. What differs between two calls of the same list is mostly
    its values. So the arguments are the shape of a statement, such as which conditions it has, and must be
    few in all. The values are placeholders.
    """

    def built(*shape: *Shape) -> S:
        return cast(S, once(cast(Callable[..., object], build), cast(tuple[Hashable, ...], shape)))

    return built


@lru_cache(maxsize=MOST_SHAPES)
def once(build: Callable[..., object], shape: tuple[Hashable, ...]) -> object:
    """Build what has this shape, and keep it: the one place where statements with many shapes are kept."""
    return build(*shape)


def _text(database: Any, query: Any) -> str:
    text, values = database.get_sql_context().sql(query).query()
    assert not values, f"{values} would be lost: write p(...) or SQL(...)"
    return str(text)


def inserts(table: type[Model], *, leave_out: Sequence[str] = ()) -> Insert:
    """Return how to insert rows with a value for every column except those left out."""
    fields = [field for field in table._meta.sorted_fields if field.name not in leave_out]
    return Insert(
        sqlite=_text(_SQLITE, table.insert({field: p(field.name) for field in fields})),
        postgres=_text(_POSTGRES, table.insert({field: SQL("%s") for field in fields})),
        table=table._meta.table_name,
        columns=tuple(field.column_name for field in fields),
        types=tuple(_type(field) for field in fields),
    )


def _type(field: Any) -> str:
    """Return the name of the type that a field's column has in PostgreSQL."""
    name = _POSTGRES.get_context_options()["field_types"].get(field.field_type, field.field_type)
    return "bigint" if name == "BIGSERIAL" else str(name).lower()
