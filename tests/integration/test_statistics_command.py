"""`bellrope statistics`: attempts over time from a shell, the list behind a bar, and what waited."""

import asyncio
from functools import partial
from pathlib import Path

from kit import lent, until
from receiver import Receiver, answer
from shell import objects, row, run

LONG_AGO, FAR_AHEAD = "--attempt-since=2020-01-01T00:00:00Z", "--attempt-until=2099-01-01T00:00:00Z"


async def test_attempts_are_drawn_and_listed(tmp_path: Path) -> None:
    """Bars show what succeeded and failed; a trigger that fails is named; a list has the same attempts."""
    async with Receiver(answer(200), answer(500), answer(200)) as receiver:
        with lent(tmp_path) as server:
            shell = partial(asyncio.to_thread, run, BELLROPE_SERVER=server.grpc)
            for name in ("a", "b"):
                where = f"--type={name}", f"--url={receiver.url}", "--retries=0"
                assert (await shell("triggers", "create", name, *where)).exit_code == 0
            for count, type in enumerate(("a", "b", "a"), start=1):
                assert (await shell("queue", type)).exit_code == 0
                await until(lambda count=count: len(server.facts("delivery.attempted")) == count)
            drawn = await shell("statistics", "--step=3650d", "--by-trigger")
            found = await shell("statistics", "--step=3650d", "--json")
            listed = await shell("deliveries", "list", LONG_AGO, "--json")
            failed = await shell(
                "deliveries", "list", LONG_AGO, FAR_AHEAD, "--attempt-outcome=failed", "--json"
            )
            unknown = await shell("statistics", "--trigger=nobody")
    (bar,) = (bar for each in objects(found) for bar in each["bars"] if bar["outcomes"])
    assert row(drawn, bar["startTime"])[1] == "=" * 20 + "x" * 10
    assert row(drawn, "b")[1:4] == ["0", "1", "1"]
    assert sum(len(each["attempts"]) for each in objects(listed)) == 3
    assert [each["trigger"] for each in objects(failed)] == ["b"]
    assert unknown.exit_code == 1
    assert "TRIGGER_NOT_FOUND" in unknown.stderr


async def test_what_waits_is_counted(tmp_path: Path) -> None:
    """A server counts what waits, every minute or each hundredth of what is kept; the table has it."""
    with lent(tmp_path, "--retain-statistics=10s") as server:
        shell = partial(asyncio.to_thread, run, BELLROPE_SERVER=server.grpc)
        created = "triggers", "create", "a", "--type=a", "--url=http://127.0.0.1:49999/"
        queued = (("queue", "a", *flags) for flags in ((), (), ("--delay=3600",)))
        for command in (created, ("triggers", "pause", "a"), *queued):
            assert (await shell(*command)).exit_code == 0

        async def counted() -> bool:
            (found,) = objects(await shell("statistics", "--step=3650d", "--trigger=a", "--json"))
            return any((bar["scheduledCount"], bar["dueCount"]) == ("3", "2") for bar in found["bars"])

        await until(counted)
        drawn = await shell("statistics", "--step=3650d")
    assert any(line.split()[-2:] == ["3", "2"] for line in drawn.stdout.splitlines()), drawn.stdout
