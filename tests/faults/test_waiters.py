"""When all callers of TriggerSync go away at once, nothing is left behind, and their events are delivered."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from faults.caller import QUEUE, Caller, save_trigger
from faults.servers import started
from faults.sink import sinks
from integration.program import metric
from kit import Server, until
from stopwatch import Stopwatch

MIB = 1024 * 1024
ROUNDS = 4  # the memory of the first ones is reused by the next; what the last ones add would be a leak
OPENED_AT_ONCE = 200


def look(server: Server) -> tuple[float, float, int]:
    """Return the server's memory in MiB, its tasks and its descriptors."""
    process = psutil.Process(server.process.pid)
    return process.memory_info().rss / MIB, metric(server, "bellrope_tasks"), process.num_fds()


class Waiters:
    """Many callers that wait for an answer, each on a connection of its own."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._callers: list[Caller] = []
        self._calls: list[asyncio.Task[object]] = []

    async def ask(self, ids: range) -> None:
        """Return when all wait."""
        for first in range(ids.start, ids.stop, OPENED_AT_ONCE):
            for number in range(first, min(first + OPENED_AT_ONCE, ids.stop)):
                event = {"type": "t", "id": f"w{number}", "isSynchronous": True}
                self._callers.append(Caller(self._server.http))
                call = self._callers[-1].post(f"{QUEUE}?timeout=300s", event)
                self._calls.append(asyncio.create_task(call))
            await until(lambda: calls(self._server, len(self._calls)), seconds=60)

    async def vanish(self) -> None:
        """Close every connection."""
        for caller in self._callers:
            caller.close()
        await asyncio.gather(*self._calls, return_exceptions=True)


async def calls(server: Server, number: int) -> bool:
    """Return whether this many calls are under way."""
    return await asyncio.to_thread(metric, server, "bellrope_calls") == number


@pytest.mark.timeout(300)
async def test_i12_waiters_who_all_vanish_leave_nothing(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """I12: After two seconds no call is under way, memory and tasks are as before, and no event is lost."""
    number = 10_000 if full else 500
    flags = [f"--max-calls={2 * number}", f"--max-connections-per-address={2 * number}"]
    async with sinks() as [sink]:
        server = await started(Server, tmp_path, *flags)
        await save_trigger(server.http, "t", url=sink.url(), timeout=120_000, retries=3)
        _, tasks_before, _ = look(server)
        sink.silent = True
        memory: list[float] = []
        gone: list[float] = []
        for turn in range(ROUNDS):
            waiters = Waiters(server)
            await waiters.ask(range(turn * number, (turn + 1) * number))
            watch = Stopwatch(server.process.pid)
            await waiters.vanish()
            await until(lambda: calls(server, 0))
            gone.append(watch.seconds)
            memory.append(look(server)[0])
        sink.silent = False
        sink.release()
        await until(lambda: len(sink.event_ids) == ROUNDS * number, seconds=120)
        await until(lambda: look(server)[1] <= tasks_before + 8)
        memory_after, tasks, descriptors = look(server)
        assert await asyncio.to_thread(server.stop) == 0
    measured(waiters=number, slowest_gone_s=max(gone), memory_mib=memory[-2], memory_again_mib=memory[-1])
    measured(memory_after_mib=memory_after, tasks_before=tasks_before, tasks=tasks, descriptors=descriptors)
    assert max(gone) <= 2
    assert memory[-1] <= memory[-2] * 1.1
