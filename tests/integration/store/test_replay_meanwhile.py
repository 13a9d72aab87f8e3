"""What happens to a bulk replay of events when something else happens meanwhile."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from bellrope_server.model import BulkState, Retention
from bellrope_server.store.actions.looks import Looks
from bellrope_server.store.engine.room import Room, Space
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.log.retention import Reached
from bellrope_server.store.store import Store
from integration.store.replays import counts, finish, got, keep, late, replay, start
from integration.store.rig import PROJECT, SECOND, Database, Desk, HandClock, opened


async def test_what_is_accepted_after_the_start_is_left_out(store: Store) -> None:
    """The set is fixed at the start, even before the first step."""
    await keep(store, "old")
    await late(store)
    begun = await start(store)
    await keep(store, "new")
    assert counts(await finish(store, begun)) == (1, 0, 0, 0)
    assert await got(store) == ["new", "old"]


async def test_a_restart_goes_on_where_it_was(database: Database, clock: HandClock) -> None:
    """A server that stops in the middle forgets nothing, and sends nothing twice."""
    desk = Desk()
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await keep(store, *"abcde")
        await late(store)
        begun = await start(store)
        await store.bulk.step(begun.id, most=2)
    clock.advance(6)  # if there could be another node, that one owns it for five seconds
    async with opened(database, clock, desk) as store:
        (found,) = await store.bulk.running()
        assert found.done == 2
        assert counts(await finish(store, found)) == (5, 0, 0, 0)
        assert await got(store) == [*"abcde"]


async def test_a_cancelled_replay_goes_no_further(store: Store) -> None:
    """After a cancel, what was sent stays sent and the rest stays as it is."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    await store.bulk.step(begun.id, most=1)
    ended = await store.bulk.cancel(PROJECT, begun.bulk_id)
    assert (ended.done, ended.state) == (1, BulkState.CANCELLED)
    assert not (await store.bulk.step(begun.id, most=9)).running
    assert await got(store) == ["c"]


async def test_a_trigger_that_is_deleted_meanwhile_gets_no_more(store: Store) -> None:
    """The rest is skipped, and a new trigger of its name gets nothing."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    await store.bulk.step(begun.id, most=1)
    await store.settings.delete_trigger(PROJECT, "late")
    await late(store)
    ended = await finish(store, begun)
    assert (counts(ended), ended.state) == ((1, 0, 2, 0), BulkState.SUCCEEDED)
    assert await got(store) == ["c"]


def between(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Make something happen between the next look at events and the commit of its step."""
    real, left = Looks.for_step, [happens]

    async def look(self: Looks, bulk: int, *, most: int) -> Any:
        looked = await real(self, bulk, most=most)
        if left:
            await left.pop()()
        return looked

    monkeypatch.setattr(Looks, "for_step", look)


async def test_a_trigger_that_changes_meanwhile_decides_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged with an older version of the trigger is judged again."""
    await keep(store, "a", "b", data=b'{"n": 1.5}')
    await keep(store, "c", data=b'{"n": 2.5}')
    await late(store, filter="data.n < 2.0")
    begun = await start(store)
    other = partial(replace, filter="data.n > 2.0")
    between(monkeypatch, lambda: store.settings.update_trigger(PROJECT, "late", other))
    assert counts(await finish(store, begun)) == (1, 0, 2, 2)
    assert await got(store) == ["c"]


async def test_an_event_that_is_removed_meanwhile_is_skipped(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention goes on during a replay, and leaves no delivery without its event."""
    await keep(store, "old")
    clock.advance(10)
    await keep(store, "new")
    await late(store)
    begun = await start(store)

    async def removed() -> None:
        reached: Reached | None = Reached()
        while reached:
            reached = (await store.log.remove(Retention(unmatched=5 * SECOND), reached)).reached

    between(monkeypatch, removed)
    assert counts(await finish(store, begun)) == (1, 0, 1, 0)
    assert await got(store) == ["new"]


async def test_a_step_that_was_taken_is_not_taken_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the same events are looked at twice at a time, they are sent once."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    between(monkeypatch, lambda: store.bulk.step(begun.id, most=2))
    assert (await store.bulk.step(begun.id, most=2)).acted.count == 0
    assert counts(await finish(store, begun)) == (3, 0, 0, 0)
    assert await got(store) == [*"abc"]


async def test_a_full_trigger_and_a_full_disk_make_it_wait(database: Database, clock: HandClock) -> None:
    """A replay does not use up the room that accepted events need: it waits, and goes on later."""
    quota, space = Quota(chained_events=10_000), Space()
    options = {"quota": quota, "room": Room(1000, space)}
    async with opened(database, clock, Desk(), **options) as store:
        await store.settings.create_project(PROJECT)
        await keep(store, *"abc")
        await late(store)
        begun = await start(store)
        quota.note(frozenset(range(9)))
        stepped = [await store.bulk.step(begun.id, most=9)]
        quota.note(frozenset())
        space.note(short=True)
        stepped.append(await store.bulk.step(begun.id, most=9))
        assert [(each.acted.count, each.running, each.rest) for each in stepped] == [(0, True, SECOND)] * 2
        space.note(short=False)
        assert counts(await finish(store, begun)) == (3, 0, 0, 0)


async def test_one_look_goes_through_so_many_events(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that finds little delays nothing: looks end early, and the next one goes on."""
    for name, value in (("MOST_STEPS", 2), ("AT_ONCE", 2), ("MOST_TIME", -1)):
        monkeypatch.setattr(f"bellrope_server.store.actions.candidates.{name}", value)
    await keep(store, *"abcdefg", type="other")
    await keep(store, "wanted")
    await late(store)
    begun = await start(store)
    steps = 0
    while (await store.bulk.step(begun.id, most=9)).running:
        steps += 1
    assert steps >= 7
    assert counts(await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)) == (1, 0, 7, 7)
    assert counts(await store.bulk.count_events(replay())) == (0, 0, 8, 7)


async def test_a_slow_filter_rests(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that took long is followed by a rest of a hundred times as long."""
    await keep(store, "a", "b")
    await late(store, filter="data == {}")
    begun = await start(store)
    assert (await store.bulk.step(begun.id, most=1)).rest == 0
    clock = iter(range(0, 10**9, 30_000))
    monkeypatch.setattr("bellrope_server.store.actions.candidates.processor_time", lambda: next(clock))
    assert (await store.bulk.step(begun.id, most=1)).rest >= 100 * 30_000
