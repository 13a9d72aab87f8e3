"""A page of another origin calls a server with a key by the Connect protocol, in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from acceptance.connect_packages import Packages
from aiohttp import web
from chromium import Tab
from integration.grpc_calls import KEY
from kit import lent

PAGE = Path(__file__).with_name("connect_page.html")
INVALID_ARGUMENT = 3

pytestmark = pytest.mark.xdist_group("connect-clients")


@asynccontextmanager
async def site(packages: Packages) -> AsyncIterator[str]:
    """Serve the page with the clients, and give its origin."""
    files = {"/": PAGE, "/protos.binpb": packages.protos}

    async def file(request: web.Request) -> web.FileResponse:
        return web.FileResponse(files[request.path])

    app = web.Application()
    app.add_routes([web.get(path, file) for path in files])
    app.router.add_static("/node_modules", packages.folder / "node_modules")
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_page_of_another_origin_calls(page: Tab, packages: Packages, tmp_path: Path) -> None:
    """A listed page calls with the key, follows a stream, reads exact data, and errors with their details."""
    async with site(packages) as origin:
        with lent(tmp_path, f"--admin-key={KEY}", f"--cors-origin={origin}") as server:
            await page.go(origin, until="window.use")
            for binary in ("true", "false"):
                told = await page.ask(f"use('{server.http}', '{KEY}', {binary})")
                assert told == {
                    "fact": "exact",
                    "data": '{"n": 18446744073709551616, "f": 1.0}',
                    "refused": [INVALID_ARGUMENT, "INVALID_FIELD", 32],
                }
