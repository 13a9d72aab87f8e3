"""The examples in docs/log-and-replay.md work as they are."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from forked import on_path
from kit import Server, lent, until
from page import shell, webhook

FULL = os.environ.get("BELLROPE_FULL") == "1"
TEXT = (Path(__file__).parents[2] / "docs/log-and-replay.md").read_text()
BLOCKS = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", TEXT, re.MULTILINE)


def block(containing: str) -> str:
    """Return the one block that contains a text."""
    (found,) = (each for each in BLOCKS if containing in each)
    return re.sub(r"^    ", "", found, flags=re.MULTILINE)


@pytest.fixture
def own_server(tmp_path: Path, database: list[str]) -> Iterator[Server]:
    """A server that no other test shares, because the page uses the project `default`."""
    with lent(tmp_path, *database) as server:
        yield server


async def python(code: str, server: Server) -> Any:
    """Start a block of the page against the test's own server."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", code.replace("Client()", f"Client({server.grpc!r})")),
        stdout=asyncio.subprocess.PIPE,
    )


async def from_a_shell(command: str, server: Server, folder: Path) -> Any:
    """Start a command of the page."""
    return await asyncio.create_subprocess_exec(
        *("bash", "-ec", f"exec {command}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env=os.environ | on_path() | {"BELLROPE_SERVER": server.grpc},
    )


async def shown(code: str, server: Server) -> str:
    """Run a block to its end and return what it printed."""
    process = await python(code, server)
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return str(out.decode())


@pytest.mark.parametrize("database", ["sqlite", "postgres"] if FULL else ["sqlite"], indirect=True)
async def test_the_page_from_its_beginning_to_its_end(own_server: Server, tmp_path: Path) -> None:
    """The page's lines find the failures, show what is owed, replay all of it, and follow the tail."""
    async with webhook(block("docs/webhook.py"), tmp_path) as running:
        await shell(block("triggers create on-mail"), own_server, running)
        await until(lambda: len(own_server.facts("delivery.attempted")) == 3)
        found = (await shown(block("unmatched=True"), own_server)).splitlines()
        assert "nobody wants alone nobody-wants-this" in found
        explained = await from_a_shell(block("events explain"), own_server, tmp_path)
        assert (await explained.communicate())[0].split()[-3:] == [b"on-mail", b"no", b"TYPE"]
        assert len([line for line in found if line.endswith(" bellrope.delivery.dead_lettered")]) == 3
        assert found[-3:] == [f"mail-{each} on-mail 500" for each in "cba"]
        await shell(block("--order due-time"), own_server, running)
        sent = await shown(block("GetDeliveryRequest("), own_server)
        assert re.match(rf"POST {running.url}/hook \d+ bytes\n", sent)
        assert "\nContent-Type: application/json\n" in sent
        assert re.search(r"connected after \d+ µs\nanswered after \d+ µs\nover after \d+ µs\n", sent)
        owed = await shown(block("GetBacklogRequest("), own_server)
        assert owed == "0 due, 3 dead letters\nthe last failure: 500\n"
        counted = await shown(block("GetStatisticsRequest("), own_server)
        assert re.search(r"^\d failed in the hour from .*Z\n(?s:.*)3 failed attempts in the list\n$", counted)
        unasked = await from_a_shell(block("bulk start").splitlines()[1], own_server, tmp_path)
        await unasked.communicate()
        assert unasked.returncode == 2
        replayed = await shown(block("WatchBulkActionRequest("), own_server)
        assert replayed.startswith("it would replay 3\n")
        assert "\n3 of 3, " in replayed
        for command in block("bulk start").splitlines():
            counted = await from_a_shell(f"{command} --yes", own_server, tmp_path)
            assert (await counted.communicate())[0] == b"0 deliveries would be replayed\n"
        await until(lambda: len(own_server.facts("delivery.attempted")) == 6)
        await shell(block("bulk replay-events"), own_server, running)
        await until(lambda: len(own_server.facts("delivery.attempted")) == 9)
        tail = await python(block("TailRequest("), own_server)
        assert await tail.stdout.readline() == b"tailing\n"
        looking = await from_a_shell(block("bellrope tail"), own_server, tmp_path)
        assert await looking.stderr.readline() == b"tailing default, trigger on-mail; Ctrl-C stops\n"
        await shell("bellrope queue mail --id mail-d", own_server, running)
        facts = [await asyncio.wait_for(tail.stdout.readline(), 10) for _ in range(2)]
        assert b"  on-mail  " in await asyncio.wait_for(looking.stdout.readline(), 10)
        for process in (tail, looking):
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
        assert facts == [b"DELIVERY_CHANGED mail-d DELIVERING\n", b"ATTEMPT_RECORDED mail-d SUCCEEDED\n"]
