"""What a power cut leaves: every answer comes after the fsync of what it promises, as strace shows."""

import random
import shutil
import sqlite3
from bisect import bisect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from time import monotonic, sleep

import grpc
import pytest
from bellrope.v1.eventing_pb2 import QueueRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from faults.caller import QUEUE
from faults.disk import Disk
from faults.servers import SyncsSeldom
from faults.strace import Call, calls, finished, traced
from google.protobuf.duration_pb2 import Duration
from kit import Server, post

CALLERS = 8  # at once, so that commits are shared
LATER = 3600  # seconds of delay, so that no webhook carries the ids

pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: apt-get install strace"),
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("strace"),  # one worker traces each server once, for all tests
]


@dataclass(frozen=True)
class Recording:
    """What a traced server did while it accepted events, and their ids by protocol."""

    folder: Path
    calls: list[Call]
    ids: dict[str, list[str]]

    def answers(self, protocol: str) -> dict[str, Call]:
        """Return the call that sent the beginning of each event's answer."""
        return carriers([call for call in self.calls if call.sends], self.ids[protocol])

    def unsynced(self, protocol: str) -> list[str]:
        """Return the events that were answered before their log entries were synced."""
        ids = self.ids[protocol]
        asked = carriers([call for call in self.calls if call.receives], ids)
        answers = self.answers(protocol)
        return [id for id in ids if not self._is_synced(id, asked[id], answers[id])]

    def _is_synced(self, event_id: str, asked: Call, answer: Call) -> bool:
        text = event_id.encode()
        log = [call for call in self._log if asked.begin < call.begin and call.end < answer.begin]
        written = next((call for call in log if call.name == "pwrite64" and text in call.data), None)
        return written is not None and any(call.syncs and written.end < call.begin for call in log)

    @cached_property
    def _log(self) -> list[Call]:
        return [call for call in self.calls if call.target.endswith("-wal")]


def carriers(some: list[Call], ids: list[str]) -> dict[str, Call]:
    """Return the call that carried the beginning of each id; a text may be split over two calls."""
    streams: dict[str, list[Call]] = {}
    for call in some:
        streams.setdefault(call.target, []).append(call)
    found: dict[str, Call] = {}
    for stream in streams.values():
        text = b"".join(call.data for call in stream)
        ends = list(accumulate(len(call.data) for call in stream))
        places = ((event_id, text.find(event_id.encode())) for event_id in ids)
        found |= {event_id: stream[bisect(ends, place)] for event_id, place in places if place >= 0}
    return found


def tell(folder: Path, *, events: int, server: type[Server] = Server) -> Recording:
    """Trace a server while it accepts this many events over each protocol."""
    trace = folder / "trace"
    running = traced(server, trace)(folder).wait_ready()
    ids = {name: [f"{name}-event-{n:05}-x" for n in range(events)] for name in ("http", "grpc")}
    try:
        _queue_all(running, ids)
    finally:
        running.stop()
    give_up = monotonic() + 10
    while not finished(trace, running.process.pid) and monotonic() < give_up:
        sleep(0.05)
    return Recording(folder, list(calls(trace)), ids)


def _queue_all(server: Server, ids: dict[str, list[str]]) -> None:
    with grpc.insecure_channel(server.grpc) as channel, ThreadPoolExecutor(CALLERS) as pool:
        stub = EventingStub(channel)  # type: ignore[no-untyped-call]

        def over_http(event_id: str) -> bool:
            body = {"type": "fsync", "id": event_id, "delay": LATER, "data": "x" * 500}
            return post(f"{server.http}{QUEUE}", body)[0] == 200

        def over_grpc(event_id: str) -> bool:
            delay = Duration(seconds=LATER)
            stub.Queue(QueueRequest(project="default", type="fsync", id=event_id, delay=delay))
            return True

        done = [pool.submit(over_http, id) for id in ids["http"]]
        done += [pool.submit(over_grpc, id) for id in ids["grpc"]]
        assert all(each.result() for each in done)


def lost_by_power_cuts(
    told: Recording, scratch: Path, *, luck: random.Random | None = None
) -> tuple[int, int]:
    """Cut the power at each answer; return the number of answered events that were lost, and of cuts."""
    answers = told.answers("http") | told.answers("grpc")
    by_answer = sorted(answers.items(), key=lambda item: item[1].begin)
    disk, seen, lost = Disk(told.folder), 0, 0
    history = [call for call in told.calls if not call.sends]
    for number, (_, answer) in enumerate(by_answer):
        while history[seen].end < answer.begin:
            disk.see(history[seen])
            seen += 1
        promised = {event_id for event_id, _ in by_answer[: number + 1]}
        lost += len(promised - _found_again(disk, scratch / str(number), luck))
    return lost, len(by_answer)


def _found_again(disk: Disk, folder: Path, luck: random.Random | None) -> set[str]:
    """Return the events on the disk after a power cut."""
    folder.mkdir()
    disk.after_a_power_cut(folder, luck=luck)
    with closing(sqlite3.connect(folder / "bellrope.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchone():
            return set()
        return {row[0] for row in database.execute("SELECT event_id FROM event")}


@pytest.fixture(scope="module")
def events(full: bool) -> int:
    """How many events go over each protocol."""
    return 500 if full else 40


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, events: int) -> Recording:
    """What the real server did."""
    return tell(tmp_path_factory.mktemp("honest"), events=events)


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory, events: int) -> Recording:
    """What a server with `synchronous=normal` did."""
    return tell(tmp_path_factory.mktemp("careless"), events=events, server=SyncsSeldom)


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_every_answer_comes_after_the_fsync_of_its_event(
    protocol: str, honest: Recording, measured: Callable[..., None]
) -> None:
    """When the server answers that an event is accepted, the disk has confirmed it."""
    syncs = sum(call.syncs for call in honest.calls)
    measured(events=len(honest.ids[protocol]), unsynced=len(honest.unsynced(protocol)), syncs_in_all=syncs)
    assert honest.unsynced(protocol) == []


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_the_trace_would_show_an_answer_before_the_fsync(protocol: str, careless: Recording) -> None:
    """The control: with `synchronous=normal` hardly any event is synced before its answer."""
    assert len(careless.unsynced(protocol)) >= 0.9 * len(careless.ids[protocol])


@pytest.mark.parametrize("seed", [None, 4], ids=["synced-only", "half-of-the-rest"])
def test_a_power_cut_at_any_answer_loses_nothing(
    seed: int | None, honest: Recording, tmp_path: Path, measured: Callable[..., None]
) -> None:
    """Cut the power at any answer: the database is intact, and has every event answered until then (H4)."""
    luck = None if seed is None else random.Random(seed)
    lost, cuts = lost_by_power_cuts(honest, tmp_path, luck=luck)
    measured(cuts=cuts, lost=lost)
    assert lost == 0


def test_the_power_cuts_would_lose_what_is_not_synced(
    careless: Recording, tmp_path: Path, measured: Callable[..., None]
) -> None:
    """The control: with `synchronous=normal` a power cut loses answered events."""
    lost, cuts = lost_by_power_cuts(careless, tmp_path)
    measured(cuts=cuts, lost=lost)
    assert lost > 0
