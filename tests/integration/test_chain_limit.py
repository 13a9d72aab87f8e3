"""`--max-chained-events` bounds what one event leads to."""

import json
from pathlib import Path

from integration.program import queue
from kit import Server, get, lent, post, until
from receiver import Receiver, answer


async def test_answers_with_many_events_do_not_multiply_without_end(tmp_path: Path) -> None:
    """What is over the limit is refused with CHAIN_LIMIT in the log, and the webhook's delivery succeeds."""
    many = answer(200, json.dumps({"events": [{"type": "a"}] * 4}).encode())
    async with Receiver(many) as receiver:
        with lent(tmp_path, "--max-chained-events=100") as server:
            trigger = {"name": "a", "type": "a", "url": receiver.url, "chainEvents": True}
            assert post(f"{server.http}/v1/projects/default/triggers", trigger)[0] == 200
            queue(server, "a")
            await until(lambda: len(server.facts("event.chain_refused")) == 256)
    assert {fact["reason"] for fact in server.facts("event.chain_refused")} == {"CHAIN_LIMIT"}
    assert len(receiver.requests) == 1 + 4 + 16 + 64


async def test_dead_letters_do_not_multiply_without_end(tmp_path: Path) -> None:
    """The events about dead letters count, so webhooks that fail and answers to these events end as well."""
    async with Receiver(answer(500)) as failing, Receiver(answer(200, b'{"event":{"type":"a"}}')) as chaining:
        with lent(tmp_path, "--max-chained-events=60") as server:
            for number in range(6):
                save(server, {"name": f"f{number}", "type": "a", "url": failing.url, "retries": 0})
            save(server, {"name": "c", "type": "bellrope.*", "url": chaining.url, "chainEvents": True})
            queue(server, "a")
            await until(lambda: len(server.facts("event.chain_refused")) >= 6 * 6)
            await until(lambda: not waiting(server))
            status, listed = get(f"{server.http}/v1/projects/default/events?pageSize=1000")
    assert status == 200
    assert 6 + 6 < len(listed["events"]) <= 1 + 60


def save(server: Server, trigger: dict[str, object]) -> None:
    """Save a trigger."""
    assert post(f"{server.http}/v1/projects/default/triggers", trigger)[0] == 200


def waiting(server: Server) -> list[object]:
    """Return the deliveries that are not final."""
    path = f"{server.http}/v1/projects/default/deliveries?filter.state=SCHEDULED&pageSize=1000"
    found: list[object] = get(path)[1].get("deliveries", [])
    return found
