"""Projects and triggers are created, changed and deleted, and waiting deliveries follow them."""

import asyncio
from dataclasses import replace

import pytest
from bellrope_server.clock import HOUR, MILLISECOND
from bellrope_server.errors import ProjectExists, ProjectNotFound, TriggerExists, TriggerNotFound
from bellrope_server.model import State, Trigger, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Desk,
    HandClock,
    Worker,
    event,
    one_commit,
    spec,
)

FULL = TriggerSpec(
    name="full",
    type="sent-email",
    url="https://example.com/hook?x=1",
    retry_policy=RetryPolicy(
        retries=7,
        min_backoff=1500 * MILLISECOND,
        max_backoff=2 * HOUR,
        schedule=(SECOND, 1),
        no_retry_statuses=("5xx", "410"),
    ),
    timeout=2500 * MILLISECOND,
    headers={"X-Team": "ä", "x-other": ""},
    secret="whsec_c2VjcmV0",
    options={"db": "a,b"},
    filter="data.amount > 100",
    paused=True,
    disable_on_gone=True,
    max_in_flight=3,
    description="Ä\n\tb",
)


async def states(store: Store, project: str = PROJECT) -> list[State]:
    """Return the states of the project's deliveries, newest first."""
    return [
        each.state for each in await store.log.list_deliveries(project, DeliveryFilter(), Page(size=1000))
    ]


async def test_a_project_is_made_once(store: Store, clock: HandClock) -> None:
    """A project's name is taken while the project exists."""
    made = await store.settings.create_project("other")
    assert (made.name, made.create_time) == ("other", START)
    assert await store.settings.get_project("other") == made
    with pytest.raises(ProjectExists):
        await store.settings.create_project("other")


async def test_of_two_who_make_the_same_project_one_does(store: Store) -> None:
    """If two callers create a project of the same name at once, one succeeds."""
    async with one_commit(store):
        calls = [asyncio.create_task(store.settings.create_project("other")) for _ in range(2)]
    _, second = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(second, ProjectExists)


async def test_a_trigger_is_kept_as_it_was_given(store: Store, clock: HandClock) -> None:
    """Every field of a trigger can be read back."""
    made = await store.settings.create_trigger(PROJECT, FULL)
    assert made == Trigger(
        id=made.id,
        project_id=made.project_id,
        project=PROJECT,
        spec=FULL,
        version=1,
        create_time=START,
        update_time=START,
        endpoint="https://example.com:443",
    )
    assert await store.settings.get_trigger(PROJECT, "full") == made


async def test_a_trigger_is_made_once(store: Store) -> None:
    """A trigger's name is taken, in its project, while the trigger exists."""
    await store.settings.create_project("other")
    await store.settings.create_trigger(PROJECT, spec())
    await store.settings.create_trigger("other", spec())
    with pytest.raises(TriggerExists):
        await store.settings.create_trigger(PROJECT, spec(type="sent-sms"))
    with pytest.raises(ProjectNotFound):
        await store.settings.create_trigger("nowhere", spec())
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.type == "sent-email"


async def test_of_two_who_make_the_same_trigger_one_does(store: Store) -> None:
    """If two callers create a trigger of the same name at once, one succeeds."""
    async with one_commit(store):
        calls = [asyncio.create_task(store.settings.create_trigger(PROJECT, spec())) for _ in range(2)]
    _, second = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(second, TriggerExists)


async def test_a_trigger_is_changed(store: Store, clock: HandClock) -> None:
    """A change keeps the trigger's identity, and counts its versions."""
    made = await store.settings.create_trigger(PROJECT, spec())
    clock.advance(1)
    new = replace(FULL, name="mailer")
    changed = await store.settings.update_trigger(PROJECT, "mailer", lambda _: new)
    assert changed == replace(
        made, spec=new, version=2, update_time=START + SECOND, endpoint="https://example.com:443"
    )
    assert await store.settings.get_trigger(PROJECT, "mailer") == changed


async def test_an_edit_sees_what_was_before(store: Store) -> None:
    """Simultaneous edits are made one after another, and none is lost."""
    await store.settings.create_trigger(PROJECT, spec(headers={}))

    def adding(key: str) -> asyncio.Task[Trigger]:
        return asyncio.create_task(
            store.settings.update_trigger(
                PROJECT, "mailer", lambda old: replace(old, headers={**old.headers, key: "1"})
            )
        )

    async with one_commit(store):
        edits = [adding(f"x-{number}") for number in range(10)]
    await asyncio.gather(*edits)
    after = await store.settings.get_trigger(PROJECT, "mailer")
    assert (len(after.spec.headers), after.version) == (10, 11)


