"""`bellrope triggers`: create, change, show and try triggers from a shell."""

import json
import re
from pathlib import Path
from typing import Any

from kit import Server, get
from shell import Shell, objects, row


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
