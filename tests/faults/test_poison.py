"""A delivery that kills its server becomes a dead letter, and takes no other delivery with it."""

import asyncio
import json
from pathlib import Path

import pytest
from bellrope_server.app import app
from conftest import FULL
from faults.caller import save_trigger
from faults.servers import Short, killed, started, stop
from integration.program import queue, save
from kit import Server, app_here, get, post, until
from postgres import cluster
from receiver import Connection, Receiver, answer, hang

KILLS = 5
BESIDE = 24


async def dead_letters(server: Server) -> list[tuple[str, str]]:
    """Return the dead letters: the event of each, and the reason."""
    path = f"{server.http}/v1/projects/default/deliveries?state=DEAD_LETTERED"
    _, found = await asyncio.to_thread(get, path)
    return [(each["eventId"], each["reason"]) for each in found.get("deliveries", ())]


@pytest.mark.parametrize("shared", [False, True] if FULL else [False])
async def test_a_delivery_that_kills_the_server_is_poison_and_those_beside_it_are_delivered(
    tmp_path: Path, shared: bool
) -> None:
    """The server is killed whenever it sends one event: after five kills that is a dead letter, alone."""
    if not shared:
        await kills(tmp_path, Server)
        return
    name = cluster().create()  # where leases end by time, which takes longer
    await kills(tmp_path, Short, f"--database={cluster().url(name)}")
    cluster().drop(name)


async def kills(folder: Path, kind: type[Server], *flags: str) -> None:
    """Kill each server that sends the poison. The others are in flight at the first kill, unanswered."""
    lives: list[Server] = []

    async def kill(connection: Connection) -> None:
        killed(lives[-1])
        await connection.close()

    async with Receiver(kill) as deadly, Receiver(*[hang] * BESIDE, answer()) as receiver:
        lives.append(await started(kind, folder, *flags))
        save(lives[0], "poison", deadly.url, timeout=1000)
        save(lives[0], "innocent", receiver.url, timeout=1000)
        for number in range(BESIDE):
            assert queue(lives[0], "innocent", id=f"i{number}")[0] == 200
        await receiver.received(BESIDE)
        assert queue(lives[0], "poison", id="poison")[0] == 200
        for _ in range(KILLS):
            await until(lambda: lives[-1].process.poll() is not None)
            lives.append(await started(kind, folder, *flags))
        await until(lambda: finished(receiver))
        await until(lambda: dead_letters(lives[-1]))
        assert await dead_letters(lives[-1]) == [("poison", "poison")]
        assert len(deadly.requests) == KILLS
        await stop(lives[-1])


def finished(receiver: Receiver) -> bool:
    """Return whether every innocent event was answered: it came before the first kill, and again."""
    ids = [json.loads(request.body)["id"] for request in receiver.requests]
    return len({*ids[BESIDE:]}) == BESIDE


async def test_a_clean_stop_makes_no_poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a server is stopped while it sends a delivery, that is no reason to give it up."""
    monkeypatch.setattr(app, "DRAIN_NOTICE", 0.0)
    async with Receiver(*[hang] * 6, answer()) as receiver:
        for life in range(7):
            async with app_here(tmp_path, drain_grace=0.0) as here:
                server = f"http://{here.http_address}"
                if life == 0:
                    await save_trigger(server, "slow", url=receiver.url, timeout=60_000)
                    assert (await asyncio.to_thread(post, *event(server)))[0] == 200
                await receiver.received(life + 1)
        async with app_here(tmp_path) as here:
            path = f"http://{here.http_address}/v1/projects/default/deliveries"
            _, found = await asyncio.to_thread(get, path)
        assert [each["state"] for each in found["deliveries"]] == ["SUCCEEDED"]


def event(server: str) -> tuple[str, dict[str, str]]:
    """Return where to queue an event, and the event."""
    return f"{server}/v1/api/default/eventing/queue", {"type": "slow"}
