"""The shared commit: many callers' writes reach the disk together, and each gets its own result."""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from math import inf
from typing import Any

import apsw
import pytest
from bellrope_server.errors import IdConflict, ServiceError, StoreUnavailable
from bellrope_server.model import Accepted, Leased, State, TriggerSpec
from bellrope_server.store.engine import commit
from bellrope_server.store.engine.session import Session
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    Database,
    Desk,
    HandClock,
    Sqlite,
    Worker,
    connection,
    event,
    on_writer,
    one_commit,
    opened,
    spec,
)
from kit import until

TOO_LATE = 2**63  # microseconds: one more than fits into a column


async def together(store: Store, *calls: Any) -> list[Any]:
    """Make these calls in one commit, and return what each returns or raises."""
    async with one_commit(store):
        tasks = [asyncio.ensure_future(call) for call in calls]
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_callers_share_commits(store: Store, database: Database) -> None:
    """Many callers at the same time need far fewer commits than calls."""
    commits, orders = store.commits, store.committed
    answers = await asyncio.gather(*(store.intake.queue(event()) for _ in range(200)))
    assert len({answer.id for answer in answers}) == 200
    assert store.committed - orders == 200
    assert store.commits - commits < 20
    assert database.rows("SELECT count(*) FROM event") == [(200,)]


async def test_one_caller_alone_does_not_wait(store: Store) -> None:
    """A single caller gets a commit of its own, at once."""
    commits = store.commits
    for _ in range(3):
        await store.intake.queue(event())
    assert store.commits - commits == 3


async def test_a_commit_is_not_endless(store: Store) -> None:
    """A commit takes 512 calls at most, so that the first need not wait for the last."""
    commits = store.commits
    answers = await together(store, *(store.intake.queue(event()) for _ in range(600)))
    assert [answer.id for answer in answers] == list(range(1, 601))
    assert store.commits - commits == 3


async def test_different_verbs_share_a_commit(store: Store, desk: Desk, worker: Worker) -> None:
    """Calls of different kinds are committed together."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    commits = store.commits
    answers = await together(
        store,
        store.intake.queue(event()),
        worker.answer(desk.handed[0], 200),
        store.settings.create_project("other"),
        store.leases.rescue(),
    )
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert store.commits - commits == 2


async def test_an_answer_comes_after_its_commit(store: Store, desk: Desk, database: Database) -> None:
    """When an event is handed over and answered, every other connection can see it."""
    seen: list[int] = []

    def look(leased: Sequence[Leased]) -> None:
        seen.extend(database.rows("SELECT count(*) FROM event WHERE id = ?", leased[0].event_row)[0])

    desk.attempt = look  # type: ignore[method-assign]
    await store.settings.create_trigger(PROJECT, spec())
    await asyncio.gather(*(store.intake.queue(event()) for _ in range(20)))
    assert seen == [1] * 20


@pytest.mark.parametrize(
    "bad", [{"schedule_time": TOO_LATE}, {"delay": TOO_LATE}, {"expire_time": TOO_LATE}, {"type": "\ud800"}]
)
async def test_bad_data_is_its_senders_alone(
    store: Store, desk: Desk, database: Database, bad: dict[str, Any]
) -> None:
    """An event that the database cannot store is refused; others in the same commit are accepted."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.settings.create_trigger(PROJECT, spec("other", "\ud7ff"))
    first, refused, last = await together(
        store,
        store.intake.queue(event(event_id="first")),
        store.intake.queue(event(event_id="bad", **bad)),
        store.intake.queue(event(event_id="last")),
    )
    assert isinstance(refused, ServiceError)
    assert (first.delivery_count, last.delivery_count) == (1, 1)
    assert database.rows("SELECT event_id FROM event ORDER BY event_id") == [("first",), ("last",)]
    assert sorted(leased.event_id for leased in desk.handed) == ["first", "last"]
    assert (desk.taken, store.healthy) == (2, True)
    assert (await store.intake.queue(event())).delivery_count == 1


async def test_a_bad_record_is_its_callers_alone(store: Store, desk: Desk, worker: Worker) -> None:
    """An attempt that cannot be written stays unrecorded; others in the same commit are recorded."""
    await store.settings.create_trigger(PROJECT, spec())
    for event_id in ("bad", "good"):
        await store.intake.queue(event(event_id=event_id))
    bad, good = desk.handed
    refused, recorded = await together(
        store, worker.answer(bad, 200, duration=TOO_LATE), worker.answer(good, 200)
    )
    assert isinstance(refused, ServiceError)
    assert recorded.state is State.SUCCEEDED
    listed = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert {each.event_id: (each.state, each.attempt_count) for each in listed} == {
        "bad": (State.DELIVERING, 0),
        "good": (State.SUCCEEDED, 1),
    }
    assert (await worker.record(bad, 200)).attempt.number == 1


