"""`bellrope queue-batch` and `bellrope queue-stream`: files of events."""

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.cli.event_lines import lines
from forked import on_path
from kit import Server, environment, lent
from shell import Shell


def written(folder: Path, *lines: Any) -> str:
    """Return a file with these lines: objects as JSON, text as it is."""
    path = folder / "events.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


def data(shell: Shell, id: str) -> str:
    """Return the data of an event as it is stored."""
    shown = shell("events", "get", id, "--json").stdout
    return re.findall(r'"data":(.*?),"acceptTime"', shown)[0]


def test_a_file_without_line_breaks_is_not_read_to_its_end() -> None:
    """A line over 16 MiB is refused, and nothing after it is read: the file may have no end."""
    with Path("/dev/zero").open("rb") as endless:
        (line,) = lines(endless)
    assert (line.number, line.fault) == (1, "is over 16,777,216 bytes (TOO_LARGE)")


def test_data_from_a_file_without_an_end_is_refused(shell: Shell) -> None:
    """`--data @FILE` reads 16 MiB at most."""
    refused = shell("queue", "bulk", "--data=@/dev/zero")
    assert (refused.exit_code, "--data: is over 16,777,216 bytes" in refused.stderr) == (2, True)


@pytest.mark.parametrize("command", ["queue-batch", "queue-stream"])
def test_a_file_of_events_is_stored_as_it_stands(shell: Shell, tmp_path: Path, command: str) -> None:
    """A line may have every field of an event; data is stored byte for byte, and blank lines are ignored."""
    first = f'{{"type": "bulk", "id": "{command}-1", "data": {{"total": 0.10, "big": 18446744073709551617}}}}'
    second = {"type": "bulk", "id": f"{command}-2", "delay": "3600s", "options": {"db": "main"}}
    result = shell(command, written(tmp_path, first, "", second))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2 stored\n", "")
    assert data(shell, f"{command}-1") == '{"total": 0.10, "big": 18446744073709551617}'
    assert json.loads(shell("events", "get", f"{command}-2", "--json").stdout)["options"] == {"db": "main"}


@pytest.mark.parametrize("command", ["queue-batch", "queue-stream"])
def test_a_file_can_be_sent_again(shell: Shell, command: str) -> None:
    """With `--ids` each line has an id of its own: the same file again stores only what is new."""
    lines = "".join('{"type": "resumed"}\n' for _ in range(1200))
    stopped = shell(command, "-", f"--ids=again-{command}", stdin=lines[: 20 * 900])
    assert (stopped.exit_code, stopped.stdout) == (0, "900 stored\n")
    again = shell(command, "-", f"--ids=again-{command}", stdin=lines)
    assert (again.exit_code, again.stdout) == (0, "300 stored, 900 accepted before\n")
    assert shell("events", "get", f"again-{command}-1200").exit_code == 0


def test_a_batch_is_stored_whole_or_not_at_all(shell: Shell, tmp_path: Path) -> None:
    """A refused line is named, and nothing of its batch of a thousand is stored; earlier batches are."""
    for wrong, why in (
        ({"type": "two words"}, r"events\[1\]\.type must be .* \(INVALID_FIELD\)"),
        ({"type": "a", "dely": "1s"}, r".*dely.* \(UNKNOWN_FIELD\)"),
        ({"type": "a", "delay": 60}, r".*delay.* \(INVALID_FIELD\)"),
        ("{", r".* \(MALFORMED_JSON\)"),
    ):
        refused = shell("queue-batch", written(tmp_path, {"type": "all", "id": "all-1"}, wrong))
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert re.fullmatch(rf"bellrope: line 2: {why}; nothing was stored\n", refused.stderr), refused.stderr
        assert shell("events", "get", "all-1").stderr.endswith("(EVENT_NOT_FOUND)\n")
    many = [{"type": "all", "id": f"many-{n}"} for n in range(1, 1003)]
    many[1001]["type"] = "two words"
    refused = shell("queue-batch", written(tmp_path, *many))
    assert refused.stderr.endswith("; the lines before line 1001 are stored, the others are not\n")
    assert [shell("events", "get", id).exit_code for id in ("many-1000", "many-1001")] == [0, 1]


