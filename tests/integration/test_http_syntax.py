"""Requests that parsers read in different ways: the server refuses them, or does what RFC 9112 says."""

import socket

import grpc
import pytest
from bellrope.v1 import projects_pb2
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from integration.grpc_calls import KEY, PROJECT
from kit import Server

QUEUE = f"/v1/api/{PROJECT}/eventing/queue"
EVENT = b'{"type":"syntax"}'
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(EVENT), EVENT)
CLOSE = "Connection: close"


def exchange(server: Server, first: str, *lines: str, body: bytes = b"") -> tuple[int, str]:
    """Send a request as it stands, and return the status and all that came until the server closed."""
    host, _, port = server.http.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        wire.sendall("\r\n".join([first, *lines, "", ""]).encode() + body)
        said = b""
        while part := wire.recv(65536):
            said += part
    return int(said.split()[1]), said.decode()


@pytest.mark.parametrize(
    "first",
    [
        "GET /healthz",
        "GET /healthz HTTP/0.9",
        "GET /healthz HTTP/2.0",
        "GET /healthz HTTP/1.2",
        "GET /healthz HTTP/1.10",
        "GET /healthz HTTP/3.0",
        "GET /healthz http/1.1",
    ],
)
def test_a_version_other_than_1_0_and_1_1_is_refused(server: Server, first: str) -> None:
    """A request that does not say HTTP/1.0 or HTTP/1.1 gets 400, and the connection closes."""
    status, said = exchange(server, first, "Host: localhost")
    assert (status, "this is not an HTTP/1.1 request" in said) == (400, True)


@pytest.mark.parametrize(
    "encodings",
    [
        ["gzip, chunked"],
        ["chunked, gzip"],
        ["chunked, chunked"],
        ["gzip"],
        ["identity"],
        [", chunked"],
        ["chunked;q=1"],
        ["gzip", "chunked"],
        ["chunked", "chunked"],
        ["x-chunked"],
        [""],
    ],
)
def test_a_body_in_another_encoding_than_chunked_is_refused(server: Server, encodings: list[str]) -> None:
    """Any Transfer-Encoding but `chunked` alone gets 400: its body would be read as what it is not."""
    lines = [f"Transfer-Encoding: {each}" for each in encodings]
    status, said = exchange(server, f"POST {QUEUE} HTTP/1.1", "Host: localhost", *lines, body=CHUNKS)
    assert (status, "MALFORMED_REQUEST" in said) == (400, True)


@pytest.mark.parametrize("first", [f"POST {QUEUE}", "POST /healthz"], ids=["read", "unread"])
def test_chunks_in_http_1_0_end_the_connection(server: Server, first: str) -> None:
    """HTTP/1.0 has no chunks: such a request is answered, and the connection closes, whatever it asks."""
    lines = ["Host: localhost", "Connection: keep-alive", "Transfer-Encoding: chunked"]
    after = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    _, said = exchange(server, f"{first} HTTP/1.0", *lines, body=CHUNKS + after)
    assert said.count("HTTP/1.") == 1


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"http://localhost{QUEUE}", 200),
        (f"HTTP://LOCALHOST:99{QUEUE}", 200),
        (f"https://127.0.0.1{QUEUE}", 200),
        (f"http://[::1]:4122{QUEUE}?timeout=1s", 200),
        (f"http://example.com{QUEUE}", 403),
        (f"http://localhost.example.com{QUEUE}", 403),
        (f"http://localhost@example.com{QUEUE}", 400),
        (f"http://user:secret@localhost{QUEUE}", 400),
        (f"http://{QUEUE}", 400),
        (f"ftp://localhost{QUEUE}", 400),
        (f"localhost{QUEUE}", 400),
        ("http://localhost", 405),
        ("http://localhost?x=/healthz", 405),
    ],
)
def test_a_target_that_is_a_url_is_served_by_its_path(server: Server, target: str, status: int) -> None:
    """A target with scheme and host, as proxies send it, is served by its path, for that host."""
    lines = ["Host: localhost", CLOSE, f"Content-Length: {len(EVENT)}"]
    assert exchange(server, f"POST {target} HTTP/1.1", *lines, body=EVENT)[0] == status


def test_the_host_in_the_target_wins_over_the_header(server: Server) -> None:
    """If the target names a host, the Host header is not read (RFC 9112, 3.2.2)."""
    first = f"GET http://localhost/v1/projects/{PROJECT} HTTP/1.1"
    assert exchange(server, first, "Host: example.com", CLOSE)[0] == 200


def test_with_two_origins_a_request_is_foreign(server: Server) -> None:
    """A request with two Origin headers is refused, even if the first is this machine's."""
    first = f"GET /v1/projects/{PROJECT} HTTP/1.1"
    origins = ["Origin: http://localhost", "Origin: http://example.com"]
    assert exchange(server, first, "Host: localhost", CLOSE, *origins)[0] == 403


def test_with_two_content_encodings_a_body_is_not_guessed(server: Server) -> None:
    """A body that is said to be plain and gzip at once gets 415."""
    lines = [f"Content-Length: {len(EVENT)}", "Content-Encoding: identity", "Content-Encoding: gzip"]
    first = f"POST {QUEUE} HTTP/1.1"
    assert exchange(server, first, "Host: localhost", CLOSE, *lines, body=EVENT)[0] == 415


