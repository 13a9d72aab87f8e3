"""The hand-over between store and scheduler: what is put in comes out once, and one event wakes the taker."""

import asyncio

from attempts import leased, trigger
from bellrope_server.store.handover import HandOver, News, NoSlots, nobody

URL = "http://127.0.0.1:9/hook"
NOTHING = News([], {}, [], settings_changed=False)


def handover() -> HandOver:
    """Return a hand-over that only the test uses."""
    return HandOver(NoSlots(), settled=lambda _event: None)


async def test_what_is_handed_over_is_received_once() -> None:
    """Leased deliveries are taken in order, all at once, and only once."""
    between, one, two = handover(), leased(URL, event_id="one"), leased(URL, event_id="two")
    between.attempt((one,))
    between.attempt((two,))
    assert await between.receive() == News([one, two], {}, [], settings_changed=False)
    assert between.rest() == NOTHING


async def test_who_receives_waits_until_there_is_something() -> None:
    """The taker sleeps until something is handed over or waits, and is woken each time."""
    between = handover()
    for _ in range(2):
        taking = asyncio.create_task(between.receive())
        await asyncio.sleep(0)
        assert not taking.done()
        between.waiting(7, 100)
        async with asyncio.timeout(5):
            assert (await taking).waiting == {7: 100}


async def test_the_earliest_time_counts() -> None:
    """If a trigger is to be looked at at several times, the first one counts."""
    between = handover()
    for wake_time in (200, 100, 300):
        between.waiting(7, wake_time)
    between.waiting(8, 250)
    assert between.rest().waiting == {7: 100, 8: 250}


def test_nobody_offers_no_slots() -> None:
    """Without a scheduler nothing is leased: everything waits in the table."""
    slots = nobody().slots
    assert (slots.take(trigger(URL), 9), slots.take_for_new(trigger(URL))) == (0, False)
