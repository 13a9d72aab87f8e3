"""Pages in a browser that call the server: which origins may, and what the browser needs to hear."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage

import pytest
from integration.grpc_calls import KEY, PROJECT
from integration.test_http_syntax import exchange
from kit import Server, lent

APP, OTHER = "https://app.example.com", "https://other.example.com"
PATHS = [
    f"/v1/api/{PROJECT}/eventing/queue",
    f"/v1/api/{PROJECT}/eventing/admin-queue",
    f"/v1/api/{PROJECT}/eventing/cloudevents",
    f"/v1/config/projects/{PROJECT}/eventing/triggers/a",
    f"/v1/projects/{PROJECT}/events:queue",
    f"/v1/projects/{PROJECT}/tail?timeout=0.3s",
    "/bellrope.v1.Eventing/Queue",
    "/openapi.json",
    "/metrics",
]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An open server that lists one origin."""
    with lent(tmp_path_factory.mktemp("listed"), f"--cors-origin={APP}") as server:
        yield server


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key that lets every origin call."""
    with lent(tmp_path_factory.mktemp("every"), f"--admin-key={KEY}", "--cors-origin=*") as server:
        yield server


def ask(server: Server, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, HTTPMessage]:
    """Send a request, and return the status and headers of the answer."""
    connection = HTTPConnection(server.http.removeprefix("http://"), timeout=30)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): each for name, each in headers.items()}
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def preflight(server: Server, path: str, origin: str, **headers: str) -> tuple[int, HTTPMessage]:
    """Ask as a browser does before a page may send JSON with a key."""
    wanted = {
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "authorization,content-type",
    }
    return ask(server, "OPTIONS", path, Origin=origin, **wanted, **headers)


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_may_send_what_a_listed_page_wants(listed: Server, path: str) -> None:
    """OPTIONS of a listed origin is answered 204, with the method and the headers that it asked for."""
    status, headers = preflight(listed, path, APP)
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, APP)
    assert "POST" in headers["Access-Control-Allow-Methods"].split(", ")
    assert headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", PATHS)
def test_a_listed_page_may_read_the_answer(listed: Server, path: str) -> None:
    """Every answer to a listed origin says so, whether it is an event's, an error, a page or a stream."""
    method = "POST" if "queue" in path.lower() else "GET"
    status, headers = ask(listed, method, path, b'{"type":"a"}', Origin=APP, Content_Type="application/json")
    assert (status < 500, headers["Access-Control-Allow-Origin"]) == (True, APP)
    assert headers["Access-Control-Expose-Headers"] == "X-Request-Id, Retry-After"


@pytest.mark.parametrize(
    ("first", "line", "status"),
    [
        ("GET / HTTP/1.1", "X A: b", 400),
        ("GET / HTTP/1.1", "X-A: \x01", 400),
        ("GET / HTTP/1.1", f"X-A: {'a' * 9000}", 431),
        ("GET /\xe9 HTTP/1.1", "X-A: b", 400),
        ("GET / HTTP/2.0", "X-A: b", 400),
    ],
    ids=["name", "value", "size", "target", "version"],
)
def test_what_is_not_a_request_is_answered(listed: Server, first: str, line: str, status: int) -> None:
    """A request that cannot be read gets its error from a server that lists origins, as from any other."""
    found, said = exchange(listed, first, "Host: localhost", f"Origin: {APP}", line)
    assert (found, '"status":' in said) == (status, True)


@pytest.mark.parametrize("path", ["/openapi.json", "/console/"])
def test_an_answer_varies_with_all_that_it_depends_on(listed: Server, path: str) -> None:
    """A file that may come in gzip, and that a listed page may read, says that both headers decide."""
    _, headers = ask(listed, "GET", path, Origin=APP, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding, Origin"


def test_only_a_listed_page_may_send_credentials_along(listed: Server, every: Server) -> None:
    """A browser may send credentials from a page whose origin is listed, as old clients ask; not for `*`."""
    sent = ((listed, APP, "true"), (listed, OTHER, None), (every, OTHER, None))
    for server, origin, allowed in sent:
        assert preflight(server, PATHS[0], origin)[1]["Access-Control-Allow-Credentials"] == allowed


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{APP}.evil.example", f"{APP}:444", "http://app.example.com"]
)
@pytest.mark.parametrize("path", PATHS[:1] + PATHS[4:5])
def test_a_page_that_is_not_listed_may_not_call(listed: Server, path: str, origin: str) -> None:
    """Other origins are refused by a server without a key, and no answer is theirs to read."""
    for status, headers in (
        preflight(listed, path, origin),
        ask(listed, "POST", path, b'{"type":"a"}', Origin=origin, Content_Type="application/json"),
    ):
        assert (status, headers["Access-Control-Allow-Origin"]) == (403, None)


@pytest.mark.parametrize("path", PATHS[:1] + PATHS[4:5])
def test_a_listed_page_needs_this_machines_name(listed: Server, path: str) -> None:
    """A listed origin does not open an open server under a foreign name (DNS rebinding)."""
    assert preflight(listed, path, APP, Host="evil.example.com")[0] == 403
    assert ask(listed, "POST", path, b'{"type":"a"}', Origin=APP, Host="evil.example.com")[0] == 403


def test_without_the_setting_no_page_may_call(server: Server) -> None:
    """By default the server says nothing to pages of other origins, and refuses them."""
    status, headers = preflight(server, PATHS[0], APP)
    assert (status, headers["Access-Control-Allow-Origin"]) == (403, None)
    status, headers = preflight(server, PATHS[0], "http://localhost:3000")
    assert (status, headers["Access-Control-Allow-Origin"]) == (405, None)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_may_ask_but_only_the_key_opens(every: Server, path: str) -> None:
    """With `*` every page may call, and needs the key as everybody; OPTIONS itself needs none."""
    assert preflight(every, path, OTHER)[0] == 204
    method = "POST" if "queue" in path.lower() else "GET"
    status, headers = ask(every, method, path, b'{"type":"a"}', Origin=OTHER, Content_Type="application/json")
    assert (status, headers["Access-Control-Allow-Origin"]) == (401, "*")
