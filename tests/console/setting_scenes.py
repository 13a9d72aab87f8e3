"""The views of settings, for pictures and axe: triggers, what they owe, event types and projects."""

from console.scene import Scene
from console.watched import Watched
from playwright.async_api import expect

ADDRESS = "http://127.0.0.1:8089/hook"


async def new_trigger(tab: Watched, project: str) -> None:
    """The empty form of a trigger."""
    await tab.open(f"/console/projects/{project}/new-trigger")
    await expect(tab.page.get_by_label("Name", exact=True)).to_be_focused()


async def tried_trigger(tab: Watched, project: str) -> None:
    """A trigger that is tried with the last real event."""
    await tab.open(f"/console/projects/{project}/triggers/crm")
    await tab.page.get_by_label("Webhook", exact=True).fill(ADDRESS)
    await tab.page.get_by_role("button", name="Generate secret").click()
    await tab.page.get_by_role("button", name="Use the last real event").click()
    await expect(tab.page.locator(".verdict")).to_contain_text("webhook-signature")
    await tab.page.locator(".try").evaluate("each => each.scrollIntoView({ block: 'center' })")


async def refused_trigger(tab: Watched, project: str) -> None:
    """A trigger that the server refused."""
    await new_trigger(tab, project)
    await tab.page.get_by_label("Name", exact=True).fill("mailer")
    await tab.page.get_by_label("Event type", exact=True).fill("order")
    await tab.page.get_by_label("Webhook", exact=True).fill("ftp://example.com/")
    await tab.page.get_by_role("button", name="Create trigger").click()
    await expect(tab.page.get_by_label("Webhook", exact=True)).to_be_focused()


async def leaving(tab: Watched, project: str) -> None:
    """The question before one leaves what is not saved."""
    await new_trigger(tab, project)
    await tab.page.get_by_label("Name", exact=True).fill("mailer")
    await tab.page.locator("a.way-back").click()
    await expect(tab.page.get_by_role("dialog")).to_be_visible()


async def no_trigger(tab: Watched, project: str) -> None:
    """The form of a trigger that does not exist."""
    await tab.open(f"/console/projects/{project}/triggers/none")
    await expect(tab.page.get_by_role("alert")).to_be_visible()


async def owed(tab: Watched, project: str) -> None:
    """What each trigger owes."""
    await tab.open(f"/console/projects/{project}?view=owed")
    await expect(tab.page.locator("tbody tr:not(.skeleton)").first).to_be_visible()


async def types(tab: Watched, project: str) -> None:
    """The types of event."""
    await tab.open(f"/console/projects/{project}/types")
    await expect(tab.page.locator("tbody tr:not(.skeleton)").first).to_be_visible()


async def no_types(tab: Watched, project: str) -> None:
    """The types of event of an empty project."""
    await tab.open(f"/console/projects/{project}-empty/types")
    await expect(tab.page.get_by_text("No event types yet")).to_be_visible()


async def tried_schema(tab: Watched, project: str) -> None:
    """A schema that the last events do not fit."""
    await tab.open(f"/console/projects/{project}/types/customer.changed")
    await tab.page.get_by_label("Schema", exact=True).fill("type customer { name: String! }")
    await expect(tab.page.get_by_role("region", name="Trial")).to_contain_text("would be refused")


async def projects(tab: Watched, project: str) -> None:
    """All projects."""
    await tab.open("/console/projects")
    await expect(tab.page.locator("tbody tr:not(.skeleton)").first).to_be_visible()


async def new_project(tab: Watched, project: str) -> None:
    """The question for the name of a new project."""
    await projects(tab, project)
    await tab.page.get_by_role("button", name="Create project").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Create project").click()
    await expect(tab.page.get_by_text("Enter a name.")).to_be_visible()


async def settings(tab: Watched, project: str) -> None:
    """The settings of a project, with a length that cannot be."""
    await tab.open(f"/console/projects/{project}/settings")
    await tab.page.get_by_label("Dead letters", exact=True).fill("a week")
    await expect(tab.page.get_by_text("Enter a length such as 7d")).to_be_visible()


async def deleting(tab: Watched, project: str) -> None:
    """The question before a project is deleted."""
    await tab.open(f"/console/projects/{project}/settings")
    await tab.page.get_by_role("button", name="Delete project").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("go with it")


SETTING_SCENES = (
    Scene("trigger-new", new_trigger),
    Scene("trigger-tried", tried_trigger),
    Scene("trigger-refused-field", refused_trigger, (400,)),
    Scene("trigger-leaving", leaving),
    Scene("trigger-none", no_trigger, (404,)),
    Scene("owed", owed),
    Scene("types", types),
    Scene("types-empty", no_types),
    Scene("type-tried", tried_schema, (404,)),
    Scene("projects", projects),
    Scene("project-new", new_project),
    Scene("settings", settings),
    Scene("project-deleting", deleting),
)
