"""The names and messages of aiohttp that the gateway needs; a new version may change them."""

import ast
import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import bellrope_server.gateway
import pytest
from aiohttp import web
from bellrope_server.gateway.wire import aiohttp_internals as internals
from bellrope_server.gateway.wire.aiohttp_internals import Complaint, RawRequestMessage, Unparsed, complaint
from bellrope_server.gateway.wire.protocol import WireProtocol
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.server import WireServer
from integration.aiohttp_version import changed

GATEWAY = Path(bellrope_server.gateway.__file__).parent
NAMES: list[tuple[type, str, str]] = [
    (web.RequestHandler, "_close", "whether the connection closes after what is under way"),
    (web.RequestHandler, "_current_request", "the request that is being handled"),
    (web.RequestHandler, "_drain_helper", "what waits until its client has read"),
    (web.RequestHandler, "_lingering_time", "how long an answered request's body is read on"),
    (web.RequestHandler, "_messages", "what is parsed and not yet being handled"),
    (web.RequestHandler, "_parser", "the parser of its headers"),
    (web.RequestHandler, "_reading_paused", "whether it is we who read no further"),
    (web.RequestHandler, "_request_count", "how many headers were parsed"),
    (web.RequestHandler, "_upgraded", "whether a request to upgrade waits for its answer"),
    (web.RequestHandler, "_waiter", "what is woken by the next request"),
    (web.BaseRequest, "ATTRS", "the attributes that a request may have"),
    (web.BaseRequest, "_message", "what was parsed of the request"),
    (web.BaseRequest, "_prepare_hook", "what is called before an answer is sent"),
    (web.BaseRequest, "writer", "what its answer is written to"),
    (web.Server, "connection_made", "what counts one more connection"),
    (web.Server, "connections", "all its connections"),
    (web.Server, "pre_shutdown", "what ends the connections that no request is on"),
    (aiohttp.StreamReader, "set_exception", "what its reader is to raise"),
    (aiohttp.StreamReader, "total_bytes", "how much came"),
    (Unparsed, "exc", "what stopped the parser"),
    (RawRequestMessage, "chunked", "whether its body comes in chunks"),
    (RawRequestMessage, "headers", "its lines by their names"),
    (RawRequestMessage, "method", "the first word of its first line"),
    (RawRequestMessage, "path", "the second word of its first line"),
    (RawRequestMessage, "raw_headers", "its lines as they came"),
    (RawRequestMessage, "upgrade", "whether it asks to upgrade"),
    (RawRequestMessage, "version", "the version of HTTP in its first line"),
]
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WORDS = {
    "Missing 'Host'": b"GET / HTTP/1.1\r\n\r\n",
    "Duplicate": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "Too many headers": HEAD + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
    "Content-Length can't": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
    "Transfer-Encoding can't": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "Content-Length overflow": HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "Invalid character in Content-Length": HEAD + b"Content-Length: 5x\r\n\r\n",
    "Request has invalid `Transfer-Encoding`": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n",
    "Invalid `Transfer-Encoding`": HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n",
    "Invalid char in url": "GET /ü HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    "Bad status line": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "Received HTTPS traffic": b"\x16\x03\x01\x02\x00",
    "Pause on PRI/Upgrade": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "Invalid character in chunk": CHUNKED + b"zz\r\n",
    "Chunk": CHUNKED + b"fffffffffffffffffff\r\n",
    "Expected LF after chunk": CHUNKED + b"1\r\nxyz\r\n0\r\n\r\n",
    "Invalid header": HEAD + b"X y: 1\r\n\r\n",
    "Unexpected whitespace after header": HEAD + b"X: a\r\n b\r\n\r\n",
    "Missing expected CR after header": HEAD + b"X: a\nY: b\r\n\r\n",
}


