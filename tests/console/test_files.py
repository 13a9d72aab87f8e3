"""What the server answers below /console/, to browsers and to others."""

import gzip
import re

import pytest
from aiohttp import ClientResponse, ClientSession
from console.databases import ON_SQLITE
from kit import Server

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]


HTML = {"Accept": "text/html,application/xhtml+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)


async def ask(url: str, method: str = "GET", **headers: str) -> tuple[ClientResponse, bytes]:
    """Return an answer and its body as it came, without following redirects."""
    async with (
        ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as http,
        http.request(method, url, headers=headers, allow_redirects=False) as response,
    ):
        return response, await response.read()


async def asset(server: Server) -> str:
    """Return the path of the page's script."""
    _, page = await ask(f"{server.http}/console/")
    found = re.search(rb'src="\./(assets/[^"]+\.js)"', page)
    assert found
    return f"/console/{found[1].decode()}"


async def test_the_root_leads_browsers_to_the_console(server: Server) -> None:
    """`/` sends a browser to the console by a relative redirect, and others to /docs as before."""
    response, _ = await ask(server.http + "/", **HTML)
    assert (response.status, response.headers["Location"]) == (302, "console/")
    response, _ = await ask(server.http + "/")
    assert (response.status, response.headers["Location"]) == (302, "/docs")
    response, _ = await ask(server.http + "/console")
    assert (response.status, response.headers["Location"]) == (302, "console/")


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/console/", b"./"),
        ("/console/server", b"./"),
        ("/console/projects/p", b"../"),
        ("/console/projects/p/", b"../../"),
        ("/console/projects/p%2Fq/events/x.js?a=/b/c", b"../../../"),
    ],
)
async def test_every_view_has_a_base_that_is_relative_by_its_depth(
    server: Server, path: str, base: bytes
) -> None:
    """Any path below the console gives the page, whose base leads back to the console from there."""
    response, page = await ask(server.http + path)
    assert response.status == 200
    assert b'<base href="' + base + b'" />' in page
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-cache"
    assert b"<style" not in page
    assert re.findall(rb"<script[^>]*>([^<]*)</script>", page) == [b""]


@pytest.mark.parametrize(
    "path",
    [
        "assets/none.js",
        "assets/",
        "assets",
        "main.js",
        "favicon.ico",
        "index.html.map",
        "assets/..%2Ffiles.py",
    ],
)
async def test_a_missing_asset_is_not_the_page(server: Server, path: str) -> None:
    """A file that does not exist is a 404, so that a browser never takes the page for a script."""
    response, body = await ask(f"{server.http}/console/{path}", **HTML)
    assert response.status == 404
    assert b"NO_SUCH_PATH" in body


async def test_an_asset_may_be_kept_for_ever(server: Server) -> None:
    """A script is in gzip if the browser takes that, has a mark of its content, and is not sent twice."""
    url = server.http + await asset(server)
    response, plain = await ask(url)
    assert "Content-Encoding" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    zipped, body = await ask(url, **{"Accept-Encoding": "br, gzip;q=0.5"})
    assert (zipped.headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", plain)
    assert zipped.headers["Vary"] == "Accept-Encoding"
    mark = zipped.headers["ETag"]
    assert mark != response.headers["ETag"]
    again, nothing = await ask(url, **{"Accept-Encoding": "gzip", "If-None-Match": f'"other", W/{mark}'})
    assert (again.status, nothing) == (304, b"")
    kept, nothing = await ask(url, **{"If-None-Match": "*"})
    assert (kept.status, nothing) == (304, b"")
    refused, _ = await ask(url, **{"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


async def test_a_page_that_has_not_changed_is_not_sent_again(server: Server) -> None:
    """The page is asked for each time, and answered with 304 while it is the same."""
    response, _ = await ask(f"{server.http}/console/a/b")
    again, nothing = await ask(f"{server.http}/console/a/b", **{"If-None-Match": response.headers["ETag"]})
    assert (again.status, nothing) == (304, b"")


async def test_only_get_and_head_are_answered(server: Server) -> None:
    """HEAD gives the header alone, and other methods are refused by name."""
    whole, page = await ask(f"{server.http}/console/")
    response, nothing = await ask(f"{server.http}/console/", "HEAD")
    assert (response.status, nothing) == (200, b"")
    assert response.headers["Content-Length"] == str(len(page))
    assert response.headers["ETag"] == whole.headers["ETag"]
    for method in ("POST", "DELETE"):
        response, _ = await ask(f"{server.http}/console/", method)
        assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_foreign_page_gets_nothing(server: Server) -> None:
    """On a server without a key, a foreign Host or Origin is refused, as for every call."""
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        response, body = await ask(f"{server.http}/console/", **headers)
        assert response.status == 403
        assert b"FOREIGN_ORIGIN" in body
