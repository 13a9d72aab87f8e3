"""`bellrope tail` and `bellrope bulk`: commands that go on while something happens."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from kit import Server, serving
from receiver import Receiver, answer
from shell import run


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, because a tail shows all that happens in a project."""
    with serving(tmp_path) as server:
        yield server


class Running:
    """A command in a process of its own, as a shell would start it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def said(self, stream: str = "stdout") -> str:
        """Return the next line of its standard output, or of its standard error."""
        line = await asyncio.wait_for(getattr(self._process, stream).readline(), 20)
        return str(line.decode().rstrip("\n"))

    async def interrupted(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        self._process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self._process.wait(), 20)

    async def ended(self) -> tuple[int | None, str, str]:
        """Wait for its end, and return the exit code and the rest of what it said."""
        out, err = await asyncio.wait_for(self._process.communicate(), 30)
        return self._process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def running(server: Server, *arguments: str) -> AsyncIterator[Running]:
    """Start a command, and kill it in the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bellrope_server", *arguments, f"--server={server.grpc}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("BELLROPE_")},
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def shell(server: Server, *arguments: str) -> str:
    """Run a command to its end beside what is running, and return what it printed."""
    result = await asyncio.to_thread(run, *arguments, BELLROPE_SERVER=server.grpc)
    assert result.exit_code == 0, result.stderr
    return result.stdout


async def trigger(server: Server, url: str, *options: str, type: str = "order") -> None:
    """Have events of a type call a URL."""
    await shell(server, "triggers", "create", type, f"--type={type}", f"--url={url}", *options)


async def test_a_tail_shows_a_line_for_each_thing_that_happens(server: Server) -> None:
    """From the event to its end: when, what, which event, and what came of it."""
    async with Receiver(answer(503), answer(200)) as receiver, running(server, "tail") as tail:
        await trigger(server, receiver.url, "--min-backoff=0.05", "--max-backoff=0.05")
        assert await tail.said("stderr") == "tailing default; Ctrl-C ends it"
        await shell(server, "queue", "order", "--id=o-1")
        lines = [(await tail.said()).split("  ") for _ in range(5)]
        assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+Z *", line[0]) for line in lines)
        events = [[cell.partition(", due ")[0] for cell in line if cell][1:] for line in lines]
        assert events == [
            ["EVENT_ACCEPTED", "order", "o-1", "1 delivery"],
            ["DELIVERY_CHANGED", "order", "o-1", "order", "DELIVERING"],
            ["ATTEMPT_RECORDED", "order", "o-1", "order", "503, SCHEDULED"],
            ["DELIVERY_CHANGED", "order", "o-1", "order", "DELIVERING"],
            ["ATTEMPT_RECORDED", "order", "o-1", "order", "200, SUCCEEDED"],
        ]
        assert ", due 20" in lines[2][-1]


async def test_a_tail_shows_what_was_asked_for_as_json(server: Server) -> None:
    """`--json` prints each fact as an object on a line; `--type`, `--trigger` and `--state` leave fewer."""
    async with Receiver() as receiver:
        await trigger(server, receiver.url)
        await trigger(server, receiver.url, type="other")
        options = ("--type=other", "--trigger=other", "--state=succeeded", "--json")
        async with running(server, "tail", *options) as tail:
            assert json.loads(await tail.said())["kind"] == "KIND_UNSPECIFIED"
            await shell(server, "queue", "order", "--id=o-1", "--sync")
            await shell(server, "queue", "other", "--id=o-2", "--sync")
            fact = json.loads(await tail.said())
            assert (fact["kind"], fact["eventId"], fact["attempt"]["statusCode"]) == (
                "ATTEMPT_RECORDED",
                "o-2",
                200,
            )


async def test_ctrl_c_ends_a_tail(server: Server) -> None:
    """The exit code is 130, as of any command that Ctrl-C ended, and nothing is said."""
    async with running(server, "tail") as tail:
        await tail.said("stderr")
        assert await tail.interrupted() == 130
        assert await tail.ended() == (130, "", "")


async def test_a_tail_waits_for_a_server_that_goes_away(tmp_path: Path) -> None:
    """It says that the server went away, goes on when it is back, and says where the rest is."""
    async with AsyncExitStack() as stack:
        with serving(tmp_path) as server:
            tail = await stack.enter_async_context(running(server, "tail", "--type=a"))
            await tail.said("stderr")
        assert await tail.said("stderr") == "bellrope: the server went away; waiting for it"
        with serving(tmp_path, f"--grpc={server.grpc}") as server:
            back = await tail.said("stderr")
            assert back.startswith(
                "bellrope: it is back; what happened meanwhile is in `bellrope events list"
            )
            assert await tail.said("stderr") == "tailing default; Ctrl-C ends it"
            await shell(server, "queue", "a", "--id=a-1")
            assert "EVENT_ACCEPTED  a  a-1  0 deliveries" in await tail.said()
            assert await tail.interrupted() == 130


def test_a_tail_of_what_is_not_there_is_refused(server: Server) -> None:
    """No project, no server, no such state: a sentence, and an exit code."""
    at = f"--server={server.grpc}"
    nowhere = run("tail", "--project=none", at)
    assert (nowhere.exit_code, nowhere.stderr.endswith("(PROJECT_NOT_FOUND)\n")) == (1, True)
    alone = run("tail", "--server=127.0.0.1:1")
    assert (alone.exit_code, "no server answers at 127.0.0.1:1" in alone.stderr) == (3, True)
    wrong = run("tail", "--state=nowhere", at)
    assert (wrong.exit_code, "Invalid value for --state" in wrong.stderr) == (2, True)
