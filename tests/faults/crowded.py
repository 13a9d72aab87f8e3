"""Fills a database with the rows of months of service, faster than a server would."""

import os
from typing import Any

import apsw
import psycopg
from bellrope_server.model import State
from integration.store.rig import Database, Postgres, Sqlite

PER_EVENT = 10
"""Deliveries of one event."""
ROOM = 1_000
"""Ids that are left free after the newest row: a server may have drawn some of them."""

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
EVENTS = f"""
    INSERT INTO event (id, project_id, event_id, type, data, accept_time, delay, due_time, options,
                       traceparent, sync, delivery_count)
    {NUMBERS}
    SELECT ? + i, ?, 'event-' || (100000000 + ? + i), 'old', ?, ? + i * ?, 0, ? + i * ?,
           '{{}}', '', FALSE, {PER_EVENT}
    FROM n
"""
DELIVERIES = f"""
    INSERT INTO delivery (id, delivery_id, event_row, project_id, trigger_id, state,
                          create_time, due_time, wake_time, finish_time,
                          attempt_count, failure_count, lease, lease_until, lost_leases, reason)
    {NUMBERS}
    SELECT ? + i, 'delivery-' || (100000000 + ? + i), ? + (i + {PER_EVENT} - 1) / {PER_EVENT}, ?, ?, ?,
           ? + i * ?, ? + i * ?, ? + i * ?, CASE WHEN ? THEN ? + i * ? END,
           1, 0, 1, 0, 0, ''
    FROM n
"""
ATTEMPTS = f"""
    INSERT INTO attempt (delivery_row, number, start_time, duration, status_code, error, response_headers,
                         response_body, truncated, late)
    {NUMBERS}
    SELECT ? + i, 1, ?, 1500, 200, 0, '[]', ?, FALSE, FALSE FROM n
"""
SEQUENCES = "SELECT setval('event_id_seq', ?), setval('delivery_id_seq', ?)"


class Crowd:
    """Adds rows to a database that no server has open."""

    def __init__(self, database: Database, *, project: int) -> None:
        """`project` is the row id of the project that the rows belong to."""
        self._database = database
        self._project = project
        [last] = database.rows("SELECT (SELECT max(id) FROM event), (SELECT max(id) FROM delivery)")
        self._first_event, self._first_delivery = (id + ROOM for id in last)
        self._events = self._deliveries = 0

    def events(self, count: int, *, begin: int, end: int) -> None:
        """Insert events, accepted at even intervals from one time to another, in microseconds."""
        step = (end - begin) // count
        first = self._first_event + self._events
        self.run(EVENTS, count, first, self._project, first, b"{}", begin, step, begin, step)
        self._events += count

    def deliveries(
        self,
        count: int,
        *,
        trigger: int,
        state: State,
        begin: int,
        end: int,
        newest: bool = False,
        created: tuple[int, int] | None = None,
    ) -> None:
        """Insert deliveries of the oldest or newest events, due at even intervals.

        They are created when they are due, or at even intervals between two other times.
        """
        first, times = self._first_delivery + self._deliveries, (begin, (end - begin) // count)
        skipped = self._events - count // PER_EVENT if newest else 0
        since, until = created or (begin, end)
        made = (since, (until - since) // count)
        kind = (self._first_event + skipped, self._project, trigger, int(state))
        self.run(DELIVERIES, count, first, first, *kind, *made, *times * 2, state.final, *times)
        self._deliveries += count

    def attempts(self, count: int, *, time: int) -> None:
        """Insert an attempt for each of the first deliveries."""
        self.run(ATTEMPTS, count, self._first_delivery, time, b"ok")

    def settle(self) -> None:
        """Update the statistics of the database, which it does by itself after a while."""
        if isinstance(self._database, Postgres):
            last = (self._first_event + self._events, self._first_delivery + self._deliveries)
            self._database.rows(SEQUENCES, *last)
            self.run("VACUUM ANALYZE")
            self.run("CHECKPOINT")
        os.sync()  # or the next commit that is synced waits for gigabytes of these

    def run(self, statement: str, *values: Any) -> None:
        """Run a statement that returns no rows."""
        if isinstance(self._database, Sqlite):
            connection = apsw.Connection(str(self._database.path))
            connection.pragma("synchronous", "off")
            connection.execute(statement, values)
            connection.close()
        elif isinstance(self._database, Postgres):
            with psycopg.connect(self._database.url, autocommit=True) as postgres:
                postgres.execute(statement.replace("?", "%s"), values or None)  # type: ignore[arg-type]
