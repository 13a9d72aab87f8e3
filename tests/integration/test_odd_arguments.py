"""Arguments, variables and streams as no program expects them: a sentence and an exit code, no traceback."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from bellrope_server.cli import program
from kit import Server, environment, lent
from shell import run
from typer.main import get_command

LATIN = "caf\udce9"  # as Python has the argument `café` of a terminal that does not use UTF-8
BYTES = ("FILE", "FILE...", "JSON")
KEY = "a-key-for-these-tests-only"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an admin key."""
    with lent(tmp_path_factory.mktemp("closed"), f"--admin-key={KEY}") as server:
        yield server


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command with its names."""
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from commands(command.get_command(None, name), *path, name)


COMMANDS = dict(commands(get_command(program)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_an_argument_that_is_not_utf8_is_refused(path: tuple[str, ...]) -> None:
    """Every argument and option that is text must be UTF-8; the error names it, and nothing is sent."""
    params = COMMANDS[path].params
    given = {each: "-" if each.metavar in BYTES else "x" for each in params if each.opts[0][0] != "-"}
    required = [f"{each.opts[0]}=x" for each in params if each.required and each not in given]
    for each in params:
        if getattr(each, "is_flag", False) or each.metavar in BYTES or each.opts[0] == "--help":
            continue
        values = [LATIN if each is other else value for other, value in given.items()]
        option = [] if each in given else [f"{each.opts[0]}={LATIN}"]
        refused = run(*path, *required, *option, *values, stdin=b"")
        assert (refused.exit_code, refused.stdout) == (2, ""), (each.name, refused.output)
        assert re.search(r": must be (UTF-8|a number|a whole number|one of .*)\n$", refused.stderr)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("triggers", "create", "t", "--type=a", "--url=http://h/", "--retries=99999999999"), "--retries"),
        (("deliveries", "list", "--status-code=99999999999"), "--status-code"),
        (("events", "list", "--limit=-1"), "--limit"),
        (("queue", "a", "--delay=nan"), "--delay"),
        (("queue", "a", "--delay=1e400"), "--delay"),
        (("queue", "a", "--at=2026-02-30T00:00:00Z"), "--at"),
        (("queue", "a", "--at=99999-01-01T00:00:00Z"), "--at"),
        (("queue", "a", "--server="), "--server"),
        (("queue", "a", "--server=a b"), "--server"),
        (("queue", "a", "--option=a"), "--option"),
        (("queue", "a", "b", "c"), "There is an argument too many"),
        (("import-space-cloud", "-", "--url="), "--url"),
        (("import-space-cloud", "-", "--url=127.0.0.1:4122"), "--url"),
        (("import-space-cloud", "-", "--url=file:///etc/passwd"), "--url"),
        (("import-space-cloud", "-", "--url=http://[::1"), "--url"),
        (("import-space-cloud", "-", "--url=http://h:port/"), "--url"),
        (("import-space-cloud", "-", f"--url=http://{'h' * 300}/"), "--url"),
        (("import-space-cloud", "-", "--url=http://me:marked@h/"), "--url"),
        (("import-space-cloud", "-", "--key=a\nb"), "--key"),
    ],
    ids=str,
)
def test_a_value_that_no_message_can_hold_is_refused(arguments: tuple[str, ...], why: str) -> None:
    """A number over 32 bits, a day that does not exist or an address that is none is refused by name."""
    refused = run(*arguments, stdin=b"")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert why in refused.stderr
    for theirs in ("Input should", "Value error", "marked", "Errno"):
        assert theirs not in refused.stderr


def test_apply_without_the_right_key_says_so(server: Server, tmp_path: Path) -> None:
    """Without a key, or with another, `apply` says what the server says, and changes nothing."""
    file = tmp_path / "bellrope.yaml"
    file.write_text("projects: {p: {}}\n")
    for key in ([], ["--key=another-key-than-the-right-one"]):
        refused = run("apply", str(file), f"--server={server.grpc}", *key)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.endswith("(KEY_REQUIRED); nothing was changed\n")


class Other(BaseHTTPRequestHandler):
    """A server that is not bellrope's."""

    def do_POST(self) -> None:
        """Answer a list."""
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def test_an_import_into_another_server_says_so(server: Server) -> None:
    """What another HTTP server answers is a refusal with its status; gRPC's port is named as such."""
    document = "api: /v1/config/projects/{project}\nmeta: {project: p}\nspec: {id: p}\n"
    with HTTPServer(("127.0.0.1", 0), Other) as other:
        Thread(target=other.handle_request).start()
        url = f"--url=http://127.0.0.1:{other.server_port}"
        refused = run("import-space-cloud", "-", url, stdin=document)
    assert (refused.exit_code, "HTTP 404 (UNKNOWN)" in refused.stdout) == (1, True)
    refused = run("import-space-cloud", "-", f"--url=http://{server.grpc}", stdin=document)
    assert (refused.exit_code, "does not answer HTTP; give the HTTP address" in refused.stderr) == (3, True)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("print('caf\\xe9', end='')", 0, b"caf\\xe9"),
        ("sys.stdout.write('x' * 100_000)", 3, b"bellrope: No space left on device\n"),
    ],
)
def test_the_output_takes_any_text_and_a_full_disk_is_a_sentence(line: str, code: int, said: bytes) -> None:
    """Text that the output's encoding lacks is escaped; an output that is full ends the command with 3."""
    script = f"""
import sys
from bellrope_server.cli import streams
streams.prepare()
try:
    {line}; sys.stdout.flush()
except OSError as error:
    sys.exit(streams.give_up(error))
"""
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", script],
            env=environment(PYTHONIOENCODING="ascii"),
            stdout=full if code else subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stdout or ended.stderr) == (code, said)


def test_streams_that_the_caller_closed_are_open(tmp_path: Path) -> None:
    """With closed streams nothing that the program opens, such as a database, becomes a stream."""
    script = (
        "from bellrope_server.cli import streams; streams.prepare(); import os, sys\n"
        "print('lost'); print('lost', file=sys.stderr)\n"
        f"number = os.open({str(tmp_path / 'db')!r}, os.O_CREAT)\n"
        "os._exit(number if sys.stdin.read() == '' else 1)"
    )
    shell = 'exec "$0" -c "$1" <&- >&- 2>&-'
    ended = subprocess.run(["/bin/sh", "-c", shell, sys.executable, script], env=os.environ, check=False)
    assert ended.returncode > 2
