"""What all triggers have to deliver, as /metrics shows it, and what reading it costs."""

import asyncio
import re
from typing import Any

import psycopg
import pytest
from bellrope_server.clock import Clock
from bellrope_server.store.log import backlogs
from bellrope_server.store.log.backlogs import AT_ONCE
from bellrope_server.store.store import Store
from bellrope_server.telemetry.metrics import REGISTRY
from bellrope_server.telemetry.trigger_counts import OTHER
from bellrope_server.upkeep.backlogs import Backlogs, Waiting
from integration.store.rig import (
    HOUR,
    PROJECT,
    Desk,
    HandClock,
    Postgres,
    Sqlite,
    Worker,
    event,
    opened,
    spec,
)
from kit import until

ROW = {
    "project_id": "1",
    "delivery_id": "'d' || i",
    "event_row": "i",
    "trigger_id": "1 + i %% 50",
    "state": "CASE i %% 20 WHEN 0 THEN 1 WHEN 1 THEN 4 WHEN 2 THEN 5 ELSE 3 END",
    "reason": "''",
}
ROW |= dict.fromkeys(("due_time", "wake_time", "create_time", "finish_time"), "i")
ROW |= dict.fromkeys(("attempt_count", "failure_count", "lease", "lease_until", "lost_leases"), "0")
FILL = f"""
    INSERT INTO delivery ({", ".join(ROW)})
    SELECT {", ".join(ROW.values())} FROM generate_series(1, %s) AS g(i)
"""
VALUES = {"after": 0, "now": 10_000, "most": backlogs.MOST_COUNTED}


async def test_each_trigger_says_what_waits(
    store: Store, clock: HandClock, worker: Worker, desk: Desk
) -> None:
    """Scheduled, due and dead deliveries are counted, and the oldest due one has an age."""
    for name, fields in {"dead": {}, "late": {"paused": True}, "idle": {}, "gone": {}}.items():
        await store.settings.create_trigger(PROJECT, spec(name, type=name, **fields))
    await store.intake.queue(event("dead"))
    await worker.finish(desk.handed[0], 500)
    for name, delay in (("late", 0), ("late", 0), ("late", HOUR), ("gone", HOUR)):
        await store.intake.queue(event(name, delay=delay))
    await store.settings.delete_trigger(PROJECT, "gone")
    clock.advance(30)
    reading = await Backlogs(store.log, clock=clock.clock).latest()
    assert reading
    assert reading.triggers == {
        (PROJECT, "dead"): Waiting(dead_lettered=1),
        (PROJECT, "late"): Waiting(paused=True, scheduled=3, due=2, oldest_due=30.0),
        (PROJECT, "idle"): Waiting(),
        OTHER: Waiting(),
    }


async def test_triggers_beyond_the_bound_are_added_up(store: Store, clock: HandClock) -> None:
    """The oldest triggers have numbers of their own; all others, over several pages, are one line.

    Its oldest due delivery is one of a trigger that is not paused.
    """
    for number in range(AT_ONCE + 3):
        made = spec(f"t{number}", type=f"t{number}", paused=number != 1)
        await store.settings.create_trigger(PROJECT, made)
    for number in (0, AT_ONCE + 1, AT_ONCE + 2):
        await store.intake.queue(event(f"t{number}"))
    clock.advance(5)
    reading = await Backlogs(store.log, clock=clock.clock, most=2).latest()
    assert reading
    assert reading.triggers == {
        (PROJECT, "t0"): Waiting(paused=True, scheduled=1, due=1, oldest_due=5.0),
        (PROJECT, "t1"): Waiting(),
        OTHER: Waiting(scheduled=2, due=2),
    }


