"""The program `bellrope` in a process of its own, and its output."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from forked import ended
from kit import Server, environment, post

KEY = "a-key-for-these-tests-only"


def bellrope(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own until it ends."""
    return ended([sys.executable, "-m", "bellrope_server", *arguments], env=environment(**variables))


def serve(folder: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a server that is expected to end by itself."""
    database = f"--database=sqlite:///{folder}/bellrope.db"
    return bellrope("serve", database, "--http=127.0.0.1:0", "--grpc=127.0.0.1:0", *flags, **variables)


def lines(text: str) -> list[str]:
    """Return the lines of standard error, which must be messages of ours without a traceback."""
    said = text.splitlines()
    assert all(line.startswith("bellrope: ") for line in said)
    return [line.removeprefix("bellrope: ") for line in said]


def status(url: str, **headers: str) -> int:
    """Return the status of a GET."""
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        error.close()
        return error.code


def save(server: Server, type: str, url: str, **more: Any) -> None:
    """Save a trigger that calls a URL."""
    path = f"{server.http}/v1/config/projects/default/eventing/triggers/{type}"
    assert post(path, {"type": type, "url": url, **more}) == (200, {})


def pause(server: Server, trigger: str) -> None:
    """Pause a trigger."""
    status, answered = post(f"{server.http}/v1/projects/default/triggers/{trigger}:pause", {})
    assert (status, answered["paused"]) == (200, True)


def queue(server: Server, type: str, **more: Any) -> tuple[int, Any]:
    """Queue an event."""
    return post(f"{server.http}/v1/api/default/eventing/queue", {"type": type, **more})


def metric(server: Server, sample: str, **headers: str) -> float:
    """Return the value of a sample in /metrics."""
    with urlopen(Request(f"{server.http}/metrics", headers=headers), timeout=10) as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = response.read().decode()
    return float(re.findall(rf"^{re.escape(sample)} (.*)$", text, re.MULTILINE)[0])


def attempts(server: Server, event_id: str) -> list[dict[str, Any]]:
    """Return the log's lines about the attempts for one event."""
    return [fact for fact in server.facts("delivery.attempted") if fact["event_id"] == event_id]
