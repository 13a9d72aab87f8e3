"""Single requests over raw sockets: which are refused, and what their answers say."""

import logging

import pytest
from integration.raw_site import Site, chunked, get, post
from integration.raw_site import no_surprises as no_surprises
from integration.raw_site import site as site


async def test_a3_two_different_lengths_are_refused(site: Site) -> None:
    """A3: Two different Content-Length lines are answered 400, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    )
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")
    assert await wire.rest() == b""


async def test_a4_a_length_with_chunks_is_refused(site: Site) -> None:
    """A4: Content-Length and Transfer-Encoding together are answered 400."""
    answer = await site.ask(post(b"0\r\n\r\n", "Transfer-Encoding: chunked"))
    assert answer.status == 400
    assert answer.error["error"] == "the request has both a Content-Length and a Transfer-Encoding"


async def test_a6_an_unknown_transfer_encoding_is_refused(site: Site) -> None:
    """A6: A Transfer-Encoding other than chunked is answered 400."""
    answer = await site.ask(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize("size", [b"zz", b"-1", b"fffffffffffffffff", b"0x5"])
async def test_a6_a_bad_chunk_size_is_refused(site: Site, size: bytes) -> None:
    """A6: A bad chunk size is answered 400, even while the body is being read."""
    wire = await site.connect()
    wire.send(chunked(b"hello"))
    await wire.flush()
    await site.ask(get("/"))  # by the time this is answered, the other request is being handled
    answer = await wire.ask(size + b"\r\nhello\r\n")
    assert (answer.status, answer.error["error"]) == (400, "the body's chunks are malformed")
    assert await wire.rest() == b""


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n"], ids=["none", "two"])
async def test_a11_one_host_is_needed(site: Site, hosts: bytes) -> None:
    """A11: An HTTP/1.1 request without a Host, or with two, is answered 400."""
    answer = await site.ask(b"GET /echo HTTP/1.1\r\n" + hosts + b"\r\n")
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize(
    "host",
    ["a b", "me@127.0.0.1", "localhost:99999", "a/b", "[::1", "::1", "ü", "a:1:2", "[::1]:x"],
)
async def test_a_host_that_is_none_is_refused(site: Site, host: str) -> None:
    """RFC 9112, 3.2: A Host header that is not HOST or HOST:PORT is answered 400."""
    answer = await site.ask(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert (answer.status, answer.error["error"]) == (400, "the Host header is not HOST or HOST:PORT")


@pytest.mark.parametrize(
    "host", ["", "localhost", "LOCALHOST:80", "[::1]", "[::1]:65535", "127.0.0.1:1", "a_b.c", "a:", "a,b"]
)
async def test_a_host_in_any_form_is_taken(site: Site, host: str) -> None:
    """A name, an address, with or without a port, or nothing."""
    assert (await site.ask(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())).status == 200


NOISE = {
    b"\x16\x03\x01\x02\x00": "this port speaks HTTP without TLS: call it as http://",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "this port speaks HTTP/1.1: gRPC and HTTP/2 have the port of --grpc",
    b"hello\r\n\r\n": "this is not an HTTP/1.1 request",
    b"GET\r\n\r\n": "this is not an HTTP/1.1 request",
    b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n": "this is not an HTTP/1.1 request: the first line",
    "GET /ü HTTP/1.1\r\nHost: a\r\n\r\n".encode(): "the request's target must be ASCII without spaces",
}


@pytest.mark.parametrize(("noise", "said"), NOISE.items())
async def test_what_is_not_http_is_refused(site: Site, noise: bytes, said: str) -> None:
    """A TLS hello, HTTP/2 or plain noise is answered 400 with our own message, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(noise)
    assert (answer.status, answer.error["error"][: len(said)]) == (400, said)
    assert await wire.rest() == b""


async def test_a19_an_unknown_path_is_404(site: Site) -> None:
    """A19: An unknown path is answered 404 in JSON."""
    answer = await site.ask(get("/nothing/here"))
    assert (answer.status, answer.error["reason"]) == (404, "NO_SUCH_PATH")


async def test_a21_another_content_type_is_415(site: Site) -> None:
    """A21: text/plain instead of JSON is answered 415."""
    answer = await site.ask(post(b"{}", "Content-Type: text/plain", path="/json"))
    assert (answer.status, answer.error["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("path", ["/unread", "/nothing", "/boom"])
async def test_a23_a_good_request_id_is_repeated(site: Site, path: str) -> None:
    """A23: An id of 1 to 64 letters, digits, _ and - is returned, on errors too."""
    given = "Build-7_" + "x" * 56
    assert (await site.ask(get(path, f"X-Request-Id: {given}"))).headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"x" * 65,
        b"x" * 10240,
        b"a b",
        b"a\x01b",
        b"a\x7fb",
        b"a\tb",
        b"\xc3\xa9",
        b"a\r\n b",
        b"a\r\nX-Evil: 1",
        b"a;b",
    ],
)
async def test_a23_a_bad_request_id_is_replaced(site: Site, given: bytes) -> None:
    """A23: An id that is too long or has other characters is replaced by one of ours."""
    answer = await site.ask(b"GET /nothing HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + given + b"\r\n\r\n")
    ours = answer.error["requestId"]
    assert len(ours) == 32 or (given, ours) == (b"a\r\nX-Evil: 1", "a")
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("path", ["/boom", "/late"])
async def test_what_breaks_inside_stays_inside(
    site: Site, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug is answered 500 with the id only; the log has the rest under that id."""
    with caplog.at_level(logging.ERROR):
        answer = await site.ask(get(path, "Accept: text/html"))
    assert (answer.status, answer.error["error"]) == (500, "Internal error.")
    assert b"secret" not in answer.body
    assert f"http.failed request_id={answer.error['requestId']}" in caplog.text
    assert "a secret from inside" in caplog.text


async def test_no_answer_tells_our_versions(site: Site) -> None:
    """No answer names the server's software."""
    assert [("server" in (await site.ask(data)).headers) for data in (get("/unread"), b"x\r\n\r\n")] == [
        False
    ] * 2


async def test_expect_continue_is_told_to_go_on(site: Site) -> None:
    """Expect: 100-continue: the client gets "100 Continue", sends the body and gets its answer."""
    wire = await site.connect()
    request = post(b"later", "Expect: 100-continue")
    assert (await wire.ask(request[:-5])).status == 100
    answer = await wire.ask(b"later")
    assert (answer.status, answer.body) == (200, b"later")
    assert (await wire.ask(post(b"again"))).body == b"again"


async def test_expect_continue_is_refused_before_the_body(site: Site) -> None:
    """Expect: 100-continue: a body over the limit gets 413 at once, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\nExpect: 100-continue\r\n\r\n"
    )
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert await wire.rest() == b""
