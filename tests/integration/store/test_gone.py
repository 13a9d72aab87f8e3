"""A webhook that answers 410 pauses its trigger, if the trigger asks for that."""

import asyncio

from bellrope_server.model import State
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Desk, HandClock, Worker, event, one_commit, spec, the_delivery


async def test_a_webhook_that_is_gone_pauses_its_trigger(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """With `disable_on_gone` a 410 pauses the trigger; what it owes waits (E7)."""
    before = await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 410)
    after = await store.settings.get_trigger(PROJECT, "mailer")
    assert (after.spec.paused, after.version) == (True, before.version + 1)
    assert (await the_delivery(store)).state is State.SCHEDULED
    clock.advance(3600)
    assert (await worker.claim()).leased == ()
    await store.intake.queue(event())
    assert len(desk.handed) == 1
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    assert len((await worker.claim()).leased) == 2


async def test_many_410_pause_once(store: Store, desk: Desk, worker: Worker) -> None:
    """A resumed trigger is not paused again when attempts from before the pause end in a 410."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    for _ in range(3):
        await store.intake.queue(event())
    async with one_commit(store):
        calls = [asyncio.create_task(worker.answer(each, 410)) for each in desk.handed[:2]]
    await asyncio.gather(*calls)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).version == 2
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    await worker.answer(desk.handed[2], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False


async def test_a_late_410_does_not_pause(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """A 410 of an attempt whose lease was lost changes nothing."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    await worker.answer(desk.handed[0], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False


async def test_an_edited_trigger_is_not_paused_by_its_old_webhook(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """A 410 from a trigger's former URL does not pause it (E7)."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    new = spec(disable_on_gone=True, url="http://127.0.0.1:9/new")
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: new)
    await worker.answer(desk.handed[0], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec == new


async def test_without_the_option_410_is_a_failure(store: Store, desk: Desk, worker: Worker) -> None:
    """Without `disable_on_gone` a 410 is retried like any other failure."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    assert (await worker.answer(desk.handed[0], 410)).state is State.SCHEDULED
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False
