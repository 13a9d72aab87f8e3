"""The program `bellrope`: how it starts, why it refuses to, how it stops, what it logs, and its commands."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import apsw
import pytest
from bellrope_server.config import Config
from kit import READY, Server, get, post, serving, until
from receiver import Receiver, answer, hang
from shell import run

KEY = "a-key-for-these-tests-only"


def bellrope(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own until it ends."""
    command = [sys.executable, "-m", "bellrope_server", *arguments]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    return subprocess.run(command, env=environment(**variables), timeout=30, check=False, **pipes)


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with our variables as they are given, and no others of ours."""
    return {k: v for k, v in os.environ.items() if not k.startswith("BELLROPE_")} | variables


def serve(folder: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a server that is expected to end by itself."""
    database = f"--database=sqlite:///{folder}/bellrope.db"
    return bellrope("serve", database, "--http=127.0.0.1:0", "--grpc=127.0.0.1:0", *flags, **variables)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, for the tests that leave it as it is."""
    with serving(tmp_path_factory.mktemp("open")) as server:
        yield server


# It starts.


def test_ready_says_where(tmp_path: Path) -> None:
    """`bellrope ready` names the version and the addresses that are really listened on."""
    with serving(tmp_path, "--http=127.0.0.2:0", "--grpc=[::1]:0") as server:
        assert re.fullmatch(r"http://127\.0\.0\.2:[1-9]\d*", server.http)
        assert re.fullmatch(r"\[::1\]:[1-9]\d*", server.grpc)
        assert status(f"{server.http}/readyz") == 200
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", int(server.http.rpartition(":")[2])))
        assert run("triggers", "list", f"--server={server.grpc}").exit_code == 0


def test_the_version_is_told() -> None:
    """`bellrope --version` prints one line."""
    assert re.fullmatch(r"bellrope \d+\.\d+\.\d+\n", run("--version").stdout)


def test_help_is_complete() -> None:
    """`bellrope serve --help` shows every flag whole, with its default and its variable."""
    shown = " ".join(run("serve", "--help").stdout.split())
    for name, field in Config.model_fields.items():
        default = "" if field.default is None else re.escape(f" [default: {field.default}]")
        flag = f"--{name.replace('_', '-')}"
        assert re.search(rf"{flag}[ /].*?{default} \[env: BELLROPE_{name.upper()}\]", shown), flag


def test_help_names_every_command() -> None:
    """`bellrope --help`, and `bellrope` alone, list the commands."""
    for result in (run("--help"), run()):
        assert re.findall(r"^  ([\w-]+) ", result.output.partition("Commands:")[2], re.MULTILINE) == [
            "serve",
            "migrate",
            "doctor",
            "queue",
            "queue-batch",
            "queue-stream",
            "apply",
            "import-space-cloud",
            "projects",
            "triggers",
            "event-types",
            "events",
            "deliveries",
            "bulk",
            "tail",
        ]


# It refuses to start.


def lines(text: str) -> list[str]:
    """Return the lines of what was said on standard error: sentences of ours, and no traceback."""
    said = text.splitlines()
    assert all(line.startswith("bellrope: ") for line in said)
    return [line.removeprefix("bellrope: ") for line in said]


def test_a_wrong_configuration_is_told_whole(tmp_path: Path) -> None:
    """Every fault has its line, the key is not among them, and the exit code is 1."""
    refused = serve(
        tmp_path, "--http=0.0.0.0:0", "--max-calls=0", "--admin-key=marked", BELLROPE_NOPE="marked"
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert [line.split()[0] for line in lines(refused.stderr)] == [
        "BELLROPE_NOPE",
        "--admin-key",
        "--max-calls",
    ]
    assert "marked" not in refused.stderr


def test_an_address_that_is_reached_from_outside_needs_a_key(tmp_path: Path) -> None:
    """Without a key nothing but loopback is served."""
    refused = serve(tmp_path, "--http=0.0.0.0:0", "--grpc=[::]:0")
    assert (refused.returncode, lines(refused.stderr)) == (
        1,
        ["--admin-key is needed, because --http 0.0.0.0:0 and --grpc [::]:0 can be reached from outside"],
    )
    with serving(tmp_path, "--http=0.0.0.0:0", f"--admin-key={KEY}") as server:
        assert server.http.startswith("http://0.0.0.0:")


SECOND_SERVERS = {
    "database": "Another server has {} open; stop it, or give --database another path.",
    "http": "cannot listen on {} for HTTP: Address already in use",
    "grpc": "cannot listen on {} for gRPC: the address is taken, or not one of this machine",
}


@pytest.fixture
def _prompt() -> Iterator[None]:
    """Let this test's programs run before others, where that may be asked for."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, before - 10)
    yield
    os.setpriority(os.PRIO_PROCESS, 0, before)


