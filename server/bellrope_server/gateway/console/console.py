"""Answers GET below /console/: the page for every view, and its files."""

from functools import lru_cache

from aiohttp import web

from bellrope_server.errors import NoSuchPath
from bellrope_server.gateway.console import files
from bellrope_server.gateway.wire.answers import SAFE
from bellrope_server.gateway.wire.kept_file import KeptFile
from bellrope_server.gateway.wire.request import WireRequest, only

NAME = "console"
PAGE = ("index.html",)
ASSETS = "assets"
BASE = b'<base href="./" />'
"""In the page; the server writes where the console is, seen from the view."""
HEADERS = SAFE | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    ),
}
UNCHANGING = "public, max-age=31536000, immutable"  # a file of another content has another name


def answer(request: WireRequest, segments: tuple[str, ...]) -> web.Response | None:
    """Return what is at a path of the console, or None if it is not the console's.

    The answers reveal nothing of this server, so they need no key: the reader enters it in the console.
    """
    if segments == (NAME,) or (segments == ("",) and _reads_html(request)):
        only(request, "GET")
        return web.Response(status=302, headers=SAFE | {"Location": f"{NAME}/", "Vary": "Accept"})
    if segments[0] != NAME:
        return None
    only(request, "GET")
    file, kept = _file(segments[1:])
    return file.sent(request, HEADERS | {"Cache-Control": kept})


def _file(below: tuple[str, ...]) -> tuple[KeptFile, str]:
    """Return the file of a path, and how long it may be kept; raise NoSuchPath for a missing asset."""
    if below != PAGE and (file := files.named(below)):
        return file, UNCHANGING
    if below[0] == ASSETS or (len(below) == 1 and "." in below[0]):
        raise NoSuchPath
    return _page(len(below) - 1), "no-cache"


@lru_cache(maxsize=32)
def _page(depth: int) -> KeptFile:
    """Return the page for a view that is `depth` folders below the console."""
    page = files.named(PAGE)
    assert page
    base = b'<base href="%b" />' % (b"../" * depth or b"./")
    return KeptFile.of(page.kind, page.body.replace(BASE, base))


def _reads_html(request: WireRequest) -> bool:
    return "text/html" in (request.joined("Accept") or "").lower()
