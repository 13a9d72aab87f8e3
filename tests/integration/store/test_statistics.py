"""Statistics: what is recorded counts once, in the minute of its end, and in hours after two days."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from bellrope_server.attempt import AttemptError
from bellrope_server.clock import DAY, HOUR, MINUTE, Micros
from bellrope_server.errors import ProjectNotFound
from bellrope_server.model import Leased, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.histograms import deaths, durations, latenesses, percentile, total
from bellrope_server.store.statistics.fold import Fold
from bellrope_server.store.statistics.outcomes import ACCEPTED, ended
from bellrope_server.store.statistics.read import Asked, Totals
from bellrope_server.store.store import Store
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Database,
    Desk,
    HandClock,
    Postgres,
    Worker,
    event,
    one_commit,
    opened,
    spec,
)

FIRST = START - START % DAY
WEEK = Asked(from_time=FIRST - 3 * DAY, until_time=FIRST + 4 * DAY, step=HOUR)
NO_RETRIES = RetryPolicy(retries=0)


def bar(time: Micros, asked: Asked = WEEK) -> int:
    """Return the number of the bar of a time."""
    return (time - asked.from_time) // asked.step


async def counted(store: Store, trigger: str = "", asked: Asked = WEEK) -> Counter[tuple[int, str]]:
    """Return how many there are by bar and outcome, for the whole project or for a trigger."""
    found = await store.statistics.find(PROJECT, trigger, asked, by_trigger=False)
    counts: Counter[tuple[int, str]] = Counter()
    for (number, outcome), sums in found.sums.items():
        error, status = ended(outcome)
        name = "ACCEPTED" if outcome == ACCEPTED else str(status or error.name)
        counts[number, name] += total(sums)
    return counts


async def told(store: Store, trigger: str = "") -> Counter[str]:
    """Return how many there are by outcome in the whole week."""
    counts: Counter[str] = Counter()
    for (_, name), count in (await counted(store, trigger)).items():
        counts[name] += count
    return counts


async def fold(store: Store, *, kept: Micros | None = 30 * DAY) -> int:
    """Fold and remove until nothing is old, and return in how many steps."""
    step, steps = Fold(kept=kept), 0
    following: Fold | None = step
    while following is not None:
        following = (await store.statistics.fold(following)).next
        steps += 1
    return steps


@pytest.fixture
async def mailer(store: Store) -> TriggerSpec:
    """A trigger without retries."""
    trigger = spec(retry_policy=NO_RETRIES)
    await store.settings.create_trigger(PROJECT, trigger)
    return trigger


async def send(store: Store, desk: Desk, **fields: object) -> Leased:
    """Queue an event, and take its delivery."""
    await store.intake.queue(event(**fields))
    return desk.handed.pop()


@pytest.mark.usefixtures("mailer")
async def test_an_attempt_counts_in_the_minute_of_its_end(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt that began in one minute and ended in the next counts in the next, by its outcome."""
    clock.time = FIRST + 59 * SECOND
    await worker.answer(await send(store, desk), 200, duration=2 * SECOND)
    await worker.answer(await send(store, desk), 503, duration=SECOND - 1)
    await worker.answer(await send(store, desk), 0, error=AttemptError.TIMEOUT)
    minutes = replace(WEEK, from_time=FIRST, until_time=FIRST + HOUR, step=MINUTE)
    accepted = 3 + 2  # two dead letters are events, too
    expected = {(0, "ACCEPTED"): accepted, (1, "200"): 1, (0, "503"): 1, (0, "TIMEOUT"): 1}
    assert expected == await counted(store, asked=minutes)
    assert {key: n for key, n in expected.items() if key[1] != "ACCEPTED"} == await counted(
        store, "mailer", minutes
    )


@pytest.mark.usefixtures("mailer")
async def test_an_answer_that_broke_off_is_no_status(store: Store, desk: Desk, worker: Worker) -> None:
    """A 2xx that broke off counts as CONNECTION_RESET, and not as 200; 3xx and 4xx count by status."""
    await worker.answer(await send(store, desk), 200, error=AttemptError.CONNECTION_RESET)
    await worker.answer(await send(store, desk), 302, error=AttemptError.REDIRECT)
    await worker.answer(await send(store, desk), 404)
    assert await told(store) == {"ACCEPTED": 6, "CONNECTION_RESET": 1, "302": 1, "404": 1}