async def test_an_edit_that_changes_nothing_is_no_new_version(store: Store, clock: HandClock) -> None:
    """Saving a trigger without a change leaves its version and its times alone."""
    made = await store.settings.create_trigger(PROJECT, FULL)
    clock.advance(1)
    assert await store.settings.update_trigger(PROJECT, "full", lambda old: replace(old)) == made


async def test_an_update_can_create(store: Store) -> None:
    """An update of a missing trigger creates it if that was asked for, and is refused otherwise."""
    with pytest.raises(TriggerNotFound):
        await store.settings.update_trigger(PROJECT, "mailer", lambda old: old)
    made = await store.settings.update_trigger(PROJECT, "mailer", lambda old: old, create=spec())
    assert (made.spec, made.version) == (spec(), 1)
    with pytest.raises(ProjectNotFound):
        await store.settings.update_trigger("nowhere", "mailer", lambda old: old, create=spec())


async def test_an_edit_mends_what_waits(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """A changed URL, timeout or number of retries counts from the next attempt on (D23)."""
    trigger = await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event(delay=SECOND))
    new = spec(url="http://127.0.0.1:9/new", timeout=60 * SECOND)
    desk.woken.clear()
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: new)
    assert desk.woken == [(trigger.id, 0)]
    clock.advance(1)
    leased = await worker.claim_one()
    assert leased.trigger.spec == new
    assert leased.lease_until == clock.steady + 75 * SECOND
    assert (await worker.answer(leased, 500)).state is State.SCHEDULED


async def test_a_changed_type_matches_from_then_on(store: Store) -> None:
    """A trigger whose type is changed gets events of the new type, and none of the old."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await store.intake.queue(event("sent-sms"))
    await store.settings.update_trigger(PROJECT, "mailer", lambda old: replace(old, type="sent-sms"))
    counts = [(await store.intake.queue(event(type))).delivery_count for type in ("sent-email", "sent-sms")]
    assert counts == [0, 1]


async def test_a_new_trigger_matches_from_then_on(store: Store) -> None:
    """A new trigger gets no earlier events, only later ones."""
    first = await store.intake.queue(event())
    await store.settings.create_trigger(PROJECT, spec())
    second = await store.intake.queue(event())
    assert (first.delivery_count, second.delivery_count) == (0, 1)


async def test_deleting_a_trigger_cancels_what_it_owes(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Waiting deliveries of a deleted trigger are CANCELLED by the sweep; those of others are not."""
    for name in ("gone", "stays"):
        await store.settings.create_trigger(PROJECT, spec(name))
    accepted = await store.intake.queue(event(delay=SECOND))
    await store.settings.delete_trigger(PROJECT, "gone")
    clock.advance(1)
    assert (await store.leases.sweep(), await store.leases.sweep()) == (1, 0)
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert {each.trigger: (each.state, each.finish_time) for each in found} == {
        "gone": (State.CANCELLED, clock.time),
        "stays": (State.SCHEDULED, None),
    }
    assert desk.settled_events == [accepted.id]
    assert (await store.intake.queue(event())).delivery_count == 1


async def test_a_deleted_trigger_is_not_found(store: Store) -> None:
    """A deleted trigger cannot be read, changed, or deleted again."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.settings.delete_trigger(PROJECT, "mailer")
    assert await store.settings.list_triggers(PROJECT, Page()) == []
    with pytest.raises(TriggerNotFound):
        await store.settings.get_trigger(PROJECT, "mailer")
    with pytest.raises(TriggerNotFound):
        await store.settings.set_paused(PROJECT, "mailer", paused=True)
    with pytest.raises(TriggerNotFound):
        await store.settings.delete_trigger(PROJECT, "mailer")
    with pytest.raises(ProjectNotFound):
        await store.settings.delete_trigger("nowhere", "mailer")


async def test_a_sweep_goes_in_batches(store: Store, desk: Desk) -> None:
    """However many deliveries a deleted trigger has, they are cancelled in batches, and none is left."""
    await store.settings.create_trigger(PROJECT, spec())
    await asyncio.gather(*(store.intake.queue(event(delay=SECOND)) for _ in range(700)))
    await store.settings.delete_trigger(PROJECT, "mailer")
    assert [await store.leases.sweep() for _ in range(4)] == [500, 200, 0, 0]
    assert set(await states(store)) == {State.CANCELLED}


async def test_a_sweep_comes_to_every_deleted_trigger(store: Store, desk: Desk) -> None:
    """A deleted trigger with an attempt under way does not keep others from being swept."""
    for name in ("busy", "parked"):
        await store.settings.create_trigger(PROJECT, spec(name, name))
    await store.intake.queue(event("busy"))
    await store.intake.queue(event("parked", delay=SECOND))
    for name in ("busy", "parked"):
        await store.settings.delete_trigger(PROJECT, name)
    for _ in range(5):
        await store.leases.sweep()
    assert await states(store) == [State.CANCELLED, State.DELIVERING]


async def test_a_sweep_waits_for_what_is_under_way(store: Store, desk: Desk, worker: Worker) -> None:
    """A deleted trigger's delivery that was under way and is given back is cancelled too."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await store.settings.delete_trigger(PROJECT, "mailer")
    assert await store.leases.sweep() == 0
    await store.leases.release(desk.handed[0])
    assert await store.leases.sweep() == 1
    assert await states(store) == [State.CANCELLED]


