"""A clock that is set back or forward makes nothing early, ends no lease, and sends nothing twice."""

import asyncio
from pathlib import Path

import pytest
from bellrope_server.app.app import App
from bellrope_server.clock import HOUR, SECOND, Clock, wall
from bellrope_server.model import Delivery, State
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from faults.caller import due_event, queue_all, save_trigger
from faults.sink import sinks
from kit import app_here, until
from stopwatch import Stopwatch


class SettableClock:
    """A wall clock that can be set."""

    def __init__(self) -> None:
        self.ahead = 0

    def wall(self) -> int:
        """Return the time of day as this clock shows it."""
        return wall() + self.ahead


async def deliveries(app: App) -> dict[str, Delivery]:
    """Return the deliveries by their events' ids."""
    found = await app.store.log.list_deliveries("default", DeliveryFilter(), Page(size=1000))
    return {delivery.event_id: delivery for delivery in found}


async def test_a_clock_set_back_makes_nothing_early(tmp_path: Path) -> None:
    """If the clock is set back by an hour, what is due waits until the clock shows its time (D18)."""
    clock = SettableClock()
    async with sinks() as [sink], app_here(tmp_path, clock=Clock(wall=clock.wall)) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await save_trigger(server, "timed", url=sink.url())
        await queue_all(server, [due_event(1, due=wall() + SECOND // 2)])
        clock.ahead = -HOUR
        await asyncio.sleep(2)
        assert sink.arrivals == []
        await queue_all(server, [due_event(2, due=clock.wall())])
        await until(lambda: sink.event_ids == {"event-2"})
        clock.ahead = 0
        await until(lambda: sink.event_ids == {"event-1", "event-2"})
    assert len(sink.arrivals) == 2


async def test_a_clock_set_forward_sends_what_is_due_then_and_only_once(tmp_path: Path) -> None:
    """If the clock is set forward an hour, what is due by then is sent soon, once; the rest waits (D18)."""
    clock = SettableClock()
    async with sinks() as [sink], app_here(tmp_path, clock=Clock(wall=clock.wall)) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await save_trigger(server, "timed", url=sink.url())
        soon = [due_event(n, due=wall() + HOUR // 2 + n) for n in range(100)]
        await queue_all(server, [*soon, due_event(100, due=wall() + 2 * HOUR)])
        clock.ahead, watch = HOUR, Stopwatch()
        await until(lambda: len(sink.event_ids) == 100)
        assert watch.seconds < 3
        await asyncio.sleep(1.2)  # the scheduler looks again once a second
        assert "event-100" not in sink.event_ids
    assert len(sink.arrivals) == 100


@pytest.mark.parametrize("ahead", [HOUR, -HOUR], ids=["forward", "back"])
async def test_a_jump_of_the_clock_ends_no_lease(tmp_path: Path, ahead: int) -> None:
    """A delivery that is under way when the clock jumps keeps its lease, and is not sent again (D18)."""
    clock = SettableClock()
    async with sinks() as [sink], app_here(tmp_path, clock=Clock(wall=clock.wall)) as app:
        sink.silent = True
        server = f"http://127.0.0.1:{app.http_port}"
        await save_trigger(server, "timed", url=sink.url(), retries=3, timeout=10_000)
        await queue_all(server, [due_event(n, due=wall()) for n in range(10)])
        await until(lambda: len(sink.arrivals) == 10)
        clock.ahead = ahead
        await asyncio.sleep(2.2)  # lost leases are rescued once a second
        found = await deliveries(app)
        assert {delivery.state for delivery in found.values()} == {State.DELIVERING}
        sink.release()
        await until(lambda: sink.in_flight.now["*"] == 0)
        await until(lambda: _all_succeeded(app))
        assert {delivery.attempt_count for delivery in (await deliveries(app)).values()} == {1}
    assert len(sink.arrivals) == 10


async def _all_succeeded(app: App) -> bool:
    return {delivery.state for delivery in (await deliveries(app)).values()} == {State.SUCCEEDED}
