"""The description of the API: /openapi.json, and /docs, a page to read it and to try calls."""

import asyncio
from collections.abc import Iterable
from importlib import resources

import orjson
from aiohttp import web

from bellrope_server.gateway.docs.openapi import document
from bellrope_server.gateway.native.routes import Route
from bellrope_server.gateway.wire.answers import SAFE
from bellrope_server.gateway.wire.kept_file import KeptFile
from bellrope_server.gateway.wire.request import JSON, WireRequest, only

SCRIPTS = ("page.js", "elements.js", "json.js", "search.js", "snippets.js", "trial.js")
FILES = {
    ("docs",): ("index.html", "text/html"),
    ("docs", "page.css"): ("page.css", "text/css"),
    ("docs", "icon.svg"): ("icon.svg", "image/svg+xml"),
} | {("docs", name): (name, "text/javascript") for name in SCRIPTS}
MOVED = {("",): "/docs", ("docs", ""): "/docs", ("favicon.ico",): "/docs/icon.svg"}
"""What a browser asks for on its own, or a reader types, and where it is."""
HEADERS = SAFE | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
}


class Pages:
    """Answers GET for the page's files, which reveal nothing of this server, and for the document."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """`routes` are the routes to describe."""
        self._routes = routes
        self._folder = resources.files(__package__) / "page"
        self._document: KeptFile | None = None

    def file(self, request: WireRequest, segments: tuple[str, ...]) -> web.Response | None:
        """Return a file of the page, or where it is; None for any other path."""
        if segments in MOVED:
            only(request, "GET")
            return web.Response(status=302, headers=SAFE | {"Location": MOVED[segments]})
        if segments not in FILES:
            return None
        only(request, "GET")
        name, kind = FILES[segments]
        body = (self._folder / name).read_bytes()
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)

    async def openapi(self, request: WireRequest) -> web.Response:
        """Return the OpenAPI document. The first call makes it, in a thread, because that takes a while."""
        only(request, "GET")
        if self._document is None:
            self._document = await asyncio.to_thread(self._made)
        return self._document.sent(request, SAFE | {"Cache-Control": "private, no-cache"})

    def _made(self) -> KeptFile:
        return KeptFile.of(JSON, orjson.dumps(document(self._routes)))
