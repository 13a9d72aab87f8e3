"""What waited, in statistics: counted once a minute, and the highest count of each time is kept."""

from bellrope_server.clock import DAY, HOUR, MINUTE, Micros
from bellrope_server.rules.histograms import total
from bellrope_server.store.statistics.fold import Fold
from bellrope_server.store.statistics.outcomes import DUE, SCHEDULED
from bellrope_server.store.statistics.read import Asked
from bellrope_server.store.store import Store
from bellrope_server.upkeep.samples import Sampler
from integration.store.rig import (
    PROJECT,
    START,
    Database,
    Desk,
    HandClock,
    Postgres,
    Worker,
    event,
    opened,
    spec,
)

FIRST = START - START % DAY

Counts = dict[int, tuple[int, int]]
"""By the number of the bar: how many waited, and how many of those were due."""


async def waited(store: Store, trigger: str = "", *, step: Micros = MINUTE, project: str = PROJECT) -> Counts:
    """Return what waited since FIRST."""
    asked = Asked(from_time=FIRST, until_time=FIRST + 4 * DAY, step=step)
    found = await store.statistics.find(project, trigger, asked, by_trigger=False)
    counts = {key: total(each) for key, each in found.sums.items()}
    bars = sorted({bar for bar, outcome in counts if outcome == SCHEDULED})
    return {bar: (counts[bar, SCHEDULED], counts.get((bar, DUE), 0)) for bar in bars}


def sampler(store: Store, clock: HandClock, *, most: int = 1000) -> Sampler:
    """Return what counts once a minute, and keeps the counts of `most` triggers."""
    return Sampler(store.log, store.statistics, clock=clock.clock, kept=30 * DAY, most=most)


async def fold(store: Store) -> None:
    """Fold until nothing is old."""
    following: Fold | None = Fold(kept=30 * DAY)
    while following is not None:
        following = (await store.statistics.fold(following)).next


async def keep_waiting(store: Store, name: str, *, due: int, later: int = 0, project: str = PROJECT) -> None:
    """Let deliveries of a new, paused trigger wait."""
    await store.settings.create_trigger(project, spec(name, type=name, paused=True))
    for delay in (0,) * due + (HOUR,) * later:
        await store.intake.queue(event(name, project=project, delay=delay))


async def test_what_waits_is_counted_by_trigger_and_project(store: Store, clock: HandClock) -> None:
    """Each trigger's deliveries count for it and for its project, and those without any have no rows."""
    clock.time = FIRST
    await store.settings.create_project("other")
    await keep_waiting(store, "a", due=2, later=1)
    await keep_waiting(store, "b", due=1, project="other")
    await keep_waiting(store, "c", due=3)
    await keep_waiting(store, "idle", due=0)
    await sampler(store, clock).sample()
    assert await waited(store) == {0: (6, 5)}
    assert await waited(store, "a") == {0: (3, 2)}
    assert await waited(store, "c") == {0: (3, 3)}
    assert await waited(store, "idle") == {}
    assert await waited(store, project="other") == {0: (1, 1)}


async def test_every_trigger_is_counted_however_many_there_are(
    database: Database, store: Store, clock: HandClock
) -> None:
    """A project's count has all its triggers, though a step reads and writes only some of them."""
    clock.time = FIRST
    for number in range(230):
        await store.settings.create_trigger(PROJECT, spec(f"t{number}", type="all", paused=True))
    await store.intake.queue(event("all"))
    await sampler(store, clock).sample()
    assert await waited(store) == {0: (230, 230)}
    assert await waited(store, "t229") == {0: (1, 1)}
    assert database.rows(f"SELECT count(*) FROM statistic WHERE outcome = {DUE}") == [(231,)]


async def test_only_so_many_triggers_have_own_counts(store: Store, clock: HandClock) -> None:
    """The oldest triggers with something waiting have counts of their own; their project has those of all."""
    clock.time = FIRST
    await keep_waiting(store, "idle", due=0)
    for name in ("a", "b", "c"):
        await keep_waiting(store, name, due=1)
    await sampler(store, clock, most=2).sample()
    assert [await waited(store, name) for name in ("a", "b", "c")] == [{0: (1, 1)}, {0: (1, 1)}, {}]
    assert await waited(store) == {0: (3, 3)}


async def test_the_highest_count_of_a_time_is_kept(
    store: Store, clock: HandClock, worker: Worker, desk: Desk
) -> None:
    """Counts of the same minute, of the minutes of a bar and of a folded hour are not added up."""
    clock.time = FIRST
    counts = sampler(store, clock)
    await keep_waiting(store, "a", due=1, later=1)
    await counts.sample()
    await store.intake.queue(event("a"))
    await counts.sample()
    clock.advance(60)
    await counts.sample()
    clock.advance(3600)
    await counts.sample()
    assert await waited(store) == {0: (3, 2), 1: (3, 2), 61: (3, 3)}
    assert await waited(store, step=HOUR) == {0: (3, 2), 1: (3, 3)}
    clock.time = FIRST + 3 * DAY
    await fold(store)
    assert await waited(store, step=HOUR) == {0: (3, 2), 1: (3, 3)}
    assert await waited(store, step=DAY) == {0: (3, 3)}


async def test_two_servers_count_the_same_once(postgres: Postgres, clock: HandClock, desk: Desk) -> None:
    """Both servers of a database count all that waits; it is not twice as much, folded or not."""
    clock.time = FIRST
    async with opened(postgres, clock, desk) as one, opened(postgres, clock, desk) as other:
        await one.settings.create_project(PROJECT)
        await keep_waiting(one, "a", due=2)
        for store in (one, other):
            await sampler(store, clock).sample()
        assert await waited(one) == {0: (2, 2)}
        assert postgres.rows(f"SELECT count(*) FROM statistic WHERE outcome = {DUE}") == [(4,)]
        clock.time = FIRST + 3 * DAY
        await fold(other)
        assert postgres.rows(f"SELECT count(*) FROM statistic WHERE outcome = {DUE}") == [(2,)]
        assert await waited(one, step=HOUR) == {0: (2, 2)}


async def test_what_waits_is_no_attempt(store: Store, clock: HandClock, worker: Worker, desk: Desk) -> None:
    """The triggers that fail most are those with failed attempts, however much waits for others."""
    clock.time = FIRST
    await keep_waiting(store, "a", due=2)
    await store.settings.create_trigger(PROJECT, spec("b", type="b"))
    await store.intake.queue(event("b"))
    await worker.answer(desk.handed[0], 500)
    await sampler(store, clock).sample()
    asked = Asked(from_time=FIRST, until_time=FIRST + DAY, step=DAY)
    found = await store.statistics.find(PROJECT, "", asked, by_trigger=True)
    assert [(totals, total(counts)) for totals, counts in found.triggers] == [(("b", 0, 1), 1)]
