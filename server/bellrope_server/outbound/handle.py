"""A libcurl handle: how one request is sent on it, and what came back."""

import socket
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pycurl
from msgspec import Struct

from bellrope_server.clock import steady
from bellrope_server.model import Micros
from bellrope_server.outbound.connections import Connections
from bellrope_server.outbound.sign import Request
from bellrope_server.outbound.trust import trusted
from bellrope_server.outbound.tunnel import Tunnel
from bellrope_server.rules.proxies import Proxy

MAX_HEADER_BYTES = 64 * 1024
KEPT_HEADER_BYTES = 16 * 1024
MAX_BODY_BYTES = 1024 * 1024

_ASKS = b"(IN), TLS handshake, Request CERT"  # in every version of TLS

_BLANK = (b"\r\n", b"\n")
_SWITCHING_PROTOCOLS = 101
_STOP = -1  # from a callback: libcurl closes the connection
# What libcurl ends with when a body is whole, when we stop reading it, or when its time is up.
_WHOLE = frozenset({pycurl.E_OK, pycurl.E_WRITE_ERROR, pycurl.E_OPERATION_TIMEDOUT})
_GO: int = pycurl.PREREQFUNC_OK
_ABORT: int = pycurl.PREREQFUNC_ABORT

# Settings of every request. An empty PROXY and a NOPROXY of everything override the environment's.
_OPTIONS = {
    pycurl.NOSIGNAL: 1,
    pycurl.POST: 1,
    pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
    pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
    pycurl.FOLLOWLOCATION: 0,
    pycurl.PROXY: "",
    pycurl.NOPROXY: "*",
    pycurl.ACCEPT_ENCODING: "identity",
    pycurl.HTTP_CONTENT_DECODING: 0,  # or one bad byte would cost the whole body
    pycurl.USERAGENT: f"bellrope/{version('bellrope-server')}",
}


class Reply(Struct, frozen=True):
    """The response. `status` is set only if a whole header came; `code` is libcurl's, 0 for success.

    `broken` is true if the connection ended before the body did, or the body is not HTTP.

    `connected` is the time until the connection was open: 0 if it was kept, None if there was none.
    `began` is the time until the answer began.
    """

    code: int = pycurl.E_OK
    status: int = 0
    headers: Mapping[str, str] = {}
    body: bytes = b""
    truncated: bool = False
    broken: bool = False
    strayed: bool = False
    """True if libcurl was about to use an address other than the given one. Then nothing was sent."""
    proxy_status: int | None = None
    """What the proxy answered, 0 for nothing, if it made no tunnel. Then nothing was sent."""
    connected: Micros | None = None
    began: Micros | None = None
    asked: bool = False
    """True if the endpoint asked for a client certificate."""
    said: str = ""
    """What libcurl says about a failure."""
    verified: int = 0
    """OpenSSL's result for the endpoint's certificate, from x509_vfy.h, after a failure."""


