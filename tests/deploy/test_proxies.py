"""The configurations of docs/proxies.md, in real proxies in front of a server.

Only in the long form, because Debian starts each of them on port 80 when it is installed:
`BELLROPE_FULL=1 pytest tests/deploy/test_proxies.py`, with nginx-light, caddy and haproxy installed.
"""

import http.client
import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import NamedTuple

import grpc
import pytest
from bellrope.v1 import deliveries_pb2, deliveries_pb2_grpc, eventing_pb2, eventing_pb2_grpc
from deploy.files import KEY
from kit import Server, lent, post
from page import Page
from ports import lasting_port

pytestmark = pytest.mark.long

PAGE = Page("docs/proxies.md")
BEARER = {"Authorization": f"Bearer {KEY}"}
MIB = 1 << 20


class Proxy(NamedTuple):
    """A running proxy."""

    port: int
    certificate: Path

    def connection(self) -> HTTPSConnection:
        """Return a connection to it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        return HTTPSConnection("localhost", self.port, context=context, timeout=20)

    def ask(self, method: str, path: str, body: bytes | None = None) -> HTTPResponse:
        """Send a request and return the answer, whose body is not read yet."""
        connection = self.connection()
        connection.request(method, path, body, BEARER)
        return connection.getresponse()

    def channel(self) -> grpc.Channel:
        """Return a gRPC channel to it."""
        trusted = grpc.ssl_channel_credentials(self.certificate.read_bytes())
        return grpc.secure_channel(f"localhost:{self.port}", trusted)


def nginx(folder: Path, block: str) -> list[str]:
    """Return the command for nginx, with the server also below a path."""
    below = PAGE.block("location /bellrope/")
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    server = block.rstrip().removesuffix("}") + below + "}"
    (folder / "conf").write_text(
        f"daemon off; user root; pid {folder}/pid; error_log stderr; events {{}}"
        f" http {{ access_log off; {temporary}\n{server}\n}}"
    )
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "conf")]


def caddy(folder: Path, block: str) -> list[str]:
    """Return the command for Caddy, with a certificate of the test's in place of Caddy's own."""
    alone = "{\nadmin off\nauto_https disable_redirects\n}\n"
    tls = f"tls {folder}/cert {folder}/key"
    (folder / "conf").write_text(alone + block.replace("{", f"{{\n{tls}", 1))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "conf")]


def haproxy(folder: Path, block: str) -> list[str]:
    """Return the command for HAProxy."""
    (folder / "conf").write_text(block)
    return ["haproxy", "-db", "-f", str(folder / "conf")]


KINDS: dict[str, tuple[Callable[[Path, str], list[str]], str]] = {
    "nginx": (nginx, "listen 443"),
    "caddy": (caddy, "h2c://"),
    "haproxy": (haproxy, "frontend"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key and a project."""
    with lent(tmp_path_factory.mktemp("server"), "--admin-key", KEY) as made:
        assert post(f"{made.http}/v1/config/projects/default", {}, **BEARER) == (200, {})
        yield made


@pytest.fixture(scope="module", params=KINDS)
def proxy(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """The page's configuration in a proxy; only names, ports and files are the test's."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if shutil.which(request.param, path=path) is None:
        pytest.skip(f"needs {request.param} (on Debian: apt-get install {request.param})")
    folder, port = tmp_path_factory.mktemp(request.param), lasting_port()
    certify(folder)
    command, containing = KINDS[request.param]
    block = PAGE.block(containing)
    for old, new in {
        "4122": server.http.rpartition(":")[2],
        "4123": server.grpc.rpartition(":")[2],
        "bellrope.example.com {": f"https://localhost:{port} {{",
        "443 ssl": f"{port} ssl",
        "bellrope.example.com": "localhost",
        "/etc/ssl/bellrope.crt": f"{folder}/cert",
        "/etc/ssl/private/bellrope.key": f"{folder}/key",
        "/etc/haproxy/bellrope.pem": f"{folder}/pem",
    }.items():
        block = block.replace(old, new)
    with running(command(folder, block), path, folder) as log:
        made = Proxy(port, folder / "cert")
        wait(made, log)
        yield made


def certify(folder: Path) -> None:
    """Write a certificate for localhost, its key, and both in one file."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", "key", "-out", "cert", "-subj", "/CN=localhost", "-days", "2"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "pem").write_text((folder / "cert").read_text() + (folder / "key").read_text())


