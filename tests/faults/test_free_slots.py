"""However events, claims and answers coincide, no event waits beside a free slot."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.model import NewEvent, TriggerSpec
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.handover import HandOver, NoWatch
from bellrope_server.store.leases.claim import Claimed
from bellrope_server.store.leases.leases import Leases
from faults.caller import queue_all, save_trigger
from faults.sink import sinks
from integration.store.rig import made
from integration.store.scheduling import Sender, scheduling
from kit import app_here, until
from stopwatch import Stopwatch
from usual import usual_caps

MISSED = 0.9  # seconds: an event whose wake-up is missed waits for a second, or ten


@pytest.mark.parametrize("cap", [1, 4])
async def test_no_event_waits_beside_a_free_slot(
    cap: int, tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """However events and answers coincide, the next event is sent as soon as a slot is free."""
    slowest = 0.0
    async with sinks() as [sink], app_here(tmp_path, max_in_flight_per_trigger=cap) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await save_trigger(server, "burst", url=sink.url())
        for round in range(1, 61 if full else 21):
            await queue_all(server, ({"type": "burst"} for _ in range(10 * cap)), connections=16)
            watch = Stopwatch()
            await until(lambda expected=round * 10 * cap: len(sink.arrivals) == expected)
            slowest = max(slowest, watch.seconds)
    measured(slowest_ms=slowest * 1000)
    assert slowest < MISSED


class InterruptedLeases:
    """Leases that let something happen between a claim's commit and its answer, the worst moment."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self.interruption: Callable[[], Awaitable[object]] | None = None
        self.in_vain = 0
        """How many claims found something due and no free slot."""

    def __getattr__(self, name: str) -> Any:
        """Pass on everything else."""
        return getattr(self._leases, name)

    async def claim(self, triggers: Iterable[int], **limits: Any) -> Claimed:
        """Claim, and let waiting work run before the answer."""
        claimed = await self._leases.claim(triggers, **limits)
        self.in_vain += bool(claimed.behind)
        if claimed.leased and self.interruption:
            interruption, self.interruption = self.interruption, None
            await interruption()
        return claimed


async def test_an_event_that_comes_during_a_claim_is_not_forgotten(tmp_path: Path) -> None:
    """An event that is stored after a claim looked, and before the claim returns, is sent all the same."""
    slots, sender = Slots(usual_caps(trigger=1)), Sender()
    queues = Queues(slots)
    handover = HandOver(slots, watch=NoWatch(), queues=queues)
    store = made(Sqlite(tmp_path / "bellrope.db"), handover=handover)
    leases: Any = InterruptedLeases(store.leases)
    store.leases = leases
    await store.open()
    scheduler = scheduling(store, sender, handover, slots, queues)
    await scheduler.start()
    await store.settings.create_project("default")
    spec = TriggerSpec(name="one", type="one", url="https://example.com/")
    await store.settings.create_trigger("default", spec)
    for event_id in ("first", "second"):
        await store.intake.queue(NewEvent(project="default", type="one", data=b"1", event_id=event_id))
    third = NewEvent(project="default", type="one", data=b"1", event_id="third")
    leases.interruption = lambda: store.intake.queue(third)
    await until(lambda: leases.in_vain)
    assert sender.begun == ["first"]
    for event_id in ("first", "second", "third"):
        sender.answer(event_id)
    watch = Stopwatch()
    await until(lambda: sender.begun == ["first", "second", "third"])
    assert watch.seconds < MISSED
    await scheduler.stop(grace=1)
    await store.close()