async def test_a_deleted_triggers_name_is_free(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A new trigger with a deleted one's name is another trigger, without the old deliveries."""
    old = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=SECOND))
    await store.settings.delete_trigger(PROJECT, "mailer")
    new = await store.settings.create_trigger(PROJECT, spec())
    assert (new.id == old.id, new.version) == (False, 1)
    clock.advance(1)
    assert (await worker.claim()).leased == ()
    await store.leases.sweep()
    assert await states(store) == [State.CANCELLED]
    assert (await store.intake.queue(event())).delivery_count == 1


async def test_deleting_a_project_cancels_what_it_owes(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Deleting a project ends its triggers and deliveries; other projects are not affected."""
    await store.settings.create_project("other")
    for project in (PROJECT, "other"):
        await store.settings.create_trigger(project, spec("a"))
        await store.settings.create_trigger(project, spec("b"))
        await store.intake.queue(event(delay=SECOND, project=project))
    await store.settings.delete_project(PROJECT)
    clock.advance(1)
    assert [each.trigger.project for each in (await worker.claim()).leased] == ["other", "other"]
    assert sum([await store.leases.sweep() for _ in range(4)]) == 2
    assert set(await states(store, "other")) == {State.DELIVERING}


async def test_a_deleted_project_is_not_found(store: Store) -> None:
    """Nothing of a deleted project can be read, called, or deleted again."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    await store.settings.delete_project(PROJECT)
    for call in (
        store.settings.get_project(PROJECT),
        store.settings.get_trigger(PROJECT, "mailer"),
        store.settings.list_triggers(PROJECT, Page()),
        store.log.get_event(PROJECT, "e1"),
        store.log.list_deliveries(PROJECT, DeliveryFilter(), Page()),
        store.settings.create_trigger(PROJECT, spec()),
        store.intake.queue(event()),
        store.settings.delete_project(PROJECT),
    ):
        with pytest.raises(ProjectNotFound):
            await call


async def test_a_deleted_projects_name_is_free(store: Store) -> None:
    """A new project with a deleted one's name is empty, and its ids are its own."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1", data=b"1"))
    await store.settings.delete_project(PROJECT)
    await store.settings.create_project(PROJECT)
    assert await store.settings.list_triggers(PROJECT, Page()) == []
    assert await states(store) == []
    assert (await store.intake.queue(event(event_id="e1", data=b"2"))).delivery_count == 0


async def test_an_attempt_ends_after_its_project_was_deleted(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """An attempt under way when its project is deleted ends without an error."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    await store.settings.delete_project(PROJECT)
    assert (await worker.answer(desk.handed[0], 500)).state is State.CANCELLED


async def test_pausing_twice_is_pausing(store: Store) -> None:
    """Pausing a paused trigger, or resuming a running one, changes nothing."""
    await store.settings.create_trigger(PROJECT, spec())
    versions = [
        (await store.settings.set_paused(PROJECT, "mailer", paused=paused)).version
        for paused in (False, True, True, False, False)
    ]
    assert versions == [1, 2, 2, 3, 3]


async def test_a_url_of_an_older_version_is_read_as_it_is_called(store: Store) -> None:
    """A trigger that was saved with dot segments shows the URL that is called."""
    trigger = await store.settings.create_trigger(PROJECT, spec(url="https://Example.com:443/a/../b#top"))
    assert trigger.spec.url == "https://example.com/b"
    assert (await store.settings.get_trigger(PROJECT, "mailer")).endpoint == "https://example.com:443"
