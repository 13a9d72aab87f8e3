"""`--max-chained-events` bounds what one event leads to."""

import json
from pathlib import Path

from integration.program import queue
from kit import lent, post, until
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
