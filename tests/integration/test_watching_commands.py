"""`bellrope tail` and `bellrope bulk`: commands that run while something happens."""

import asyncio
import json
import os
import pty
import re
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from forked import on_path
from kit import Server, environment, lent, serving, until
from ports import lasting_address
from receiver import Receiver, answer
from shell import objects, row, run


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, because a tail shows everything that happens in a project."""
    with lent(tmp_path) as server:
        yield server


class RunningCommand:
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
        """Wait for its end, and return the exit code and the rest of its output."""
        out, err = await asyncio.wait_for(self._process.communicate(), 30)
        return self._process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def running(server: Server, *arguments: str) -> AsyncIterator[RunningCommand]:
    """Start a command, and kill it at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *("bellrope", *arguments, f"--server={server.grpc}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(**on_path()),
    )
    try:
        yield RunningCommand(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def shell(server: Server, *arguments: str) -> str:
    """Run a command to its end next to what is running, and return its output."""
    result = await asyncio.to_thread(run, *arguments, BELLROPE_SERVER=server.grpc)
    assert result.exit_code == 0, result.stderr
    return result.stdout


async def trigger(server: Server, url: str, *options: str, type: str = "order") -> None:
    """Save a trigger that calls a URL."""
    await shell(server, "triggers", "create", type, f"--type={type}", f"--url={url}", *options)


async def test_a_tail_shows_a_line_for_each_thing_that_happens(server: Server) -> None:
    """A tail shows a line for each fact about an event: when, what, which event, and the outcome."""
    async with Receiver(answer(503), answer(200)) as receiver, running(server, "tail") as tail:
        await trigger(server, receiver.url, "--min-backoff=0.05", "--max-backoff=0.05")
        assert await tail.said("stderr") == "tailing default; Ctrl-C stops"
        await shell(server, "queue", "order", "--id=o-1")
        lines = [(await tail.said()).split("  ") for _ in range(5)]
        assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+Z *", line[0]) for line in lines)
        events = [[cell.strip().partition(", due ")[0] for cell in line if cell][1:] for line in lines]
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


async def test_a_tail_says_what_it_shows(server: Server) -> None:
    """The first line names the project and each filter, so an empty tail does not surprise."""
    await trigger(server, "https://example.com/hook")
    async with running(server, "tail", "--trigger=order", "--type=order", "--state=succeeded") as tail:
        said = await tail.said("stderr")
        assert said == "tailing default, trigger order, type order, state SUCCEEDED; Ctrl-C stops"


async def test_ctrl_c_ends_a_tail(server: Server) -> None:
    """After Ctrl-C the exit code is 130, as for any command, and nothing is printed."""
    async with running(server, "tail") as tail:
        assert await tail.said("stderr") == "tailing default; Ctrl-C stops"
        assert await tail.interrupted() == 130
        assert await tail.ended() == (130, "", "")


async def test_a_tail_waits_for_a_server_that_goes_away(tmp_path: Path) -> None:
    """A tail reports that the server went away, goes on when it is back, and says where the rest is."""
    address = f"--grpc={lasting_address()}"
    async with AsyncExitStack() as stack:
        with serving(tmp_path, address) as server:
            tail = await stack.enter_async_context(running(server, "tail", "--type=a"))
            await tail.said("stderr")
        assert await tail.said("stderr") == "bellrope: the server went away; waiting for it"
        with lent(tmp_path, address) as server:
            back = await tail.said("stderr")
            assert back.startswith("bellrope: the server is back; see `bellrope events list")
            assert await tail.said("stderr") == "tailing default, type a; Ctrl-C stops"
            await shell(server, "queue", "a", "--id=a-1")
            assert "EVENT_ACCEPTED  a  a-1  0 deliveries" in await tail.said()
            assert await tail.interrupted() == 130


def test_a_tail_of_what_is_not_there_is_refused(server: Server) -> None:
    """Without the project or the server, or with an unknown state, it ends with a message and a code."""
    at = f"--server={server.grpc}"
    nowhere = run("tail", "--project=none", at)
    assert (nowhere.exit_code, nowhere.stderr.endswith("(PROJECT_NOT_FOUND)\n")) == (1, True)
    alone = run("tail", "--server=127.0.0.1:1")
    assert (alone.exit_code, "no server answers at 127.0.0.1:1" in alone.stderr) == (3, True)
    wrong = run("tail", "--state=nowhere", at)
    assert (wrong.exit_code, "Invalid value for --state" in wrong.stderr) == (2, True)


async def waiting(server: Server, count: int) -> None:
    """Queue events whose trigger is paused, so that their deliveries wait."""
    await trigger(server, "https://example.com/")
    await shell(server, "triggers", "pause", "order")
    lines = "".join(f'{{"type": "order", "id": "o-{number}"}}\n' for number in range(count))
    queued = await asyncio.to_thread(run, "queue-batch", "-", f"--server={server.grpc}", stdin=lines)
    assert queued.exit_code == 0


async def test_a_bulk_action_is_counted_then_done_and_watched(server: Server) -> None:
    """A dry run prints how many; without it the command acts on them, and ends when all are done."""
    await waiting(server, 30)
    bulk = partial(shell, server, "bulk", "start")
    assert await bulk("cancel", "--trigger=order", "--dry-run") == "30 deliveries would be cancelled\n"
    assert await bulk("cancel", "--event=o-3", "--yes") == "1 of 1 delivery cancelled\n"
    assert await bulk("cancel", "--trigger=order", "--yes") == "29 of 29 deliveries cancelled\n"
    nothing = await asyncio.to_thread(
        run, "bulk", "start", "cancel", "--trigger=order", "--yes", BELLROPE_SERVER=server.grpc
    )
    assert (nothing.exit_code, nothing.stdout) == (1, "0 deliveries would be cancelled\n")
    assert await bulk("replay", "--state=cancelled", "--yes") == "30 of 30 deliveries replayed\n"
    moved = await bulk("reschedule", "--type=order", "--at=2030-01-02T03:04:05Z", "--yes")
    assert moved == "30 of 30 deliveries rescheduled\n"
    listed = json.loads(await shell(server, "deliveries", "list", "--event=o-7", "--json"))
    assert (listed["state"], listed["dueTime"]) == ("SCHEDULED", "2030-01-02T03:04:05Z")
    actions = [json.loads(line) for line in (await shell(server, "bulk", "list", "--json")).splitlines()]
    assert [action["action"] for action in actions] == ["RESCHEDULE", "REPLAY", "CANCEL", "CANCEL"]
    assert len((await shell(server, "bulk", "list", "--limit=2", "--json")).splitlines()) == 2


async def test_dead_letters_of_a_deleted_trigger_are_replayed_to_another(server: Server) -> None:
    """The command says that they would be skipped, does nothing, and exits with 1; `--to` sends them."""
    call = partial(asyncio.to_thread, partial(run, BELLROPE_SERVER=server.grpc))
    replay = "bulk", "start", "replay", "--type=order", "--yes"
    async with Receiver(answer(500), answer(500), answer(200), answer(200)) as receiver:
        await trigger(server, receiver.url, "--retries=0")
        for id in ("o-1", "o-2"):
            await call("queue", "order", f"--id={id}")
        await receiver.received(2)
        await until(partial(all_dead, server, 2))
        await call("triggers", "delete", "order", "--yes")
        await trigger(server, receiver.url)
        why = "2 skipped: their trigger was deleted; name another with --to"
        for flags in (("--dry-run",), ()):
            nothing = await call(*replay, *flags)
            assert (nothing.exit_code, nothing.stdout) == (1, f"0 deliveries would be replayed, {why}\n")
        one = (await shell(server, "deliveries", "list", "--json")).splitlines()[0]
        await shell(server, "deliveries", "replay", json.loads(one)["deliveryId"], "--to=order")
        assert await shell(server, *replay, "--to=order") == "1 of 1 delivery replayed\n"
        await receiver.received(4)
    unknown = await call(*replay, "--to=nobody")
    assert (unknown.exit_code, unknown.stderr.endswith("(TRIGGER_NOT_FOUND)\n")) == (1, True)


async def all_dead(server: Server, count: int) -> bool:
    """Return whether so many deliveries are dead letters."""
    listed = await shell(server, "deliveries", "list", "--state=dead_lettered", "--json")
    return len(listed.splitlines()) == count


async def test_a_bulk_action_is_asked_about_first(server: Server) -> None:
    """Without a terminal it requires `--yes`; an action that makes no sense is refused and not started."""
    await waiting(server, 2)
    call = partial(asyncio.to_thread, partial(run, BELLROPE_SERVER=server.grpc))
    asked = await call("bulk", "start", "cancel")
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "--yes" in asked.stderr
    assert "Cancel 2 deliveries?" in asked.stderr
    for options, code, why in (
        (("reschedule", "--yes"), 1, "(INVALID_FIELD)"),
        (("cancel", "--at=now", "--yes"), 1, "(INVALID_FIELD)"),
        (("cancel", "--max-per-second=10001", "--yes"), 1, "(INVALID_FIELD)"),
        (("forget",), 2, "must be one of CANCEL, RESCHEDULE, REPLAY"),
    ):
        wrong = await call("bulk", "start", *options)
        assert (wrong.exit_code, wrong.stdout, why in wrong.stderr) == (code, "", True), wrong.stderr
    assert await shell(server, "bulk", "list", "--json") == ""
    unknown = await call("bulk", "watch", "none")
    assert (unknown.exit_code, unknown.stderr.endswith("(BULK_ACTION_NOT_FOUND)\n")) == (1, True)


async def test_a_bulk_action_goes_on_without_whoever_started_it(server: Server) -> None:
    """Ctrl-C leaves the action running and says how to watch or cancel it; `cancel` then stops it."""
    await waiting(server, 60)
    slowly = ("bulk", "start", "cancel", "--yes", "--max-per-second=1", "--json")
    async with running(server, *slowly) as command:
        id = json.loads(await command.said())["bulkAction"]
        assert await command.interrupted() == 130
        told = f"`bellrope bulk watch {id}` shows it, `bellrope bulk cancel {id}` stops it"
        assert (await command.ended())[2] == f"bellrope: the bulk action continues; {told}\n"
    call = partial(asyncio.to_thread, partial(run, BELLROPE_SERVER=server.grpc))
    assert row(await call("bulk", "get", id), id)[:3] == [id, "CANCEL", "RUNNING"]
    async with running(server, "bulk", "watch", id, "--json") as watching:
        assert json.loads(await watching.said())["state"] == "RUNNING"
        assert row(await call("bulk", "cancel", id), id)[2] == "CANCELLED"
        code, out, err = await watching.ended()
        assert (code, json.loads(out.splitlines()[-1])["state"], err) == (1, "CANCELLED", "")
    stopped = await call("bulk", "watch", id)
    assert (stopped.exit_code, stopped.stderr) == (1, "")
    assert re.fullmatch(r"\d+ of 60 deliveries cancelled, then stopped\n", stopped.stdout)


async def test_a_bulk_action_is_watched_over_a_restart(tmp_path: Path) -> None:
    """When the server restarts, the action goes on, and so does the command."""
    address = f"--grpc={lasting_address()}"
    async with AsyncExitStack() as stack:
        with serving(tmp_path, address) as server:
            await waiting(server, 40)
            slowly = ("bulk", "start", "cancel", "--yes", "--max-per-second=10")
            command = await stack.enter_async_context(running(server, *slowly))

            async def is_begun() -> bool:
                return "RUNNING" in await shell(server, "bulk", "list")

            await until(is_begun)
        assert await command.said("stderr") == "bellrope: the server went away; waiting for it"
        with lent(tmp_path, address):
            assert await command.said("stderr") == "bellrope: the server is back; the bulk action continues"
            assert await command.ended() == (0, "40 of 40 deliveries cancelled\n", "")


async def test_nobody_has_to_watch(server: Server) -> None:
    """`--no-watch` returns as soon as the action has started, with its id."""
    await waiting(server, 5)
    call = partial(asyncio.to_thread, partial(run, BELLROPE_SERVER=server.grpc))
    begun = await call("bulk", "start", "cancel", "--yes", "--no-watch", "--json")
    (action,) = objects(begun)
    assert (action["action"], action["matchedCount"]) == ("CANCEL", "5")
    assert (await shell(server, "bulk", "watch", action["bulkAction"])) == "5 of 5 deliveries cancelled\n"


async def test_a_terminal_is_asked_and_shown_how_far_it_is(server: Server) -> None:
    """On a terminal the command asks, and a line shows how many are done and how fast."""
    await waiting(server, 50)
    code, out, said = await on_a_terminal(server, "y", "bulk", "start", "cancel", "--max-per-second=50")
    assert (code, out) == (0, b"50 of 50 deliveries cancelled\n")
    assert "Cancel 50 deliveries? [y/N] " in said
    assert re.search(r"50 of 50, \d+ a second", said)


async def test_whoever_does_not_say_yes_begins_nothing(server: Server) -> None:
    """Any other answer ends the command with exit code 1, and nothing is done."""
    await waiting(server, 1)
    for typed in ("n", ""):
        code, out, said = await on_a_terminal(server, typed, "bulk", "start", "cancel")
        assert (code, out, "Aborted" in said) == (1, b"", True)
    assert await shell(server, "bulk", "list", "--json") == ""


async def on_a_terminal(server: Server, typed: str, *arguments: str) -> tuple[int | None, bytes, str]:
    """Run a command, type a line, and return its exit code, its output, and what the terminal showed."""
    controller, terminal = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *("bellrope", *arguments),
        stdin=terminal,
        stdout=asyncio.subprocess.PIPE,
        stderr=terminal,
        env=os.environ | on_path() | {"BELLROPE_SERVER": server.grpc, "COLUMNS": "100", "TERM": "xterm"},
    )
    os.close(terminal)
    os.write(controller, f"{typed}\n".encode())
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out, await asyncio.to_thread(everything, controller)


def everything(controller: int) -> str:
    """Return everything that was written to a closed terminal."""
    said = b""
    with suppress(OSError):
        while more := os.read(controller, 65536):
            said += more
    os.close(controller)
    return said.decode()
