"""The search of /docs: it finds operations and fields as one types."""

from collections.abc import Iterator

import pytest
from acceptance.tenant import Tenant
from chromium import Tab
from kit import Server, lent

pytestmark = pytest.mark.xdist_group("chromium")

SHOWN = "document.querySelector('article')"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on SQLite: the page is the same on every database."""
    with lent(tmp_path_factory.mktemp("server")) as server:
        yield server


async def search(page: Tab, text: str) -> list[str]:
    """Press `/`, type, and return what is found."""
    await page.ask("document.activeElement.blur()")
    await page.press("/")
    await page.see("document.activeElement.id === 'search'")
    await page.write(text)
    await page.see("!document.querySelector('#found').hidden")
    found: list[str] = await page.ask(
        "[...document.querySelectorAll('#found li')].map((each) => each.innerText)"
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
async def test_an_operation_is_found_with_the_keyboard(width: int, page: Tab, tenant: Tenant) -> None:
    """`/` begins a search, the arrows choose, Enter opens the operation, and nothing asks the server."""
    await page.look(width=width, height=844)
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    asked = len(page.requests)
    found = await search(page, "queue")
    assert found[0].startswith("Queue\n")
    chosen = (
        "document.getElementById(document.querySelector('#search').getAttribute('aria-activedescendant'))"
    )
    assert (await page.ask(f"{chosen}.innerText")).startswith("Queue\n")
    await page.press("ArrowDown")
    await page.press("ArrowDown")
    await page.press("ArrowUp")
    second = await page.ask(f"{chosen}.innerText")
    assert second == found[1]
    assert len(page.requests) == asked
    await page.press("Enter")
    await page.see("document.activeElement.tagName === 'SUMMARY'")
    opened = await page.ask("document.activeElement.closest('article').id")
    assert opened.lower().endswith(second.split("\n")[0].lower())
    assert await page.ask(
        "document.activeElement.parentElement.open && document.querySelector('#found').hidden"
    )


async def test_a_field_is_found_where_it_is(page: Tab, tenant: Tenant) -> None:
    """A field is found by its name, as in JSON or in the protos, and Enter unfolds what it is in."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    assert (await search(page, "min_backoff"))[0].startswith("minBackoff\n")
    await page.press("Enter")
    await page.see("document.activeElement.dataset.field === 'minBackoff'")
    box = "document.activeElement.getBoundingClientRect()"
    await page.see(f"document.activeElement.checkVisibility() && {box}.top > 0 && {box}.bottom < innerHeight")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("GetTrigger", "GetTrigger"),
        ("get trigger", "GetTrigger"),
        ("dead letter", None),
        ("trigger", "TriggerSync"),
        ("bulkActions:cancel", "CancelBulkAction"),
        ("cloudevents", "Send"),
        ("isSynchronous", "isSynchronous"),
        ("zzzz", "nothing found"),
    ],
)
async def test_what_a_search_finds(typed: str, first: str | None, page: Tab, tenant: Tenant) -> None:
    """Names come before paths, and paths before texts; without a match, the list says so."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    found = await search(page, typed)
    assert found[0].split("\n")[0] == (first or found[0].split("\n")[0])
    await page.press("Escape")
    assert await page.ask("document.querySelector('#found').hidden") is True


async def test_a_slash_in_a_field_is_a_slash(page: Tab, tenant: Tenant) -> None:
    """`/` begins a search only where nothing is typed."""
    await page.go(f"{tenant.server.http}/docs#queue", until=SHOWN)
    await page.ask("document.querySelector('#queue textarea').focus()")
    await page.press("/")
    assert await page.ask("document.activeElement.tagName") == "TEXTAREA"
