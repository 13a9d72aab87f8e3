"""The backlogs of all triggers of a project: what they say, who shares them, and what reading them costs."""

import asyncio
import re
from contextlib import suppress

import psycopg
import pytest
from bellrope.v1.deliveries_pb2 import Backlog
from bellrope_server.api import project_backlogs
from bellrope_server.api.project_backlogs import ProjectBacklogs
from bellrope_server.errors import ProjectNotFound
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.log import backlog
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import Page
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

ONCE = RetryPolicy(retries=0)
VALUES = {"ids": "[1, 2]", "now": 10_000, "most": 100}
DELIVERY = {
    "project_id": "1",
    "delivery_id": "'d' || i",
    "event_row": "i",
    "trigger_id": "1 + i %% 50",
    "state": "CASE i %% 20 WHEN 0 THEN 1 WHEN 1 THEN 4 WHEN 2 THEN 5 ELSE 3 END",
    "reason": "''",
}
DELIVERY |= dict.fromkeys(("due_time", "wake_time", "create_time", "finish_time"), "i")
DELIVERY |= dict.fromkeys(("attempt_count", "failure_count", "lease", "lease_until", "lost_leases"), "0")
ATTEMPT = {"delivery_row": "i", "number": "1", "response_headers": "'{}'", "response_body": "''"}
ATTEMPT |= dict.fromkeys(("start_time", "duration", "status_code", "error"), "1")
ATTEMPT |= dict.fromkeys(("truncated", "late"), "FALSE")


@pytest.fixture
def every(store: Store, clock: HandClock) -> ProjectBacklogs:
    """The backlogs as callers get them."""
    return ProjectBacklogs(store.log, clock=clock.clock, free_slots=lambda _trigger: 1)


async def named(every: ProjectBacklogs) -> list[str]:
    """Return the triggers in their order."""
    return [each.trigger for each in await every.page(PROJECT, Page())]


async def test_the_worst_comes_first(
    store: Store, clock: HandClock, desk: Desk, worker: Worker, every: ProjectBacklogs
) -> None:
    """First whose due delivery has waited longest, then who has more dead letters, then by name."""
    for name in ("a-idle", "b-later", "c-dead", "d-deader", "e-due", "f-overdue", "g-idle"):
        waits = name[2:] in ("due", "overdue")
        await store.settings.create_trigger(PROJECT, spec(name, name, paused=waits, retry_policy=ONCE))
    for name in ("f-overdue", "c-dead", "d-deader", "d-deader"):
        await store.intake.queue(event(name))
    for leased in list(desk.handed):
        await worker.answer(leased, 500)
    await store.intake.queue(event("b-later", delay=HOUR))
    clock.advance(1)
    await store.intake.queue(event("e-due"))
    wanted = ["f-overdue", "e-due", "d-deader", "c-dead", "a-idle", "b-later", "g-idle"]
    assert await named(every) == wanted
    pages, page = [], Page(size=2)
    while found := await every.page(PROJECT, page):
        pages.append([each.trigger for each in found])
        if found.next is None:
            break
        page = Page(size=2, before=found.next)
    assert pages == [wanted[:2], wanted[2:4], wanted[4:6], wanted[6:]]


