"""`bellrope events` and `bellrope deliveries`: the log from a shell, and actions on it."""

import asyncio
from base64 import b64decode
from functools import partial
from typing import Any

import pytest
from kit import Server, until
from receiver import Receiver, answer
from shell import Shell, objects, row, run
from typer.testing import Result

EARLY, LATE = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


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
    """Return the ids in a list."""
    return [each[key] for each in objects(result)]


def only_delivery(shell: Shell, event: str) -> Any:
    """Return the only delivery of an event."""
    (delivery,) = objects(shell("deliveries", "list", f"--event={event}", "--json"))
    return delivery


def refusal(result: Result) -> str:
    """Return the reason for which a command was refused."""
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.rpartition("(")[2].rstrip(")\n")


def test_events_are_listed_by_what_they_are(shell: Shell) -> None:
    """`events list` prints the newest first; each option leaves fewer."""
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
    """`--limit` sets how many are listed, 0 means all, however many pages the server needs."""
    lines = "".join(f'{{"type": "many", "id": "{number}"}}\n' for number in range(1200))
    assert shell("queue-batch", "-", stdin=lines).exit_code == 0
    newest = [str(number) for number in range(1199, -1, -1)]
    assert ids(shell("events", "list", "--json")) == newest[:100]
    assert ids(shell("events", "list", "--limit=1100", "--json")) == newest[:1100]
    assert ids(shell("events", "list", "--limit=0", "--json")) == newest


def test_an_event_is_cancelled_and_sent_again(shell: Shell) -> None:
    """`events cancel` and `events replay` act on all deliveries of an event, and print how many."""
    waiting(shell, "e-1")
    assert shell("events", "cancel", "e-1").stdout == "1 delivery cancelled\n"
    assert only_delivery(shell, "e-1")["state"] == "CANCELLED"
    assert shell("events", "cancel", "e-1").stdout == "0 deliveries cancelled\n"
    assert objects(shell("events", "replay", "e-1", "--json")) == [{"replayedCount": 1}]
    assert only_delivery(shell, "e-1")["state"] == "SCHEDULED"
    assert refusal(shell("events", "replay", "e-1")) == "NOT_FINAL"
    assert refusal(shell("events", "cancel", "none")) == "EVENT_NOT_FOUND"


def test_an_unmatched_event_is_matched_again(shell: Shell) -> None:
    """`events replay` sends an event that matched nothing to the triggers that match it now."""
    shell("queue", "held", "--id=early")
    assert refusal(shell("events", "replay", "early")) == "NO_TRIGGER_MATCHED"
    waiting(shell)
    assert shell("events", "replay", "early").stdout == "1 delivery due now\n"
    assert only_delivery(shell, "early")["trigger"] == "held"


def test_an_event_is_replayed_to_a_newer_trigger(shell: Shell) -> None:
    """`events replay --to` sends an event to one trigger; with `--force` even if it does not match."""
    shell("queue", "sale", "--id=kept")
    shell("triggers", "create", "newer", "--type=other", "--url=http://127.0.0.1:8089/")
    assert refusal(shell("events", "replay", "kept", "--to=newer")) == "NO_TRIGGER_MATCHED"
    assert shell("events", "replay", "kept", "--to=newer", "--force").stdout == "1 delivery due now\n"
    assert only_delivery(shell, "kept")["trigger"] == "newer"


async def failed(shell: Shell, receiver: Receiver, name: str, event: str) -> Any:
    """Return a delivery that became a dead letter."""
    call = partial(asyncio.to_thread, shell)
    await call("triggers", "create", name, f"--type={name}", f"--url={receiver.url}", "--retries=0")
    await call("queue", name, f"--id={event}")

    async def is_dead() -> bool:
        return bool((await asyncio.to_thread(only_delivery, shell, event))["state"] == "DEAD_LETTERED")

    await until(is_dead)
    return await asyncio.to_thread(only_delivery, shell, event)


async def test_deliveries_are_listed_by_what_became_of_them(shell: Shell) -> None:
    """`deliveries list` has an option for each filter of the log; each leaves fewer."""
    async with Receiver(answer(503, b"Out of Memory")) as receiver:
        dead = (await failed(shell, receiver, "fails", "f-1"))["deliveryId"]
    waiting(shell, "w-1")
    waits = only_delivery(shell, "w-1")["deliveryId"]
    for options, expected in (
        ((), [waits, dead]),
        (("--limit=1",), [waits]),
        (("--event=w-1",), [waits]),
        (("--trigger=fails",), [dead]),
        (("--state=scheduled",), [waits]),
        (("--type=fails",), [dead]),
        ((f"--from={EARLY}", f"--until={LATE}"), [waits, dead]),
        ((f"--from={LATE}",), []),
        ((f"--until={EARLY}",), []),
        (("--error=status",), [dead]),
        (("--error=timeout",), []),
        (("--error-text=memory",), [dead]),
        (("--status-code=503",), [dead]),
        (("--status-code=500",), []),
    ):
        assert ids(shell("deliveries", "list", *options, "--json"), "deliveryId") == expected, options
    for flag in ("--state", "--error"):
        wrong = shell("deliveries", "list", f"{flag}=nowhere")
        assert (wrong.exit_code, f"Invalid value for {flag}: must be one of" in wrong.stderr) == (2, True)