@pytest.mark.usefixtures("_prompt")
@pytest.mark.parametrize("shared", SECOND_SERVERS)
def test_a_second_server_is_refused_at_once(server: Server, tmp_path: Path, shared: str) -> None:
    """The same database, HTTP port or gRPC port: exit code 1 and one clear sentence, within 2 s."""
    taken = {
        "database": str(server.database),
        "http": server.http.removeprefix("http://"),
        "grpc": server.grpc,
    }
    flag = f"--{shared}={'sqlite:///' if shared == 'database' else ''}{taken[shared]}"
    took, refused = quickest(lambda: serve(tmp_path, flag))
    assert (
        took < 2 or took < 2 + quickest(lambda: bellrope("serve", "--help"))[0]
    )  # Python takes long to start here
    assert (refused.returncode, refused.stdout) == (1, "")
    assert lines(refused.stderr) == [SECOND_SERVERS[shared].format(taken[shared])]
    assert status(f"{server.http}/readyz") == 200


def quickest(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something takes when other programs let it, in seconds, and what comes of it."""
    best = float("inf")
    for _ in range(3):
        start = time.monotonic()
        result = act()
        best = min(best, time.monotonic() - start)
        if best < 2:
            break
    return best, result


def a_missing_folder(folder: Path) -> tuple[Path, str]:
    """Nobody made the folder."""
    missing = folder / "missing"
    return missing / "b.db", re.escape(f"there is no folder {missing}; make it: mkdir -p {missing}")


def a_folder(folder: Path) -> tuple[Path, str]:
    """There is a folder of that name."""
    (folder / "b.db").mkdir()
    return folder / "b.db", "Is a directory|unable to open database file"


def another_file(folder: Path) -> tuple[Path, str]:
    """There is a file of that name, and it is no database."""
    (folder / "b.db").write_text("Dear diary, " * 1000)
    return folder / "b.db", "file is not a database"


def a_read_only_disk(folder: Path) -> tuple[Path, str]:
    """The file system takes no writes."""
    (folder / "b").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder / "b")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk")
    return folder / "b" / "b.db", "Read-only file system"


@pytest.mark.parametrize("place", [a_missing_folder, a_folder, another_file, a_read_only_disk])
def test_h9_a_database_that_can_not_be_used_is_named(
    tmp_path: Path, place: Callable[[Path], tuple[Path, str]]
) -> None:
    """H9: The exit code is 1, and one sentence has the path and the reason; migrating says the same."""
    path, reason = place(tmp_path)
    before = path.read_bytes() if path.is_file() else None
    database = f"--database=sqlite:///{path}"
    try:
        for refused in (serve(tmp_path, database), bellrope("migrate", database)):
            assert (refused.returncode, refused.stdout) == (1, "")
            (line,) = lines(refused.stderr)
            assert re.fullmatch(rf"{re.escape(str(path))} cannot be used as the database: ({reason})", line)
    finally:
        if place is a_read_only_disk:
            subprocess.run(["umount", str(tmp_path / "b")], check=True)
    assert before is None or path.read_bytes() == before


# Migrating.


def test_migrate_applies_what_is_missing_once(tmp_path: Path) -> None:
    """`bellrope migrate` names what it applies; a second time there is nothing to apply."""
    database = f"--database=sqlite:///{tmp_path}/bellrope.db"
    first, second = bellrope("migrate", database), bellrope("migrate", BELLROPE_DATABASE=database[11:])
    assert (first.returncode, first.stderr, second.returncode, second.stderr) == (0, "", 0, "")
    applied = first.stdout.splitlines()
    assert applied[0] == "applied 0001_installation_and_projects"
    assert [line.split()[1] for line in applied] == sorted(line.split()[1] for line in applied)
    assert second.stdout == "nothing to apply\n"
    with serving(tmp_path) as server:
        assert status(f"{server.http}/readyz") == 200


def test_migrate_needs_the_database_alone(server: Server) -> None:
    """While a server runs its database is not migrated under it."""
    refused = bellrope("migrate", f"--database=sqlite:///{server.database}")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert lines(refused.stderr) == [
        f"Another server has {server.database} open; stop it, or give --database another path."
    ]


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A database that a newer version migrated is left as it is: neither served nor migrated."""
    database = f"--database=sqlite:///{tmp_path}/bellrope.db"
    bellrope("migrate", database)
    connection = apsw.Connection(str(tmp_path / "bellrope.db"))
    connection.execute(
        "INSERT INTO schema_migration SELECT max(id) + 1, '0999_later', '2030-01-01' FROM schema_migration"
    )
    connection.close()
    for refused in (serve(tmp_path), bellrope("migrate", database)):
        assert (refused.returncode, refused.stdout) == (1, "")
        (line,) = lines(refused.stderr)
        assert line.startswith("This database was migrated by a newer version of bellrope")
        assert "0999_later" in line


# It stops.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_stops_it(tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM and SIGINT drain the server, and it exits 0; the log says so."""
    with serving(tmp_path, "--drain-grace=3") as server:
        server.process.send_signal(number)
        assert server.process.wait(8) == 0
    (draining,), (stopped,) = server.facts("server.draining"), server.facts("server.stopped")
    assert draining["grace"] == 3
    assert draining["time"] < stopped["time"]


def test_connections_that_nobody_uses_do_not_hold_it_up(tmp_path: Path) -> None:
    """Who keeps a connection open between requests, as browsers and clients do, costs a stop no time."""
    with serving(tmp_path) as server:
        host, _, port = server.http.removeprefix("http://").partition(":")
        address = (host, int(port))
        with socket.create_connection(address) as used, socket.create_connection(address):
            used.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert used.recv(1000).startswith(b"HTTP/1.1 200")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(10) == 0  # the grace is 20 s


async def test_the_grace_is_what_was_said(tmp_path: Path) -> None:
    """An attempt without end holds the server up for --drain-grace; a second signal ends it at once."""
    async with Receiver(hang) as receiver:
        for grace, signals, code in (("60", 2, 130), ("0.3", 1, 0)):
            folder = tmp_path / grace
            folder.mkdir()
            with serving(folder, f"--drain-grace={grace}") as server:
                save(server, "hangs", receiver.url)
                queue(server, "hangs")
                await receiver.received(len(receiver.requests) + 1)
                for _ in range(signals):
                    server.process.send_signal(signal.SIGTERM)
                    await until(lambda server=server: server.facts("server.draining"))
                assert await asyncio.to_thread(server.process.wait, 5) == code
    draining, stopped = (
        datetime.fromisoformat(server.facts(f"server.{fact}")[0]["time"]) for fact in ("draining", "stopped")
    )
    assert stopped - draining >= timedelta(seconds=1.3)  # a second for balancers, and the grace


# What it shows of itself.


def status(url: str, **headers: str) -> int:
    """Return the status that a GET is answered with."""
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        error.close()
        return error.code


def save(server: Server, type: str, url: str, **more: Any) -> None:
    """Have events of a type call a URL."""
    path = f"{server.http}/v1/config/projects/default/eventing/triggers/{type}"
    assert post(path, {"type": type, "url": url, **more}) == (200, {})


def queue(server: Server, type: str, **more: Any) -> tuple[int, Any]:
    """Queue an event."""
    return post(f"{server.http}/v1/api/default/eventing/queue", {"type": type, **more})


def metric(server: Server, sample: str, **headers: str) -> float:
    """Return the value of a sample in /metrics."""
    with urlopen(Request(f"{server.http}/metrics", headers=headers), timeout=10) as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = response.read().decode()
    return float(re.findall(rf"^{re.escape(sample)} (.*)$", text, re.MULTILINE)[0])


async def test_metrics_move_with_events(server: Server) -> None:
    """/metrics counts events, attempts by how they ended, commits, and how long attempts took."""
    moves = {
        "bellrope_events_accepted_total": 2,
        'bellrope_attempts_total{outcome="SUCCEEDED"}': 1,
        'bellrope_attempts_total{outcome="DEAD_LETTERED"}': 1,
        "bellrope_attempt_seconds_count": 2,
    }
    async with Receiver(answer(200), answer(500)) as receiver:
        save(server, "counted", receiver.url, retries=0)
        before = {sample: metric(server, sample) for sample in moves}
        commits = metric(server, "bellrope_commits")
        queue(server, "counted", id="counted-1")
        await receiver.received(1)
        queue(server, "counted", id="counted-2")
        queue(server, "counted", id="counted-2")  # a duplicate is no new event
        await until(
            lambda: (
                metric(server, "bellrope_attempt_seconds_count")
                == before["bellrope_attempt_seconds_count"] + 2
            )
        )
    assert {sample: metric(server, sample) - before[sample] for sample in moves} == moves
    assert metric(server, "bellrope_commits") >= commits + 4
    assert metric(server, "bellrope_attempts_in_flight") == 0


def test_with_a_key_only_the_probes_are_open(tmp_path: Path) -> None:
    """/healthz and /readyz tell nothing and need no key; /metrics needs it."""
    with serving(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
        assert [status(f"{server.http}{path}") for path in ("/healthz", "/readyz", "/metrics")] == [
            200,
            200,
            401,
        ]
        right = {"Authorization": f"Bearer {KEY}"}
        assert metric(server, "bellrope_events_accepted_total", **right) == 0
        assert status(f"{server.http}/metrics", Authorization="Bearer wrong") == 401
        assert get(f"{server.http}/v1/config/projects", **right) == (200, {"result": []})


async def test_every_attempt_has_one_line_in_the_log(server: Server) -> None:
    """The log has one line of JSON for each attempt: which, what came back, how long, what next."""
    async with Receiver(answer(500), answer(204)) as receiver:
        save(server, "logged", receiver.url, retryPolicy={"minBackoff": "0.001s"})
        queue(server, "logged", id="logged-1")
        await receiver.received(2)
        await until(lambda: len(attempts(server, "logged-1")) == 2)
    first, second = attempts(server, "logged-1")
    assert [first[name] for name in ("project", "trigger", "number", "status_code", "error", "state")] == [
        *("default", "logged", 1, 500, "STATUS", "SCHEDULED")
    ]
    assert [second[name] for name in ("number", "status_code", "error", "state", "next_attempt_time")] == [
        *(2, 204, None, "SUCCEEDED", None)
    ]
    assert first["next_attempt_time"] > 0
    assert first["delivery_id"] == second["delivery_id"] == receiver.requests[0].header("webhook-id")
    assert 0 < first["duration_ms"] < 5000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])


