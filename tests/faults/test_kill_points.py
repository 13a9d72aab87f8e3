"""A server that dies at one of the worst moments loses nothing that it has acknowledged."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.caller import save_trigger
from faults.load import Load
from faults.servers import doomed, left_by, rows, started
from faults.sink import Arrival, Sink, sinks
from kit import Server, until

SCHEDULED, DELIVERING, SUCCEEDED = 1, 2, 3
UNDER_WAY = f"""
    SELECT e.event_id FROM delivery d JOIN event e ON e.id = d.event_row
    WHERE d.state = {DELIVERING} OR (d.state = {SCHEDULED} AND d.lost_leases > 0)
"""
SHORT_RETENTION = ("--retain-succeeded=1s", "--retain-attempts=1s")


COUNTED = """
    SELECT sum(count) FILTER (WHERE outcome = 0), sum(count) FILTER (WHERE outcome > 0)
    FROM statistic WHERE trigger_id = 0
"""
RECORDED = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM attempt)"


class Point(NamedTuple):
    """How often a server gets to a point before it dies there, and the flags that it runs with."""

    times: tuple[int, ...] = (20, 1, 5, 60, 150)
    flags: tuple[str, ...] = ()
    leaves_events: bool = True
    """False if what was delivered may be gone from the database."""
    timeout: int = 20_000
    """Milliseconds for a webhook's answer; long enough that a busy machine sends nothing twice."""
    loses_leases: bool = False
    """True if leases expire before the server dies, so that events are sent again."""


CONTROL = "answered-early"
POINTS = {
    "before-insert": Point(),
    "before-commit": Point(),
    "after-commit": Point(),
    "before-reply": Point((300, 1, 20, 50, 1000)),
    "after-claim": Point((5, 1, 2, 15, 30)),
    "after-send": Point((300, 1, 20, 50, 1000)),
    "before-outcome": Point(),
    "after-outcome": Point(),
    "in-rescue": Point((1, 2, 3), timeout=1000, loses_leases=True),
    "in-retention": Point((2, 1, 3, 5, 8), SHORT_RETENTION, leaves_events=False),
    "in-checkpoint": Point((4, 1, 2, 100, 300)),
}


class Outcome(NamedTuple):
    """What became of a server's events after it died once."""

    acknowledged: set[str]
    stored: set[str]
    before: Counter[str]
    """How often each event had arrived when the server died."""
    after: Counter[str]
    """How often it arrived afterwards."""
    in_flight: set[str]
    """The events that had a lease when the server died, or had lost one before they were sent again."""
    counted: tuple[int, int]
    """How many events and attempts the statistics have."""
    recorded: tuple[int, int]
    """How many of them the log has."""
    integrity: str
    unfinished: int
    resumed: float
    """Seconds from the start of the next process to its first delivery."""

    @property
    def lost(self) -> set[str]:
        """The acknowledged events that never arrived at their webhook."""
        return self.acknowledged - self.before.keys() - self.after.keys()

    @property
    def sent_twice(self) -> set[str]:
        """The events that had arrived, and arrived again from the next process."""
        return self.before.keys() & self.after.keys()


async def die(folder: Path, sink: Sink, load: Load, *, point: str, times: int) -> Server:
    """Let a server under load die at the point, and return what is left of it."""
    _, flags, _, timeout, _ = POINTS.get(point, Point())
    server = await started(doomed(point, times=times), folder, *flags)
    await save_trigger(server.http, "kill", url=sink.url(), timeout=timeout)
    load.aim(server.http)
    await until(lambda: server.process.poll() is not None)
    load.hold()
    assert server.process.returncode == -signal.SIGKILL
    return server


async def fate(folder: Path, *, point: str, times: int) -> Outcome:
    """Let a server die at the point, start the plain one, and return what became of the events."""
    async with sinks() as [sink]:
        sink.delay = 0.002  # so that something is always in flight
        load = Load(delays=(0, 0, 0.2))  # delayed events are claimed
        dead = await die(folder, sink, load, point=point, times=times)
        await until(lambda: not sink.connected)
        in_flight = {row[0] for row in left_by(dead, UNDER_WAY)}
        died, begun = len(sink.arrivals), time.time()
        server = await started(Server, folder)
        load.aim(server.http)
        await until(lambda: len(sink.arrivals) > died)
        await load.end()
        await until(lambda: sink.done_with(load.acknowledged))
        await until(lambda: not unfinished(server))  # what was under way is sent again one by one
        await asyncio.to_thread(server.stop)
    return Outcome(
        acknowledged=load.acknowledged,
        stored={row[0] for row in rows(server.database, "SELECT event_id FROM event")},
        before=times_of(sink.arrivals[:died]),
        after=times_of(sink.arrivals[died:]),
        in_flight=in_flight,
        counted=rows(server.database, COUNTED)[0],
        recorded=rows(server.database, RECORDED)[0],
        integrity=rows(server.database, "PRAGMA integrity_check")[0][0],
        unfinished=unfinished(server),
        resumed=sink.arrivals[died].time / 1e6 - begun,
    )


def unfinished(server: Server) -> int:
    """Return how many deliveries have not succeeded."""
    count: int = rows(server.database, "SELECT count(*) FROM delivery WHERE state != ?", SUCCEEDED)[0][0]
    return count


def times_of(arrivals: list[Arrival]) -> Counter[str]:
    """Return how often each event arrived."""
    return Counter(arrival.event_id for arrival in arrivals)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_this_point_loses_nothing(
    point: str, tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """Wherever a server dies, what it acknowledged arrives, and only what was under way arrives twice."""
    times = POINTS[point].times if full else POINTS[point].times[:1]
    fates = []
    for each in times:
        folder = tmp_path / str(each)
        folder.mkdir()
        fates.append(await fate(folder, point=point, times=each))
    measured(
        kills=len(fates),
        acknowledged=sum(len(fate.acknowledged) for fate in fates),
        lost=sum(len(fate.lost) for fate in fates),
        delivered_twice=sum(len(fate.sent_twice) for fate in fates),
        in_flight=sum(len(fate.in_flight) for fate in fates),
        slowest_start_to_delivery_s=max(fate.resumed for fate in fates),
    )
    for each in fates:
        assert each.lost == set()
        assert each.sent_twice <= each.in_flight
        assert set(each.after.values()) == {1}
        assert set(each.before.values()) <= ({1, 2} if POINTS[point].loses_leases else {1})
        assert each.integrity == "ok"
        assert each.unfinished == 0
        if POINTS[point].leaves_events:
            assert each.acknowledged <= each.stored
            assert each.recorded == each.counted


async def test_the_points_would_show_an_answer_before_the_commit(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """The control: a server that answers before it commits, and dies in between, loses events."""
    told = await fate(tmp_path, point=CONTROL, times=20)
    measured(acknowledged=len(told.acknowledged), lost=len(told.lost))
    assert len(told.lost) > 0
