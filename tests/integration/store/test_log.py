"""The log: accepted events and what became of them, in pages, newest first."""

from dataclasses import replace

import pytest
from bellrope_server.errors import DeliveryNotFound, EventNotFound, ProjectNotFound, TriggerNotFound
from bellrope_server.model import State
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, SECOND, Desk, HandClock, Worker, event, spec

ALL = DeliveryFilter()


async def test_deliveries_come_newest_first_in_pages(store: Store) -> None:
    """Each page goes on where the one before ended; together they have everything, once."""
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(7):
        await store.intake.queue(event(event_id=f"e{number}"))
    pages = []
    before = None
    while before is not None or not pages:
        found = await store.log.list_deliveries(PROJECT, ALL, Page(size=3, before=before))
        pages.append([each.event_id for each in found])
        before = found.next
    assert pages == [["e6", "e5", "e4"], ["e3", "e2", "e1"], ["e0"]]


async def test_what_comes_while_paging_is_not_in_later_pages(store: Store) -> None:
    """New events do not shift the later pages."""
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(4):
        await store.intake.queue(event(event_id=f"e{number}"))
    first = await store.log.list_deliveries(PROJECT, ALL, Page(size=2))
    await store.intake.queue(event(event_id="new"))
    second = await store.log.list_deliveries(PROJECT, ALL, Page(size=2, before=first.next))
    assert [each.event_id for each in second] == ["e1", "e0"]


async def test_projects_and_triggers_come_newest_first_in_pages(store: Store) -> None:
    """Projects and triggers are listed as deliveries are."""
    for name in ("b", "c", "a"):
        await store.settings.create_project(name)
        await store.settings.create_trigger(PROJECT, spec(name))
    projects = await store.settings.list_projects(Page(size=3))
    assert [each.name for each in projects] == ["a", "c", "b"]
    assert [each.name for each in await store.settings.list_projects(Page(before=projects.next))] == [PROJECT]
    triggers = await store.settings.list_triggers(PROJECT, Page(size=2))
    assert [each.spec.name for each in triggers] == ["a", "c"]
    rest = await store.settings.list_triggers(PROJECT, Page(before=triggers.next))
    assert [each.spec.name for each in rest] == ["b"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ALL, ["e2/b", "e2/a", "e1/b", "e1/a"]),
        (DeliveryFilter(event_id="e1"), ["e1/b", "e1/a"]),
        (DeliveryFilter(trigger="a"), ["e2/a", "e1/a"]),
        (DeliveryFilter(state=State.SUCCEEDED), ["e1/a"]),
        (DeliveryFilter(state=State.EXPIRED), []),
        (DeliveryFilter(state=State.DELIVERING, trigger="b"), ["e2/b", "e1/b"]),
        (DeliveryFilter(state=State.DELIVERING, trigger="b", event_id="e1"), ["e1/b"]),
        (DeliveryFilter(event_id="nothing"), []),
        (DeliveryFilter(trigger="nobody"), []),
    ],
)
async def test_filters_narrow_the_list(
    store: Store, desk: Desk, worker: Worker, wanted: DeliveryFilter, found: list[str]
) -> None:
    """Deliveries can be listed by event, by trigger, by state, and by any of them together."""
    await store.settings.create_project("other")
    for project in (PROJECT, "other"):
        for name in ("a", "b"):
            await store.settings.create_trigger(project, spec(name))
        for event_id in ("e1", "e2"):
            await store.intake.queue(event(event_id=event_id, project=project))
    await worker.answer(desk.handed[0], 200)
    listed = await store.log.list_deliveries(PROJECT, wanted, Page())
    assert [f"{each.event_id}/{each.trigger}" for each in listed] == found
    assert {each.project for each in listed} <= {PROJECT}


async def test_a_filtered_list_has_pages(store: Store, desk: Desk, worker: Worker) -> None:
    """The pages of a filtered list are full: they have everything that the filter lets through."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name))
    for number in range(3):
        await store.intake.queue(event(event_id=f"e{number}"))
    wanted = DeliveryFilter(trigger="a")
    first = await store.log.list_deliveries(PROJECT, wanted, Page(size=2))
    second = await store.log.list_deliveries(PROJECT, wanted, Page(size=2, before=first.next))
    assert [[each.event_id for each in page] for page in (first, second)] == [["e2", "e1"], ["e0"]]


async def test_a_list_has_each_deliverys_own_attempts(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Each listed delivery has its own attempts, in order, and no others."""
    await store.settings.create_trigger(PROJECT, spec())
    for event_id in ("none", "one", "two"):
        await store.intake.queue(event(event_id=event_id))
    _, one, two = desk.handed
    await worker.answer(two, 500)
    await worker.answer(one, 201)
    clock.advance(5)
    await worker.answer(await worker.claim_one(), 202)
    listed = await store.log.list_deliveries(PROJECT, ALL, Page())
    assert {each.event_id: [made.status_code for made in each.attempts] for each in listed} == {
        "two": [500, 202],
        "one": [201],
        "none": [],
    }
    alone = await store.log.get_delivery(PROJECT, two.delivery_id)
    assert [(each.number, each.status_code, each.brief) for each in alone.attempts] == [
        (1, 500, False),
        (2, 202, False),
    ]
    assert all(each.brief for each in listed[0].attempts)


async def test_what_is_owed_comes_in_the_order_of_trigger_names(store: Store, desk: Desk) -> None:
    """A synchronous caller gets its event's deliveries by trigger name, and which triggers are paused."""
    for name in ("m", "z", "a"):
        await store.settings.create_trigger(PROJECT, spec(name))
    await store.settings.set_paused(PROJECT, "z", paused=True)
    accepted = await store.intake.queue(event(event_id="e1"))
    await store.intake.queue(event(event_id="e2"))
    await store.settings.set_paused(PROJECT, "m", paused=True)
    await store.settings.update_trigger(PROJECT, "a", lambda old: replace(old, name="s"))
    deliveries, paused = await store.log.owed(accepted.id)
    assert [(each.trigger, each.event_id, each.state) for each in deliveries] == [
        ("m", "e1", State.DELIVERING),
        ("s", "e1", State.DELIVERING),
        ("z", "e1", State.SCHEDULED),
    ]
    assert paused == {"m", "z"}


async def test_a_deleted_triggers_deliveries_stay_in_the_log(store: Store, desk: Desk) -> None:
    """Deliveries of a deleted trigger can still be looked up, also by its name."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1", delay=SECOND))
    await store.settings.delete_trigger(PROJECT, "mailer")
    await store.leases.sweep()
    (listed,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger="mailer"), Page())
    assert (listed.event_id, listed.state) == ("e1", State.CANCELLED)
    assert await store.log.get_delivery(PROJECT, listed.delivery_id) == listed


async def test_what_is_not_there_is_not_found(store: Store, desk: Desk) -> None:
    """Each kind of missing thing has its own error, also if it exists in another project."""
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec())
    await store.intake.queue(event(event_id="e1", project="other"))
    with pytest.raises(EventNotFound):
        await store.log.get_event(PROJECT, "e1")
    with pytest.raises(DeliveryNotFound):
        await store.log.get_delivery(PROJECT, desk.handed[0].delivery_id)
    with pytest.raises(TriggerNotFound):
        await store.settings.get_trigger(PROJECT, "mailer")
    with pytest.raises(ProjectNotFound):
        await store.log.list_deliveries("nowhere", ALL, Page())
