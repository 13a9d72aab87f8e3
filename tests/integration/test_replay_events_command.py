"""`bellrope bulk replay-events`: kept events go to a new trigger, with a count first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit import Server, lent
from shell import Shell, objects, run
from typer.testing import Result

REPLAY = ("bulk", "replay-events", "--to=late")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with five kept events, and a trigger that is newer and paused."""
    with lent(tmp_path) as server:
        events = [f'{{"type": "order.{n % 2}", "id": "o-{n}", "data": {{"n": {n}}}}}' for n in range(5)]
        lines = "".join(f"{each}\n" for each in events)
        at = f"--server={server.grpc}"
        assert run("queue-batch", "-", at, stdin=lines).exit_code == 0
        made = run(
            *("triggers", "create", "late", "--type=order.*", "--url=https://example.com/", at),
            "--filter=data.n > 0",
        )
        assert made.exit_code == 0, made.stderr
        assert run("triggers", "pause", "late", at).exit_code == 0
        yield server


def said(result: Result, *, code: int = 0) -> str:
    """Return what a command printed; it must have ended with this code."""
    assert result.exit_code == code, result.stderr
    return str(result.stdout)


def test_kept_events_are_counted_then_replayed(shell: Shell) -> None:
    """A dry run prints how many the trigger would get and why not the others; then the command sends them."""
    unmatched = "1 skipped: 1 that the trigger does not match (--force sends them)"
    assert said(shell(*REPLAY, "--dry-run")) == f"4 events would be replayed, {unmatched}\n"
    one = ("--type=order.1", "--id-prefix=o-1")
    assert said(shell(*REPLAY, *one, "--yes")) == "1 of 1 event replayed\n"
    waits = "1 already waiting for the trigger, or gone"
    nothing = f"0 events would be replayed, 1 skipped: {waits}\n"
    assert said(shell(*REPLAY, *one, "--dry-run"), code=1) == nothing
    both = f"2 skipped: 1 that the trigger does not match (--force sends them), {waits}"
    assert said(shell(*REPLAY, "--yes")) == f"3 of 5 events replayed, {both}\n"
    said(shell("events", "cancel", "o-2"))
    assert said(shell(*REPLAY, "--id-prefix=o-2", "--yes")) == "1 of 1 event replayed, 1 of them again\n"
    listed = objects(shell("deliveries", "list", "--trigger=late", "--json"))
    assert sorted(each["eventId"] for each in listed) == ["o-1", "o-2", "o-3", "o-4"]
    actions = objects(shell("bulk", "list", "--json"))
    assert {each["action"] for each in actions} == {"REPLAY_EVENTS"}


def test_time_and_force_narrow_and_widen_it(shell: Shell) -> None:
    """`--from`, `--until` and `--unmatched` leave fewer events; `--force` takes what does not match."""
    for options, code, count in (
        (("--until=2020-01-01T00:00:00Z",), 1, "0 events"),
        (("--from=2020-01-01T00:00:00Z", "--force"), 0, "5 events"),
        (("--type=order.*", "--unmatched", "--force"), 0, "5 events"),
        (("--type=bellrope.*", "--force"), 1, "0 events"),
    ):
        assert said(shell(*REPLAY, *options, "--dry-run"), code=code) == f"{count} would be replayed\n"


def test_the_command_asks_first_and_can_leave_it_running(shell: Shell) -> None:
    """Without a terminal it requires `--yes`; `--no-watch` prints the action, and `watch` returns to it."""
    asked = shell(*REPLAY)
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "Replay 4 events to late?" in asked.stderr
    (begun,) = objects(shell(*REPLAY, "--yes", "--no-watch", "--json"))
    watched = said(shell("bulk", "watch", begun["bulkAction"]))
    assert watched.startswith("4 of 5 events replayed, 1 skipped")


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--to=nope",), 1, "(TRIGGER_NOT_FOUND)"),
        (("--to=late", "--type=a*"), 1, "--type may have `*` only alone"),
        (("--to=late", "--id-prefix=a b"), 1, "--id-prefix must be 1 to 128"),
        (("--to=late", "--max-per-second=10001"), 1, "--max-per-second must be"),
        (("--to=late", "--from=yesterday"), 2, "--from"),
        ((), 2, "--to"),
    ],
)
def test_a_mistake_is_named_by_its_option(shell: Shell, options: Any, code: int, why: str) -> None:
    """Errors name the option that one types, and nothing is started."""
    wrong = shell("bulk", "replay-events", *options, "--yes")
    assert (wrong.exit_code, wrong.stdout, why in wrong.stderr) == (code, "", True), wrong.stderr
    assert said(shell("bulk", "list", "--json")) == ""