@pytest.mark.parametrize("most", [3, 100])
async def test_counts_stop_at_a_bound(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """A trigger with millions of deliveries makes the reading no longer: the count stops before."""
    monkeypatch.setattr(backlogs, "MOST_COUNTED", most)
    await store.settings.create_trigger(PROJECT, spec(paused=True))
    for _ in range(5):
        await store.intake.queue(event())
    [found] = await store.log.open_deliveries(0, now=clock.time)
    assert (found.scheduled, found.due) == (min(most, 5), min(most, 5))


def test_finished_deliveries_are_not_read_on_sqlite(sqlite: Sqlite) -> None:
    """Each count walks along an index of what is open, or of dead letters, however long the log is."""
    sqlite.migrate()
    statement = re.sub(r":(\w+)", lambda name: str(VALUES[name[1]]), backlogs.READ.sqlite)
    plan = [str(line[-1]) for line in sqlite.rows(f"EXPLAIN QUERY PLAN {statement}")]
    looks = [line for line in plan if line.split()[1] == "t3"]
    waiting = "SEARCH t3 USING COVERING INDEX delivery_waiting (trigger_id=?"
    dead = "SEARCH t3 USING COVERING INDEX delivery_trigger_state (trigger_id=? AND state=?)"
    assert [f"{waiting})", f"{waiting} AND wake_time<?)", f"{waiting})", dead] == looks


async def test_finished_deliveries_are_not_read_on_postgresql(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """Each count takes an index of what is open, or of dead letters, however long the log is."""
    async with opened(postgres, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        for number in range(50):
            await store.settings.create_trigger(PROJECT, spec(f"t{number}"))
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(FILL, (20_000,))
        connection.execute("VACUUM ANALYZE delivery")
        plan = [line for (line,) in connection.execute(f"EXPLAIN {backlogs.READ.postgres}", VALUES)]
    assert not [line for line in plan if "Seq Scan on delivery" in line]
    used = {name for line in plan for name in re.findall(r"using (delivery_\w+)", line)}
    assert {"delivery_waiting", "delivery_trigger_state"} == used


async def test_scrapes_at_the_same_time_share_a_reading(store: Store, clock: HandClock) -> None:
    """However many ask at once, and again at once, the database is read only once."""
    every = Backlogs(store.log, clock=clock.clock)
    first, *others = await asyncio.gather(*(every.latest() for _ in range(20)))
    assert first
    assert all(each is first for each in [*others, await every.latest()])


async def test_a_slow_database_does_not_hold_up_a_scrape(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """A scrape waits a moment for the database and then shows what is known; the next has the new reading."""
    async with opened(postgres, clock, desk) as store:
        every = Backlogs(store.log, clock=clock.clock, wait=0.05)
        with psycopg.connect(postgres.url) as connection:
            connection.execute("LOCK TABLE delivery")
            connection.execute("LOCK TABLE trigger")
            assert await every.latest() is None
            assert await every.latest() is None
            connection.rollback()
        await until(every.latest)
        await every.stop()


async def test_a_database_that_is_down_leaves_the_last_reading(
    postgres: Postgres, clock: HandClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database fails, /metrics goes on, and what it knows of the triggers gets older."""
    monkeypatch.setattr("bellrope_server.upkeep.backlogs.SHORTEST_REST", 0.0)
    monkeypatch.setattr("bellrope_server.upkeep.backlogs.REST", 0)
    async with opened(postgres, clock, desk) as store:
        every = Backlogs(store.log, clock=clock.clock)
        first = await every.latest()
        assert first
        failures = REGISTRY.get_sample_value("bellrope_database_failures_total", {"kind": "read"})
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("ALTER TABLE trigger RENAME TO hidden")
            assert await every.latest() is first
            now = REGISTRY.get_sample_value("bellrope_database_failures_total", {"kind": "read"})
            assert now == (failures or 0) + 1
            connection.execute("ALTER TABLE hidden RENAME TO trigger")
        again = await every.latest()
        assert again
        assert again.time > first.time


async def test_an_unexpected_failure_is_said_and_the_next_reading_works(
    sqlite: Sqlite, clock: HandClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that fails for another reason than the database is logged and counted, and hides nothing."""
    monkeypatch.setattr("bellrope_server.upkeep.backlogs.SHORTEST_REST", 0.0)
    monkeypatch.setattr("bellrope_server.upkeep.backlogs.REST", 0)
    times = iter(["no time", clock.time])
    odd: Any = Clock(wall=lambda: next(times))
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec(paused=True))
        await store.intake.queue(event())
        every = Backlogs(store.log, clock=odd)
        assert await every.latest() is None
        assert REGISTRY.get_sample_value("bellrope_service_failures_total", {"service": "backlogs"}) == 1
        assert await every.latest()