@pytest.mark.usefixtures("mailer")
async def test_durations_lateness_and_dead_letters_are_counted(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """The sums say how long attempts took, how late they began, and how many made a dead letter."""
    first, second = await send(store, desk), await send(store, desk)
    clock.advance(3)
    await worker.answer(first, 500, duration=100_000)
    await worker.answer(second, 200, duration=100_000)
    found = await store.statistics.find(PROJECT, "", WEEK, by_trigger=False)
    attempts = sum(counts for (_, outcome), counts in found.sums.items() if outcome != ACCEPTED)
    half, late = percentile(durations(attempts), 50), percentile(latenesses(attempts), 50)
    assert half is not None
    assert late is not None
    assert 64_000 <= half < 128_000
    assert 2_048_000 <= late < 4_096_000
    assert deaths(attempts) == 1


@pytest.mark.usefixtures("mailer")
async def test_a_late_attempt_counts_without_lateness(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt whose lease was lost counts as any other; how late it began is not known."""
    leased = await send(store, desk)
    clock.advance(21)
    await store.leases.rescue()
    recorded = await worker.answer(leased, 500)
    assert recorded.attempt.late
    found = await store.statistics.find(PROJECT, "mailer", WEEK, by_trigger=False)
    (counts,) = found.sums.values()
    assert (total(counts), deaths(counts), sum(latenesses(counts))) == (1, 0, 0)


@pytest.mark.usefixtures("mailer")
async def test_a_commit_writes_each_row_once(
    database: Database, store: Store, desk: Desk, worker: Worker
) -> None:
    """Attempts that share a commit share their row: one of the trigger, one of the project."""
    leases = [await send(store, desk) for _ in range(20)]
    async with one_commit(store):
        answers = [worker.answer(leased) for leased in leases]
        waiting = asyncio.gather(*answers)
    await waiting
    rows = database.rows("SELECT trigger_id, count FROM statistic WHERE outcome > 0 ORDER BY trigger_id")
    assert [(0, 20), (leases[0].trigger.id, 20)] == rows


async def test_counting_goes_on_after_a_restart(database: Database, clock: HandClock, desk: Desk) -> None:
    """A server that starts again in the same minute adds to what is there."""
    for _ in range(3):
        async with opened(database, clock, desk) as store:
            if not database.rows("SELECT id FROM project"):
                await store.settings.create_project(PROJECT)
                await store.settings.create_trigger(PROJECT, spec())
            await Worker(store, clock, desk).answer(await send(store, desk))
            found = await told(store)
    assert found == {"ACCEPTED": 3, "200": 3}


async def test_nodes_count_apart_and_are_read_together(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """Two servers on one database write rows of their own; readers and hours have the sum."""
    async with opened(postgres, clock, desk) as one, opened(postgres, clock, desk) as other:
        await one.settings.create_project(PROJECT)
        await one.settings.create_trigger(PROJECT, spec())
        for store in (one, other, one):
            await Worker(store, clock, desk).answer(await send(store, desk))
        assert {"ACCEPTED": 3, "200": 3} == await told(one) == await told(other)
        assert postgres.rows("SELECT count(*) FROM statistic") == [(6,)]
        clock.advance(3 * 24 * 3600)
        await fold(other)
        assert postgres.rows("SELECT count(*) FROM statistic") == [(3,)]
        assert await told(one) == {"ACCEPTED": 3, "200": 3}


@pytest.mark.usefixtures("mailer")
async def test_old_minutes_become_hours(
    database: Database, store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """After 48 hours the rows of an hour are one for each outcome, with the same sums; younger ones stay."""
    clock.time = FIRST
    for minute in range(100):
        await worker.answer(await send(store, desk), 200 if minute % 3 else 500, duration=minute * 1000)
        clock.advance(60)
    before = await store.statistics.find(PROJECT, "mailer", WEEK, by_trigger=False)
    whole = await counted(store)
    clock.time = FIRST + HOUR + 2 * DAY
    await fold(store)
    after = await store.statistics.find(PROJECT, "mailer", WEEK, by_trigger=False)
    assert before.sums == after.sums
    assert whole == await counted(store)
    lengths = database.rows("SELECT length, count(*) FROM statistic GROUP BY length ORDER BY length")
    assert lengths == [(MINUTE, 3 * 40), (HOUR, 5)]
    await fold(store)
    assert whole == await counted(store)


@pytest.mark.usefixtures("mailer")
async def test_an_attempt_that_ends_in_a_folded_hour_is_added(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Whatever the clock does, an attempt counts once."""
    clock.time = FIRST
    leased, other = await send(store, desk), await send(store, desk)
    await worker.answer(leased)
    clock.jump(3 * 24 * 3600)
    await fold(store)
    clock.jump(-3 * 24 * 3600)
    await worker.answer(other)
    clock.jump(3 * 24 * 3600)
    assert (await counted(store))[bar(FIRST), "200"] == 2
    await fold(store)
    assert (await counted(store))[bar(FIRST), "200"] == 2


@pytest.mark.usefixtures("mailer")
async def test_statistics_are_removed_in_time(
    database: Database, store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """What ended longer ago than statistics are kept is removed, hours and minutes alike."""
    clock.time = FIRST - 3 * DAY
    await worker.answer(await send(store, desk))
    clock.advance(3 * 24 * 3600)
    await fold(store, kept=None)
    await worker.answer(await send(store, desk))
    clock.advance(3600)
    await fold(store, kept=2 * HOUR)
    assert await told(store) == {"ACCEPTED": 1, "200": 1}
    clock.advance(3600 + 61)
    await fold(store, kept=2 * HOUR)
    assert database.rows("SELECT * FROM statistic") == []


@pytest.mark.usefixtures("mailer")
async def test_a_projects_statistics_end_with_it(
    database: Database, store: Store, desk: Desk, worker: Worker
) -> None:
    """A new project with the name of a deleted one starts with nothing, and the old rows are removed."""
    await worker.answer(await send(store, desk))
    await store.settings.create_project("other")
    await store.intake.queue(event(project="other"))
    await store.settings.delete_project(PROJECT)
    with pytest.raises(ProjectNotFound):
        await told(store)
    await store.settings.create_project(PROJECT)
    assert await told(store) == {}
    await fold(store)
    assert database.rows("SELECT count, outcome FROM statistic") == [(1, ACCEPTED)]


async def test_a_trigger_that_was_created_again_is_the_same(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Attempts count by the trigger's name, also from before it was deleted and created again."""
    for _ in range(2):
        await store.settings.create_trigger(PROJECT, spec())
        await worker.answer(await send(store, desk))
        await store.settings.delete_trigger(PROJECT, "mailer")
    assert await told(store, "mailer") == {"200": 2}
    found = await store.statistics.find(PROJECT, "", WEEK, by_trigger=True)
    assert [(Totals("mailer", 2, 0), 2)] == [(totals, total(counts)) for totals, counts in found.triggers]


async def test_the_triggers_that_fail_most_come_first(store: Store, desk: Desk, worker: Worker) -> None:
    """Triggers are in the order of their failed attempts, then of the others; idle ones are left out."""
    answers = {"fine": (200,), "bad": (500, 200), "worst": (500, 500), "busy": (200, 200), "idle": ()}
    for name, statuses in answers.items():
        await store.settings.create_trigger(PROJECT, spec(name, name, retry_policy=NO_RETRIES))
        for status in statuses:
            await worker.answer(await send(store, desk, type=name), status)
    found = await store.statistics.find(PROJECT, "", WEEK, by_trigger=True)
    assert [totals.name for totals, _ in found.triggers] == ["worst", "bad", "busy", "fine"]
    assert Totals("bad", 1, 1) == found.triggers[1][0]
    assert deaths(found.triggers[0][1]) == 2


async def test_triggers_are_summed_however_many_there_are(store: Store, desk: Desk, worker: Worker) -> None:
    """Each trigger counts, though a step reads only some; at most 100 are shown."""
    for number in range(120):
        await store.settings.create_trigger(PROJECT, spec(f"t{number}", "all"))
    await store.intake.queue(event("all"))
    for leased in desk.handed[:]:
        await worker.answer(leased, 500 if leased.trigger.spec.name == "t119" else 200)
    found = await store.statistics.find(PROJECT, "", WEEK, by_trigger=True)
    assert found.triggers[0][0] == Totals("t119", 0, 1)
    assert len(found.triggers) == 100
