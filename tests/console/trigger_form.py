"""The form of a trigger, as tests use it."""

from acceptance.tenant import Tenant
from bellrope.v1 import triggers_pb2
from console.watched import Watched
from playwright.async_api import Locator, expect


def field(tab: Watched, label: str) -> Locator:
    """A control by its label."""
    return tab.page.get_by_label(label, exact=True)


def told(tab: Watched, label: str) -> Locator:
    """What is said below a control."""
    return tab.page.locator(".field", has=field(tab, label)).locator(".told")


def verdict(tab: Watched) -> Locator:
    """What the trial says."""
    return tab.page.locator(".verdict")


async def button(tab: Watched, name: str) -> None:
    """Press a button."""
    await tab.page.get_by_role("button", name=name, exact=True).click()


async def edit(tab: Watched, tenant: Tenant, name: str = "hook") -> None:
    """Open the form of a saved trigger."""
    await tab.open(f"/console/projects/{tenant.project}/triggers/{name}")
    await expect(field(tab, "Event type")).to_be_visible()


async def is_listed(tab: Watched) -> None:
    """Wait until the page is Eventing again."""
    await expect(tab.page.get_by_role("heading", name="Eventing", exact=True)).to_be_visible()


async def saved(tenant: Tenant, name: str = "hook") -> triggers_pb2.Trigger:
    """Return a trigger without its times."""
    trigger = await tenant.triggers.GetTrigger(
        triggers_pb2.GetTriggerRequest(project=tenant.project, trigger=name)
    )
    trigger.ClearField("create_time")
    trigger.ClearField("update_time")
    return trigger
