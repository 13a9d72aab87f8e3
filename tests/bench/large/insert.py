"""The insert path among millions of rows, beside a bare executemany of the same rows into empty tables."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import apsw
import psycopg
from bellrope_server.clock import DAY, wall
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted
from bellrope_server.store.engine.session import Row, Session
from bellrope_server.store.engine.sql import Insert
from bellrope_server.store.intake.batch import INSERT_DELIVERY, INSERT_EVENT, delivery_row, event_row
from faults.test_many_rows import serving
from integration.store.rig import Database, Postgres, Sqlite, event, on_writer

from bench.large.database import Tables
from bench.load.event import data

BATCH = 128  # events in a commit, each with one delivery
COMMITS = 100
FIRST = 10**12
"""The first row's id, beyond all others."""

Parts = tuple[tuple[Insert, list[Row]], ...]


async def insert_path(empty: Tables, full: Tables) -> tuple[float, float]:
    """Return how many events a second the server's path inserts into the full tables, and the bare one."""
    ours, bare, ids = 0.0, 0.0, itertools.count(FIRST)
    async with serving(full.database) as store:
        with bare_inserts(empty.database) as insert:
            for _ in range(COMMITS):
                into_full, into_empty = parts(full, ids), parts(empty, ids)
                begin = time.perf_counter()
                await on_writer(store, partial(_write, into_full))
                middle = time.perf_counter()
                insert(into_empty)
                ours, bare = ours + middle - begin, bare + time.perf_counter() - middle
    for each in (empty, full):
        each.run(f"DELETE FROM delivery WHERE id >= {FIRST}")
        each.run(f"DELETE FROM event WHERE id >= {FIRST}")
    return COMMITS * BATCH / ours, COMMITS * BATCH / bare


def _write(wanted: Parts, session: Session) -> None:
    for insert, rows in wanted:
        session.insert(insert, rows)


def parts(tables: Tables, ids: Iterator[int]) -> Parts:
    """Return the rows of one commit: events that are due in a day, and a delivery of each."""
    now, trigger = wall(), tables.live[0]
    events, deliveries = [], []
    for id in itertools.islice(ids, BATCH):
        made = event(trigger.spec.type, data(0), delay=DAY)
        accepted = Accepted(id=id, event_id=uuid7(), delivery_count=1, due_time=now + DAY)
        events.append(event_row(made, accepted, tables.project, now, None))
        deliveries.append(delivery_row(id, uuid7(), made, accepted, trigger, now, wake_time=now + DAY))
    return (INSERT_EVENT, events), (INSERT_DELIVERY, deliveries)


@contextmanager
def bare_inserts(database: Database) -> Iterator[Callable[[Parts], None]]:
    """Give what inserts rows with executemany, in one durable commit."""
    if isinstance(database, Postgres):
        with psycopg.connect(database.url) as connection:
            yield partial(_postgres, connection)
    else:
        assert isinstance(database, Sqlite)
        embedded = apsw.Connection(str(database.path))
        embedded.pragma("journal_mode", "wal")
        embedded.pragma("synchronous", "full")
        yield partial(_sqlite, embedded)
        embedded.close()


def _sqlite(connection: apsw.Connection, wanted: Parts) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for insert, rows in wanted:
        connection.executemany(insert.sqlite, rows)
    connection.execute("COMMIT")


def _postgres(connection: psycopg.Connection, wanted: Parts) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for insert, rows in wanted:
            columns = ", ".join(f'"{column}"' for column in insert.columns)
            values = ", ".join("%s" for _ in insert.columns)
            cursor.executemany(f'INSERT INTO "{insert.table}" ({columns}) VALUES ({values})', rows)  # type: ignore[arg-type]
