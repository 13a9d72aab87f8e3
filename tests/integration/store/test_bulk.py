"""Bulk actions in the store: the set is fixed, each delivery is changed once, and a restart goes on."""

from typing import Any

import pytest
from bellrope_server.errors import BulkActionNotFound, ProjectNotFound
from bellrope_server.model import Action, BulkState, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from bellrope_server.store.walks.walk import Walk
from integration.store.rig import PROJECT, SECOND, Database, Desk, HandClock, Worker, event, opened, spec

DEAD = DeliveryFilter(state=State.DEAD_LETTERED)
WAITING = DeliveryFilter(state=State.SCHEDULED)
HOUR = 3600 * SECOND


async def dead_letters(store: Store, desk: Desk, worker: Worker, count: int, name: str = "mailer") -> None:
    """Make this many dead letters of a trigger."""
    await store.settings.create_trigger(PROJECT, spec(name, name, retry_policy=RetryPolicy(retries=0)))
    for number in range(count):
        await store.intake.queue(event(name, event_id=f"{name}-{number}"))
        await worker.answer(desk.handed.pop(), 500)


async def start(store: Store, action: Action, wanted: DeliveryFilter, **fields: Any) -> Any:
    """Start a bulk action."""
    matched = await store.log.count_deliveries(PROJECT, wanted)
    fields = {"project": PROJECT, "rate": 100} | fields
    return await store.bulk.start(StartBulk(action=action, wanted=wanted, matched=matched, **fields))


async def finish(store: Store, id: int, *, most: int = 3) -> list[int]:
    """Run a bulk action to its end, and return how many deliveries each step changed."""
    counts: list[int] = []
    running = True
    while running:
        stepped = await store.bulk.step(id, most=most)
        counts.append(stepped.acted.count)
        running = stepped.running
    return counts


async def states(store: Store, **wanted: Any) -> list[str]:
    """Return the deliveries' states, oldest first."""
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(**wanted), Page())
    return [each.state.name for each in reversed(found)]


async def test_dead_letters_are_replayed_a_few_at_a_time(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Each step changes a few deliveries and reports progress; at the end each was changed once."""
    await dead_letters(store, desk, worker, 7)
    begun = await start(store, Action.REPLAY, DEAD)
    assert (begun.matched, begun.done, begun.state) == (7, 0, BulkState.RUNNING)
    assert [each.id for each in await store.bulk.running()] == [begun.id]
    clock.advance(5)
    desk.woken.clear()
    assert await finish(store, begun.id) == [3, 3, 1]
    assert desk.woken == [(1, clock.time)] * 3
    ended = await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)
    assert (ended.matched, ended.done, ended.skipped, ended.state) == (7, 7, 0, BulkState.SUCCEEDED)
    assert ended.finish_time == clock.time
    assert await states(store) == ["SCHEDULED"] * 7
    assert await store.bulk.running() == []
    assert (await store.bulk.step(begun.id, most=3)).acted.count == 0


async def test_the_set_is_fixed_at_the_start(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that becomes a dead letter later, or again, is left out."""
    await dead_letters(store, desk, worker, 4)
    await store.intake.queue(event("mailer", event_id="pending"))
    begun = await start(store, Action.REPLAY, DEAD)
    clock.advance(1)
    await worker.answer(desk.handed.pop(), 500)  # `pending` becomes a dead letter
    await store.intake.queue(event("mailer", event_id="new"))
    await worker.answer(desk.handed.pop(), 500)
    await store.bulk.step(begun.id, most=2)
    for leased in (await worker.claim()).leased:
        await worker.answer(leased, 500)  # dead letters again
    assert sum(await finish(store, begun.id)) == 2
    assert (await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)).done == 4
    assert sorted(await states(store)) == ["DEAD_LETTERED"] * 4 + ["SCHEDULED"] * 2


async def test_dead_letters_of_before_the_clock_was_set_back_are_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """D18: After the clock went back an hour, a replay finds what it counts, and no later dead letter."""
    await dead_letters(store, desk, worker, 4)
    clock.jump(-3600)
    await store.intake.queue(event("mailer", event_id="pending"))
    begun = await start(store, Action.REPLAY, DEAD)
    clock.advance(1)
    await worker.answer(desk.handed.pop(), 500)  # `pending` becomes a dead letter
    clock.advance(1)
    assert (begun.matched, sum(await finish(store, begun.id))) == (4, 4)
    assert sorted(await states(store)) == ["DEAD_LETTERED"] + ["SCHEDULED"] * 4


