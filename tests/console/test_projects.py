"""The pages of projects: create one, pause it, say how long it keeps what is finished, delete it."""

import pytest
from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1 import projects_pb2
from console.databases import ON_SQLITE
from console.watched import Watched
from playwright.async_api import expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

FOREVER = 315_576_000_000  # seconds


async def project(tenant: Tenant, name: str) -> projects_pb2.Project:
    """Return a project."""
    return await tenant.projects.GetProject(projects_pb2.GetProjectRequest(project=name))


async def test_a_project_is_created_and_deleted(tab: Watched, tenant: Tenant) -> None:
    """A new project leads to its empty triggers; it is deleted only when one has typed its name."""
    tab.expect(400, 409)
    name = f"{tenant.project}-new"
    await tab.open("/console/projects")
    await tab.page.get_by_role("button", name="Create project").click()
    dialog = tab.page.get_by_role("dialog")
    field = dialog.get_by_label("Name")
    for typed, said in (
        ("no spaces", "must be a letter or digit"),
        (tenant.project, "PROJECT_EXISTS"),
        (name, ""),
    ):
        await field.fill(typed)
        await dialog.get_by_role("button", name="Create project").click()
        if said:
            await expect(dialog).to_contain_text(said)
        if said.startswith("must"):  # at the field, because it says what the field takes
            await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
    assert tab.page.url.endswith(f"/console/projects/{name}")
    assert (await project(tenant, name)).name == name
    await tab.page.get_by_role("link", name="Settings").click()
    await tab.page.get_by_role("button", name="Delete project").click()
    await expect(dialog).to_contain_text("0 triggers and 0 waiting deliveries go with it.")
    await dialog.get_by_role("textbox").fill(name[:-1])
    await tab.page.keyboard.press("Enter")
    assert (await project(tenant, name)).name == name
    await dialog.get_by_role("textbox").fill(name)
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_role("heading", name="Projects")).to_be_visible()
    await expect(tab.page.get_by_role("row", name=tenant.project).first).to_be_visible()
    fault = await rpc_fault(project(tenant, name))
    assert fault.reason == "PROJECT_NOT_FOUND"


async def test_only_changed_lengths_are_saved(tab: Watched, tenant: Tenant) -> None:
    """Lengths are written as in the commands; what another changes meanwhile stays; empty is the server's."""
    await tab.open(f"/console/projects/{tenant.project}/settings")
    fields = {
        label: tab.page.get_by_label(label, exact=True) for label in ("Succeeded", "Dead letters", "Attempts")
    }
    await fields["Succeeded"].fill("a week")
    await expect(tab.page.get_by_text("Enter a length such as 7d")).to_be_visible()
    await fields["Succeeded"].fill("36h")
    await fields["Dead letters"].fill("forever")
    theirs = projects_pb2.UpdateProjectRequest(project=projects_pb2.Project(name=tenant.project))
    theirs.project.retention.attempts.seconds = 90
    theirs.update_mask.paths.append("retention.attempts")
    await tenant.projects.UpdateProject(theirs)
    await tab.page.get_by_role("button", name="Save retention").click()
    await expect(tab.page.get_by_text("The retention is saved.")).to_be_visible()
    kept = (await project(tenant, tenant.project)).retention
    assert (kept.succeeded.seconds, kept.dead_letters.seconds, kept.attempts.seconds) == (
        36 * 3600,
        FOREVER,
        90,
    )
    await tab.page.reload()
    assert [await field.input_value() for field in fields.values()] == ["36h", "forever", "90s"]
    await fields["Dead letters"].fill("")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_text("The retention is saved.")).to_be_visible()
    kept = (await project(tenant, tenant.project)).retention
    assert (kept.HasField("dead_letters"), kept.attempts.seconds) == (False, 90)


async def test_newer_lengths_are_asked_about(tab: Watched, tenant: Tenant) -> None:
    """A length that another has saved meanwhile is not replaced without a question."""
    await tab.open(f"/console/projects/{tenant.project}/settings")
    await tab.page.get_by_label("Attempts", exact=True).fill("7d")
    theirs = projects_pb2.UpdateProjectRequest(project=projects_pb2.Project(name=tenant.project))
    theirs.project.retention.attempts.seconds = 90
    theirs.update_mask.paths.append("retention.attempts")
    await tenant.projects.UpdateProject(theirs)
    await tab.page.get_by_role("button", name="Save retention").click()
    dialog = tab.page.get_by_role("dialog", name="Save over newer changes?")
    await expect(dialog).to_contain_text("retention.attempts")
    assert (await project(tenant, tenant.project)).retention.attempts.seconds == 90
    await dialog.get_by_role("button", name="Save over them").click()
    await expect(tab.page.get_by_text("The retention is saved.")).to_be_visible()
    assert (await project(tenant, tenant.project)).retention.attempts.seconds == 7 * 86400


@pytest.mark.long
async def test_a_project_that_goes_is_said_to_be_gone(tab: Watched, tenant: Tenant) -> None:
    """Deleted in another tab: Eventing says so instead of its triggers, and a list leads to all projects."""
    tab.expect(404)
    tab.may_move = True  # all of it goes
    name = f"{tenant.project}-gone"
    request = projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=name))
    await tenant.projects.CreateProject(request)
    await tab.open(f"/console/projects/{name}")
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
    await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=name))
    await expect(tab.page.get_by_text(f"There is no project {name}")).to_be_visible()
    await tab.open(f"/console/projects/{name}/overview")
    await tab.page.get_by_role("alert").get_by_role("link", name="Show all projects").click()
    await expect(tab.page.get_by_role("heading", name="Projects")).to_be_visible()


async def test_a_refused_length_is_said_at_its_field(tab: Watched, tenant: Tenant) -> None:
    """A length under a second is refused by the server, and the sentence stands below the field."""
    tab.expect(400)
    await tab.open(f"/console/projects/{tenant.project}/settings")
    await tab.page.get_by_label("Attempts", exact=True).fill("0.5s")
    await tab.page.keyboard.press("Enter")
    told = tab.page.locator(".field", has=tab.page.get_by_label("Attempts", exact=True)).locator(
        ".told.wrong"
    )
    await expect(told).to_contain_text("second")
    tab.may_move = True  # an error may take the place of a longer help


@pytest.mark.long
async def test_a_pause_elsewhere_is_seen(tab: Watched, tenant: Tenant) -> None:
    """The settings and the list of projects show a pause by themselves, and the page resumes the project."""
    await tab.open(f"/console/projects/{tenant.project}/settings")
    await expect(tab.page.get_by_text("Active")).to_be_visible()
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    await expect(tab.page.get_by_text("Paused")).to_be_visible()
    tab.may_move = True  # the word beside it is longer now
    await tab.page.get_by_role("button", name="Resume project").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name=f"Resume {tenant.project}").click()
    await expect(tab.page.get_by_text("Active")).to_be_visible()
    assert not (await project(tenant, tenant.project)).paused
