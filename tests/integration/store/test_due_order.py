"""What is scheduled, by due time: the list, its pages, and the bounds that bulk actions take, too."""

import random
from typing import Any

import psycopg
import pytest
from bellrope_server.model import Action, Delivery, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.store import Store
from bellrope_server.store.walks import deliveries as walks
from bellrope_server.store.walks.pages import DeliveryFilter, Order, Page
from integration.store.rig import (
    HOUR,
    PROJECT,
    SECOND,
    Desk,
    HandClock,
    Postgres,
    Worker,
    event,
    opened,
    spec,
)


async def by_due_time(store: Store, *, size: int = 100, **wanted: Any) -> list[list[Delivery]]:
    """Return the pages of what is scheduled."""
    waiting, page, found = DeliveryFilter(state=State.SCHEDULED, **wanted), Page(size=size), []
    while True:
        some = await store.log.list_deliveries(PROJECT, waiting, page, order=Order.DUE_TIME)
        found.append(list(some))
        if some.next is None:
            return found
        page = Page(size=size, before=some.next)


async def ids(store: Store, **wanted: Any) -> list[str]:
    """Return what is scheduled, as event/trigger."""
    return [f"{each.event_id}/{each.trigger}" for page in await by_due_time(store, **wanted) for each in page]


async def test_what_is_due_next_comes_first(store: Store) -> None:
    """The list of what waits goes by due time, whatever was accepted first, and pages lose nothing."""
    await store.settings.create_project("other")
    for project in (PROJECT, "other"):
        await store.settings.create_trigger(project, spec())
        for number in range(30):
            delay = random.Random(number).randrange(1, 9) * HOUR  # several are due at the same time
            await store.intake.queue(event(project=project, event_id=f"{project}-{number}", delay=delay))
    pages = await by_due_time(store, size=7)
    found = [each for page in pages for each in page]
    assert [len(page) for page in pages] == [7, 7, 7, 7, 2]
    assert [(each.due_time, each.id) for each in found] == sorted((each.due_time, each.id) for each in found)
    assert {each.event_id for each in found} == {f"{PROJECT}-{number}" for number in range(30)}


async def test_only_what_waits_is_listed_and_each_filter_applies(
    store: Store, clock: HandClock, desk: Desk, worker: Worker
) -> None:
    """A retry waits like an event for later; what is under way or final does not; filters narrow the list."""
    for name, type in (("a", "sent"), ("b", "sent"), ("c", "gone")):
        await store.settings.create_trigger(PROJECT, spec(name, type))
    await store.intake.queue(event("sent", event_id="later", delay=2 * HOUR))
    await store.intake.queue(event("gone", event_id="soon", delay=HOUR))
    await store.intake.queue(event("sent", event_id="tried"))
    to_a, to_b = desk.handed
    await worker.answer(to_a, 503)  # due again in 5 seconds
    await worker.answer(to_b, 200)
    await store.intake.queue(event("gone", event_id="sending"))
    now = clock.time
    assert await ids(store) == ["tried/a", "soon/c", "later/a", "later/b"]
    assert await ids(store, trigger="a") == ["tried/a", "later/a"]
    assert await ids(store, event_id="later") == ["later/a", "later/b"]
    assert await ids(store, event_id="later", trigger="b") == ["later/b"]
    assert await ids(store, type="gone") == ["soon/c"]
    assert await ids(store, status_code=503) == ["tried/a"]
    assert await ids(store, until_time=now) == await ids(store, trigger="none") == []
    assert await ids(store, due_from_time=now + HOUR) == ["soon/c", "later/a", "later/b"]
    assert await ids(store, due_until_time=now + HOUR) == ["tried/a"]
    assert await ids(store, due_from_time=now + HOUR, due_until_time=now + HOUR + 1) == ["soon/c"]
    assert await ids(store, due_until_time=now + HOUR, event_id="tried") == ["tried/a"]
    newest = DeliveryFilter(due_from_time=now + HOUR)
    listed = await store.log.list_deliveries(PROJECT, newest, Page())
    assert [each.event_id for each in listed] == ["soon", "later", "later"]