async def test_attempts_are_listed(shell: Shell) -> None:
    """`deliveries attempts` prints the last one first; --json has the webhook's whole answer."""
    async with Receiver(answer(500, b"x" * 1000), answer(418)) as receiver:
        id = (await failed(shell, receiver, "fails", "f-1"))["deliveryId"]
        await asyncio.to_thread(shell, "deliveries", "replay", id)
        await receiver.received(2)
        listed = partial(asyncio.to_thread, shell, "deliveries", "attempts", id)

        async def both() -> bool:
            return len(objects(await listed("--json"))) == 2

        await until(both)
        last, first = objects(await listed("--json"))
        assert (last["number"], last["statusCode"], first["number"], first["statusCode"]) == (2, 418, 1, 500)
        assert len(b64decode(first["responseBody"])) == 1000
        assert row(await listed(), "1")[3:5] == ["500", "STATUS"]
        assert len(objects(await listed("--limit=1", "--json"))) == 1
    assert refusal(shell("deliveries", "attempts", "none")) == "DELIVERY_NOT_FOUND"


def test_a_delivery_is_rescheduled_and_cancelled(shell: Shell) -> None:
    """`deliveries reschedule` makes a waiting delivery due at another time; `deliveries cancel` ends it."""
    waiting(shell, "w-1")
    id = only_delivery(shell, "w-1")["deliveryId"]
    moved = shell("deliveries", "reschedule", id, "--at=2030-01-02T03:04:05Z")
    assert row(moved, id)[4:] == ["SCHEDULED", "0", "2030-01-02T03:04:05Z"]
    assert objects(shell("deliveries", "reschedule", id, "--at=now", "--json"))[0]["dueTime"] < "2030"
    for wrong in (("--at=soon",), ("--at=",), ()):
        refused = shell("deliveries", "reschedule", id, *wrong)
        assert (refused.exit_code, "--at" in refused.stderr) == (2, True), wrong
    assert row(shell("deliveries", "cancel", id), id)[4] == "CANCELLED"
    assert refusal(shell("deliveries", "reschedule", id, "--at=now")) == "ALREADY_FINAL"


def test_an_event_is_explained(shell: Shell) -> None:
    """`events explain` has a line for each trigger: whether it matches the event, and if not, why."""
    waiting(shell, "e-1")
    for name, filter in (("fails", "data.n > 1"), ("other", "")):
        where = ("--url=https://example.com/", f"--type={'held' if filter else 'x'}")
        assert shell("triggers", "create", name, *where, f"--filter={filter}").exit_code == 0
    shown = shell("events", "explain", "e-1")
    assert row(shown, "TRIGGER")[:3] == ["TRIGGER", "MATCHES", "OBSTACLES"]
    assert row(shown, "fails")[:3] == ["fails", "no", "FILTER_FAILED"]
    assert row(shown, "held") == ["held", "yes", "PAUSED", only_delivery(shell, "e-1")["deliveryId"]]
    assert row(shown, "other") == ["other", "no", "TYPE"]
    assert refusal(shell("events", "explain", "none")) == "EVENT_NOT_FOUND"


def test_what_is_scheduled_is_listed_by_due_time(shell: Shell) -> None:
    """`deliveries list --order due-time` has the next due first; --due-from and --due-until bound it."""
    assert shell("triggers", "create", "hook", "--type=x", "--url=https://example.com/").exit_code == 0
    for year in (2031, 2030, 2032):
        assert shell("queue", "x", f"--id=in-{year}", f"--at={year}-01-01T00:00:00Z").exit_code == 0
    listed = partial(shell, "deliveries", "list", "--json", "--state=scheduled", "--order=due-time")
    assert ids(listed()) == ["in-2030", "in-2031", "in-2032"]
    assert ids(listed("--due-from=2031-01-01T00:00:00Z")) == ["in-2031", "in-2032"]
    assert ids(listed("--due-until=2031-01-01T00:00:00Z")) == ["in-2030"]
    bounds = ("--due-from=2030-06-01T00:00:00Z", "--due-until=2031-06-01T00:00:00Z", "--json", "--yes")
    assert objects(shell("bulk", "start", "cancel", *bounds))[-1]["doneCount"] == "1"
    assert ids(listed()) == ["in-2030", "in-2032"]
    wrong = shell("deliveries", "list", "--order=name")
    assert (wrong.exit_code, "--order" in wrong.stderr) == (2, True)
    wrong = shell("deliveries", "list", "--due-from=soon")
    assert (wrong.exit_code, "--due-from" in wrong.stderr) == (2, True)
    assert refusal(shell("deliveries", "list", "--order=due-time")) == "INVALID_FIELD"


async def test_the_backlog_says_what_is_owed_and_why(shell: Shell) -> None:
    """`deliveries backlog` has a line for each trigger: how much waits, why, and the last failure."""
    async with Receiver(answer(503)) as receiver:
        await failed(shell, receiver, "fails", "f-1")
    waiting(shell, "w-1", "w-2")
    backlog = partial(shell, "deliveries", "backlog", "--json")
    held, fails = objects(backlog())
    assert (held["trigger"], held["scheduledCount"], held["dueCount"], held["heldBy"]) == (
        *("held", 2, 2),
        "PAUSED",
    )
    assert (fails["deadLetteredCount"], fails["lastFailure"]["statusCode"]) == (1, 503)
    assert objects(backlog("fails")) == [fails]
    shown = shell("deliveries", "backlog")
    assert row(shown, "fails") == ["fails", "0", "0", "0", "1", "503"]
    assert row(shown, "held")[:5] + row(shown, "held")[6:] == ["held", "2", "2", "0", "0", "PAUSED"]
    assert refusal(shell("deliveries", "backlog", "none")) == "TRIGGER_NOT_FOUND"
