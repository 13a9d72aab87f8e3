"""An upgrade while two versions serve: the next version migrates a database in use."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bellrope_server.store.engine import migrate
from faults.caller import save_trigger
from faults.load import Load
from faults.servers import nodes, started
from faults.sink import sinks
from kit import Server, environment, until
from postgres import cluster

LATER = "9999_later"
MIGRATION = """
def up(migrator, db):
    db.execute_sql('ALTER TABLE "delivery" ADD COLUMN "later" BIGINT NOT NULL DEFAULT 0')
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "later" TEXT')
    db.execute_sql('CREATE TABLE "later" ("id" BIGINT NOT NULL PRIMARY KEY)')
    db.execute_sql("SELECT pg_sleep(0.5)")
"""
MIGRATING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE '%pg_sleep(0.5)%' AND pid <> pg_backend_pid()
"""
APPLIED = "SELECT count(*) FROM schema_migration WHERE name = '9999_later'"
COLUMNS = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'later'"
UNFINISHED = "SELECT count(*) FROM delivery WHERE state <> 3"


def next_version(folder: Path) -> type[Server]:
    """Return the next version: this one with one more migration."""
    package = folder / "bellrope_server"
    shutil.copytree(Path(migrate.__file__).parents[2], package)
    shutil.copytree(migrate.folder(), package / "migrations", dirs_exist_ok=True)
    (package / "migrations" / f"{LATER}.py").write_text(f'"""What the next version adds."""\n{MIGRATION}')

    class Next(Server):
        program = ("env", f"PYTHONPATH={folder}", sys.executable, "-m", "bellrope_server")

    return Next


async def killed_while_it_migrates(name: str, version: type[Server]) -> None:
    """Start to migrate a database, and die before it is done."""
    command = [*version.program, "migrate", f"--database={cluster().url(name)}"]
    process = subprocess.Popen(command, env=environment())  # noqa: ASYNC220  # it is quick
    await until(lambda: cluster().rows(name, MIGRATING) == [(1,)])
    process.kill()
    process.wait()
    await until(lambda: cluster().rows(name, MIGRATING) == [(0,)])
    assert cluster().rows(name, APPLIED) == [(0,)]
    assert cluster().rows(name, COLUMNS) == [(0,)]


@pytest.mark.timeout(300)
async def test_h24_a_rolling_upgrade_is_not_noticed(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """H24: The next version migrates under load, also after a kill; the old nodes run on, and then stop."""
    name, both = cluster().create(), 20.0 if full else 0.5
    later = next_version(tmp_path / "next")
    load = Load(type="t", patient=True)
    async with sinks() as [sink]:
        old = await nodes(tmp_path, cluster().url(name), 2)
        await save_trigger(old[0].http, "t", url=sink.url(), retries=5)
        load.aim(*(server.http for server in old))
        await asyncio.sleep(0.5)
        await killed_while_it_migrates(name, later)
        (tmp_path / "later").mkdir()
        new = await started(later, tmp_path / "later", f"--database={cluster().url(name)}")
        assert cluster().rows(name, APPLIED) == [(1,)]
        assert cluster().rows(name, COLUMNS) == [(2,)]
        before = len(load.acknowledged)
        load.aim(*(server.http for server in old), new.http)
        await asyncio.sleep(both)
        await until(lambda: len(load.acknowledged) > before + 100)
        together = len(load.acknowledged) - before
        while old:
            load.aim(*(server.http for server in old[1:]), new.http)
            assert await asyncio.to_thread(old.pop(0).stop) == 0
        await asyncio.sleep(0.5)
        await load.end()
        await until(lambda: load.acknowledged <= sink.event_ids)
        await until(lambda: cluster().rows(name, UNFINISHED) == [(0,)])
        refused = Server(tmp_path / "node-0", f"--database={cluster().url(name)}")
        assert await asyncio.to_thread(refused.process.wait, 30) == 1
        assert await asyncio.to_thread(new.stop) == 0
    assert refused.process.stdout
    refused.process.stdout.close()
    stored = {id for (id,) in cluster().rows(name, "SELECT event_id FROM event")}
    lost, duplicates = load.acknowledged - stored, len(sink.arrivals) - len(sink.event_ids)
    failed = [fact for each in ("node-0", "node-1", "later") for fact in failures(tmp_path / each)]
    measured(acknowledged=len(load.acknowledged), with_both=together, lost=len(lost), duplicates=duplicates)
    measured(most_tries=load.most_tries, failed=len(failed))
    cluster().drop(name)
    assert failed == []
    assert lost == set()
    assert duplicates == 0
    assert load.most_tries <= 2
    assert together > 100
    assert "newer version of bellrope" in refused.log.read_text()


def failures(folder: Path) -> list[str]:
    """Return the store failures that a server logged."""
    return [line for line in (folder / "server.log").read_text().splitlines() if "store." in line]
