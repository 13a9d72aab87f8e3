"""The errors of the commands: they say what to type, not how the API names it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit import Server, lent
from shell import run

KEY = "a-key-for-these-tests-only"
NEW = ("--type=x", "--url=https://example.com/")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a project `default`, whose trigger is `here`."""
    with lent(tmp_path_factory.mktemp("open")) as server:
        assert run("triggers", "create", "here", *NEW, f"--server={server.grpc}").exit_code == 0
        yield server


def refused(server: Server, *arguments: str) -> str:
    """Run a command that the server refuses, and return its error."""
    result = run(*arguments, f"--server={server.grpc}")
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.removeprefix("bellrope: ").rstrip("\n")


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        ("queue x --at=2090-01-01T00:00:00Z", "--at"),
        ("queue x --expire-at=2090-01-01T00:00:00Z --delay=1e9", "--delay"),
        ("queue x --option=a=" + "x" * 300, "--option"),
        ("queue x --id=*", "--id"),
        ("queue x --traceparent=no", "--traceparent"),
        ("triggers create y --type=y --url=https://example.com/ --retries=101", "--retries"),
        ("triggers create y --type=y --url=https://example.com/ --min-backoff=0", "--min-backoff"),
        ("triggers create y --type=y --url=https://example.com/ --secret=no", "--secret"),
        ("triggers update here --header=a_ü=b", "--header"),
        ("triggers update here --schedule=0", "--schedule"),
        ("triggers update here --max-in-flight=0", "--max-in-flight"),
        ("triggers update here --filter=((", "--filter"),
        ("triggers test here --source=%", "--source"),
        ("deliveries list --error-text=a", "--error-text"),
        ("deliveries list --status-code=7", "--status-code"),
        ("deliveries reschedule any --at=2090-01-01T00:00:00Z", "--at"),
        ("events list --id-prefix=*", "--id-prefix"),
        ("bulk start replay --max-per-second=-1", "--max-per-second"),
        ("bulk start replay --at=now", "--at"),
        ("bulk start replay --to=*", "--to"),
        ("export --project=*", "--project"),
    ],
)
def test_an_error_names_the_option_that_was_typed(server: Server, arguments: str, flag: str) -> None:
    """An error about a value names the option that it was given with, not the field of the API."""
    assert refused(server, *arguments.split(" ")).partition(" ")[0] == flag


@pytest.mark.parametrize(
    ("arguments", "to_do"),
    [
        ("queue x --project=none", "`bellrope projects create NAME`"),
        ("triggers list --project=none", "`bellrope projects create NAME`"),
        ("deliveries get any --project=none", "`bellrope projects create NAME`"),
        ("projects create default", "`bellrope projects update`"),
        ("triggers create here --type=x --url=https://example.com/", "`bellrope triggers update`"),
        ("triggers pause none", "`bellrope triggers list`"),
        ("deliveries backlog none", "`bellrope triggers list`"),
    ],
)
def test_an_error_says_which_command_helps(server: Server, arguments: str, to_do: str) -> None:
    """If something is missing or already there, the error names the command that helps, and no HTTP path."""
    error = refused(server, *arguments.split(" "))
    assert to_do in error
    assert "/v1/" not in error


def test_a_missing_key_is_asked_for_as_an_option(tmp_path: Path) -> None:
    """If a server requires a key, the error names --key, and does not speak of HTTP headers."""
    with lent(tmp_path, f"--admin-key={KEY}") as locked:
        for command in (("triggers", "list"), ("queue", "x"), ("tail",)):
            to_do = "Give the right one with --key or BELLROPE_ADMIN_KEY (KEY_REQUIRED)"
            assert refused(locked, *command) == f"This server requires a key. {to_do}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trigers", "'triggers'"),
        ("que", "'queue'"),
        ("delivery", "'deliveries'"),
        ("server", "'serve'"),
        ("event-type", "'event-types'"),
        ("triggers lst", "'list'"),
    ],
)
def test_a_misspelled_command_is_answered_with_the_right_one(typed: str, meant: str) -> None:
    """`bellrope trigers` asks whether you mean `triggers`; so does a command in a group."""
    result = run(*typed.split(" "))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean " in result.stderr
    assert meant in result.stderr.partition("Did you mean ")[2]


def test_what_is_like_no_command_gets_no_proposal() -> None:
    """A word that is like no command is refused without a proposal."""
    result = run("zzzzz")
    assert (result.exit_code, "Did you mean" in result.stderr) == (2, False)


@pytest.mark.parametrize("command", ["triggers list", "queue x", "tail", "bulk list"])
def test_the_http_port_in_server_is_recognised(server: Server, command: str) -> None:
    """If --server has the server's HTTP address, the error says so, and where the gRPC address is."""
    http = server.http.removeprefix("http://")
    wrong = f"bellrope: {http} is an HTTP address; give the gRPC address of the server in --server\n"
    for given in (http, server.http):
        result = run(*command.split(" "), f"--server={given}")
        assert (result.exit_code, result.stdout) == (3, "")
        assert result.stderr.startswith(wrong)


