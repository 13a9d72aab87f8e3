"""`bellrope events` and `bellrope deliveries`: the log from a shell, and what can be done to it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from kit import Server, serving
from shell import objects, row, run
from typer.testing import Result

Shell = Callable[..., Result]
EARLY, LATE = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults."""
    with serving(tmp_path_factory.mktemp("open")) as server:
        yield server


@pytest.fixture
def project(request: pytest.FixtureRequest, server: Server) -> str:
    """A project of the test's own."""
    name = request.node.name.partition("[")[0][:60]
    assert run("projects", "create", name, BELLROPE_SERVER=server.grpc).exit_code == 0
    return str(name)


@pytest.fixture
def shell(server: Server, project: str) -> Shell:
    """Run a command in the test's own project."""
    return partial(run, BELLROPE_SERVER=server.grpc, BELLROPE_PROJECT=project)


def waiting(shell: Shell, *ids: str, name: str = "held") -> None:
    """Queue events whose trigger is paused, so that their deliveries wait."""
    url = "--url=https://example.com/"
    assert shell("triggers", "create", name, f"--type={name}", url).exit_code == 0
    assert shell("triggers", "pause", name).exit_code == 0
    for id in ids:
        assert shell("queue", name, f"--id={id}").exit_code == 0


def ids(result: Result, key: str = "eventId") -> list[str]:
    """Return the ids of what was listed."""
    return [each[key] for each in objects(result)]


def only_delivery(shell: Shell, event: str) -> Any:
    """Return the one delivery of an event."""
    (delivery,) = objects(shell("deliveries", "list", f"--event={event}", "--json"))
    return delivery


def refusal(result: Result) -> str:
    """Return the reason why a command was refused."""
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.rpartition("(")[2].rstrip(")\n")


def test_events_are_listed_by_what_they_are(shell: Shell) -> None:
    """`events list` has the newest first; each option leaves fewer."""
    waiting(shell, "a-1", "a-2")
    shell("queue", "nobody", "--id=b-1")
    assert row(shell("events", "list"), "EVENT") == ["EVENT", "TYPE", "ACCEPTED", "DUE", "DELIVERIES"]
    listed = partial(shell, "events", "list", "--json")
    assert ids(listed()) == ["b-1", "a-2", "a-1"]
    assert ids(listed("--limit=2")) == ["b-1", "a-2"]
    assert ids(listed("--type=held")) == ["a-2", "a-1"]
    assert ids(listed("--id-prefix=a-")) == ["a-2", "a-1"]
    assert ids(listed("--unmatched")) == ["b-1"]
    assert ids(listed(f"--from={EARLY}", f"--until={LATE}")) == ["b-1", "a-2", "a-1"]
    assert ids(listed(f"--from={LATE}")) == ids(listed(f"--until={EARLY}")) == []
    wrong = listed("--from=yesterday")
    assert (wrong.exit_code, "Invalid value for --from" in wrong.stderr) == (2, True)


def test_a_long_list_is_fetched_page_by_page(shell: Shell) -> None:
    """`--limit` says how many are listed, 0 all of them, however many pages the server makes of it."""
    lines = "".join(f'{{"type": "many", "id": "{number}"}}\n' for number in range(1200))
    assert shell("queue-batch", "-", stdin=lines).exit_code == 0
    newest = [str(number) for number in range(1199, -1, -1)]
    assert ids(shell("events", "list", "--json")) == newest[:100]
    assert ids(shell("events", "list", "--limit=1100", "--json")) == newest[:1100]
    assert ids(shell("events", "list", "--limit=0", "--json")) == newest


def test_an_event_is_cancelled_and_sent_again(shell: Shell) -> None:
    """`events cancel` and `events replay` act on all deliveries of an event, and say on how many."""
    waiting(shell, "e-1")
    assert shell("events", "cancel", "e-1").stdout == "1 delivery cancelled\n"
    assert only_delivery(shell, "e-1")["state"] == "CANCELLED"
    assert shell("events", "cancel", "e-1").stdout == "0 deliveries cancelled\n"
    assert objects(shell("events", "replay", "e-1", "--json")) == [{"replayedCount": 1}]
    assert only_delivery(shell, "e-1")["state"] == "SCHEDULED"
    assert refusal(shell("events", "replay", "e-1")) == "NOT_FINAL"
    assert refusal(shell("events", "cancel", "none")) == "EVENT_NOT_FOUND"


def test_an_unmatched_event_is_matched_again(shell: Shell) -> None:
    """`events replay` gives an event that nobody wanted to the triggers that want it now."""
    shell("queue", "held", "--id=early")
    assert refusal(shell("events", "replay", "early")) == "NO_TRIGGER_MATCHED"
    waiting(shell)
    assert shell("events", "replay", "early").stdout == "1 delivery due now\n"
    assert only_delivery(shell, "early")["trigger"] == "held"
