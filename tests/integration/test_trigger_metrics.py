"""/metrics by trigger: what a server counts for each, and what it reads from the database."""

import asyncio
import json
import platform
from pathlib import Path
from urllib.request import Request, urlopen

import psutil  # type: ignore[import-untyped]
from integration.program import metric, pause, queue, save
from integration.test_workers import database as database
from integration.test_workers import workers
from kit import Server, lent, until
from prometheus_client.parser import text_string_to_metric_families
from receiver import Receiver, answer, reset

Shown = dict[tuple[str, ...], float]
RETRY = {"minBackoff": "0.01s", "maxBackoff": "0.01s"}


def shown(server: Server, trigger: str) -> Shown:
    """Return the samples of a trigger that are not 0, by the rest of their name and their other label."""
    with urlopen(f"{server.http}/metrics", timeout=10) as response:
        text = response.read().decode()
    return {
        (
            sample.name.removeprefix("bellrope_trigger_"),
            *(value for label, value in sample.labels.items() if label not in ("project", "trigger")),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("trigger") == trigger and sample.labels["project"] == "default" and sample.value
    }


def delete(server: Server, trigger: str) -> None:
    """Delete a trigger."""
    path = f"{server.http}/v1/config/projects/default/eventing/triggers/{trigger}"
    with urlopen(Request(path, method="DELETE"), timeout=10) as response:
        assert json.loads(response.read()) == {}


async def test_attempts_and_deliveries_are_counted_by_trigger(tmp_path: Path) -> None:
    """/metrics says how often each trigger's webhook answered how, and how its deliveries ended.

    A trigger that is deleted keeps its numbers, and what it still owed counts as cancelled.
    """
    async with Receiver(answer(503), reset, answer(200)) as good, Receiver(answer(404)) as bad:
        with lent(tmp_path) as server:
            for name, url, retries in (("good", good.url, 3), ("bad", bad.url, 1)):
                await asyncio.to_thread(save, server, name, url, retries=retries, retryPolicy=RETRY)
                await asyncio.to_thread(queue, server, name)
            await asyncio.to_thread(queue, server, "bad", delay=3600)
            await until(lambda: len(server.facts("delivery.attempted")) == 5)
            of_good = await asyncio.to_thread(shown, server, "good")
            assert of_good.pop(("attempt_seconds_total",)) > 0
            assert of_good == {
                ("attempts_total", "5xx"): 1,
                ("attempts_total", "none"): 1,
                ("attempts_total", "2xx"): 1,
                ("deliveries_total", "SUCCEEDED"): 1,
            }
            await asyncio.to_thread(delete, server, "bad")

            async def cancelled() -> bool:
                found = await asyncio.to_thread(shown, server, "bad")
                return found.get(("deliveries_total", "CANCELLED")) == 1

            await until(cancelled)
            of_bad = await asyncio.to_thread(shown, server, "bad")
    assert of_bad["attempts_total", "4xx"] == 2
    assert of_bad["deliveries_total", "DEAD_LETTERED"] == 1


async def test_what_waits_is_shown_by_trigger(tmp_path: Path) -> None:
    """/metrics says of each trigger what waits, what is due and for how long, and its dead letters."""
    async with Receiver(answer(500)) as receiver:
        with lent(tmp_path) as server:
            await asyncio.to_thread(save, server, "dead", receiver.url, retries=0)
            await asyncio.to_thread(save, server, "held", receiver.url)
            await asyncio.to_thread(pause, server, "held")
            for name, delay in (("dead", 0), ("held", 0), ("held", 0), ("held", 3600)):
                await asyncio.to_thread(queue, server, name, delay=delay)
            await until(lambda: server.facts("delivery.attempted"))
            held = await asyncio.to_thread(shown, server, "held")
            dead = await asyncio.to_thread(shown, server, "dead")
            assert await asyncio.to_thread(metric, server, "bellrope_backlog_age_seconds") < 60
    assert 0 < held.pop(("oldest_due_seconds",)) < 60
    assert held == {("scheduled",): 3, ("due",): 2, ("paused",): 1}
    assert dead["dead_letters",] == 1
    assert ("paused",) not in dead


def test_the_program_says_what_it_is_and_what_it_uses(tmp_path: Path) -> None:
    """/metrics has the versions, the kind of database, and the process's memory, files and start."""
    with lent(tmp_path) as server:
        python = platform.python_version()
        labels = f'database="sqlite",python="{python}",version="0.1.0"'
        assert metric(server, f"bellrope_build_info{{{labels}}}") == 1
        process = psutil.Process(server.process.pid)
        assert abs(metric(server, "process_start_time_seconds") - process.create_time()) < 1
        assert 0.5 < metric(server, "process_resident_memory_bytes") / process.memory_info().rss < 2
        assert 0 < metric(server, "process_open_fds") < metric(server, "process_max_fds")
        assert metric(server, "bellrope_disk_free_bytes") > metric(server, "bellrope_disk_reserved_bytes") > 0


async def test_workers_add_up_what_they_count_and_read_what_waits_once(tmp_path: Path, database: str) -> None:
    """Whichever worker answers, the counts are those of all, and the database's numbers are not added."""
    async with Receiver() as receiver:
        with workers(tmp_path, database) as server:
            await asyncio.to_thread(save, server, "t", receiver.url)
            for _ in range(10):
                await asyncio.to_thread(queue, server, "t")
            await asyncio.to_thread(queue, server, "t", delay=3600)
            await until(lambda: len(server.facts("delivery.attempted")) == 10)
            found = [await asyncio.to_thread(shown, server, "t") for _ in range(8)]
            builds = [await asyncio.to_thread(builds_of, server) for _ in range(4)]
    for each in found:
        assert each["attempts_total", "2xx"] == each["deliveries_total", "SUCCEEDED"] == 10
        assert each["scheduled",] == 1
    assert builds == [1] * 4


def builds_of(server: Server) -> float:
    """Return the one value of the build's metric."""
    labels = f'database="postgresql",python="{platform.python_version()}",version="0.1.0"'
    return metric(server, f"bellrope_build_info{{{labels}}}")