TWO = [
    (f"Bearer {KEY}", "Bearer x"),
    ("Bearer x", f"Bearer {KEY}"),
    (f"Bearer {KEY}",) * 2,
    ("", f"Bearer {KEY}"),
]


@pytest.mark.parametrize("two", TWO, ids=["first", "last", "both", "empty"])
async def test_two_credentials_are_refused_at_both_doors(locked: Server, two: tuple[str, str]) -> None:
    """A call with two `Authorization` headers gets 401, over HTTP and over gRPC, whichever is right."""
    lines = [f"Authorization: {value}" for value in two]
    assert exchange(locked, "GET /v1/projects HTTP/1.1", "Host: x", CLOSE, *lines)[0] == 401
    async with grpc.aio.insecure_channel(locked.grpc) as channel:
        call = ProjectsStub(channel).ListProjects(
            projects_pb2.ListProjectsRequest(), metadata=[("authorization", value) for value in two]
        )
        assert await call.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_can_only_be_read_says_so(server: Server, method: str, path: str) -> None:
    """Health and metrics answer GET and HEAD, and anything else with 405 and `Allow`."""
    status, said = exchange(server, f"{method} {path} HTTP/1.1", "Host: localhost", CLOSE)
    assert (status, "\r\nAllow: GET, HEAD\r\n" in said) == (405, True)


@pytest.mark.parametrize(
    "first",
    [
        "OPTIONS *",
        "CONNECT localhost:443",
        "CONNECT localhost",
        "CONNECT [::1]:443",
        "OPTIONS http://localhost",
        "OPTIONS /",
    ],
)
def test_a_target_without_a_path_is_answered_as_the_root_is(server: Server, first: str) -> None:
    """`OPTIONS *`, and a CONNECT from a client that takes this server for its proxy, get 405."""
    status, said = exchange(server, f"{first} HTTP/1.1", "Host: localhost", CLOSE)
    assert (status, "\r\nAllow: GET, HEAD\r\n" in said) == (405, True)


@pytest.mark.parametrize("first", ["CONNECT example.com:443", "OPTIONS *"])
def test_a_target_without_a_path_opens_no_foreign_host(server: Server, first: str) -> None:
    """An open server refuses a foreign Host whatever the target."""
    assert exchange(server, f"{first} HTTP/1.1", "Host: example.com", CLOSE)[0] == 403


READ = [
    "/",
    "/docs",
    "/docs/",
    "/docs/page.js",
    "/favicon.ico",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/v1/projects",
    f"/v1/projects/{PROJECT}",
    f"/v1/projects/{PROJECT}/deliveries?pageSize=1",
    f"/v1/projects/{PROJECT}/triggers/nobody",
    f"/v1/projects/{PROJECT}/tail?timeout=1ms",
    "/v1/projects/nobody/tail",
    f"/v1/config/projects/{PROJECT}",
    f"/v1/config/projects/{PROJECT}/eventing/triggers",
    f"/v1/config/projects/{PROJECT}/eventing/schema/nothing",
    "/nowhere",
]


def headers(said: str) -> list[str]:
    """Return the first line and the headers, without what differs between any two answers."""
    lines = said.partition("\r\n\r\n")[0].split("\r\n")
    other = ("Date:", "X-Request-Id:", "Transfer-Encoding:", "Content-Length: 0")
    return [line for line in lines if not line.startswith(other)]


@pytest.mark.parametrize("path", READ)
def test_whatever_can_be_read_can_be_asked_for_without_its_body(server: Server, path: str) -> None:
    """HEAD gets the status and the headers that GET gets, and no body (RFC 9110, 9.3.2)."""
    (status, said), (_, whole) = (
        exchange(server, f"{method} {path} HTTP/1.1", "Host: localhost", CLOSE) for method in ("HEAD", "GET")
    )
    assert (status < 405, said.partition("\r\n\r\n")[2]) == (True, "")
    if "requestId" not in whole:  # its length is that of the id
        assert headers(said) == headers(whole)


def test_metrics_may_leave_out_the_body(server: Server) -> None:
    """HEAD of the metrics gets 200, and no body."""
    status, said = exchange(server, "HEAD /metrics HTTP/1.1", "Host: localhost", CLOSE)
    assert (status, said.partition("\r\n\r\n")[2]) == (200, "")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/docs", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/v1/projects", "GET, POST, HEAD"),
        (f"/v1/config/projects/{PROJECT}", "GET, POST, DELETE, HEAD"),
        (QUEUE, "POST"),
        (f"/v1/projects/{PROJECT}/events:queue", "POST"),
    ],
)
def test_head_is_allowed_where_get_is(server: Server, path: str, allow: str) -> None:
    """The `Allow` of a 405 has HEAD if the path takes GET, and where it does not HEAD gets 405."""
    assert f"\r\nAllow: {allow}\r\n" in exchange(server, f"PUT {path} HTTP/1.1", "Host: localhost", CLOSE)[1]
    status, _ = exchange(server, f"HEAD {path} HTTP/1.1", "Host: localhost", CLOSE)
    assert (status == 405) == ("GET" not in allow)