class Handle:
    """An easy handle of libcurl with its callbacks, used for one request after another.

    libcurl repeats a POST by itself when a kept connection dies. Here it cannot: the body comes from a
    function that cannot be rewound, and a second start within one request is refused.
    """

    def __init__(self, connections: Connections, *, proxy: Proxy | None = None) -> None:
        """All handles on the same multi share `connections`, and the proxy if there is one."""
        self._connections = connections
        self.easy: Any = pycurl.Curl()
        for option, value in {**_OPTIONS, **_trust()}.items():
            self.easy.setopt(option, value)
        self.easy.setopt(pycurl.OPENSOCKETFUNCTION, self._open)
        self.easy.setopt(pycurl.SOCKOPTFUNCTION, self._on_socket)
        self.easy.setopt(pycurl.PREREQFUNCTION, self._begin)
        self.easy.setopt(pycurl.READFUNCTION, self._read)
        self._tunnel = Tunnel(self.easy, proxy) if proxy else None
        self.easy.setopt(pycurl.HEADERFUNCTION, self._on_any_header if proxy else self._on_header)
        self.easy.setopt(pycurl.WRITEFUNCTION, self._on_body)
        self.easy.setopt(pycurl.DEBUGFUNCTION, self._on_debug)
        self._watched = False
        self.forget()

    def prepare(
        self,
        request: Request,
        *,
        address: str,
        start: Micros,
        deadline: Micros,
        watched: bool = False,
        via: str | None = None,
    ) -> None:
        """Set the next request. It goes to `address`, by way of the proxy at `via` if there is one.

        Both are IP literals as inet_ntop writes them. Times count from `start`. The request ends at
        `deadline`. Both are times of the steady clock. If `watched`, the reply says whether the endpoint
        asked for a client certificate. That costs time.
        """
        self._address, self._body, self._keep, self._start = address, request.body, request.keep_bytes, start
        self._dialled = via or address
        if via and self._tunnel:
            self._tunnel.prepare(via)
        bracketed = f"[{address}]" if ":" in address else address
        setopt = self.easy.setopt
        setopt(pycurl.URL, request.url)
        setopt(pycurl.CONNECT_TO, [f"::{bracketed}:"])
        setopt(pycurl.HTTPHEADER, request.headers)
        setopt(pycurl.POSTFIELDSIZE_LARGE, len(request.body))
        if watched != self._watched:
            self._watched = watched
            setopt(pycurl.VERBOSE, int(watched))
        setopt(pycurl.TIMEOUT_MS, max(1, (deadline - steady()) // 1000))  # 0 would mean no limit

    def forget(self) -> None:
        """Let go of the last request and its reply."""
        self._body = b""
        self._sent = self._body_bytes = self._status = self._header_start = 0
        self._fd: int | None = None
        self._connected: Micros | None = None
        self._began: Micros | None = None
        self._begun = self._strayed = self._asked = self.stale = False
        self._header = bytearray()
        self._kept = bytearray()

    def reply(self, code: int) -> Reply:
        """Return the reply of the request that ended with this libcurl code."""
        status = self._status
        headers = _parse(self._header[self._header_start :]) if status else {}
        return Reply(
            code=code,
            status=status,
            headers=_kept(headers, size=len(self._header) - self._header_start),
            body=bytes(self._kept),
            truncated=status > 0 and (code != 0 or self._body_bytes > self._keep),
            broken=code not in _WHOLE and status > 0 and not _has_all(headers, self._body_bytes),
            strayed=self._strayed,
            proxy_status=self._tunnel.status if self._tunnel and not self._is_through else None,
            connected=self._connected,
            began=self._began,
            asked=self._asked,
            said=self.easy.errstr() if code else "",
            verified=self.easy.getinfo(pycurl.SSL_VERIFYRESULT) if code else 0,
        )

    def _open(self, _purpose: int, found: Any) -> Any:
        """Open a socket to the given address, or the proxy's, and no other."""
        if not self._is_ours(found.addr[0], wanted=self._dialled):
            return pycurl.SOCKET_BAD
        try:
            return socket.socket(found.family, found.socktype, found.protocol)
        except OSError:
            return pycurl.SOCKET_BAD

    def _on_socket(self, fd: int, _purpose: int) -> int:
        self._fd = fd
        return int(pycurl.SOCKOPT_OK)

    def _begin(self, peer: str, own_address: str, _port: int, own_port: int) -> int:
        """Let the request start once, on a connection to the given address that is new or still good."""
        if self._begun:
            return _ABORT
        self._begun = True
        end, known = (own_address, own_port), self._connections
        if self._fd is not None:
            if not self._is_ours(peer, wanted=self._dialled):
                return _ABORT
            self._connected = steady() - self._start
            known.opened(end, self._fd, address=self._address)
            return _GO
        self._connected = 0
        if not self._is_ours(known.address_of(end), wanted=self._address):
            return _ABORT
        self.stale = known.is_stale(end)
        return _ABORT if self.stale else _GO

    def _is_ours(self, address: str, *, wanted: str) -> bool:
        if address != wanted:
            self._strayed = True
        return not self._strayed

    @property
    def _is_through(self) -> bool:
        """True if the proxy made a tunnel, now or for an earlier request."""
        return self._begun or (self._tunnel is not None and self._tunnel.opened)

    def _read(self, size: int) -> bytes:
        start = self._sent
        self._sent = end = start + size
        return self._body[start:end]

    def _on_any_header(self, line: bytes) -> int | None:
        """Take the proxy's answer, which comes before the request begins, from the endpoint's."""
        if self._begun or self._tunnel is None:
            return self._on_header(line)
        self._asked = False  # it was the proxy that asked for a certificate
        self._tunnel.on_header(line)
        return None

    def _on_header(self, line: bytes) -> int | None:
        """Collect the final answer's header. Drop interim answers (1xx) and trailers."""
        if self._status:
            return None
        header = self._header
        if not header:
            self._began = steady() - self._start
        header += line
        if len(header) > MAX_HEADER_BYTES:
            return _STOP
        return self._on_header_end() if line in _BLANK else None

    def _on_header_end(self) -> int | None:
        status = int(self._header[self._header_start :].split(None, 2)[1][:3])
        if status >= 200:
            self._status = status
            return None
        if status == _SWITCHING_PROTOCOLS:
            self._status = status
            return _STOP
        self._header_start = len(self._header)
        return None

    def _on_debug(self, kind: int, text: bytes) -> None:
        """Notice a handshake message that no other interface shows: asked for a certificate, we have none."""
        if kind == pycurl.INFOTYPE_TEXT and _ASKS in text:
            self._asked = True

    def _on_body(self, chunk: bytes) -> int | None:
        before = self._body_bytes
        self._body_bytes = size = before + len(chunk)
        if size <= self._keep:
            self._kept += chunk
        elif before < self._keep:
            self._kept += chunk[: self._keep - before]
        return _STOP if size > MAX_BODY_BYTES else None


def _trust() -> dict[int, str]:
    """Return the options for the certificates that are trusted, of endpoints and of the proxy."""
    file, folder = trusted()
    found = {pycurl.CAINFO: file, pycurl.CAPATH: folder}
    found |= {pycurl.PROXY_CAINFO: file, pycurl.PROXY_CAPATH: folder}
    return {option: path for option, path in found.items() if path}


def _kept(fields: Mapping[str, str], *, size: int) -> Mapping[str, str]:
    """Return the fields of a header of `size` bytes: all or, if they are too large to keep, the shortest."""
    if size <= KEPT_HEADER_BYTES:
        return fields
    left, kept = KEPT_HEADER_BYTES, set[str]()
    for name, value in sorted(fields.items(), key=lambda field: len(field[0]) + len(field[1])):
        left -= len(name) + len(value)
        if left < 0:
            break
        kept.add(name)
    return {name: value for name, value in fields.items() if name in kept}


def _has_all(headers: Mapping[str, str], size: int) -> bool:
    """Return whether a body of this size has its announced length: what breaks later is the connection."""
    length = headers.get("content-length", "")
    return length.isdecimal() and "transfer-encoding" not in headers and size >= int(length)


def _parse(header: bytes | bytearray) -> dict[str, str]:
    """Return a header's fields: names in lower case, repeated values joined."""
    fields: dict[str, str] = {}
    for line in header.decode("latin-1").split("\n")[1:-2]:  # between the status and the blank line
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields
