"""The console behind a proxy that serves bellrope below a path of its own, as docs/console.md says."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from acceptance.tenant import Tenant
from aiohttp import ClientSession, web
from console.databases import ON_SQLITE
from console.watched import watched
from kit import Server
from playwright.async_api import Browser, expect
from ports import lasting_port
from receiver import Receiver

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]

BELOW = "/x/y"
KEPT = ("accept", "accept-encoding", "content-type", "connect-protocol-version", "connect-timeout-ms")


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(server: Server) -> AsyncIterator[str]:
    """A proxy that passes on what is below /x/y, and refuses the rest."""
    async with ClientSession(auto_decompress=False) as http:

        async def passed_on(request: web.BaseRequest) -> web.StreamResponse:
            if not request.path.startswith(f"{BELOW}/"):
                return web.Response(status=418)
            headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT}
            url = server.http + request.raw_path.removeprefix(BELOW)
            body = await request.read()
            async with http.request(
                request.method, url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                left_out = ("transfer-encoding", "content-length", "date", "connection")
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in left_out}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)

        runner = web.ServerRunner(web.Server(passed_on))  # type: ignore[arg-type]
        await runner.setup()
        port = lasting_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}"
        await runner.cleanup()


@ON_SQLITE
async def test_the_console_works_below_any_path(
    browser: Browser, proxy: str, tenant: Tenant, receiver: Receiver
) -> None:
    """The root leads to it, deep links work, and so do calls: nobody has told the server about the path."""
    await tenant.trigger(receiver.url)
    async with watched(browser, proxy) as tab:
        tab.spent = True  # the proxy has nothing elsewhere
        await tab.open(f"{BELOW}/")
        await expect(tab.page.get_by_role("heading", name="Eventing")).to_be_visible()
        assert tab.page.url == f"{proxy}{BELOW}/console/"
        await tab.open(f"{BELOW}/console/projects/{tenant.project}/trigger?type=order")
        await expect(tab.page.get_by_text("Calls hook.")).to_be_visible()
        await tab.page.get_by_role("button", name="Trigger event").click()
        await receiver.received(1)
        await tab.page.get_by_role("navigation").get_by_role("link", name="Eventing").click()
        assert tab.page.url == f"{proxy}{BELOW}/console/projects/{tenant.project}"
        await expect(tab.page.get_by_role("button", name="Pause hook")).to_be_visible()
        command = tab.page.get_by_role("link", name="API reference")
        assert await command.evaluate("(each) => each.href") == f"{proxy}{BELOW}/docs"
