"""PostgreSQL's plans from when its tables were small are made again when the tables have grown."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import psycopg
import pytest
from bellrope_server.store.engine.postgres_session import PLAN_AGAIN
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Desk, HandClock, Postgres, event, opened

ROWS = 20_000
GROW = """
    INSERT INTO event
    SELECT (jsonb_populate_record(e, jsonb_build_object('id', e.id + n, 'event_id', 'x' || n))).*
    FROM event e, generate_series(1000, 1000 + %s) n WHERE e.event_id = 'first'
"""
READ = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'event_project'"
LOOKS = 20  # psycopg prepares a statement after five uses, PostgreSQL keeps its plan after five more


async def queue(store: Store) -> object:
    """Look an id up for a new event."""
    return await store.intake.queue(event(event_id="first"))


async def get(store: Store) -> object:
    """Look an event up for a reader."""
    return await store.log.get_event(PROJECT, "first")


@pytest.mark.parametrize("look_up", [queue, get])
async def test_a_table_that_has_grown_is_looked_up_by_the_right_index(
    postgres: Postgres, clock: HandClock, desk: Desk, look_up: Callable[[Store], Awaitable[object]]
) -> None:
    """An id is found by the index of ids, not by a walk through all events of its project."""
    async with opened(postgres, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await queue(store)
        for _ in range(LOOKS):
            await look_up(store)
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(GROW, (ROWS,))
        await asyncio.sleep(PLAN_AGAIN + 0.1)
        before, end = walked(postgres), time.monotonic() + 1.5  # PostgreSQL counts its work a second later
        while time.monotonic() < end:
            await look_up(store)
            await asyncio.sleep(0.05)
    assert walked(postgres) - before < ROWS


def walked(postgres: Postgres) -> int:
    """Return how many entries of the index by time have been read so far."""
    return int(postgres.rows(READ)[0][0])
