"""The TypeScript client in a page: Chromium against a server, of the page's own origin and of another."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Tab, browser, tab

from tests.clients.elsewhere import empty_page
from tests.clients.typescript import OF_SOURCES, PACKAGE, bundle, for_node, needs_node, program, run
from tests.clients.webhook import Webhook
from tests.kit import Server, lent
from tests.ports import lasting_port

pytestmark = needs_node

KEY = "a-key-of-the-tests"
TESTS = PACKAGE / "tests"
REFUSED = [[index, "INVALID_FIELD", ["type"]] for index in (0, 7, 8, 1150)]
EXPECTED = {
    "data": '{"n":18446744073709551616,"f":1.0,"s":"Zoë"}',
    "answer": [{"fine": 1}, '{"fine": 1.0}', ["SUCCEEDED"]],
    "errors": [
        ["InvalidRequest", "INVALID_ARGUMENT", "INVALID_FIELD", ["type"], None],
        ["NoTriggerMatched", "NOT_FOUND", "NO_TRIGGER_MATCHED", [], None],
        ["InvalidRequest", "INVALID_ARGUMENT", "INVALID_FIELD", ["events[1].type"], 1],
        ["NotFound", "NOT_FOUND", "TRIGGER_NOT_FOUND", ["trigger"], None],
        ["KeyRequired", "UNAUTHENTICATED", "KEY_REQUIRED", [], None],
        "TypeError: data is NaN, which JSON cannot hold. Leave it out, or use null.",
    ],
    "stream": {"outcomes": REFUSED, "count": 1200, "stored": 1196, "inOrder": True},
    "tail": ["KIND_UNSPECIFIED", "EVENT_ACCEPTED"],
    "aborted": "RangeError: enough",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, int]]:
    """A server with a key that lists one other origin, and that origin's port."""
    port = lasting_port()
    flags = (f"--cors-origin=http://127.0.0.1:{port}", "--drain-grace=1", "--egress-allow=127.0.0.1")
    with lent(tmp_path_factory.mktemp("guarded"), *flags, BELLROPE_ADMIN_KEY=KEY) as server:
        yield server, port


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Tab]:
    """A tab of a browser."""
    with browser(tmp_path / "profile") as devtools:
        async with tab(devtools) as opened:
            yield opened


async def in_page(page: Tab, folder: Path, *arguments: Any) -> Any:
    """Run the scenario in the page that is open."""
    form = ("--format=iife", "--global-name=page", "--platform=browser", "--minify", OF_SOURCES)
    script = bundle(TESTS / "scenario.ts", folder, *form).read_text()
    return await page.ask(f"{script};page.scenario(...{json.dumps(arguments)})")


async def test_a_program_does_the_same_in_node(
    guarded: tuple[Server, int], webhook: Webhook, tmp_path: Path
) -> None:
    """In Node, over gRPC, every call of the scenario ends as expected."""
    server, _ = guarded
    webhook.body = b'{"fine": 1.0}'
    arguments = json.dumps([{"server": server.grpc, "key": KEY}, webhook.url, "in-node"])
    node = program("node")
    code, printed = await run(node, for_node(TESTS / "scenario.node.ts", tmp_path), arguments)
    assert code == 0, printed
    found = json.loads(printed)
    assert found == EXPECTED


async def test_a_program_does_the_same_in_a_page_of_the_server(
    guarded: tuple[Server, int], webhook: Webhook, page: Tab, tmp_path: Path
) -> None:
    """In a page of the server's origin, the client finds the server by itself and does the same."""
    server, _ = guarded
    webhook.body = b'{"fine": 1.0}'
    await page.go(f"{server.http}/docs", until="true")
    found = await in_page(page, tmp_path, {"key": KEY}, webhook.url, "same-origin")
    assert found == EXPECTED
    assert all(url.startswith((server.http, "data:")) for url in page.requests)


async def test_a_program_does_the_same_in_a_page_of_another_origin(
    guarded: tuple[Server, int], webhook: Webhook, page: Tab, tmp_path: Path
) -> None:
    """In a page of an origin that the server lists, the client does the same, given the server's address."""
    server, port = guarded
    webhook.body = b'{"fine": 1.0}'
    settings = {"server": server.http, "key": KEY}
    async with empty_page(port) as url:
        await page.go(url, until="document.title === 'page'")
        found = await in_page(page, tmp_path, settings, webhook.url, "other-origin")
    assert found == EXPECTED
