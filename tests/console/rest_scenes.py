"""The rest of the questions and of the empty lists, which axe reads in the full form only."""

from console.log_scenes import LOG_SCENES, PROJECT, asked, followed, listed
from console.scene import Scene, Steps
from console.watched import Watched
from playwright.async_api import expect


def empty(page: str, text: str) -> Steps:
    """Open a page of a project that has nothing."""

    async def steps(tab: Watched, project: str) -> None:
        await tab.open(f"/console/projects/{project}-empty/{page}")
        await expect(tab.page.get_by_text(text).first).to_be_visible()

    return steps


def pressed(steps: Steps, button: str, text: str) -> Steps:
    """Press a button of a view, and wait for what the question says."""

    async def more(tab: Watched, project: str) -> None:
        await steps(tab, project)
        await tab.page.get_by_role("button", name=button).first.click()
        await expect(tab.page.get_by_role("dialog")).to_contain_text(text)

    return more


async def _project_pause(tab: Watched, project: str) -> None:
    await tab.open(f"/console/projects/{project}")
    await expect(tab.page.locator("tbody tr:not(.skeleton)").first).to_be_visible()
    await tab.page.get_by_role("button", name="Pause project").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("Pause the project")


async def _schema_delete(tab: Watched, project: str) -> None:
    await tab.open(f"/console/projects/{project}/types/customer.changed")
    await tab.page.get_by_label("Schema", exact=True).fill("type customer { name: String }")
    await tab.page.get_by_role("button", name="Save schema").click()
    await tab.page.get_by_role("button", name="Delete schema").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("may then have any data")


async def _bulk_stop(tab: Watched, _project: str) -> None:
    path = f"{tab.origin}/v1/projects/{PROJECT}"
    batch = {"events": [{"type": "invoice.waits", "delay": "9000s"}] * 100}
    await tab.page.request.post(f"{path}/events:queueBatch", data=batch)
    cancel = {"action": "CANCEL", "filter": {"type": "invoice.waits"}, "maxPerSecond": 1}
    started = await tab.page.request.post(f"{path}/bulkActions", data=cancel)
    assert started.ok, await started.text()
    action = (await started.json())["bulkAction"]
    await tab.open(f"/console/projects/{PROJECT}/bulk/{action}")
    await tab.page.get_by_role("button", name="Stop").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("stays done")


_event = followed("events?type=invoice.created", "Dead letter")
_unmatched = next(scene.steps for scene in LOG_SCENES if scene.name == "event-unmatched")

REST_SCENES = (
    Scene("eventing-pause-project", _project_pause),
    Scene("delivery-cancel", asked("deliveries?state=scheduled", "Cancel 0", "is no longer sent")),
    Scene("event-replay", pressed(_event, "Replay", "Replay this event?")),
    Scene("event-send", pressed(_unmatched, "Send it to", "Send this event to")),
    Scene("events-bulk", pressed(listed("events"), "Send all to a trigger", "Choose the trigger")),
    Scene("schema-delete", _schema_delete, (404,)),
    Scene("schema-add", pressed(empty("types", "No event types yet"), "Add schema", "Add a schema")),
    Scene("bulk-stop", _bulk_stop),
    Scene("events-empty", empty("events", "No events")),
    Scene("deliveries-empty", empty("deliveries", "No deliveries")),
    Scene("scheduled-empty", empty("scheduled", "Nothing waits")),
    Scene("live-empty", empty("live", "Nothing has happened")),
    Scene("owed-empty", empty("?view=owed", "No trigger owes")),
)
