"""The program's metrics, probes and log."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from integration.program import KEY, attempts, metric, queue, save, status
from kit import READY, Server, environment, get, lent, post, serving, until
from receiver import Receiver, answer, hang


async def test_metrics_move_with_events(server: Server) -> None:
    """/metrics counts events, attempts by outcome, and commits, and measures how long attempts took."""
    moves = {
        "bellrope_events_accepted_total": 2,
        'bellrope_attempts_total{outcome="SUCCEEDED"}': 1,
        'bellrope_attempts_total{outcome="DEAD_LETTERED"}': 1,
        "bellrope_attempt_seconds_count": 2,
    }
    async with Receiver(answer(200), answer(500)) as receiver:
        save(server, "counted", receiver.url, retries=0)
        before = {sample: metric(server, sample) for sample in moves}
        commits = metric(server, "bellrope_commits_total")
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
    assert metric(server, "bellrope_commits_total") >= commits + 4
    assert metric(server, "bellrope_attempts_in_flight") == 0


def test_with_a_key_only_the_probes_are_open(tmp_path: Path) -> None:
    """/healthz and /readyz reveal nothing and need no key; /metrics needs it."""
    with lent(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
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
    """The log has one line of JSON for each attempt: which one, its outcome, how long, what is next."""
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


async def test_g17_secrets_and_data_stay_out_of_the_log(tmp_path: Path) -> None:
    """G17: Whatever happens, keys, secrets, data and headers are never in the log, not even at DEBUG.

    Keys and secrets are not in answers either.
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

            trigger = {"type": "t", "url": receiver.url, "retries": 0, "secret": secret, "timeout": 1000}
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
    """Start a server whose log nobody reads, and give it with the address of its API."""
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
    """If the reader of the log dies, the server goes on."""
    process, base = await asyncio.to_thread(start_unread, tmp_path)
    async with Receiver() as receiver:
        trigger = f"{base}/config/projects/default/eventing/triggers/t"
        assert await asyncio.to_thread(post, trigger, {"type": "t", "url": receiver.url}) == (200, {})
        for _ in range(3):
            event = {"type": "t", "isSynchronous": True}
            assert (await asyncio.to_thread(post, f"{base}/api/default/eventing/queue", event))[0] == 200
            await asyncio.sleep(0.05)  # longer than the log waits before it writes
    process.terminate()
    assert await asyncio.to_thread(process.wait, 30) == 0


def test_no_answer_is_run_framed_or_guessed_by_a_browser(tmp_path: Path) -> None:
    """Every answer, an error or a stream too, has the headers that keep browsers from misusing it."""
    with lent(tmp_path) as server:
        project = f"{server.http}/v1/projects/default"
        for more in (
            [f"{server.http}/healthz"],
            [f"{server.http}/metrics"],
            [f"{server.http}/openapi.json"],
            [f"{server.http}/docs"],
            [f"{server.http}/nowhere"],
            [f"{project}/triggers"],
            [f"{project}/triggers/none"],
            ["--max-time", "0.3", f"{project}/tail"],
            ["-X", "OPTIONS", f"{server.http}/v1/api/default/eventing/queue"],
            ["-H", "Host: a", "-H", "Host: b", f"{server.http}/healthz"],
            ["--data", "{", f"{server.http}/v1/api/default/eventing/queue"],
        ):
            command = ["curl", "--silent", "--no-buffer", "--include", *more]
            head = subprocess.run(command, capture_output=True, check=False).stdout.decode().lower()
            head = head.partition("\r\n\r\n")[0]
            assert head.startswith("http/1.1 "), more
            assert "\r\nx-content-type-options: nosniff" in head, more
            assert "\r\nreferrer-policy: no-referrer" in head, more
            assert "\r\ncontent-security-policy: default-src 'none';" in head, more
            assert "frame-ancestors 'none'" in head, more
