"""The first minute: what a new user sees on the terminal and in the browser."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kit import Server, environment, lent, serving

KEY = "a-key-of-more-than-16-characters"
BELLROPE = Path(sys.executable).with_name("bellrope")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key, which a browser's first request does not have."""
    with lent(tmp_path_factory.mktemp("first"), f"--admin-key={KEY}") as server:
        yield server


def asked(server: Server, path: str, *, method: str = "GET") -> tuple[int, str | None, str | None, bytes]:
    """Return the status, the kind, the new place and the body of one answer; follow nothing."""
    connection = HTTPConnection(urlsplit(server.http).netloc, timeout=30)
    connection.request(method, path)
    answer = connection.getresponse()
    found = answer.status, answer.headers.get_content_type(), answer.headers["Location"], answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("path", ["/", "/?from=bookmark", "/docs/", "/docs/?a=b"])
def test_a_browser_is_led_to_the_docs(server: Server, path: str) -> None:
    """`/` and `/docs/` lead to /docs, with and without a key."""
    status, _, place, _ = asked(server, path)
    assert (status, place) == (302, "/docs")
    status, kind, _, page = asked(server, "/docs")
    assert (status, kind, b"/docs/icon.svg" in page) == (200, "text/html", True)


def test_there_is_an_icon(server: Server) -> None:
    """A browser that asks for /favicon.ico finds the bell."""
    assert asked(server, "/favicon.ico")[::2] == (302, "/docs/icon.svg")
    status, kind, _, icon = asked(server, "/docs/icon.svg")
    assert (status, kind, icon.startswith(b"<svg ")) == (200, "image/svg+xml", True)


def test_only_those_paths_lead_elsewhere(server: Server) -> None:
    """Another path still wants the key, and another method is refused."""
    for path in ("//", "/docs.", "/favicon.ico/", "/v1"):
        assert asked(server, path)[0] == 401, path
    assert asked(server, "/docs/none")[0] == 401
    assert asked(server, "/", method="POST")[0] == 405


def test_serve_tells_a_person_where_everything_is(tmp_path: Path) -> None:
    """On a terminal `bellrope serve` prints where everything is, and who may call."""
    controller, terminal = pty.openpty()
    flags = (f"--database=sqlite:///{tmp_path}/x.db", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            [BELLROPE, "serve", *flags], stdout=terminal, stderr=log, env=environment()
        )
    os.close(terminal)
    said = b""
    try:
        while b"access" not in said or not said.endswith(b"\n"):
            said += os.read(controller, 65536)
    finally:
        running.terminate()
        assert running.wait(30) == 0
        with suppress(OSError):
            os.close(controller)
    ready, *others = said.decode().splitlines()
    found = re.fullmatch(r"bellrope ready \S+ http=(\S+) grpc=(\S+)", ready)
    assert found
    assert dict(re.split(r"  +", line.strip(), maxsplit=1) for line in others) == {
        "console": f"http://{found[1]}/console/",
        "HTTP": f"http://{found[1]}",
        "gRPC": found[2],
        "docs": f"http://{found[1]}/docs",
        "database": f"{tmp_path}/x.db",
        "access": "open to this machine; set BELLROPE_ADMIN_KEY to require a key",
    }


def test_serve_tells_a_program_one_line(tmp_path: Path) -> None:
    """Where no person reads, `bellrope serve` prints the line `bellrope ready` alone."""
    with serving(tmp_path) as server:
        server.process.terminate()
        assert server.process.wait(30) == 0
        assert server.process.stdout
        assert server.process.stdout.read() == b""
