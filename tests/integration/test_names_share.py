"""Names that are never answered cost their own project time, and no other project anything."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.outbound import names
from bellrope_server.outbound.turns import EACH
from faults.caller import Caller
from kit import app_here, get, until
from receiver import Receiver

DEAD = 40


class NameServer:
    """Answers for good names, and for no other until the test lets it."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.asked: Counter[str] = Counter()

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Look a name up."""
        self.asked[host] += 1
        if not host.startswith("good"):
            self.answers.wait(60)
        return ["127.0.0.1"]


async def save(caller: Caller, project: str, name: str, url: str, *, type: str = "news") -> None:
    """Save a trigger that tries again soon."""
    trigger = {
        "type": type,
        "url": url,
        "timeout": 500,
        "retries": 100,
        "retryPolicy": {"minBackoff": "0.1s", "maxBackoff": "0.1s"},
    }
    path = f"/v1/config/projects/{project}/eventing/triggers/{name}"
    assert (await caller.post(path, trigger)) == (200, {})


async def states(url: str, project: str) -> list[dict[str, Any]]:
    """Return the project's deliveries."""
    _, found = await asyncio.to_thread(get, f"{url}/v1/projects/{project}/deliveries?pageSize=1000")
    deliveries: list[dict[str, Any]] = found["deliveries"]
    return deliveries


async def test_names_that_are_never_answered_take_only_their_projects_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty webhooks whose names hang do not delay another project, nor fail for a look-up never made."""
    monkeypatch.setattr(names, "PATIENCE", 0.05)
    server = NameServer()
    async with Receiver() as receiver, app_here(tmp_path, look_up=server) as app:
        url = f"http://{app.http_address}"
        caller = Caller(url)
        port = receiver.port
        await caller.post("/v1/config/projects/bad", {})
        for number in range(DEAD):
            await save(caller, "bad", f"t{number}", f"http://dead-{number}.example.com:{port}/")
        await save(caller, "default", "good", f"http://good.example.com:{port}/")
        try:
            assert (await caller.post("/v1/api/bad/eventing/queue", {"type": "news"}))[0] == 200
            await until(lambda: len(server.asked) == EACH)
            for number in range(3):
                queued = await caller.post("/v1/api/default/eventing/queue", {"type": "news"})
                assert queued[0] == 200
                await receiver.received(number + 1)
            (one, *_) = await states(url, "default")
            assert one["attemptCount"] <= 1
            held = [each for each in await states(url, "bad") if each["attemptCount"] == 0]
            assert len(held) >= DEAD - EACH
            assert len(server.asked) == EACH + 1
        finally:
            server.answers.set()
        await receiver.received(3 + DEAD)
        await until(lambda: delivered(url))
        tried = [each["attemptCount"] for each in await states(url, "bad")]
        assert min(tried) == 1  # what waited for a look-up has spent nothing
        caller.close()


async def test_thousands_of_names_of_one_project_leave_room_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many names a project has, those that wait for a look-up do not use up all there is to wait."""
    monkeypatch.setattr(names, "PATIENCE", 0.05)
    server = NameServer()
    resolver = names.Names(server)
    try:
        hosts = [f"dead-{number}.example.com" for number in range(names.MAX_NAMES + 1)]
        asked = (resolver.resolve(host, 80, project="bad") for host in hosts)
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(end, names.NoTurn) for end in ends) >= len(hosts) - EACH
        assert await resolver.resolve("good.example.com", 80, project="other") == ["127.0.0.1"]
    finally:
        server.answers.set()
        resolver.close()


async def delivered(url: str) -> bool:
    """Return whether all deliveries of the bad project have succeeded."""
    return {each["state"] for each in await states(url, "bad")} == {"SUCCEEDED"}
