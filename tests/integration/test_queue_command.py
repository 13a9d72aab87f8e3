"""`bellrope queue`: queue an event from a shell, and wait for its answer."""

import asyncio
import json
import re
from pathlib import Path

import apsw
from integration.program import save
from kit import Server
from receiver import Receiver, answer, hang
from shell import Shell, objects


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


def test_a_trace_goes_on(shell: Shell) -> None:
    """`queue --traceparent` passes a trace context on."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert shell("queue", "traced", "--id=traced-1", f"--traceparent={trace}").exit_code == 0
    assert objects(shell("events", "get", "traced-1", "--json"))[0]["traceparent"] == trace
