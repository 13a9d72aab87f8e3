"""The commands that call a server: what they do and print, and their exit codes."""

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest
from bellrope_server.cli import program
from forked import on_path
from kit import Server, environment, get, lent, post, until
from receiver import Receiver, answer, hang
from shell import Shell, objects, row, run
from typer.main import get_command

KEY = "a-key-for-these-tests-only"


def save(server: Server, type: str, url: str, **more: Any) -> None:
    """Save a trigger that calls a URL."""
    path = f"{server.http}/v1/config/projects/default/eventing/triggers/{type}"
    assert post(path, {"type": type, "url": url, **more}) == (200, {})


def test_queue_prints_the_id(shell: Shell) -> None:
    """`bellrope queue TYPE` stores an event and prints its id, its deliveries, and when they are due."""
    result = shell("queue", "unmatched", "--data", '{"a": 1}')
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.fullmatch(r"[0-9a-f-]{36}  0 deliveries, due \d{4}-\d\d-\d\dT[0-9:.]+Z\n", result.stdout)


def test_queue_again_with_the_same_id_is_safe(shell: Shell) -> None:
    """`--id` makes it safe to send again: the same event is reported as a duplicate."""
    first, again = (shell("queue", "mine", "--id=mine-1", "--data=1") for _ in range(2))
    assert again.stdout == first.stdout.rstrip() + " (accepted before)\n"
    other = shell("queue", "mine", "--id=mine-1", "--data=2")
    assert (other.exit_code, other.stdout) == (1, "")
    refused = "This id was already accepted with a different request. Use another id (ID_CONFLICT)"
    assert other.stderr == f"bellrope: {refused}\n"


def test_queue_reads_data_from_where_it_is(shell: Shell, server: Server, tmp_path: Path) -> None:
    """`--data -` reads standard input and `--data @FILE` a file, byte for byte."""
    (tmp_path / "data.json").write_bytes(b'{"b": 0.10}\n')
    assert shell("queue", "from-stdin", "--id=from-stdin", "--data=-", stdin=b'{"a": 1.0}').exit_code == 0
    assert shell("queue", "from-file", "--id=from-file", f"--data=@{tmp_path}/data.json").exit_code == 0
    missing = shell("queue", "from-file", "--data=@/nowhere/data.json")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "Invalid value for --data: /nowhere/data.json: No such file or directory" in missing.stderr
    stored = apsw.Connection(str(server.database), flags=apsw.SQLITE_OPEN_READONLY)
    events = stored.execute(
        "SELECT event_id, data FROM event WHERE event_id LIKE 'from-%' ORDER BY id"
    ).fetchall()
    stored.close()
    assert events == [("from-stdin", b'{"a": 1.0}'), ("from-file", b'{"b": 0.10}\n')]


def test_queue_can_wait(shell: Shell) -> None:
    """`--delay` and `--at` set when the webhooks are called."""
    at = shell("queue", "later", "--at=2030-01-02T03:04:05.5+01:00", "--delay=0.25", "--json")
    assert json.loads(at.stdout)["dueTime"] == "2030-01-02T02:04:05.750Z"
    for flag in ("--at=2030-01-02", "--at=2030-02-30T00:00:00Z", "--at=soon", "--delay=-1", "--delay=nan"):
        wrong = shell("queue", "later", flag)
        assert (wrong.exit_code, wrong.stdout) == (2, ""), flag
        assert f"Invalid value for {flag.partition('=')[0]}" in wrong.stderr
    far = shell("queue", "later", "--delay=1e9")
    assert (far.exit_code, far.stderr.endswith("(INVALID_FIELD)\n")) == (1, True)


async def test_queue_sync_prints_the_answer(server: Server, shell: Shell) -> None:
    """`--sync` prints the webhook's answer and nothing else; `--json` prints everything."""
    async with Receiver(answer(200, b'{"total": 0.10}'), answer(200, b"plain")) as receiver:
        save(server, "asked", receiver.url)
        result = await asyncio.to_thread(shell, "queue", "asked", "--sync")
        assert (result.exit_code, result.stdout, result.stderr) == (0, '{"total": 0.10}\n', "")
        shown = json.loads((await asyncio.to_thread(shell, "queue", "asked", "--sync", "--json")).stdout)
        assert (shown["result"], shown["results"][0]["state"]) == ("plain", "SUCCEEDED")


