"""The form that triggers an event, as tests fill it in."""

import json
import re

from acceptance.tenant import Tenant
from console.watched import Watched
from playwright.async_api import Locator, expect


async def form(tab: Watched, tenant: Tenant, *, type: str = "order") -> None:
    """Open the form for a type."""
    await tab.open(f"/console/projects/{tenant.project}/trigger?type={type}")
    await expect(data(tab)).to_be_focused()


def data(tab: Watched) -> Locator:
    """The editor of the event's data."""
    return tab.page.get_by_label("Event data", exact=True)


def response(tab: Watched) -> Locator:
    """The part of the page that shows what became of the event."""
    return tab.page.get_by_role("region", name="Response", exact=True)


async def send(tab: Watched) -> None:
    """Press the button."""
    await tab.page.get_by_role("button", name=re.compile("^Trigger (another )?event$")).click()


async def answered(tab: Watched) -> dict[str, object]:
    """Wait for the answer to a queued event, and return it."""
    shown = response(tab).locator("pre")
    await expect(shown).to_contain_text("eventId")
    return dict(json.loads(await shown.inner_text()))
