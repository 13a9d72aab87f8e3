"""The side-by-side bench: its adapters against stand-ins of the documented APIs, and bellrope itself."""

import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil  # type: ignore[import-untyped]
import pytest
from bench.peers.adapters import PEERS
from bench.peers.events import Publish, data
from bench.peers.load import Job, Sent
from bench.peers.measure import receiving
from bench.peers.peer import Peer, PeerError
from bench.peers.processes import Gauge
from bench.peers.standin import KEY, STAND_INS, StandIn
from kit import environment, until
from receiver import Receiver, answer

TESTS = Path(__file__).parents[1]
QUICK = ["--rounds=1", "--warm-up=0.2", "--window=0.6", "--callers=8", "--rate=100"]
BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables of who runs the tests."""
    for name in [name for name in os.environ if name.startswith("BENCH_")]:
        monkeypatch.delenv(name)


def settings(name: str, url: str) -> dict[str, str]:
    """Return the variables with which an adapter finds its stand-in."""
    words = {"URL": url, "TOKEN": KEY, "KEY": KEY, "PROJECT": "p1", "ADMIN": url, "HANDLER": "http://handler"}
    return {f"BENCH_{name.upper()}_{word}": value for word, value in words.items()}


@asynccontextmanager
async def standing_in(name: str, **how: Any) -> AsyncIterator[tuple[StandIn, dict[str, str]]]:
    """Give a stand-in that listens, and the variables for its adapter."""
    stand_in = STAND_INS[name](**how)
    try:
        yield stand_in, settings(name, await stand_in.start())
    finally:
        await stand_in.stop()


def publish(peer: Peer, how: Publish, number: int) -> int:
    """Publish one event as the load generator does, and return the status."""
    body = how.body.replace("<data>", data("run", number, 1, 1024)).encode()
    request = Request(peer.url + how.path, body, {"Content-Type": "application/json", **how.headers})
    with urlopen(request, timeout=10) as response:
        return int(response.status)


async def peer_counts(peer: Peer, expected: int) -> bool:
    """Return whether a server itself counts so many deliveries."""
    return await asyncio.to_thread(peer.delivered) == expected


async def output_of(module: str, *arguments: str, sent: str = "", **variables: str) -> str:
    """Run a module of the bench to its end and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env=environment(**variables) | {"PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, errors = await process.communicate(sent.encode())
    assert process.returncode == 0, errors.decode()
    return output.decode()


async def measured(folder: Path, *arguments: str, **variables: str) -> tuple[str, dict[str, Any]]:
    """Run the bench and return what it prints, and its JSON."""
    into = folder / "figures.json"
    shown = await output_of("bench.peers", *QUICK, *arguments, f"--json={into}", **variables)
    return shown, json.loads(into.read_text())


async def load(job: Job) -> list[Sent]:
    """Run the load generator and return what became of its events."""
    told = json.loads(await output_of("bench.peers.load", sent=job.written()))
    return [Sent(*each) for each in told["sent"]]


@pytest.mark.parametrize("name", STAND_INS)
async def test_an_adapter_publishes_to_each_endpoint_as_its_server_documents(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each event reaches the endpoint that it is for, once, whole, and the server's own count has it."""
    async with standing_in(name) as (_, variables), Receiver(answer(200)) as receiver:
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        peer = PEERS[name]()
        hooks = [f"{receiver.url}/{number}" for number in range(2)]
        for number, how in enumerate(await asyncio.to_thread(peer.prepare, hooks)):
            assert await asyncio.to_thread(publish, peer, how, number) in (201, 202)
        requests = await receiver.received(2)
        assert sorted(request.line for request in requests) == [
            "POST /hook/0 HTTP/1.1",
            "POST /hook/1 HTTP/1.1",
        ]
        for request in requests:
            number = int(request.line.split()[1][-1])
            assert json.loads(request.body) == json.loads(data("run", number, 1, 1024))
        await until(lambda: peer_counts(peer, 2))
        assert peer.label == f"{name} (stand-in)"


@pytest.mark.parametrize("name", [name for name in STAND_INS if name != "restate"])
async def test_a_wrong_key_is_named_as_what_is_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server says to a wrong key is the bench's error."""
    async with standing_in(name) as (_, variables):
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value.replace(KEY, "another"))
        peer = PEERS[name]()
        with pytest.raises(PeerError, match="401"):
            await asyncio.to_thread(peer.prepare, ["http://127.0.0.1:9/hook"])


def test_a_setting_that_is_missing_is_named() -> None:
    """An adapter that needs a key says which variable to set."""
    with pytest.raises(PeerError, match="BENCH_SVIX_TOKEN"):
        PEERS["svix"]()


async def test_lost_and_duplicate_events_are_counted_and_a_stand_in_is_labelled(tmp_path: Path) -> None:
    """The bench ends with how many accepted events never came, and how many came again."""
    async with standing_in("svix", lose=10, repeat=7) as (stand_in, variables):
        shown, told = await measured(tmp_path, "svix", "--rate=0", "--callers=2", "--drain=3", **variables)
    (result,) = [each["svix (stand-in)"]["median"] for each in told["loads"].values()]
    accepted = stand_in.events
    lost = accepted // 10
    twice = accepted // 7 - accepted // 70
    assert result["accepted"] == accepted > 10
    assert (result["lost"], result["duplicates"]) == (lost, twice)
    assert told["own_counts"] == {"svix (stand-in)": accepted - lost}
    assert result["end_p99"] is None
    assert f"svix (stand-in): {accepted:,} accepted, {lost} lost or still waiting, {twice} dup" in shown
    assert "stand-in of the documented API only" in shown


async def test_bellrope_is_started_and_measured(tmp_path: Path) -> None:
    """Without a URL the bench starts bellrope, loses nothing, and shows what it cost."""
    _, told = await measured(tmp_path, "bellrope", "--endpoints=2")
    closed, opened = (each["bellrope"]["median"] for each in told["loads"].values())
    assert (closed["lost"], opened["lost"], closed["refused"], opened["refused"]) == (0, 0, 0, 0)
    assert told["own_counts"] == {"bellrope": closed["accepted"] + opened["accepted"]}
    assert opened["accepted"] == 80
    assert 0 < closed["cpu"] < 1000
    assert closed["memory"] > 10
    assert 0 < closed["answer_p50"] <= closed["answer_p99"]


def job(url: str, **how: Any) -> Job:
    """Return a job for the stand-in of Restate, which needs no key."""
    port = int(url.rpartition(":")[2])
    body = '{"url": "http://127.0.0.1:9/", "data": <data>}'
    made = Job("run", "127.0.0.1", port, [Publish("/restate/send/BenchWebhook/send", body, {})], 1, 0.6)
    return replace(made, **how)


async def test_a_stall_counts_in_the_open_loop() -> None:
    """With one caller, 50 ms an answer and 100 events a second, the last answer comes long after it was due.

    A generator that took the time from when it sent them would show 50 ms.
    """
    async with standing_in("restate", lose=1, delay=0.05) as (stand_in, variables):
        stand_in.deployments.append("http://handler")  # type: ignore[attr-defined]
        sent = await load(job(variables["BENCH_RESTATE_URL"], rate=100.0))
    assert len(sent) == 60
    assert {each.status for each in sent} == {202}
    assert sent[-1].answered - sent[-1].due > 2e9
    assert [each.due - sent[0].due for each in sent] == [int(number * 1e7) for number in range(60)]


async def test_a_caller_of_the_closed_loop_waits_for_its_answer() -> None:
    """One caller and 50 ms an answer make at most twenty events a second, none of them late."""
    async with standing_in("restate", lose=1, delay=0.05) as (stand_in, variables):
        stand_in.deployments.append("http://handler")  # type: ignore[attr-defined]
        sent = await load(job(variables["BENCH_RESTATE_URL"]))
    assert 0 < len(sent) <= 13
    for before, after in itertools.pairwise(sent):
        assert after.due >= before.answered


async def test_what_is_refused_is_not_accepted() -> None:
    """A server that refuses everything gets no more than a few requests a second from each caller."""
    async with standing_in("restate") as (_, variables):
        sent = await load(job(variables["BENCH_RESTATE_URL"]))
    assert {each.status for each in sent} == {404}
    assert 0 < len(sent) <= 13


async def test_an_event_without_an_answer_is_neither_accepted_nor_refused() -> None:
    """If the connection breaks, nobody knows, and the next caller goes on."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        sent = await load(job(f"http://127.0.0.1:{port}", seconds=1.5))
    assert {each.status for each in sent} == {0}
    assert 1 < len(sent) <= 31


def test_the_receiver_keeps_the_first_arrival_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers 200 with {}, to a server's first look at the endpoint as well."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with receiving("127.0.0.1", "127.0.0.1") as receiver:
        for number in (3, 3, 4):
            with urlopen(receiver.hook, json.dumps({"in": data("run", number, 1, 200)}).encode()) as response:
                assert response.read() == b"{}"
        host, _, port = receiver.hook.split("/")[2].partition(":")
        with socket.create_connection((host, int(port))) as kept, kept.makefile("rb") as answers:
            kept.sendall(b"HEAD /hook HTTP/1.1\r\n\r\nGET /hook HTTP/1.1\r\n\r\n")
            lines = [answers.readline() for _ in range(8)]
            assert lines[:4] == lines[4:]
            assert answers.read(2) == b"{}"
        arrivals = receiver.arrivals("run")
        assert {number: times for number, (_, times) in arrivals.items()} == {3: 2, 4: 1}
        assert arrivals[3][0] < arrivals[4][0]
        assert receiver.count("run")["events"] == 2
        assert receiver.count("another")["events"] == 0


def busy(make: Callable[[str], list[str]]) -> tuple[float, float]:
    """Run a process that is busy for 0.3 s and then sleeps; return what the gauge reads before it ends."""
    command = make(BUSY + "\nprint(flush=True)\ntime.sleep(60)")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        gauge = Gauge(str(process.pid))
        assert process.stdout
        process.stdout.readline()
        gauge.read()
        for each in (*psutil.Process(process.pid).children(), process):
            each.kill()
    assert gauge.cpu is not None
    assert gauge.memory is not None
    return gauge.cpu, gauge.memory


def test_the_gauge_counts_a_process_and_its_children() -> None:
    """CPU counts from when the gauge was made, and a child that began later counts whole."""
    itself = busy(lambda code: [sys.executable, "-c", code])
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r} + chr(10) + "
    parent += "'print(flush=True)' + chr(10) + 'time.sleep(60)'])"
    child = busy(lambda _: [sys.executable, "-c", parent])
    for cpu, memory in (itself, child):
        assert 0.2 < cpu < 1.0
        assert memory > 3


def test_the_gauge_says_when_a_process_is_not_there() -> None:
    """A wrong id is an error, not a server that costs nothing; no ids at all are no figures."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with pytest.raises(SystemExit, match=f"process {gone.pid} is not there"):
        Gauge(str(gone.pid))
    nothing = Gauge("")
    assert (nothing.cpu, nothing.memory) == (None, None)
    here = Gauge(f"no-such-name,{os.getpid()}")
    assert here.memory
    assert here.cpu == 0, "what it used before does not count"
