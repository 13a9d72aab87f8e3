"""The commands that call a server: what they do and print, and their exit codes."""

import asyncio
import json
import os
import pty
import re
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

from forked import on_path
from integration.program import save
from kit import Server, environment, lent, until
from receiver import Receiver, answer
from shell import Shell, objects, row, run

KEY = "a-key-for-these-tests-only"


def test_what_the_server_refuses_is_a_sentence(shell: Shell) -> None:
    """Bad JSON or a bad type ends with exit code 1; the error names the field and the reason."""
    for arguments, field, reason in (
        (("ok", "--data={"), "data", "MALFORMED_JSON"),
        (("two words",), "type", "INVALID_FIELD"),
        (("ok", "--id=a b"), "id", "INVALID_FIELD"),
        (("ok", "--project=nobody"), "project", "PROJECT_NOT_FOUND"),
    ):
        refused = shell("queue", *arguments)
        assert (refused.exit_code, refused.stdout) == (1, "")
        (line,) = refused.stderr.splitlines()
        assert re.fullmatch(rf"bellrope: .*\b{field}\b.* \({reason}\)", line), line


def test_no_server_is_a_sentence() -> None:
    """If no server answers, the exit code is 3; the error says where it was expected and what to do."""
    for command in (("queue", "x"), ("triggers", "list")):
        alone = run(*command, "--server=127.0.0.1:1")
        assert (alone.exit_code, alone.stdout) == (3, "")
        assert alone.stderr == (
            "bellrope: no server answers at 127.0.0.1:1; start it with `bellrope serve`, or set --server\n"
        )


def test_commands_carry_the_key(tmp_path: Path) -> None:
    """`--key`, BELLROPE_KEY or BELLROPE_ADMIN_KEY opens a server; a wrong key is reported, not repeated."""
    with lent(tmp_path, f"--admin-key={KEY}") as server:
        at = f"--server={server.grpc}"
        for answer_ in (run("triggers", "list", at), run("triggers", "list", at, "--key=marked-wrong")):
            assert (answer_.exit_code, answer_.stdout) == (1, "")
            assert answer_.stderr.endswith("(KEY_REQUIRED)\n")
            assert "marked-wrong" not in answer_.stderr
        both = {"BELLROPE_KEY": KEY, "BELLROPE_ADMIN_KEY": "marked-wrong"}
        for flags, named in (([f"--key={KEY}"], {}), ([], {"BELLROPE_ADMIN_KEY": KEY}), ([], both)):
            opened = run("queue", "x", at, *flags, **named)
            assert opened.stderr.endswith("(PROJECT_NOT_FOUND)\n")  # no project, but the right key
        unsendable = run("queue", "x", at, "--key=two\nlines")
        assert (unsendable.exit_code, "Invalid value for --key" in unsendable.stderr) == (2, True)


def test_projects_live_a_life(shell: Shell) -> None:
    """Create, show, list and delete a project."""
    assert row(shell("projects", "create", "shop"), "shop")[0] == "shop"
    again = shell("projects", "create", "shop")
    assert (again.exit_code, again.stderr.endswith("(PROJECT_EXISTS)\n")) == (1, True)
    assert row(shell("projects", "get", "shop"), "shop") == row(shell("projects", "list"), "shop")
    assert row(shell("projects", "update", "shop", "--retain-attempts=36h"), "shop")[-1] == "attempts 36h"
    kept = shell("projects", "update", "shop", "--retain-dead-letters=forever", "--retain-attempts=default")
    assert kept.stdout.rstrip().endswith("dead letters forever")
    for wrong in ([], ["--retain-attempts=soon"]):
        assert shell("projects", "update", "shop", *wrong).exit_code == 2
    assert shell("projects", "delete", "shop", "--yes").stdout == "deleted shop\n"
    assert shell("projects", "get", "shop").stderr.endswith("(PROJECT_NOT_FOUND)\n")


