"""`bellrope apply` and `bellrope serve --config`: projects and triggers as a file declares them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.program import serve
from kit import Server, get, post, serving
from receiver import Receiver
from shell import Shell, run

SECRET = "whsec_" + "A" * 32
FILE = f"""\
projects:
  PROJECT:
    triggers:
      on-email:
        type: sent-email
        url: https://example.com/hook
        retries: 5
        timeout: 2.5s
        retryPolicy: {{minBackoff: 1s, schedule: [1s, 60s], noRetryStatuses: [410, 4xx]}}
        headers: {{x-team: mail}}
        options: {{db: main}}
        secrets: [{SECRET}]
      plain:
        type: sent-email
        url: https://example.com/plain
"""


@pytest.fixture
def write(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Write a file in which PROJECT is the test's own project."""

    def write(text: str) -> str:
        path = tmp_path / "bellrope.yaml"
        path.write_text(text.replace("PROJECT", project(request)))
        return str(path)

    return write


def project(request: pytest.FixtureRequest) -> str:
    """Return a name that no other test uses."""
    name: str = request.node.originalname
    return name.replace("_", "-")[:60]


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The project of this test."""
    return project(request)


Write = Callable[[str], str]


def triggers(shell: Shell, name: str) -> dict[str, Any]:
    """Return the triggers of a project by name."""
    listed = shell("triggers", "list", f"--project={name}", "--json").stdout.splitlines()
    return {trigger["name"]: trigger for trigger in map(json.loads, listed)}


def test_a_file_is_applied_and_again_changes_nothing(shell: Shell, write: Write, name: str) -> None:
    """Everything that the file declares is created; what already exists as declared is left alone."""
    file = write(FILE)
    first = shell("apply", file)
    assert (first.exit_code, first.stderr) == (0, "")
    assert [line for line in first.stdout.splitlines() if line[0] == "+"] == [
        f"+ {name}",
        f"+ {name}/on-email",
        f"+ {name}/plain",
    ]
    there = triggers(shell, name)
    assert there["on-email"]["retryPolicy"] == {
        "minBackoff": "1s",
        "maxBackoff": "3600s",
        "schedule": ["1s", "60s"],
        "noRetryStatuses": ["410", "4xx"],
    }
    assert (there["on-email"]["retries"], there["on-email"]["timeout"], there["on-email"]["signed"]) == (
        5,
        "2.500s",
        True,
    )
    again = shell("apply", file)
    assert (again.exit_code, again.stdout) == (0, f"= {name}/on-email\n")
    assert triggers(shell, name) == there


def test_a_url_in_another_spelling_changes_nothing(shell: Shell, write: Write, name: str) -> None:
    """A file may write a URL in another form than it is saved in; applied again it changes nothing."""
    file = write(FILE.replace("https://example.com/plain", "HTTPS://Example.com:443/a/../%70lain%2f"))
    assert shell("apply", file).exit_code == 0
    assert triggers(shell, name)["plain"]["url"] == "https://example.com/%70lain%2F"
    assert shell("apply", file).stdout == f"= {name}/on-email\n"


def test_a_dry_run_shows_each_difference_and_changes_nothing(shell: Shell, write: Write, name: str) -> None:
    """A dry run prints a line for each value that changes, by its key; no secret or header is shown."""
    shell("apply", write(FILE))
    before = triggers(shell, name)
    edited = FILE.replace("retries: 5", "retries: 1").replace("{x-team: mail}", "{x-team: post, x-b: '1'}")
    edited = edited.replace("url: https://example.com/plain", "url: https://example.com/plainer")
    shown = shell("apply", write(edited), "--dry-run")
    assert (shown.exit_code, shown.stdout.splitlines()) == (
        0,
        [
            f"~ {name}/on-email",
            "    + headers.x-b: [hidden]",
            "    - headers.x-team: [hidden]",
            "    + headers.x-team: [hidden]",
            "    - retries: 5",
            "    + retries: 1",
            "    ? secrets: written again; the server does not show whether it has the same",
            f"~ {name}/plain",
            "    - url: https://example.com/plain",
            "    + url: https://example.com/plainer",
        ],
    )
    assert SECRET not in shown.output
    assert triggers(shell, name) == before


def test_what_the_file_leaves_out_gets_its_default(shell: Shell, write: Write, name: str) -> None:
    """What the file leaves out gets its default, except for a secret and a pause, which stay."""
    shell("apply", write(FILE))
    shell("triggers", "pause", "on-email", f"--project={name}")
    shell(
        "apply", write(FILE.replace("        retries: 5\n", "").replace(f"        secrets: [{SECRET}]\n", ""))
    )
    changed = triggers(shell, name)["on-email"]
    assert (changed["retries"], changed["signed"], changed["paused"]) == (3, True, True)
    shell("apply", write(FILE.replace("retries: 5", "paused: false")))
    assert triggers(shell, name)["on-email"]["paused"] is False


def test_prune_deletes_what_the_file_does_not_name(shell: Shell, write: Write, name: str) -> None:
    """`--prune` deletes triggers of the file's projects that it does not name; without it they stay."""
    shell("apply", write(FILE))
    smaller = FILE.partition("      plain:")[0]
    assert f"- {name}/plain" not in shell("apply", write(smaller), "--dry-run").stdout
    assert f"- {name}/plain" in shell("apply", write(smaller), "--dry-run", "--prune").stdout
    shell("apply", write(smaller))
    assert set(triggers(shell, name)) == {"on-email", "plain"}
    shell("apply", write(smaller), "--prune")
    assert set(triggers(shell, name)) == {"on-email"}


