"""A server that is killed again and again loses no event that it has accepted."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from faults.caller import save_trigger
from faults.load import CALLERS, Load
from faults.servers import AnswersEarly, killed, rows, started
from faults.sink import Sink, sinks
from kit import Server, get, until
from stopwatch import Stopwatch
from usual import usual_caps

SUCCEEDED = 3
BATCH = 8  # events that half of the callers send at once
LIFE = (0.1, 1.5)  # seconds: the moment of the kill varies
MOST_REPEATED = 3 * usual_caps().trigger  # attempts that a kill repeats, of the one trigger
MOST_WAITING = 4_000  # events that are not delivered yet, so that the test ends in time


@dataclass
class Outcome:
    """What became of a server's events over all its lives."""

    acknowledged: set[str]
    received: set[str]
    stored: set[str]
    duplicated: int
    stored_unanswered: int
    unfinished: int
    """Deliveries in the database that have not succeeded."""
    integrity: str
    resumed: list[float]
    """Seconds, for each restart, from the start of the process to the first delivery of an older event."""
    waited: list[float]
    """Likewise, but from the moment the server was ready."""

    @property
    def lost(self) -> set[str]:
        """The acknowledged events that are not in the database, or never arrived at their webhook."""
        return (self.acknowledged - self.stored) | (self.acknowledged - self.received)


class Lives:
    """Serves one database with one process after another, under load, each killed at some moment."""

    def __init__(self, folder: Path, sink: Sink, *, server: type[Server], seed: int) -> None:
        self._folder = folder
        self._sink = sink
        self._server = server
        self._random = random.Random(seed)
        self._load = Load(batches=CALLERS // 2, batch=BATCH)
        self._resumed: list[float] = []
        self._waited: list[float] = []

    async def tell(self, *, kills: int) -> Outcome:
        """Kill the server this many times, then serve until nothing is owed."""
        server = await started(self._server, self._folder)
        await save_trigger(server.http, "kill", url=self._sink.url(), retries=5)
        for _ in range(kills):
            self._load.aim(server.http)
            await asyncio.sleep(self._random.uniform(*LIFE))
            self._load.hold()
            killed(server)
            server = await self._restart()
            await until(self._has_caught_up)
        self._load.aim(server.http)
        await self._load.end()
        await until(lambda: self._sink.done_with(self._load.acknowledged), seconds=300)
        await until(lambda: owes_nothing(server), seconds=300)
        code = await asyncio.to_thread(server.stop)
        assert code == 0
        return self._tale()

    def _has_caught_up(self) -> bool:
        """Return whether few acknowledged events are still undelivered, or no more will be delivered."""
        waiting = len(self._load.acknowledged - self._sink.event_ids)
        return waiting < MOST_WAITING or self._sink.done_with(self._load.acknowledged)

    async def _restart(self) -> Server:
        """Start the next process, and measure how soon it delivers what the last one left."""
        older, seen, begun = set(self._load.acknowledged), len(self._sink.arrivals), time.time()
        server = await started(self._server, self._folder)
        watch = Stopwatch(server.process.pid)
        await until(lambda: len(self._sink.arrivals) > seen or watch.seconds > 3)
        waited = watch.seconds
        arrivals = [each.time / 1e6 for each in self._sink.arrivals[seen:] if each.event_id in older]
        self._resumed += [first - begun for first in arrivals[:1]]
        self._waited += [waited for _ in arrivals[:1]]
        return server

    def _tale(self) -> Outcome:
        database = self._folder / "bellrope.db"
        received = self._sink.event_ids
        return Outcome(
            acknowledged=self._load.acknowledged,
            received=received,
            stored={row[0] for row in rows(database, "SELECT event_id FROM event")},
            duplicated=len(self._sink.arrivals) - len(received),
            stored_unanswered=self._load.stored_unanswered,
            unfinished=rows(database, "SELECT count(*) FROM delivery WHERE state != ?", SUCCEEDED)[0][0],
            integrity=rows(database, "PRAGMA integrity_check")[0][0],
            resumed=self._resumed,
            waited=self._waited,
        )


async def owes_nothing(server: Server) -> bool:
    """Return whether nothing waits, such as what is sent apart from others after a kill."""
    path = f"{server.http}/v1/projects/default/deliveries?pageSize=1&state="
    found = [await asyncio.to_thread(get, path + state) for state in ("SCHEDULED", "DELIVERING")]
    return not any(page.get("deliveries") for _, page in found)


async def live(folder: Path, *, kills: int, server: type[Server] = Server) -> Outcome:
    """Return what became of the events of a server that was killed this many times under load."""
    async with sinks() as [sink]:
        sink.delay = 0.002  # so that something is always in flight when it is killed
        return await Lives(folder, sink, server=server, seed=20).tell(kills=kills)


@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("_prompt")
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """Whenever the server is killed, what it acknowledged is stored, and delivered soon after."""
    kills, most = (100, 100_000) if full else (6, 500)
    tale = await live(tmp_path, kills=kills)
    measured(
        kills=kills,
        acknowledged=len(tale.acknowledged),
        lost=len(tale.lost),
        delivered_twice=tale.duplicated,
        most_delivered_twice=kills * MOST_REPEATED,
        stored_unanswered=tale.stored_unanswered,
        restarts_with_a_backlog=len(tale.resumed),
        start_to_delivery_s=median(tale.resumed),
        slowest_s=max(tale.resumed),
        slowest_since_ready_s=max(tale.waited),
    )
    assert tale.lost == set()
    assert tale.integrity == "ok"
    assert tale.unfinished == 0
    assert tale.duplicated <= kills * MOST_REPEATED
    assert len(tale.acknowledged) >= most
    assert max(tale.waited) < 2
    if full:  # each includes the start of a Python, which takes long next to other tests
        assert median(tale.resumed) < 2


async def test_the_kills_would_show_an_answer_before_the_commit(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """The control: a server that answers 50 ms before it commits loses events when it is killed."""
    tale = await live(tmp_path, kills=2, server=AnswersEarly)
    measured(acknowledged=len(tale.acknowledged), lost=len(tale.lost))
    assert len(tale.lost) > 0