async def unconnected() -> web.RequestHandler:
    """Return a connection that gets its bytes from the test and handles no request."""

    async def never(_request: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

    return web.RequestHandler(web.Server(never), loop=asyncio.get_running_loop(), max_headers=100)


@pytest.mark.parametrize(
    ("owner", "name", "what"), NAMES, ids=[f"{owner.__name__}.{name}" for owner, name, _ in NAMES]
)
def test_the_names_are_there(owner: type, name: str, what: str) -> None:
    """Every private name that we use still exists."""
    kept = {*dir(owner), *getattr(owner, "ATTRS", ()), *getattr(owner, "__annotations__", ())}
    assert name in kept, changed(f"{owner.__name__}.{name} is gone, {what}")


def test_the_list_of_names_is_whole() -> None:
    """The list of names has all private names that the one file uses."""
    used = _private_names(GATEWAY / "wire/aiohttp_internals.py")
    assert set() == used - {name for _, name, _ in NAMES}


def test_nothing_else_reaches_behind_the_public_names() -> None:
    """Only that one file imports aiohttp's internals, or touches its private attributes."""
    theirs = {name for owner in (web.RequestHandler, web.BaseRequest, web.Server) for name in dir(owner)}
    others = [path for path in GATEWAY.rglob("*.py") if path.name != "aiohttp_internals.py"]
    assert {"aiohttp"} == {name for path in others for name in _imported_of_aiohttp(path)}
    for path in (path for path in others if path.parent.name == "wire"):
        assert set() == _private_names(path) & theirs, path.name


def _private_names(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_private(node.attr)}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _imported_of_aiohttp(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in names if name.partition(".")[0] == "aiohttp")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(WireProtocol, web.RequestHandler), (WireServer, web.Server), (WireRequest, web.BaseRequest)],
)
def test_what_we_override_is_called_as_before(ours: type, theirs: type) -> None:
    """Each of our methods that overrides one of aiohttp's has the same parameters."""
    for name, method in vars(ours).items():
        original = getattr(theirs, name, None)
        if inspect.isfunction(method) and original and name != "__init__":
            expected = list(inspect.signature(original).parameters)
            assert expected == list(inspect.signature(method).parameters), changed(
                f"{theirs.__name__}.{name} takes {expected}"
            )


@pytest.mark.parametrize(
    ("ours", "theirs", "overridden"),
    [
        (WireProtocol, web.RequestHandler, set()),
        (WireServer, web.Server, set()),
        (WireRequest, web.BaseRequest, {"_prepare_hook"}),
    ],
)
async def test_our_private_names_are_ours_alone(ours: type, theirs: type, overridden: set[str]) -> None:
    """No private name of ours hides one that aiohttp uses for something else."""
    of_a_server = vars(web.Server((await unconnected()).start))  # it has no slots, so its class shows nothing
    kept = {*dir(theirs), *of_a_server} - {"_abc_impl"}
    private = {name for name in {*vars(ours), *_assigned(ours)} if _is_private(name)}
    assert overridden == private & kept, changed(f"{theirs.__name__} has a private name that ours has too")


def _assigned(kind: type) -> set[str]:
    nodes = ast.walk(ast.parse(Path(inspect.getfile(kind)).read_text()))
    return {
        node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


@pytest.mark.parametrize(("words", "sample"), WORDS.items(), ids=list(WORDS))
async def test_the_parser_complains_in_these_words(words: str, sample: bytes) -> None:
    """The parser's error messages begin as we expect."""
    connection = await unconnected()
    connection.data_received(sample)
    message, _ = internals.waiting(connection)[-1]
    assert isinstance(message, Unparsed), changed(f"it accepts what it called {words!r}")
    assert str(message.message).startswith(words), changed(f"it says {message.message!r} for {words!r}")
    assert words in getattr(complaint(message.exc), "value", ())


def test_every_word_has_a_sample() -> None:
    """Every message that we expect has a sample that makes the parser say it."""
    assert WORDS.keys() == {words for each in Complaint for words in each.value}


async def test_a_long_line_has_an_error_of_its_own() -> None:
    """A line over the limit is LineTooLong, whatever the message."""
    connection = await unconnected()
    connection.data_received(HEAD + b"X: " + b"x" * 9000 + b"\r\n\r\n")
    message, _ = internals.waiting(connection)[-1]
    assert isinstance(message, Unparsed)
    assert isinstance(message.exc, internals.LineTooLong), changed(f"a long line is {message.exc!r}")


async def test_parsed_requests_are_counted_and_wait() -> None:
    """Each header that is complete or broken is counted once and waits in order."""
    connection = await unconnected()
    connection.data_received(b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.data_received(b"broken\r\n\r\n")
    assert internals.parsed_count(connection) == 3, changed("_request_count counts something else")
    kinds = [type(message) for message, _ in internals.waiting(connection)]
    assert kinds == [RawRequestMessage, RawRequestMessage, Unparsed], changed(
        "_messages holds something else"
    )


@pytest.mark.parametrize(
    ("came", "half"),
    [(b"", False), (b"\r\n", False), (HEAD + b"\r\n", False), (b"G", True), (HEAD, True), (HEAD[:-1], True)],
)
async def test_the_parser_knows_half_a_header(came: bytes, half: bool) -> None:
    """At the end of the stream the parser knows whether a header has begun."""
    connection = await unconnected()
    connection.data_received(came)
    assert internals.has_half_a_header(connection) is half, changed("feed_eof tells something else")