@pytest.mark.parametrize(
    "given",
    ["https://u:s3cret@h:1", "grpc://s3cret", "u:s3cret@h:1", "u:s3cret", "h:65536", "http://", "[::1", ":1"],
)
def test_what_is_no_server_is_refused_before_it_is_called(given: str) -> None:
    """--server and its variable take an address; the error shows neither a user nor a password."""
    for arguments, variables in ((["--server", given], {}), ([], {"BELLROPE_SERVER": given})):
        result = run("triggers", "list", *arguments, **variables)
        assert (result.exit_code, "--server: must be HOST:PORT" in result.stderr) == (2, True)
        assert "s3cret" not in result.stderr


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("deliveries list --trigger=none", "TRIGGER_NOT_FOUND"),
        ("deliveries list --trigger=none --json", "TRIGGER_NOT_FOUND"),
        ("deliveries list --event=none", "EVENT_NOT_FOUND"),
        ("bulk start replay --trigger=none", "TRIGGER_NOT_FOUND"),
        ("bulk start cancel --event=none --dry-run", "EVENT_NOT_FOUND"),
        ("tail --trigger=none", "TRIGGER_NOT_FOUND"),
        ("triggers delete none", "TRIGGER_NOT_FOUND"),
        ("projects delete none", "PROJECT_NOT_FOUND"),
        ("event-types delete none", "EVENT_TYPE_NOT_FOUND"),
    ],
)
def test_what_does_not_exist_is_reported_before_anything_else(
    server: Server, command: str, reason: str
) -> None:
    """A name that nothing has is an error: not an empty list, and not first a question."""
    assert refused(server, *command.split(" ")).endswith(f"({reason})")


def test_an_empty_list_of_what_exists_is_no_error(server: Server) -> None:
    """A trigger without deliveries has an empty list, and the exit code is 0."""
    result = run("deliveries", "list", "--trigger=here", "--json", f"--server={server.grpc}")
    assert (result.exit_code, result.output) == (0, "")


def test_the_deliveries_of_a_deleted_trigger_are_listed(server: Server) -> None:
    """The name of a deleted trigger still finds its deliveries."""
    at = f"--server={server.grpc}"
    for made in (("triggers", "create", "gone", *NEW), ("queue", "x", "--delay=99")):
        assert run(*made, at).exit_code == 0
    assert run("triggers", "delete", "gone", "--yes", at).exit_code == 0
    listed = run("deliveries", "list", "--trigger=gone", at)
    assert (listed.exit_code, listed.stdout.splitlines()[1].split()[3]) == (0, "gone")


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        *(("queue x", flag) for flag in ("--at", "--expire-at")),
        *(("events list", flag) for flag in ("--from", "--until")),
        *(("deliveries list", flag) for flag in ("--from", "--until")),
        ("deliveries reschedule any", "--at"),
        ("bulk start replay", "--from"),
    ],
)
def test_an_empty_time_is_an_error(server: Server, arguments: str, flag: str) -> None:
    """An empty time, as from a variable that is not set, is never read as none: nothing is sent now."""
    result = run(*arguments.split(), flag, "", f"--server={server.grpc}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a time in RFC 3339 with an offset" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        *(
            ("bulk start cancel --yes", flag)
            for flag in ("--trigger", "--type", "--state", "--event", "--error")
        ),
        ("bulk start replay --yes", "--to"),
        ("deliveries list", "--error-text"),
        ("events list", "--id-prefix"),
        ("events replay any", "--to"),
        ("queue x", "--id"),
        ("tail", "--trigger"),
    ],
)
def test_an_empty_option_is_never_read_as_none(server: Server, arguments: str, flag: str) -> None:
    """`--trigger "$NAME"` without a NAME is an error: a bulk action would take the deliveries of all."""
    result = run(*arguments.split(), flag, "", f"--server={server.grpc}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "must not be empty; leave it out instead" in " ".join(result.stderr.split())


@pytest.mark.parametrize("given", ["", " ", "@/dev/null"])
def test_empty_data_is_never_sent_as_null(server: Server, given: str) -> None:
    """Data that is empty, as from a variable that is not set or a file without content, is an error."""
    result = run("queue", "x", "--data", given, f"--server={server.grpc}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "must not be empty; write null for no data" in " ".join(result.stderr.split())


def test_no_time_to_wait_is_an_error(server: Server) -> None:
    """`--timeout 0` can get no answer, so it is refused before anything is sent."""
    result = run("queue", "x", "--sync", "--timeout", "0", f"--server={server.grpc}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "must be more than 0" in " ".join(result.stderr.split())


def test_an_option_of_a_change_may_be_empty(server: Server) -> None:
    """`triggers update --filter ''` removes the filter."""
    assert run("triggers", "update", "here", "--filter", "", f"--server={server.grpc}").exit_code == 0


def test_a_command_takes_the_key_from_a_file(tmp_path: Path) -> None:
    """With BELLROPE_ADMIN_KEY_FILE a command calls with the key in that file; a file without one is named."""
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    named = {"BELLROPE_ADMIN_KEY_FILE": str(file)}
    with lent(tmp_path, "--admin-key", KEY) as closed:
        calls = ("projects", "list", f"--server={closed.grpc}")
        assert run(*calls, **named).exit_code == 0
        assert "BELLROPE_ADMIN_KEY" in run(*calls, "--key=another-key-altogether", **named).stderr
        file.write_text("two words, marked")
        unfit = run(*calls, **named)
        assert (unfit.exit_code, "BELLROPE_ADMIN_KEY_FILE" in unfit.stderr) == (2, True)
        assert "marked" not in unfit.stderr
        file.unlink()
        assert "No such file or directory" in run(*calls, **named).stderr
