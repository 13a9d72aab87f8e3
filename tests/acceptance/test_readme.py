"""The commands in README.md work as they are, and so does the tour."""

import asyncio
import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit import Server, lent, until
from page import Page, shell
from receiver import Receiver, answer

ROOT = Path(__file__).parents[2]
README = Page("README.md")
block = README.block


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that no other test shares, because the README uses the project `default`."""
    with lent(tmp_path) as server:
        yield server


async def test_the_commands_queue_an_event_that_reaches_the_webhook(own_server: Server) -> None:
    """Three commands from the README save a trigger and queue an event, and the webhook gets it."""
    async with Receiver() as receiver:
        assert await shell(block("triggers/on-email"), own_server, receiver) == "{}\n"
        queued = json.loads(await shell(block("eventing/queue"), own_server, receiver))
        assert queued["deliveryCount"] == 1
        await shell('bellrope queue sent-email --data \'{"to": "user1@email.com"}\'', own_server, receiver)
        first, second = await receiver.received(2)
        shown = json.loads(block("POST /hook").splitlines()[-1])
        assert list(shown) == list(json.loads(first.body))
        assert shown["data"] == json.loads(first.body)["data"]
        assert json.loads(second.body)["data"] == {"to": "user1@email.com"}


async def python(code: str, server: Server) -> str:
    """Run a Python block of the README against the test's own server, and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code.replace("Client()", f"Client({server.grpc!r})"),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return out.decode().strip()


async def test_the_python_lines_queue_and_trigger(own_server: Server) -> None:
    """The README's Python works, with the address of the test's server."""
    async with Receiver(answer(200), answer(200, b'{"thanks":true}')) as receiver:
        await shell(block("triggers/on-email"), own_server, receiver)
        code = block("client.trigger(")
        assert await python(code, own_server) in ("{'thanks': True}", "None")
        assert len(await receiver.received(2)) == 2


async def test_the_python_lines_list_dead_letters_and_replay_them(own_server: Server) -> None:
    """A dead letter is shown with its webhook's answer, and sent again."""
    async with Receiver(answer(500)) as receiver:
        save = block("triggers/on-email").replace('"url"', '"retries": 0, "url"')
        await shell(save, own_server, receiver)
        await shell(block("eventing/queue"), own_server, receiver)
        await receiver.received(1)
        await until(lambda: own_server.facts("delivery.attempted"))
        assert "[500]" in await python(block("ReplayDelivery("), own_server)
        assert len(await receiver.received(2)) == 2


def test_make_alone_lists_the_targets() -> None:
    """`make` alone lists its targets, one line each."""
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {line.split()[0] for line in listed.splitlines()}
    wanted = [
        "setup",
        "run",
        "test",
        "check",
        "gen",
        "fmt",
        "lint",
        "types",
        "bench",
        "bench-peers",
        "clients",
        "migrate",
        "release",
    ]
    assert set(wanted) <= names


def tour() -> str:
    """Take the tour, stop it as it says, and return what it showed."""
    taken = subprocess.Popen(
        [sys.executable, str(ROOT / "docs/tour.py")], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert taken.stdout
    shown = ""
    for line in taken.stdout:
        shown += line
        if "Stop it with Ctrl-C" in line:
            break
    taken.send_signal(signal.SIGINT)
    rest, _ = taken.communicate(timeout=30)
    assert taken.returncode == 0
    assert rest.strip() == "stopped"
    return shown


def test_make_setup_says_that_it_is_done() -> None:
    """A second run ends by saying where the program is."""
    again = subprocess.run(
        ["make", "--no-print-directory", "setup"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert again.splitlines()[-1].startswith("ready: .venv/bin/bellrope; ")


def test_the_tour_shows_the_document_come_true_and_stays_until_it_is_stopped() -> None:
    """`make run`: the event received, one on time, one answered, one retried; then it waits for Ctrl-C.

    If its port is taken, it says so.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # if it is taken already, that will do
            held.enter_context(socket.create_server(("127.0.0.1", 4122)))
        shown = tour()
    assert "port 4122 is in use; the tour uses " in shown
    assert '{"specversion":"1.0-rc1","id":' in shown
    late = re.search(r"called (\S+) ms after the due time", shown)
    assert late is not None
    assert 0 <= float(late[1]) < 5000
    assert '"price": 42' in shown.split('"result"')[1]
    assert re.findall(r"^ (\d) .*? (500|200) ", shown, re.MULTILINE) == [
        ("1", "500"),
        ("2", "500"),
        ("3", "200"),
    ]
    assert "the delivery is SUCCEEDED" in shown