async def test_what_is_queued_after_the_start_is_left_out(store: Store) -> None:
    """A cancel by filter leaves out what is queued after its start, even before its first step."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=HOUR))
    begun = await start(store, Action.CANCEL, WAITING)
    await store.intake.queue(event(delay=HOUR))
    assert sum(await finish(store, begun.id)) == 1
    assert await states(store) == ["CANCELLED", "SCHEDULED"]


async def test_only_what_the_filter_finds_is_acted_on(store: Store, desk: Desk, worker: Worker) -> None:
    """Dead letters of another trigger, or with another error, stay as they are."""
    await dead_letters(store, desk, worker, 3, "a")
    await dead_letters(store, desk, worker, 3, "b")
    begun = await start(store, Action.REPLAY, DeliveryFilter(state=State.DEAD_LETTERED, trigger="a"))
    assert sum(await finish(store, begun.id)) == 3
    wanted = DeliveryFilter(state=State.DEAD_LETTERED, status_code=404)
    assert await store.log.count_deliveries(PROJECT, wanted) == 0
    begun = await start(store, Action.REPLAY, wanted)
    assert await finish(store, begun.id) == [0]
    assert await states(store, trigger="a") == ["SCHEDULED"] * 3
    assert await states(store, trigger="b") == ["DEAD_LETTERED"] * 3


async def test_what_waits_is_cancelled_or_rescheduled(store: Store, clock: HandClock) -> None:
    """Cancel and reschedule by filter change each delivery as they do a single one."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name))
    for _ in range(4):
        await store.intake.queue(event(delay=HOUR))
    due = clock.time + 60 * SECOND
    wanted = DeliveryFilter(state=State.SCHEDULED, trigger="a")
    begun = await start(store, Action.RESCHEDULE, wanted, due_time=due)
    assert sum(await finish(store, begun.id)) == 4
    found = await store.log.list_deliveries(PROJECT, wanted, Page())
    assert [each.due_time for each in found] == [due] * 4
    begun = await start(store, Action.CANCEL, DeliveryFilter(state=State.SCHEDULED, trigger="b"))
    assert sum(await finish(store, begun.id)) == 4
    assert await states(store, trigger="b") == ["CANCELLED"] * 4
    assert await states(store, trigger="a") == ["SCHEDULED"] * 4


async def test_what_can_not_be_done_is_skipped_and_counted(store: Store, desk: Desk, worker: Worker) -> None:
    """A dead letter whose trigger was deleted is skipped, because it has no webhook."""
    await dead_letters(store, desk, worker, 2, "a")
    await dead_letters(store, desk, worker, 2, "b")
    await store.settings.delete_trigger(PROJECT, "a")
    begun = await start(store, Action.REPLAY, DEAD)
    await finish(store, begun.id)
    ended = await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)
    assert (ended.matched, ended.done, ended.skipped) == (4, 2, 2)


async def test_a_cancelled_bulk_action_goes_no_further(store: Store, desk: Desk, worker: Worker) -> None:
    """After a cancel, what is done stays done and the rest is unchanged. Cancelling twice changes nothing."""
    await dead_letters(store, desk, worker, 5)
    begun = await start(store, Action.REPLAY, DEAD)
    await store.bulk.step(begun.id, most=2)
    ended = await store.bulk.cancel(PROJECT, begun.bulk_id)
    assert (ended.done, ended.state) == (2, BulkState.CANCELLED)
    stepped = await store.bulk.step(begun.id, most=2)
    assert (stepped.acted.count, stepped.running) == (0, False)
    assert await store.bulk.cancel(PROJECT, begun.bulk_id) == ended
    assert sorted(await states(store)) == ["DEAD_LETTERED"] * 3 + ["SCHEDULED"] * 2


async def test_a_restart_goes_on_where_it_was(database: Database, clock: HandClock) -> None:
    """A server that stops during a bulk action forgets nothing and does nothing twice."""
    desk = Desk()
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await dead_letters(store, desk, Worker(store, clock, desk), 5)
        begun = await start(store, Action.REPLAY, DEAD)
        await store.bulk.step(begun.id, most=2)
    clock.advance(6)  # if there could be another node, that one owns it for five seconds
    async with opened(database, clock, desk) as store:
        (found,) = await store.bulk.running()
        assert found.done == 2
        assert await finish(store, found.id) == [3, 0]
        worker = Worker(store, clock, desk)
        assert len({each.delivery_id for each in (await worker.claim()).leased}) == 5


async def test_one_step_looks_at_so_many_rows(
    store: Store, desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that finds little delays nothing: a step ends early and the next one goes on."""
    monkeypatch.setattr("bellrope_server.store.actions.bulk.MOST_LOOKED_AT", 2)
    await dead_letters(store, desk, worker, 5)
    begun = await start(store, Action.REPLAY, DeliveryFilter(state=State.DEAD_LETTERED, status_code=500))
    assert await finish(store, begun.id, most=9) == [2, 2, 1]


async def test_bulk_actions_are_listed_newest_first(store: Store) -> None:
    """Each project has its own bulk actions; those of others are not found."""
    await store.settings.create_project("other")
    begun = [await start(store, Action.CANCEL, WAITING) for _ in range(3)]
    found = await store.bulk.list_bulk_actions(PROJECT, Page(size=2))
    rest = await store.bulk.list_bulk_actions(PROJECT, Page(size=2, before=found.next))
    assert [each.bulk_id for each in (*found, *rest)] == [each.bulk_id for each in reversed(begun)]
    assert await store.bulk.list_bulk_actions("other", Page()) == []
    for project, error in (("other", BulkActionNotFound), ("nowhere", ProjectNotFound)):
        with pytest.raises(error):
            await store.bulk.get_bulk_action(project, begun[0].bulk_id)
    with pytest.raises(BulkActionNotFound):
        await store.bulk.cancel("other", begun[0].bulk_id)
    with pytest.raises(ProjectNotFound):
        await start(store, Action.CANCEL, WAITING, project="nowhere")


async def test_counting_goes_through_all_of_a_long_list(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count is exact, however many parts it takes."""
    await store.settings.create_trigger(PROJECT, spec())
    for _ in range(7):
        await store.intake.queue(event(delay=HOUR))
    monkeypatch.setitem(Walk.__init__.__kwdefaults__, "most", 3)
    for wanted in (WAITING, DeliveryFilter(), DeliveryFilter(trigger="mailer", type="sent-email")):
        assert await store.log.count_deliveries(PROJECT, wanted) == 7