async def test_the_list_says_of_each_trigger_what_is_said_of_it_alone(
    store: Store, clock: HandClock, desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, due time and last failure of a trigger are the same in the list and alone."""
    monkeypatch.setattr(backlog, "AT_ONCE", 2)
    for number, fields in enumerate(({}, {"paused": True}, {"retry_policy": ONCE}, {"paused": True}, {})):
        await store.settings.create_trigger(PROJECT, spec(f"t{number}", f"t{number}", **fields))
    for number in (0, 0, 1, 2, 2, 3):
        await store.intake.queue(event(f"t{number}", delay=HOUR if number == 3 else 0))
    await worker.answer(desk.handed[0], 503)
    await worker.answer(desk.handed[2], 500)
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec("t0"))
    found = []
    while some := await store.log.next_backlogs(
        PROJECT, found[-1].trigger.id if found else 0, now=clock.time
    ):
        found += some
    alone = [await store.log.get_backlog(PROJECT, f"t{number}", now=clock.time) for number in range(5)]
    assert found == alone
    shown = [(each.scheduled, each.due, each.delivering, each.dead_lettered) for each in found]
    assert shown == [(1, 0, 1, 0), (1, 1, 0, 0), (0, 0, 1, 1), (1, 0, 0, 0), (0, 0, 0, 0)]
    last = [each.last_failure and each.last_failure.status_code for each in found]
    assert last == [503, None, 500, None, None]


async def test_a_failure_is_found_behind_many_that_were_never_tried(
    store: Store, desk: Desk, clock: HandClock, worker: Worker
) -> None:
    """What failed a moment ago and waits for its retry shows, even if newer deliveries wait untried."""
    desk.most = 1
    await store.settings.create_trigger(PROJECT, spec())
    for _ in range(2 * backlog.LOOKED_AT):
        await store.intake.queue(event())
    await worker.answer(desk.handed[0], 503)
    found = await store.log.get_backlog(PROJECT, "mailer", now=clock.time)
    assert found.last_failure
    assert found.last_failure.status_code == 503


@pytest.mark.parametrize("most", [3, 100])
async def test_counts_stop_at_a_bound(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """A trigger with millions of deliveries makes the reading no longer: the count stops before."""
    monkeypatch.setattr(backlog, "MOST_COUNTED_EACH", most)
    await store.settings.create_trigger(PROJECT, spec(paused=True))
    for delay in (0, 0, HOUR, HOUR, HOUR):
        await store.intake.queue(event(delay=delay))
    [found] = await store.log.next_backlogs(PROJECT, 0, now=clock.time)
    assert (found.scheduled, found.due) == (min(most, 5), 2)


async def test_a_project_with_more_triggers_shows_its_oldest(
    store: Store, every: ProjectBacklogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many triggers a project has, no more than the oldest few are read."""
    monkeypatch.setattr(backlog, "AT_ONCE", 2)
    monkeypatch.setattr(project_backlogs, "AT_ONCE", 2)
    monkeypatch.setattr(project_backlogs, "MOST_TRIGGERS", 4)
    for number in range(7):
        await store.settings.create_trigger(PROJECT, spec(f"t{number}"))
    assert await named(every) == ["t0", "t1", "t2", "t3"]


async def test_callers_share_a_reading(store: Store, clock: HandClock, every: ProjectBacklogs) -> None:
    """However many ask within a second, a project is read once, unless a trigger or project changes."""
    await store.settings.create_trigger(PROJECT, spec(paused=True))
    first, *others = await asyncio.gather(*(every.page(PROJECT, Page()) for _ in range(20)))
    assert all(each[0] is first[0] for each in others)
    await store.intake.queue(event())
    assert [each.due_count for each in await every.page(PROJECT, Page())] == [0]
    clock.advance(1)
    [late] = await every.page(PROJECT, Page())
    assert (late.due_count, late.held_by, late.paused, late.project_paused) == (
        1,
        Backlog.PAUSED,
        True,
        False,
    )


async def test_a_pause_is_seen_at_once(store: Store, every: ProjectBacklogs) -> None:
    """Whether a trigger or its project is paused is never a second old."""
    await store.settings.create_trigger(PROJECT, spec())
    seen = []
    for pause in (True, False):
        await store.settings.set_paused(PROJECT, "mailer", paused=pause)
        seen += [(each.paused, each.project_paused) for each in await every.page(PROJECT, Page())]
        await store.settings.pause_project(PROJECT, paused=pause)
        seen += [(each.paused, each.project_paused) for each in await every.page(PROJECT, Page())]
    assert seen == [(True, False), (True, True), (False, True), (False, False)]


async def test_a_caller_that_goes_away_leaves_the_others_their_answer(
    store: Store, every: ProjectBacklogs
) -> None:
    """If the caller whose turn it is to read gives up, the next one reads."""
    await store.settings.create_trigger(PROJECT, spec())
    first, second = (asyncio.create_task(every.page(PROJECT, Page())) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert [each.trigger for each in await second] == ["mailer"]
    with suppress(asyncio.CancelledError):
        await first


async def test_a_project_that_is_gone_is_not_found(store: Store, every: ProjectBacklogs) -> None:
    """A reading is of no use once its project was deleted."""
    await store.settings.create_trigger(PROJECT, spec())
    assert await named(every) == ["mailer"]
    await store.settings.delete_project(PROJECT)
    with pytest.raises(ProjectNotFound):
        await every.page(PROJECT, Page())


async def test_few_projects_are_remembered(
    store: Store, every: ProjectBacklogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading that nobody has asked for the longest is forgotten, so many projects fill no memory."""
    monkeypatch.setattr(project_backlogs, "MOST_PROJECTS", 2)
    await store.settings.create_trigger(PROJECT, spec())
    for name in ("b", "c"):
        await store.settings.create_project(name)
    before = await every.page(PROJECT, Page())
    await every.page("b", Page())
    again = await every.page(PROJECT, Page())
    await every.page("b", Page())
    await every.page("c", Page())
    after = await every.page(PROJECT, Page())
    assert (again[0] is before[0], after[0] is before[0]) == (True, False)


def test_finished_deliveries_are_not_read_on_sqlite(sqlite: Sqlite) -> None:
    """Each count walks along an index of what is open, or of dead letters, however long the log is."""
    sqlite.migrate()
    looks = [
        line.replace("COVERING ", "").split(" USING ")[1]
        for statement in (backlog.READ, backlog.UNDER_WAY)
        for line in plan(sqlite, statement.sqlite)
        if " USING " in line and not line.startswith("USE TEMP")
    ]
    waiting, dead = (
        "INDEX delivery_waiting (trigger_id=?",
        "INDEX delivery_trigger_state (trigger_id=? AND state=?)",
    )
    counts = [f"{waiting} AND wake_time<?)", f"{waiting} AND wake_time>?)", f"{waiting})", dead]
    few = [dead, dead, f"{waiting} AND wake_time>?)", "INDEX attempt_number (delivery_row=? AND number=?)"]
    assert looks == ["INTEGER PRIMARY KEY (rowid=?)", *counts, *few, "INDEX delivery_leased"]


def plan(sqlite: Sqlite, statement: str) -> list[str]:
    """Return how SQLite runs a statement."""
    text = re.sub(r":(\w+)", lambda name: repr(VALUES[name[1]]), statement)
    return [str(line[-1]) for line in sqlite.rows(f"EXPLAIN QUERY PLAN {text}")]


async def test_finished_deliveries_are_not_read_on_postgresql(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """Each count takes an index of what is open, or of dead letters, however long the log is."""
    async with opened(postgres, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        for number in range(50):
            await store.settings.create_trigger(PROJECT, spec(f"t{number}"))
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for table, row in (("delivery", DELIVERY), ("attempt", ATTEMPT)):
            connection.execute(
                f"INSERT INTO {table} ({', '.join(row)}) "  # type: ignore[arg-type]
                f"SELECT {', '.join(row.values())} FROM generate_series(1, %s) AS g(i)",
                (20_000,),
            )
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]
        lines = [
            line
            for statement in (backlog.READ, backlog.UNDER_WAY)
            for (line,) in connection.execute(f"EXPLAIN {statement.postgres}", VALUES)  # type: ignore[arg-type]
        ]
    assert not [line for line in lines if re.search(r"Seq Scan on (delivery|attempt)", line)]
    used = {name for line in lines for name in re.findall(r"using (\w+)", line)}
    wanted = {"delivery_waiting", "delivery_trigger_state", "delivery_leased", "attempt_number"}
    assert wanted <= used