async def test_a_failing_edit_is_its_callers_alone(store: Store) -> None:
    """An edit that raises changes nothing, and affects nobody else."""

    def failing(_old: TriggerSpec) -> TriggerSpec:
        raise ValueError("no")

    await store.settings.create_trigger(PROJECT, spec())
    refused, paused = await together(
        store,
        store.settings.update_trigger(PROJECT, "mailer", failing),
        store.settings.set_paused(PROJECT, "mailer", paused=True),
    )
    assert isinstance(refused, ServiceError)
    assert (paused.spec.paused, paused.version) == (True, 2)


async def test_refusals_need_no_second_try(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal is an answer like others: the rest of the commit is kept."""
    await store.intake.queue(event(event_id="e1"))
    commits = store.commits
    with caplog.at_level(logging.ERROR):
        refused, accepted = await together(
            store, store.intake.queue(event(event_id="e1", data=b"[]")), store.intake.queue(event())
        )
    assert isinstance(refused, IdConflict)
    assert accepted.duplicate is False
    assert (store.commits - commits, caplog.records) == (2, [])


async def test_a_dispatcher_that_fails_fails_no_caller(store: Store, desk: Desk) -> None:
    """What is committed is answered, even if the hand-over fails."""

    def broken(leased: Sequence[Leased]) -> None:
        raise RuntimeError("broken")

    await store.settings.create_trigger(PROJECT, spec())
    desk.attempt = broken  # type: ignore[method-assign]
    async with asyncio.timeout(5):
        answers = await together(store, *(store.intake.queue(event()) for _ in range(3)))
    assert [answer.delivery_count for answer in answers] == [1, 1, 1]


async def test_closing_commits_what_was_begun(database: Database, clock: HandClock, desk: Desk) -> None:
    """Everything that was begun before the store closes is answered."""
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        calls = [asyncio.create_task(store.intake.queue(event())) for _ in range(20)]
        await asyncio.sleep(0)
    answers = await asyncio.gather(*calls)
    assert [type(answer) for answer in answers] == [Accepted] * 20
    assert database.rows("SELECT count(*) FROM event") == [(20,)]


async def test_a_lock_by_a_stranger_is_waited_for_once(sqlite: Sqlite, clock: HandClock, desk: Desk) -> None:
    """When another program locks the database, all callers fail after one wait, not one after another."""
    waits: list[int] = []
    all_there = threading.Event()

    def wait(number: int) -> bool:
        waits.append(number)
        all_there.wait(10)
        return False

    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await on_writer(store, lambda session: connection(session).set_busy_handler(wait))
        stranger = apsw.Connection(str(sqlite.path))
        stranger.execute("BEGIN IMMEDIATE")
        first = asyncio.ensure_future(store.intake.queue(event()))
        await until(lambda: waits)
        others = [asyncio.ensure_future(store.intake.queue(event())) for _ in range(5)]
        await asyncio.sleep(0)
        all_there.set()
        answers = await asyncio.gather(first, *others, return_exceptions=True)
        assert [type(answer) for answer in answers] == [StoreUnavailable] * 6
        assert (waits, desk.taken, desk.handed, store.healthy) == ([0, 0], 0, [], False)
        stranger.close()
        assert (await store.intake.queue(event(delay=SECOND))).delivery_count == 1
        assert store.healthy


async def test_a_slow_commit_says_where_it_spent_its_time(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG, the log has each slow commit, with the time of its statements and of the disk."""

    def be_slow(_session: Session) -> None:
        time.sleep(0.02)

    with caplog.at_level(logging.DEBUG, logger="bellrope_server"):
        monkeypatch.setattr(commit, "SLOW", inf)
        await on_writer(store, be_slow)
        assert caplog.records == []
        monkeypatch.setattr(commit, "SLOW", 0.02)
        await on_writer(store, be_slow)
    (said,) = [vars(record) for record in caplog.records]
    assert (said["msg"], said["orders"]) == ("store.slow_commit", 1)
    assert said["statements_ms"] >= 20
    assert min(said["begin_ms"], said["commit_ms"]) >= 0