async def test_a_page_looks_at_so_many_rows_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If few of those that wait match, a page ends early and says where to go on; nothing is left out."""
    monkeypatch.setattr(walks, "MOST_ENTRIES", 3)
    for name in ("rare", "usual"):
        await store.settings.create_trigger(PROJECT, spec(name=name, type=name))
    for number in range(9):
        type = "rare" if number in (0, 1, 7) else "usual"
        await store.intake.queue(event(type, event_id=f"e{number}", delay=HOUR + number * SECOND))
    pages = await by_due_time(store, trigger="rare")
    assert [[each.event_id for each in page] for page in pages] == [["e0", "e1"], [], ["e7"], []]


async def test_what_is_due_in_an_hour_is_cancelled_and_no_other(store: Store, clock: HandClock) -> None:
    """A bulk action takes the bounds of a due time; the dry run counts the same deliveries."""
    await store.settings.create_trigger(PROJECT, spec())
    for minutes in (30, 59, 60, 90, 119, 120):
        await store.intake.queue(event(event_id=f"in-{minutes}", delay=minutes * 60 * SECOND))
    wanted = DeliveryFilter(
        state=State.SCHEDULED, due_from_time=clock.time + HOUR, due_until_time=clock.time + 2 * HOUR
    )
    count = await store.log.count_deliveries(PROJECT, wanted)
    begun = await store.bulk.start(
        StartBulk(project=PROJECT, action=Action.CANCEL, wanted=wanted, matched=count, rate=100)
    )
    while (await store.bulk.step(begun.id, most=2)).running:
        pass
    assert count == 3
    assert await ids(store) == ["in-30/mailer", "in-59/mailer", "in-120/mailer"]


async def test_moving_what_is_due_moves_each_once(store: Store, clock: HandClock) -> None:
    """A bulk action that moves deliveries within its own bounds meets none twice."""
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(5):
        await store.intake.queue(event(event_id=f"e{number}", delay=HOUR + number))
    wanted = DeliveryFilter(state=State.SCHEDULED, due_from_time=clock.time + HOUR)
    due_time = clock.time + 3 * HOUR
    begun = await store.bulk.start(
        StartBulk(
            project=PROJECT, action=Action.RESCHEDULE, wanted=wanted, matched=5, rate=100, due_time=due_time
        )
    )
    while (await store.bulk.step(begun.id, most=2)).running:
        pass
    assert (await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)).done == 5
    assert {each.due_time for page in await by_due_time(store) for each in page} == {due_time}


async def test_a_list_has_as_many_attempts_as_are_asked_for(
    store: Store, desk: Desk, clock: HandClock, worker: Worker
) -> None:
    """A row that shows only how the last attempt ended need not carry the nine before it."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await worker.finish(desk.handed[0], 500)
    for asked, numbers in ((1, [4]), (3, [2, 3, 4]), (10, [1, 2, 3, 4])):
        (found,) = await store.log.list_deliveries(
            PROJECT, DeliveryFilter(trigger="mailer"), Page(), attempts_each=asked
        )
        assert [each.number for each in found.attempts] == numbers


FILL = """
    INSERT INTO delivery (project_id, delivery_id, event_row, trigger_id, state, due_time, wake_time,
        create_time, attempt_count, failure_count, lease, lease_until, lost_leases, reason)
    SELECT 1, 'd' || i, i, 1 + i %% 50, CASE i %% 4 WHEN 0 THEN 3 ELSE 1 END, i, i, i, 0, 0, 0, 0, 0, ''
    FROM generate_series(1, %s) AS g(i)
"""
LISTED = """
    SELECT id, due_time FROM delivery
    WHERE project_id = 1 AND state = 1 AND due_time >= 500 ORDER BY due_time, id LIMIT 100
"""


async def test_what_is_finished_or_due_before_is_not_read_on_postgresql(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """A page by due time is read along the index of what waits, and nothing is sorted."""
    async with opened(postgres, clock, desk) as store:
        await store.settings.create_project(PROJECT)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(FILL, (20_000,))
        connection.execute("VACUUM ANALYZE delivery")
        lines = [line for (line,) in connection.execute(f"EXPLAIN {LISTED}")]
    assert [line for line in lines if "delivery_due" in line]
    assert not [line for line in lines if "Sort" in line or "Seq Scan" in line]