@contextmanager
def running(command: list[str], path: str, folder: Path) -> Iterator[Path]:
    """Run a proxy, and give its log."""
    log = folder / "log"
    environment = {"PATH": path, "HOME": str(folder)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    try:
        yield log
    finally:
        process.terminate()
        process.wait(20)


def wait(proxy: Proxy, log: Path) -> None:
    """Wait until the proxy reaches the server."""
    for _ in range(200):
        with suppress(OSError, http.client.HTTPException):
            if proxy.ask("GET", "/readyz").status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_a_call_reaches_the_server(proxy: Proxy) -> None:
    """A largest event is taken; one that is larger is refused by bellrope, and so is a call without a key."""
    for size, status in ((MIB, 200), (2 * MIB, 413)):
        body = json.dumps({"type": "order", "data": "x" * (size - 2)}).encode()
        answer = proxy.ask("POST", "/v1/projects/default/events:queue", body)
        told = json.load(answer)
        assert (answer.status, told.get("reason")) == (status, "TOO_LARGE" if status == 413 else None)
    connection = proxy.connection()
    connection.request("GET", "/v1/projects")
    assert connection.getresponse().status == 401


def test_grpc_is_told_from_connect(proxy: Proxy) -> None:
    """Both protocols have one path: gRPC gets its answer and its stream, and Connect its own."""
    metadata = [("authorization", BEARER["Authorization"])]
    with proxy.channel() as channel:
        event = eventing_pb2.QueueRequest(project="default", type="order")
        queued = eventing_pb2_grpc.EventingStub(channel).Queue(event, metadata=metadata, timeout=20)
        assert queued.event_id
        tail = deliveries_pb2_grpc.DeliveriesStub(channel).Tail(
            deliveries_pb2.TailRequest(project="default"), metadata=metadata, timeout=20
        )
        assert next(tail).kind == 0
        tail.cancel()
    connection = proxy.connection()
    body, kind = b'{"project":"default","type":"order"}', {"Content-Type": "application/json"}
    connection.request("POST", "/bellrope.v1.Eventing/Queue", body, BEARER | kind)
    assert json.load(connection.getresponse())["eventId"]


def test_a_line_of_a_stream_comes_at_once(proxy: Proxy) -> None:
    """The first line of a tail is there while the tail goes on."""
    answer = proxy.ask("GET", "/v1/projects/default/tail?timeout=19s")
    begun = time.monotonic()
    assert json.loads(answer.readline())["kind"] == "KIND_UNSPECIFIED"
    assert time.monotonic() - begun < 10


def test_a_stream_of_requests_is_answered_while_it_comes(
    proxy: Proxy, request: pytest.FixtureRequest
) -> None:
    """The first event has its answer before the second is sent; the page says where not."""
    if "caddy" in request.node.name:
        pytest.skip("docs/proxies.md says that this Caddy does it over HTTP/2 only")
    connection = proxy.connection()
    connection.putrequest("POST", "/v1/projects/default/events:queueStream")
    for name, value in (BEARER | {"Transfer-Encoding": "chunked"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    line = b'{"type":"order"}\n'
    connection.send(b"%x\r\n%s\r\n" % (len(line), line))
    answer = connection.response_class(connection.sock, method="POST")
    answer.begin()
    assert json.loads(answer.readline())["settledCount"] == "1"
    connection.send(b"0\r\n\r\n")
    assert answer.read() == b""


@pytest.mark.parametrize("below", ["", "/bellrope"])
def test_a_name_with_a_slash_stays_one_name(proxy: Proxy, below: str, request: pytest.FixtureRequest) -> None:
    """The path arrives as it was sent, and what the server leads to is below the same path."""
    if below and "nginx" not in request.node.name:
        pytest.skip("the page has a block for nginx only")
    told = json.load(proxy.ask("GET", f"{below}/v1/projects/default/events/a%2Fb%3Ac"))
    assert told["reason"] == "EVENT_NOT_FOUND"
    answer = proxy.ask("GET", f"{below}/console/")
    assert (answer.status, b"<html" in answer.read().lower()) == (200, True)
