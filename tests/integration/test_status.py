"""GetStatus: how a running server is, over both doors and from a shell."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import grpc
import pytest
from aiohttp import ClientSession
from bellrope.v1.server_pb2 import GetStatusRequest, Status
from bellrope.v1.server_pb2_grpc import ServerStub
from bellrope_server.config import Config
from bellrope_server.store.engine import migrate
from integration.grpc_calls import refused
from kit import Server, get, lent, until
from postgres import cluster
from shell import run

KEY = "a-key-for-these-tests-only"
BEARER = {"Authorization": f"Bearer {KEY}"}
GET_STATUS = "bellrope.v1.Server/GetStatus"
NEWEST = max(path.stem for path in migrate.folder().glob("[0-9]*.py"))


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> str:
    """The URL of a database of each kind; empty for the server's own file."""
    return cluster().url(cluster().create()) if request.param == "postgres" else ""


def flags(where: str) -> list[str]:
    """Return the flags that name the database."""
    return [f"--database={where}"] if where else []


def status(server: Server) -> Any:
    """Return the status over HTTP."""
    code, answer = get(f"{server.http}/v1/server/status", **BEARER)
    assert code == 200
    return answer


def checks(answer: Any) -> dict[str, tuple[str, str]]:
    """Return the level of each check, and what to do."""
    return {each["name"]: (each["level"], each["whatToDo"]) for each in answer["checks"]}


async def test_the_status_says_how_the_server_is(where: str, tmp_path: Path) -> None:
    """The status has the version, the database, this node, the limits in force, and the doctor's checks."""
    with lent(tmp_path, *flags(where), "--retain-succeeded=forever", BELLROPE_ADMIN_KEY=KEY) as server:
        await until(lambda: where or int(status(server)["database"]["diskFreeBytes"]))
        found = status(server)
        database, limits = found["database"], Config()
        assert (found["ready"], found["unreadyReasons"], found["retention"]["succeeded"]) == (
            True,
            [],
            "315576000000s",
        )
        assert (database["kind"], database["schemaVersion"]) == (
            "POSTGRESQL" if where else "SQLITE",
            NEWEST,
        )
        assert int(database["sizeBytes"]) > 0
        assert (int(database["diskFreeBytes"]) > 0) == (not where)
        (node,) = found["nodes"]
        assert (node["thisNode"], node["version"]) == (True, found["version"])
        assert node["name"].endswith(f"/{server.process.pid}")
        assert found["attempts"] == {"used": "0", "limit": str(limits.max_in_flight)}
        assert found["waitingWrites"]["limit"] == str(limits.max_waiting_events)
        assert found["requestBytes"]["limit"] == str(limits.max_body_memory)
        levels = checks(found)
        own = {"ready", "clock", "python", "key", "egress", "certificates", "files"}
        assert set(levels) == own | (set() if where else {"sqlite", "disk"})
        assert (levels["ready"], levels["key"]) == (("OK", ""), ("OK", ""))
        shown = run("status", "--json", BELLROPE_SERVER=server.grpc, BELLROPE_ADMIN_KEY=KEY).stdout
        for hidden in (KEY, str(tmp_path), "postgresql://", cluster().url("")):
            assert hidden not in str(found) + shown


async def test_the_command_shows_it_in_lines(tmp_path: Path) -> None:
    """`bellrope status` prints a line for each part; the exit code is 1 if no event is accepted."""
    with lent(tmp_path) as server:
        well = run("status", BELLROPE_SERVER=server.grpc)
        lines = dict(line.split(maxsplit=1) for line in well.stdout.splitlines())
        assert (well.exit_code, lines["ready"]) == (0, "ok: the server accepts events")
        assert lines["database"].startswith("SQLite, ")
        assert lines["key"].endswith(": set BELLROPE_ADMIN_KEY")
    (tmp_path / "full").mkdir()
    with lent(tmp_path / "full", "--min-free-disk=1099511627776") as server:
        await until(lambda: run("status", BELLROPE_SERVER=server.grpc).exit_code == 1)
        short = run("status", BELLROPE_SERVER=server.grpc)
        assert (short.exit_code, "disk" in short.stdout) == (1, True)
        assert "problem: the server accepts no events, because of: disk: look at its log" in short.stdout


async def test_refused_calls_are_counted_by_reason(tmp_path: Path) -> None:
    """Calls that a door refuses are counted by their reason; other errors are not."""
    with lent(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
        url = f"{server.http}/v1/projects"
        assert [get(url)[0], get(url)[0], get(f"{url}/none", **BEARER)[0]] == [401, 401, 404]
        async with ClientSession() as http, http.post(f"{server.http}/{GET_STATUS}", json={}) as answer:
            assert answer.status == 401
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = ServerStub(channel)
            await refused(stub.GetStatus(GetStatusRequest()))
            found = await stub.GetStatus(
                GetStatusRequest(), metadata=(("authorization", BEARER["Authorization"]),)
            )
    assert list(found.refused_calls) == [Status.RefusedCalls(reason="KEY_REQUIRED", count=4)]


async def test_callers_share_a_look(tmp_path: Path) -> None:
    """Callers at the same time get the same look, whatever the door."""
    with lent(tmp_path) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = ServerStub(channel)
            found = await asyncio.gather(*(stub.GetStatus(GetStatusRequest()) for _ in range(20)))
        assert len({each.status_time.ToMicroseconds() for each in found}) == 1


def test_every_node_is_listed(tmp_path: Path) -> None:
    """Each server on a database lists all of them, with names and versions, itself first."""
    name = cluster().create()
    one, other = (tmp_path / each for each in ("one", "other"))
    one.mkdir()
    other.mkdir()
    with (
        lent(one, f"--database={cluster().url(name)}") as first,
        lent(other, f"--database={cluster().url(name)}") as second,
    ):
        for server in (second, first):
            nodes = status(server)["nodes"]
            assert [each["thisNode"] for each in nodes] == [True, False]
            assert nodes[0]["name"].endswith(f"/{server.process.pid}")
            assert {each["version"] for each in nodes} == {status(server)["version"]}


def test_the_longest_pause_is_kept(tmp_path: Path) -> None:
    """A pause of the whole process is seen, and stays the longest."""
    with lent(tmp_path) as server:
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(0.6)
        server.process.send_signal(signal.SIGCONT)
        pause = float(status(server)["longestPause"].removesuffix("s"))
        assert pause >= 0.2
