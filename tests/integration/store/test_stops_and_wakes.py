"""What the scheduler does at once: claims again for slots that a claim left, and gives back at a stop."""

import asyncio
import time

import pytest
from bellrope_server.errors import StoreUnavailable
from bellrope_server.model import State
from bellrope_server.scheduler import scheduler
from integration.store.ahead import AHEAD, CAP, IDS, Hold, Node, on, until_states
from integration.store.rig import PROJECT, Database, Postgres, Sqlite, event, one_commit, spec
from kit import until
from usual import usual_caps

GRACE = 2.0  # seconds
TERMINATE = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_slots_that_a_claim_left_are_claimed_for_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first trigger of a claim takes all slots of its endpoint, and the next one gets what it left."""
    monkeypatch.setattr(scheduler, "LONGEST_SLEEP", 3600.0)
    async with Node(on(database), caps=usual_caps(trigger=2, endpoint=2)).running() as node:
        await node.store.settings.create_project(PROJECT)
        for name in ("first", "second"):
            await node.store.settings.create_trigger(PROJECT, spec(name, type=name))
        soon = on(database).clock.wall() + 300_000
        await node.store.intake.queue(event("first", event_id="first", schedule_time=soon))
        await node.store.intake.queue(event("second", event_id="second", schedule_time=soon + 1))
        await until(lambda: node.sender.begun == ["first", "second"], seconds=20)


async def test_an_attempt_that_takes_no_step_before_the_stop_is_given_back(sqlite: Sqlite) -> None:
    """A delivery whose lease is on disk when the time of grace is over is scheduled again, at once."""
    async with Node(on(sqlite)).running() as node:
        await node.store.settings.create_project(PROJECT)
        await node.store.settings.create_trigger(PROJECT, spec())
        async with one_commit(node.store):
            hold = Hold(node.store, node.store.intake.queue(event(event_id="last")))
        await hold.begun()
        over = time.monotonic() + GRACE
        stopping = asyncio.create_task(node.scheduler.stop(grace=GRACE))
        await asyncio.sleep(0.1)  # it waits for the event that is being stored
        ended = hold.end()
        time.sleep(over + 0.2 - time.monotonic())  # noqa: ASYNC251  # both come in one turn of the loop
        await ended
        await stopping
        assert await node.states() == {"last": State.SCHEDULED}


async def test_a_check_that_the_database_failed_is_made_again(postgres: Postgres) -> None:
    """What is leased ahead for a trigger that another node paused is given back, if a little later."""
    async with Node(on(postgres)).running() as one:
        await one.fill()
        async with Node(on(postgres)).running() as other:
            await other.store.settings.set_paused(PROJECT, "mailer", paused=True)
        notices = await Hold(one.store).begun()
        await asyncio.sleep(0.2)  # the check is ordered, for the next commit
        checks = Hold(one.store)
        await notices.end()
        await checks.begun()
        postgres.rows(TERMINATE)
        with pytest.raises(StoreUnavailable):
            await checks.end()
        assert len(one.queues) == AHEAD
        await until(lambda: len(one.queues) == 0, seconds=20)
        one.answer_all()
        succeeded = dict.fromkeys(IDS[:CAP], State.SUCCEEDED)
        await until_states(one, succeeded | dict.fromkeys(IDS[CAP:], State.SCHEDULED))
