"""An expensive filter delays only its own trigger."""

import asyncio
import time
from pathlib import Path
from statistics import median

from faults.caller import QUEUE
from kit import Server, post, serving

BOMB = "data.all(a, data.all(b, data.all(c, data.all(d, data.all(e, true)))))"
SLOW = "data.l.exists(x, data.s.contains('" + "a" * 200 + "b'))"
EVENTS = 60
ROUNDS = 10  # at most: a busy machine is slow by itself


def save(server: Server, name: str, type: str, filter: str) -> None:
    """Save a trigger that matches no event."""
    body = {"type": type, "url": "http://127.0.0.1:8089/hook", "filter": filter}
    assert post(f"{server.http}/v1/config/projects/default/eventing/triggers/{name}", body) == (200, {})


async def latencies(server: Server, beside: list[object]) -> list[float]:
    """Queue events one by one, each together with one of `beside`; return how many seconds each took."""
    found = []
    for number in range(EVENTS):
        bomb = asyncio.create_task(asyncio.to_thread(post, server.http + QUEUE, beside[number % len(beside)]))
        start = time.perf_counter()
        status, _ = await asyncio.to_thread(post, server.http + QUEUE, {"type": "other", "data": {"a": 1}})
        found.append(time.perf_counter() - start)
        assert (status, (await bomb)[0]) == (200, 200)
    return found


async def test_a_bomb_delays_nobody(tmp_path: Path) -> None:
    """While events run filters that use up their budget, others are queued as quickly as before."""
    with serving(tmp_path) as server:
        save(server, "bomb", "loops", BOMB)
        save(server, "slow", "scans", SLOW)
        many = {"type": "loops", "data": list(range(2000))}
        long = {"type": "scans", "data": {"l": list(range(1500)), "s": "a" * 8000}}
        for _ in range(ROUNDS):
            calm = await latencies(
                server, [{"type": "nobody", "data": each["data"]} for each in (many, long)]
            )
            beside = await latencies(server, [many, long])
            if hardly_noticed(beside, calm):
                break
        reasons = {fact["reason"] for fact in server.facts("trigger.filter_failed")}
    assert {"steps", "time"} <= reasons
    assert hardly_noticed(beside, calm)


def hardly_noticed(beside: list[float], calm: list[float]) -> bool:
    """Return whether an event takes little longer next to a bomb, in the median and in 19 of 20 cases."""
    usual, slow = median(beside) < 2 * median(calm) + 0.005, EVENTS // 20
    return usual and sorted(beside)[-slow] < 2 * sorted(calm)[-slow] + 0.02