def attempts(server: Server, event_id: str) -> list[dict[str, Any]]:
    """Return the log's lines about the attempts for one event."""
    return [fact for fact in server.facts("delivery.attempted") if fact["event_id"] == event_id]


async def test_g17_secrets_and_data_stay_out_of_the_log(tmp_path: Path) -> None:
    """G17: Whatever happens, keys, secrets, data and headers are not in the log, not even when it tells all.

    Nor are keys and secrets in what is answered.
    """
    key, secret = "marked-admin-key-4711", "whsec_bWFya2VkLW1hcmtlZC1tYXJrZWQtbWFya2VkLW1hcmtlZA=="
    marks = {
        "key": key,
        "secret": secret,
        "wrong": "marked-wrong",
        "data": "marked-data",
        "header": "marked-header",
    }
    flags = [f"--admin-key={key}", "--egress-allow=loopback", "--log-level=DEBUG", "--drain-grace=0"]
    answers: list[Any] = []
    async with Receiver(answer(200, b"fine"), answer(500, b"marked-answer"), hang) as receiver:
        with serving(tmp_path, *flags) as server:

            def call(path: str, body: Any, bearer: str = key) -> int:
                code, told = post(f"{server.http}/v1{path}", body, Authorization=f"Bearer {bearer}")
                answers.append(told)
                return code

            trigger = {"type": "t", "url": receiver.url, "retries": 0, "secret": secret, "timeout": 300}
            trigger["headers"] = [{"key": "x-own", "value": marks["header"]}]
            event = {"type": "t", "data": {"text": marks["data"]}, "isSynchronous": True}
            paths = "/config/projects/p", "/config/projects/p/eventing/triggers/t", "/api/p/eventing/queue"
            assert await asyncio.to_thread(call, paths[0], {}) == 200
            assert await asyncio.to_thread(call, paths[1], trigger) == 200
            assert [await asyncio.to_thread(call, paths[2], event) for _ in range(3)] == [200, 502, 502]
            assert await asyncio.to_thread(call, paths[2], event, "marked-wrong") == 401
            assert await asyncio.to_thread(call, paths[2], f'{{"data": "{marks["data"]}", ') == 400
            assert await asyncio.to_thread(call, paths[2], event | {"delay": marks["data"]}) == 400
            assert await asyncio.to_thread(call, paths[1], trigger | {"secret": f"{secret}x"}) == 400
            assert await asyncio.to_thread(call, paths[1], trigger | {"url": "ftp://marked-data"}) == 400
            request = f"{server.http}/v1/config/projects/p/eventing/triggers"
            answers.append(get(request, Authorization=f"Bearer {key}"))
            await until(lambda: len(server.facts("delivery.attempted")) == 3)
    assert receiver.requests[0].header("x-own") == marks["header"]
    assert receiver.requests[0].header("webhook-signature")
    assert marks["data"].encode() in receiver.requests[0].body
    log = server.log.read_text()
    assert {name: log.count(mark) for name, mark in marks.items()} == dict.fromkeys(marks, 0)
    assert "marked-answer" not in log
    assert [name for name in ("key", "secret", "wrong") if marks[name] in json.dumps(answers)] == []