async def test_deliveries_are_seen_and_sent_again(server: Server, shell: Shell) -> None:
    """A dead letter is listed, shown with its attempts, and replayed."""
    async with Receiver(answer(500), answer(200)) as receiver:
        save(server, "letters", receiver.url, retries=0)
        call = partial(asyncio.to_thread, shell)
        await call("queue", "letters", "--id=letter-1", '--data={"total": 0.10}')
        dead = partial(call, "deliveries", "list", "--event=letter-1", "--state=dead_lettered", "--json")
        await until(lambda: "letter-1" in [fact["event_id"] for fact in server.facts("delivery.attempted")])
        (delivery,) = objects(await dead())
        assert [attempt["statusCode"] for attempt in delivery["attempts"]] == [500]
        id = delivery["deliveryId"]
        listed = row(await call("deliveries", "list", "--trigger=letters"), id)
        assert listed[1:-1] == ["letter-1", "letters", "letters", "DEAD_LETTERED", "1", "500"]
        shown = row(await call("deliveries", "get", id), "1")
        assert (shown[3:5], shown[-1]) == (["500", "STATUS"], receiver.url)
        assert row(await call("deliveries", "replay", id), id)[0] == id
        assert len(await receiver.received(2)) == 2
    wrong = shell("deliveries", "list", "--state=nowhere")
    assert (wrong.exit_code, "DEAD_LETTERED" in wrong.stderr) == (2, True)


def test_data_is_shown_as_the_json_it_is(shell: Shell) -> None:
    """`events get --json` prints the data as it was sent, not as base64, on one line."""
    shell("queue", "shown", "--id=shown-1", '--data={"n": 0.10,\n "s": "\\n"}', "--option=db=main")
    result = shell("events", "get", "shown-1", "--json")
    assert result.stdout.count("\n") == 1
    assert '"data":{"n": 0.10,  "s": "\\n"}' in result.stdout
    assert json.loads(result.stdout)["options"] == {"db": "main"}


def test_ids_are_whole_in_a_terminal_of_80_columns(server: Server) -> None:
    """On a terminal of 80 columns no id is broken over lines; a URL that is longer stays whole, too."""
    url = "https://example.com/" + "x" * 120
    on = f"--server={server.grpc}"
    assert run("triggers", "create", "wide", "--type=w", f"--url={url}", on).exit_code == 0
    queued = objects(run("queue", "w", "--delay=1000", "--json", on))[0]
    (delivery,) = objects(run("deliveries", "list", "--trigger=wide", "--json", on))
    shown = on_a_terminal("deliveries", "list", "--trigger=wide", on)
    assert max(map(len, shown)) <= 80
    for named in (f"DELIVERY {delivery['deliveryId']}", f"EVENT {queued['eventId']}", "TYPE w", "NEXT 2"):
        assert [named in line for line in shown].count(True) == 1, named
    assert [url in line for line in on_a_terminal("triggers", "list", on)].count(True) == 1


async def test_the_list_of_deliveries_says_what_failed_and_what_is_next(server: Server, shell: Shell) -> None:
    """`deliveries list` shows the type, the last status or error, and when the next attempt is due."""
    async with Receiver(answer(503)) as receiver:
        save(server, "waits", receiver.url, retries=1)
        call = partial(asyncio.to_thread, shell)
        await call("queue", "waits", "--id=waits-1")
        await until(lambda: "waits-1" in [fact["event_id"] for fact in server.facts("delivery.attempted")])
        (delivery,) = objects(await call("deliveries", "list", "--event=waits-1", "--json"))
        listed = await call("deliveries", "list", "--event=waits-1")
        columns = ["DELIVERY", "EVENT", "TYPE", "TRIGGER", "STATE", "ATTEMPTS", "LAST", "NEXT", "REASON"]
        assert row(listed, "DELIVERY") == columns
        shown = ["waits-1", "waits", "waits", "SCHEDULED", "1", "503", delivery["dueTime"]]
        assert row(listed, delivery["deliveryId"])[1:] == shown
        assert delivery["type"] == "waits"
        await call("deliveries", "cancel", delivery["deliveryId"])
        assert delivery["dueTime"] not in (await call("deliveries", "list", "--event=waits-1")).stdout


def on_a_terminal(*arguments: str) -> list[str]:
    """Run a command with a terminal of 80 columns as its standard output, and return its lines."""
    controller, terminal = pty.openpty()
    shown = environment(**on_path(), COLUMNS="80")
    subprocess.run(["bellrope", *arguments], stdout=terminal, env=shown, timeout=30, check=True)
    os.close(terminal)
    said = b""
    with suppress(OSError):
        while more := os.read(controller, 65536):
            said += more
    os.close(controller)
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).splitlines()