WRONG = {
    "unknown key": ("retries: 5", "retires: 5", 7, "has no key `retires`; did you mean `retries`?"),
    "twice": ("retries: 5", "type: other", 7, "`type` comes twice"),
    "number": ("retries: 5", "retries: many", 7, "retries must be a whole number of at most 32 bits"),
    "inner limit": ("minBackoff: 1s", "maxBackoff: 1s", 9, "retryPolicy.maxBackoff must be 5 s to 604800 s"),
    "limit": ("retries: 5", "retries: 500", 7, "retries must be 0 to 100"),
    "inner": ("minBackoff: 1s", "minBackof: 1s", 9, 'unknown key "minBackof"; did you mean "minBackoff"?'),
    "duration": ("timeout: 2.5s", "timeout: 3h", 8, 'timeout must be seconds like "3.5s"'),
    "no mapping": ("  PROJECT:\n", "  PROJECT: [a]\n  other:\n", 2, "must be a mapping"),
    "syntax": ("      plain:", "     plain:", 13, "begin all keys of one mapping in the same column"),
    "root": ("projects:", "project:", 1, "did you mean `projects`?"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_file_that_is_wrong_is_told_with_its_line(
    shell: Shell, write: Write, name: str, fault: str
) -> None:
    """A wrong file is refused with the line and the reason, before anything changes; with --dry-run too."""
    right, wrong, line, why = WRONG[fault]
    file = write(FILE.replace(right, wrong, 1))
    for flags in ((), ("--dry-run",)):
        refused = shell("apply", file, *flags)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(f"bellrope: {file}:{line}: "), refused.stderr
        assert why in refused.stderr
        assert refused.stderr.endswith("; nothing was changed\n")
    assert shell("projects", "get", name).exit_code == 1


def test_what_the_server_refuses_is_told_with_its_line(shell: Shell, write: Write, name: str) -> None:
    """If the server refuses a trigger, the others are applied, and the exit code is 1."""
    file = write(FILE.replace("https://example.com/hook", "http://169.254.169.254/"))
    refused = shell("apply", file)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"bellrope: {file}:6: {name}/on-email: ")
    assert set(triggers(shell, name)) == {"plain"}


def test_apply_without_a_server_is_exit_code_3(write: Write) -> None:
    """Without a server nothing is changed, and the exit code is 3."""
    alone = run("apply", write(FILE), "--server=127.0.0.1:1")
    assert (alone.exit_code, "no server answers" in alone.stderr) == (3, True)


async def test_a_server_starts_with_its_file(tmp_path: Path, write: Write, name: str) -> None:
    """`bellrope serve --config FILE` has the file's triggers before it is ready, each time it starts."""
    async with Receiver() as receiver:
        file = write(FILE.replace("https://example.com/plain", receiver.url))
        for _ in range(2):
            with serving(tmp_path, f"--config={file}") as server:
                found = await asyncio.to_thread(
                    get, f"{server.http}/v1/config/projects/{name}/eventing/triggers"
                )
                assert {trigger["id"] for trigger in found[1]["result"]} == {"on-email", "plain"}
                on = (f"--server={server.grpc}", f"--project={name}")
                queued = await asyncio.to_thread(run, "queue", "sent-email", "--sync", *on)
                assert queued.exit_code == 0
        assert len(await receiver.received(2)) == 2


@pytest.mark.parametrize("wrong", ["retries: 500", "url: http://169.254.169.254/", None])
def test_a_server_does_not_start_with_a_wrong_file(tmp_path: Path, write: Write, wrong: str | None) -> None:
    """With a wrong file the server reports the file and the line, and does not start."""
    file = write(FILE.replace("retries: 5", wrong)) if wrong else str(tmp_path / "none.yaml")
    if wrong and wrong.startswith("url"):
        file = write(FILE.replace("url: https://example.com/hook", wrong))
    ended = serve(tmp_path, f"--config={file}")
    assert (ended.returncode, ended.stdout) == (1, "")
    expected = f"bellrope: --config {file}: No such file or directory\n"
    if wrong:
        expected = f"bellrope: {file}:{7 if wrong.startswith('r') else 6}: "
    assert ended.stderr.startswith(expected)


SAME = {  # what is wrong in YAML, and the same in JSON
    "timeout: 5": '"timeout": 5',
    "timeout: 1h": '"timeout": "1h"',
    "retries: many": '"retries": "many"',
    "retries: 500": '"retries": 500',
    "retries: 1e999": '"retries": 1e999',
    "encoding: binary": '"encoding": "binary"',
    "paused: maybe": '"paused": "maybe"',
    "secrets: whsec_x": '"secrets": "whsec_x"',
    "secrets: [whsec_x]": '"secrets": ["whsec_x"]',
    "headers: [a]": '"headers": ["a"]',
    "headers: {a: [b]}": '"headers": {"a": ["b"]}',
    "headers: {Host: b}": '"headers": {"Host": "b"}',
    "options: {a: [b]}": '"options": {"a": ["b"]}',
    "retryPolicy: {minBackof: 1s}": '"retryPolicy": {"minBackof": "1s"}',
    "retryPolicy: {schedule: [1s, 5]}": '"retryPolicy": {"schedule": ["1s", 5]}',
    "retryPolicy: {maxBackoff: 1s}": '"retryPolicy": {"maxBackoff": "1s"}',
    "maxInFlight: 0": '"maxInFlight": 0',
    "filter: data.": '"filter": "data."',
}


@pytest.mark.parametrize("yaml", SAME)
def test_a_file_is_read_by_the_reader_of_http(server: Server, shell: Shell, write: Write, yaml: str) -> None:
    """What is wrong in a file is said in the same words as over HTTP, where the same value is JSON."""
    url = "https://example.com/"
    file = write(f"projects:\n  PROJECT:\n    triggers:\n      t: {{type: a, url: '{url}', {yaml}}}\n")
    refused = shell("apply", file)
    trigger = f'{{"name": "t", "type": "a", "url": "{url}", {SAME[yaml]}}}'
    status, answered = post(f"{server.http}/v1/projects/default/triggers", trigger)
    assert (status, refused.exit_code) == (400, 1)
    assert refused.stderr == f"bellrope: {file}:4: {answered['error'].rstrip('.')}; nothing was changed\n"


@pytest.mark.parametrize("options", ["&o {a: *o}", "[" * 5000, "{a: [&l x, " + "*l, " * 200_000 + "]}"])
def test_a_hostile_file_ends_apply_and_serve_at_once(
    shell: Shell, write: Write, tmp_path: Path, options: str
) -> None:
    """A value in itself, 5,000 levels or endless aliases are refused with their line, by both commands."""
    file = write(
        f"projects:\n  PROJECT:\n    triggers:\n      t:\n        type: a\n        options: {options}\n"
    )
    refused = shell("apply", file)
    assert (refused.exit_code, refused.stdout) == (1, "")
    ended = serve(tmp_path, f"--config={file}")
    assert (ended.returncode, ended.stdout) == (1, "")
    sentence = ended.stderr.removesuffix("\n")
    assert sentence.startswith(f"bellrope: {file}:6: ")
    assert refused.stderr == f"{sentence}; nothing was changed\n"
