"""What docs/log-and-replay.md shows works as it stands there."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from kit import Server, post, serving, until
from receiver import Receiver, answer

TEXT = (Path(__file__).parents[2] / "docs/log-and-replay.md").read_text()
BLOCKS = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", TEXT, re.MULTILINE)


def block(containing: str) -> str:
    """Return the one block that contains a text."""
    (found,) = (each for each in BLOCKS if containing in each)
    return re.sub(r"^    ", "", found, flags=re.MULTILINE)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that no other test shares, because the page uses the project `default`."""
    with serving(tmp_path) as server:
        yield server


async def python(code: str, server: Server) -> Any:
    """Start a block of the page against the test's own server."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", code.replace("Client()", f"Client({server.grpc!r})")),
        stdout=asyncio.subprocess.PIPE,
    )


async def from_a_shell(command: str, server: Server, folder: Path) -> Any:
    """Start a command of the page."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return await asyncio.create_subprocess_exec(
        *("bash", "-ec", f"exec {command}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PATH": path, "BELLROPE_SERVER": server.grpc},
    )


async def shown(code: str, server: Server) -> str:
    """Run a block to its end and return what it printed."""
    process = await python(code, server)
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return str(out.decode())


async def test_the_page_from_its_beginning_to_its_end(own_server: Server, tmp_path: Path) -> None:
    """Find what went wrong, see what is owed, replay it all, and look on: the page's own lines."""
    queue = f"{own_server.http}/v1/api/default/eventing/queue"
    async with Receiver(answer(500, b"Out of Memory"), answer(200)) as receiver:
        path = "/v1/config/projects/default/eventing/triggers/on-email"
        post(own_server.http + path, {"type": "sent-email", "url": receiver.url, "retries": 0})
        post(queue, {"type": "sent-email", "id": "e1"})
        post(queue, {"type": "nothing", "id": "e2"})
        await until(lambda: own_server.facts("delivery.attempted"))
        found = await shown(block("unmatched=True"), own_server)
        assert "nobody wants e2 nothing" in found
        assert "e1 on-email 500" in found
        sent = await shown(block("GetDeliveryRequest("), own_server)
        assert sent.startswith(f"POST {receiver.url} {len(receiver.requests[0].body)} bytes\n")
        assert "\nContent-Type: application/json\n" in sent
        assert re.search(r"connected after \d+ ms\nanswered after \d+ ms\nover after \d+ ms\n", sent)
        owed = await shown(block("GetBacklogRequest("), own_server)
        assert owed == "0 due, 1 dead letters\nheld by HELD_BY_UNSPECIFIED\nthe last failure: 500\n"
        tail = await python(block("TailRequest("), own_server)
        assert await tail.stdout.readline() == b"KIND_UNSPECIFIED  STATE_UNSPECIFIED\n"
        looking = await from_a_shell(block("bellrope tail"), own_server, tmp_path)
        assert await looking.stderr.readline() == b"tailing default; Ctrl-C ends it\n"
        replayed = await shown(block("WatchBulkActionRequest("), own_server)
        assert replayed.startswith("it would replay 1\n")
        assert "\n1 of 1, " in replayed
        for command in block("bellrope bulk").splitlines():
            counted = await from_a_shell(f"{command} --yes", own_server, tmp_path)
            assert (await counted.communicate())[0] == b"0 deliveries would be replayed\n"
        facts = [await asyncio.wait_for(tail.stdout.readline(), 10) for _ in range(3)]
        assert b"  on-email  " in await asyncio.wait_for(looking.stdout.readline(), 10)
        for process in (tail, looking):
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
        assert facts == [
            b"DELIVERY_CHANGED e1 SCHEDULED\n",
            b"DELIVERY_CHANGED e1 DELIVERING\n",
            b"ATTEMPT_RECORDED e1 SUCCEEDED\n",
        ]
        assert len(await receiver.received(2)) == 2
