"""Which deliveries are parked, that is due but waiting, and that too many of them refuse more."""

import pytest
from bellrope_server.errors import OverQuota
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.store import Store
from integration.store.rig import HOUR, PROJECT, Desk, HandClock, event, spec


async def test_what_is_due_and_waits_is_parked(store: Store, desk: Desk, clock: HandClock) -> None:
    """Parked deliveries are due and wait: not delayed, under way, of another trigger, or cancelled."""
    paused = await store.settings.create_trigger(PROJECT, spec("paused", paused=True))
    await store.settings.create_trigger(PROJECT, spec("running"))
    for number in range(3):
        await store.intake.queue(event(event_id=f"o{number}"))
    await store.intake.queue(event(delay=HOUR))
    assert len(desk.handed) == 3
    assert await store.log.parked_at_least(3, now=clock.time) == {paused.id}
    assert await store.log.parked_at_least(4, now=clock.time) == frozenset()
    await store.actions.cancel_event(PROJECT, "o1")
    assert await store.log.parked_at_least(3, now=clock.time) == frozenset()


async def test_events_for_a_full_trigger_are_refused(store: Store, quota: Quota) -> None:
    """The error names the trigger; an accepted event that is sent again gets its first answer."""
    full = await store.settings.create_trigger(PROJECT, spec("full", paused=True))
    await store.intake.queue(event(event_id="o1"))
    quota.note(frozenset({full.id}))
    with pytest.raises(OverQuota, match="`full`"):
        await store.intake.queue(event())
    assert (await store.intake.queue(event(event_id="o1"))).duplicate
    assert (await store.intake.queue(event("other"))).delivery_count == 0
    quota.note(frozenset())
    assert (await store.intake.queue(event())).delivery_count == 1
