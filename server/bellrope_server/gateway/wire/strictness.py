"""What the parser accepts of a request's header and HTTP/1.1 does not (RFC 9112)."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp import HttpVersion10, HttpVersion11

from bellrope_server.errors import MalformedRequest, ServiceError
from bellrope_server.gateway.wire.aiohttp_internals import RawRequestMessage
from bellrope_server.gateway.wire.complaints import NOT_HTTP, ONLY_CHUNKED

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]*)(?::(\d{0,5}))?")
_LAST_PORT = 65_535


class Target(NamedTuple):
    """What a request asks for: the host, or None if its Host header says it; and the path with its query."""

    host: str | None
    path: str


def fault(message: RawRequestMessage) -> ServiceError | None:
    """Return what is wrong with a header that was parsed, or None."""
    if message.version not in (HttpVersion11, HttpVersion10):
        return MalformedRequest(NOT_HTTP)
    if message.chunked and message.headers["Transfer-Encoding"].lower() != "chunked":
        return MalformedRequest(ONLY_CHUNKED)
    if not _is_host(message.headers.get("Host", "")):
        return MalformedRequest("the Host header is not HOST or HOST:PORT")
    if message.path[0] != "/" and message.path != "*" and message.method != "CONNECT":
        return _absolute_fault(message.path)
    return None


def target(text: str) -> Target:
    """Return what a request's target asks for. One with a scheme has the host, too (RFC 9112, 3.2.2).

    The `*` of OPTIONS and the `HOST:PORT` of CONNECT have no path: they are answered as the root is.

    >>> target("http://localhost:4122?a=1")
    Target(host='localhost:4122', path='/?a=1')
    >>> target("*")
    Target(host=None, path='/')
    """
    if text[0] == "/":
        return Target(None, text)
    if "://" not in text:
        return Target(None, "/")
    rest = text.partition("://")[2]
    end = min((place for mark in "/?" if (place := rest.find(mark)) >= 0), default=len(rest))
    path = rest[end:]
    return Target(rest[:end], path if path.startswith("/") else f"/{path}")


@lru_cache(maxsize=256)
def _is_host(text: str) -> bool:
    """Return whether a Host header is one (RFC 9112, 3.2); a request without a host has an empty one."""
    found = _HOST.fullmatch(text)
    return found is not None and int(found[1] or 0) <= _LAST_PORT


def _absolute_fault(text: str) -> ServiceError | None:
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc:
            return None
    except ValueError:  # such as a bracket that is not closed
        pass
    return MalformedRequest("the request's target must be a path, or an http URL without user information")
