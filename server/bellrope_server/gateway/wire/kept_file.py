"""A file that clients may keep: compressed once, and not sent again while its content is the same."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bellrope_server.gateway.wire.request import WireRequest


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file with its type and its mark (RFC 9110, 8.8.3), as it is and in gzip."""

    kind: str
    body: bytes
    gzipped: bytes
    mark: str

    @classmethod
    def of(cls, kind: str, body: bytes) -> "KeptFile":
        """Return a file with this content; `kind` is the Content-Type."""
        return cls(kind, body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:32])

    def sent(self, request: WireRequest, headers: Mapping[str, str]) -> web.Response:
        """Return the answer: the file, or 304 if the client has it."""
        compressed = _takes_gzip(request)
        mark = f'"{self.mark}-gzip"' if compressed else f'"{self.mark}"'
        headers = {**headers, "ETag": mark, "Vary": "Accept-Encoding"}
        if not _known(request).isdisjoint((mark, "*")):
            return web.Response(status=304, headers=headers)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        body = self.gzipped if compressed else self.body
        return web.Response(body=body, headers=headers | {"Content-Type": self.kind})


def _known(request: WireRequest) -> set[str]:
    """Return the marks of what the client has, or `*` if any will do (RFC 9110, 13.1.2)."""
    return {each.strip().removeprefix("W/") for each in (request.joined("If-None-Match") or "").split(",")}


def _takes_gzip(request: WireRequest) -> bool:
    """Return whether the answer may be in gzip (RFC 9110, 12.5.3)."""
    for coding in (request.joined("Accept-Encoding") or "").split(","):
        name, _, weight = coding.partition(";")
        if name.strip().lower() == "gzip":
            return weight.strip().lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