async def test_queue_sync_tells_what_webhooks_answered_instead(server: Server, shell: Shell) -> None:
    """If no webhook succeeds the exit code is 1, and each webhook's last answer is printed."""
    async with Receiver(answer(418)) as receiver:
        save(server, "fails", receiver.url, retries=0)
        failed = await asyncio.to_thread(shell, "queue", "fails", "--sync")
        assert (failed.exit_code, failed.stdout) == (1, "")
        first, second = failed.stderr.splitlines()
        assert re.fullmatch(r"bellrope: No webhook succeeded.*\(WEBHOOK_FAILED\)", first)
        assert second == "  fails: 418, attempt 1"
    nobody = await asyncio.to_thread(shell, "queue", "nobody", "--sync")
    assert (nobody.exit_code, nobody.stderr) == (
        1,
        "bellrope: No trigger matches this event; nothing was stored (NO_TRIGGER_MATCHED)\n",
    )


async def test_queue_sync_says_the_id_when_the_answer_is_late(server: Server, shell: Shell) -> None:
    """`--timeout` ends the wait with exit code 3, and prints the event's id: it is stored and goes on."""
    async with Receiver(hang) as receiver:
        save(server, "slow", receiver.url)
        late = await asyncio.to_thread(shell, "queue", "slow", "--sync", "--timeout=0.4")
        assert (late.exit_code, late.stdout) == (3, "")
        first, *_, last = late.stderr.splitlines()
        assert re.fullmatch(r"bellrope: .*DEADLINE.*", first)
        (id,) = re.findall(r"^  the event's id is ([0-9a-f-]{36})", last)
        assert shell("events", "get", id).exit_code == 0


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


def test_triggers_live_a_life(shell: Shell) -> None:
    """Create, change, pause, resume, list and delete a trigger; a table shows them."""
    url, longer = "https://example.com/hook", "https://example.com/" + "x" * 120
    created = shell("triggers", "create", "alive", "--type=living", f"--url={url}")
    assert row(created, "NAME") == ["NAME", "TYPE", "URL", "RETRIES", "TIMEOUT", "STATE"]
    assert row(created, "alive") == ["alive", "living", url, "3", "5000 ms", "running"]
    changed = ["alive", "living", longer, "0", "250 ms", "running"]
    update = shell("triggers", "update", "alive", f"--url={longer}", "--retries=0", "--timeout=0.25")
    assert row(update, "alive") == changed
    assert row(shell("triggers", "get", "alive"), "url") == ["url", longer]
    assert row(shell("triggers", "list"), "alive") == changed
    assert row(shell("triggers", "pause", "alive"), "alive")[-1] == "paused"
    assert row(shell("triggers", "list"), "alive")[-1] == "paused"
    assert row(shell("triggers", "resume", "alive"), "alive")[-1] == "running"
    assert shell("triggers", "delete", "alive", "--yes").stdout == "deleted alive\n"
    gone = shell("triggers", "delete", "alive", "--yes")
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert re.fullmatch(r"bellrope: .* \(TRIGGER_NOT_FOUND\)\n", gone.stderr)


def test_every_setting_of_a_trigger_has_an_option(shell: Shell) -> None:
    """Every field of a trigger has an option in the shell."""
    flags = ["--header=x-a=1=2", "--header=x-b=", "--option=db=main,other", "--max-in-flight=7"]
    flags += ["--min-backoff=0.5", "--max-backoff=60", "--schedule=1,2.5", "--disable-on-gone"]
    flags += ["--no-retry-statuses=410, 5xx"]
    to = ("--type=t", "--url=https://example.com/")
    trigger = json.loads(shell("triggers", "create", "full", *to, *flags, "--json").stdout)
    assert trigger["headers"] == {"x-a": "1=2", "x-b": ""}
    assert trigger["options"] == {"db": "main,other"}
    waits = {"minBackoff": "0.500s", "maxBackoff": "60s", "schedule": ["1s", "2.500s"]}
    assert trigger["retryPolicy"] == waits | {"noRetryStatuses": ["410", "5xx"]}
    assert (trigger["maxInFlight"], trigger["disableOnGone"]) == (7, True)
    wrong = shell("triggers", "update", "full", "--header=x-a")
    assert (wrong.exit_code, "Invalid value for --header" in wrong.stderr) == (2, True)


def test_an_update_leaves_the_rest_of_the_retry_policy(shell: Shell) -> None:
    """`triggers update` changes the waits and statuses that are given, and no others; empty text clears."""
    flags = ["--min-backoff=0.5", "--max-backoff=60", "--schedule=1,2", "--no-retry-statuses=410"]
    shell("triggers", "create", "part", "--type=t", "--url=https://example.com/", *flags)
    waits = {"minBackoff": "0.500s", "maxBackoff": "60s", "schedule": ["1s", "2s"]}

    def updated(*flags: str) -> Any:
        return json.loads(shell("triggers", "update", "part", *flags, "--json").stdout)["retryPolicy"]

    assert updated("--no-retry-statuses=4xx,501") == waits | {"noRetryStatuses": ["4xx", "501"]}
    cleared = {"maxBackoff": "90s", "noRetryStatuses": []}
    assert updated("--max-backoff=90", "--no-retry-statuses=") == waits | cleared
    assert updated("--schedule=", "--retries=1") == waits | cleared | {"schedule": []}
    wrong = shell("triggers", "update", "part", "--min-backoff=100")
    assert (wrong.exit_code, "max-backoff must be 100 s to" in wrong.stderr) == (1, True)


def test_get_shows_everything_of_a_trigger(shell: Shell) -> None:
    """`triggers get` shows every setting of a trigger, one on each line, and never its secret."""
    secret = "whsec_" + "A" * 32
    flags = ["--header=x-a=1", "--option=db=main", "--schedule=1,2.5", "--filter=data.n > 1", "--retries=2"]
    to = ("--type=t", "--url=https://example.com/", f"--secret={secret}", "--encoding=binary")
    stored = json.loads(shell("triggers", "create", "whole", *to, *flags, "--json").stdout)
    result = shell("triggers", "get", "whole")
    shown = dict(re.split(r"  +", line, maxsplit=1) for line in result.stdout.splitlines())
    given = {name for name, value in stored.items() if value not in ("", [], {})}
    assert {name.partition(".")[0] for name in shown} == given
    assert (shown["filter"], shown["headers.x-a"], shown["options.db"]) == ("data.n > 1", "1", "main")
    assert (shown["retryPolicy.schedule"], shown["retries"]) == ("1s, 2.500s", "2")
    assert (shown["encoding"], shown["signed"], shown["paused"]) == ("BINARY", "true", "false")
    assert secret not in result.output


def test_a_trigger_has_a_description(shell: Shell, server: Server) -> None:
    """`--description` says what a trigger is for; commands and HTTP show it, and empty text removes it."""
    to = ("--type=t", "--url=https://example.com/", "--description=Mails the buyer.\nAsk Zoë.")
    assert shell("triggers", "create", "described", *to).exit_code == 0
    lines = shell("triggers", "get", "described").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("description "))
    assert [line.removeprefix("description").strip() for line in lines[at : at + 2]] == [
        "Mails the buyer.",
        "Ask Zoë.",
    ]
    path = f"{server.http}/v1/projects/default/triggers/described"
    assert get(path)[1]["description"] == "Mails the buyer.\nAsk Zoë."
    shell("triggers", "update", "described", "--retries=1")
    assert get(path)[1]["description"] != ""
    assert shell("triggers", "update", "described", "--description=").exit_code == 0
    assert get(path)[1]["description"] == ""
    wrong = shell("triggers", "update", "described", f"--description={'d' * 1025}")
    assert wrong.stderr == "bellrope: --description must have at most 1,024 characters (INVALID_FIELD)\n"


def test_what_cannot_be_undone_is_asked_first(shell: Shell) -> None:
    """Without a terminal, deleting requires `--yes`; without it nothing is deleted."""
    assert shell("projects", "create", "kept").exit_code == 0
    assert shell("triggers", "create", "kept", "--type=kept", "--url=https://example.com/").exit_code == 0
    for kind in ("projects", "triggers"):
        refused = shell(kind, "delete", "kept")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "--yes" in refused.stderr
    assert shell("projects", "get", "kept").exit_code == 0


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


def test_a_trigger_is_tried_with_the_whole_event(shell: Shell) -> None:
    """`triggers test` takes an event's options and id, as `queue` does."""
    to = ("--type=tried", "--url=https://example.com/", "--option=db=main")
    assert shell("triggers", "create", "tried", *to).exit_code == 0
    missed = shell("triggers", "test", "tried")
    assert (missed.exit_code, missed.stdout.splitlines()[:2]) == (1, ["does not match", "  OPTIONS"])
    met = shell("triggers", "test", "tried", "--option=db=main", "--id=tried-1")
    assert (met.exit_code, met.stdout.startswith("matches\n"), '"id":"tried-1"' in met.stdout) == (
        0,
        True,
        True,
    )


def test_a_trigger_is_tried_before_it_is_saved(shell: Shell, tmp_path: Path) -> None:
    """`triggers test` tries other settings, a new trigger, and one that a file for `apply` declares."""
    saved = ("--type=drafted", "--url=https://example.com/", "--filter=data.n > 9", "--header=X-Key=k")
    assert shell("triggers", "create", "drafted", *saved).exit_code == 0
    other = "url: 'https://example.com/other'"
    file = tmp_path / "bellrope.yaml"
    file.write_text(
        "projects:\n  default:\n    triggers:\n"
        f"      drafted: {{type: drafted, {other}, keepHeaders: [x-key]}}\n"
        f"      new: {{type: drafted, {other}, keepSecret: true}}\n"
    )

    def tried(*words: str) -> tuple[int, str]:
        done = shell("triggers", "test", *words, '--data={"n": 1}')
        return done.exit_code, done.stdout + done.stderr

    assert tried("drafted")[0] == 1
    code, said = tried("drafted", "--filter=data.n > 0")
    assert (code, "POST https://example.com/\n" in said, "X-Key: k\n" in said) == (0, True, True)
    code, said = tried("drafted", f"--file={file}")
    assert (code, "POST https://example.com/other\n" in said, "X-Key: k\n" in said) == (0, True, True)
    assert tried("new", "drafted", "--url=https://example.com/new")[0] == 0
    assert tried("drafted", "--filter=data.n >", "--url=ftp://example.com")[0] == 1
    code, said = tried("new", f"--file={file}")
    assert (code, said.startswith(f"bellrope: {file}:5: the server has no secret to keep")) == (1, True)
    assert tried("missing", f"--file={file}")[0] == 2
    assert " data.n > 9\n" in shell("triggers", "get", "drafted").stdout
    assert shell("triggers", "get", "new").exit_code == 1


def test_a_trace_goes_on(shell: Shell) -> None:
    """`queue --traceparent` passes a trace context on."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert shell("queue", "traced", "--id=traced-1", f"--traceparent={trace}").exit_code == 0
    assert objects(shell("events", "get", "traced-1", "--json"))[0]["traceparent"] == trace


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


def test_the_table_of_commands_says_what_they_say() -> None:
    """`bellrope --help` imports no command, and still describes each as its own help does."""
    lazy: Any = get_command(program)
    for name, listed in lazy.table.items():
        own = " ".join(lazy.get_command(None, name).help.split())
        assert own.startswith(listed.help.rstrip("."))


def test_a_list_of_commands_cuts_no_sentence() -> None:
    """The help of each group describes its commands in whole sentences, also in 80 columns."""
    lazy: Any = get_command(program)
    for name in lazy.table:
        commands = getattr(lazy.get_command(None, name), "commands", {})
        room = 72 - max(map(len, commands), default=0)  # 80 columns without what click puts around a name
        assert [each for each, it in commands.items() if len(it.get_short_help_str(1000)) > room] == []


HEAVY = {"peewee", "apsw", "aiohttp", "pycurl", "uvloop", "prometheus_client", "msgspec", "pydantic"}
HEAVY |= {f"bellrope_server.{each}" for each in ("app", "config", "model")}


@pytest.mark.parametrize("arguments", [["--help"], ["triggers", "list", "--server=127.0.0.1:1"]])
def test_help_and_remote_commands_import_nothing_of_the_server(arguments: list[str]) -> None:
    """Help and remote commands start quickly, because they import nothing that only a server needs."""
    code = (
        "import sys; from bellrope_server.__main__ import main\n"
        f"sys.argv[1:] = {arguments}\ntry: main()\nexcept SystemExit: pass\n"
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(ended.stderr.split()) == set()


def test_triggers_are_json_for_programs(shell: Shell) -> None:
    """`--json` prints everything but the secret, defaults included."""
    secret = "whsec_" + "A" * 32
    saved = shell(
        "triggers", "create", "json", "--type=j", "--url=https://example.com/", f"--secret={secret}", "--json"
    )
    assert secret not in saved.output
    trigger = json.loads(saved.stdout)
    assert (trigger["name"], trigger["signed"], trigger["paused"], trigger["retries"]) == (
        "json",
        True,
        False,
        3,
    )
    assert json.loads(shell("triggers", "get", "json", "--json").stdout) == trigger
    assert trigger in objects(shell("triggers", "list", "--json"))
    assert json.loads(shell("triggers", "pause", "json", "--json").stdout)["paused"] is True


def test_a_trigger_that_can_not_be_saved_is_told(shell: Shell) -> None:
    """A trigger that lacks a field, has a blocked URL or does not exist is reported in one sentence."""
    nothing = shell("triggers", "update", "x")
    assert (nothing.exit_code, "say what to change" in nothing.stderr) == (2, True)
    half = shell("triggers", "update", "half", "--url=https://example.com/")
    assert (half.exit_code, half.stderr.endswith("(TRIGGER_NOT_FOUND)\n")) == (1, True)
    blocked = shell("triggers", "create", "x", "--type=x", "--url=http://169.254.169.254/")
    assert (blocked.exit_code, blocked.stderr.endswith("(URL_BLOCKED)\n")) == (1, True)