def start_unread(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a server whose log nobody takes, and give it with the address of its API."""
    command = [sys.executable, "-m", "bellrope_server", "serve", f"--database=sqlite:///{folder}/bellrope.db"]
    command += ["--http=127.0.0.1:0", "--grpc=127.0.0.1:0"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=environment(), **pipes)
    assert process.stdout
    assert process.stderr
    ready = process.stdout.readline()
    assert ready.startswith(READY)
    process.stdout.close()
    process.stderr.close()
    address = re.findall(r"http=(\S+)", ready)[0]
    return process, f"http://{address}/v1"


async def test_a_log_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    """When the reader of the log dies the server goes on."""
    process, base = await asyncio.to_thread(start_unread, tmp_path)
    async with Receiver() as receiver:
        trigger = f"{base}/config/projects/default/eventing/triggers/t"
        assert await asyncio.to_thread(post, trigger, {"type": "t", "url": receiver.url}) == (200, {})
        for _ in range(3):
            event = {"type": "t", "isSynchronous": True}
            assert (await asyncio.to_thread(post, f"{base}/api/default/eventing/queue", event))[0] == 200
            await asyncio.sleep(0.05)  # longer than the log waits before it writes
    process.terminate()
    assert await asyncio.to_thread(process.wait, 10) == 0


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["queue"], ["queue", "x", "--nope"], ["serve", "--nope"], ["triggers"], ["triggers", "nope"]],
)
def test_a_wrong_command_line_is_told_how_it_goes(arguments: list[str]) -> None:
    """What is no command, or lacks something, ends with exit code 2 and the usage."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: bellrope" in result.output