def test_a_stream_goes_on_after_a_line_that_is_refused(shell: Shell, tmp_path: Path) -> None:
    """Each refused line is reported with its number and reason; the others are stored; the exit code is 1."""
    file = written(tmp_path, {"type": "a"}, "{", {"type": "two words"}, {"type": "b"})
    result = shell("queue-stream", file)
    assert (result.exit_code, result.stdout) == (1, "2 stored, 2 refused\n")
    told = sorted(result.stderr.splitlines())
    assert [re.findall(r"^bellrope: line (\d): .* \((\w+)\)$", line)[0] for line in told] == [
        ("2", "MALFORMED_JSON"),
        ("3", "INVALID_FIELD"),
    ]


@pytest.mark.parametrize("command", ["queue-batch", "queue-stream"])
def test_answers_are_json_for_programs(shell: Shell, tmp_path: Path, command: str) -> None:
    """`--json` prints the answer for each event on a line of its own, in the file's order."""
    result = shell(command, written(tmp_path, {"type": "a", "id": "j1"}, {"type": "a", "id": "j2"}), "--json")
    assert [json.loads(line)["eventId"] for line in result.stdout.splitlines()] == ["j1", "j2"]


@pytest.mark.parametrize("command", ["queue-batch", "queue-stream"])
def test_what_cannot_be_read_or_reached_is_a_sentence(shell: Shell, tmp_path: Path, command: str) -> None:
    """A missing file is exit code 2, a missing server 3."""
    missing = shell(command, str(tmp_path / "none"))
    assert (missing.exit_code, "No such file or directory" in missing.stderr) == (2, True)
    alone = shell(command, written(tmp_path, {"type": "a"}), "--server=127.0.0.1:1")
    assert (alone.exit_code, "no server answers at 127.0.0.1:1" in alone.stderr) == (3, True)


def test_a_terminal_shows_how_far_it_is(server: Server, tmp_path: Path) -> None:
    """On a terminal a line shows how many events are stored and how fast; elsewhere there is none."""
    file = written(tmp_path, *({"type": "seen"} for _ in range(2500)))
    code, said = on_terminal("queue-batch", file, f"--server={server.grpc}")
    assert code == 0
    assert re.search(r"2,500 events, [\d,]+ a second", said)


@pytest.mark.parametrize("arguments", [("queue-batch", "{file}", "--project=none"), ("bulk", "watch", "x")])
def test_an_error_stands_alone_on_a_terminal(
    server: Server, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """What is refused at once leaves its sentence on the terminal, without an empty bar."""
    file = written(tmp_path, {"type": "seen"})
    code, said = on_terminal(*(each.format(file=file) for each in arguments), f"--server={server.grpc}")
    last_line = said.rpartition("\x1b[2K")[2]  # what is on it since it was erased
    assert (code, "NOT_FOUND" in said, "━" in last_line) == (1, True, False)


def on_terminal(*arguments: str) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; return its code and what it showed."""
    controller, terminal = pty.openpty()
    done = subprocess.run(
        ["bellrope", *arguments], stderr=terminal, env=environment(**on_path(), COLUMNS="100")
    )
    os.close(terminal)
    said = b""
    with suppress(OSError):
        while more := os.read(controller, 65536):
            said += more
    os.close(controller)
    return done.returncode, said.decode()


@contextmanager
def streaming(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Give a `queue-stream -` that has stored three lines and waits for more."""
    command = ["bellrope", "queue-stream", "-", "--json", f"--server={server.grpc}"]
    piped = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, env=environment(**on_path()), **piped) as process:
        process.stdin.write(b'{"type": "open"}\n' * 3)
        process.stdin.flush()
        for _ in range(3):
            assert process.stdout.readline()
        yield process
        process.kill()


def test_ctrl_c_says_how_far_a_stream_came(server: Server) -> None:
    """Ctrl-C while it waits for a line makes it print how many are stored; the exit code is 130."""
    with streaming(server) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        unknown = "more may have been stored: lines with an id are safe to send again"
        assert process.stderr.read().decode() == f"bellrope: stopped; 3 stored; {unknown}\n"


def test_a_stream_ends_when_its_server_does(tmp_path: Path) -> None:
    """If its server stops, the exit code is 3 at once, though more lines could come."""
    with lent(tmp_path) as server, streaming(server) as process:
        server.kill()
        assert process.wait(20) == 3
        assert process.stderr.read().decode().endswith("(UNAVAILABLE)\n")
