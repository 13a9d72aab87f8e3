"""The form of a trigger, taken away as a command and as a file."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from acceptance.tenant import Tenant
from console.databases import ON_SQLITE
from console.trigger_form import button, edit, field, is_listed, saved
from console.watched import Watched
from forked import on_path
from kit import environment
from playwright.async_api import expect
from receiver import Receiver
from shell import run

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

HOSTILE = "a 'quoted' \"$HOME\" `id` \\ é\u202e"
FIELDS = {
    "Event type": "order.*",
    "Filter": "data.amount > 100 && data.note != 'it''s'".replace("''", "\\'"),
    "Options": "db=main,other\nregion=eu",
    "Headers": f"Authorization: Bearer {HOSTILE[:20]}\nX-Team: mail",
    "Description": HOSTILE,
    "Retries": "7",
    "Timeout (s)": "2.5",
    "First wait (s)": "1",
    "Longest wait (s)": "600",
    "A list of waits (s)": "1, 0.5, 30",
    "Statuses without retry": "410, 4xx",
    "Attempts at once": "8",
}


async def test_the_form_is_a_command_and_a_file(
    tab: Watched, tenant: Tenant, receiver: Receiver, tmp_path: Path
) -> None:
    """The shell's command makes the same trigger as the form, and so does the file; whatever is in it."""
    await tab.open(f"/console/projects/{tenant.project}/new-trigger")
    await field(tab, "Name").fill("hook")
    await field(tab, "Webhook").fill(f"{receiver.url}?a=1&b='2'")
    for label, value in FIELDS.items():
        await field(tab, label).fill(value)
    await field(tab, "Encoding").select_option("BINARY")
    await field(tab, "Pause it after 410 (Gone)").check()
    await button(tab, "Generate secret")
    await button(tab, "Copy the secret")
    secret = str(await tab.page.evaluate("navigator.clipboard.readText()"))
    texts = []
    for label in ("Command", "YAML"):
        await tab.page.locator("figure.code", has_text=label).get_by_role("button", name="Copy").click()
        texts.append(str(await tab.page.evaluate("navigator.clipboard.readText()")))
    await button(tab, "Create trigger")
    await is_listed(tab)
    created = await saved(tenant)
    assert created.description == HOSTILE
    assert [each.ToMilliseconds() for each in created.retry_policy.schedule] == [1000, 500, 30000]
    assert (dict(created.options), created.signed) == ({"db": "main,other", "region": "eu"}, True)

    command, file = texts
    await tenant.delete()
    variables = environment(BELLROPE_SERVER=tenant.server.grpc, WEBHOOK_SECRET=secret, **on_path())
    done = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command], env=variables, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert await saved(tenant) == created
    await tenant.delete()
    (tmp_path / "bellrope.yaml").write_text(file)
    applied = await asyncio.to_thread(
        run, "apply", str(tmp_path / "bellrope.yaml"), BELLROPE_SERVER=tenant.server.grpc
    )
    assert (applied.exit_code, applied.stderr) == (0, "")
    assert await saved(tenant) == created


async def test_a_change_is_a_command_and_a_file(
    tab: Watched, tenant: Tenant, receiver: Receiver, tmp_path: Path
) -> None:
    """An update's command names what changed. Where no flag clears a field, the file still does."""
    await tenant.trigger(receiver.url, headers={"X-Team": "mail"}, secrets=[f"whsec_{'A' * 43}="])
    await edit(tab, tenant)
    await field(tab, "Retries").fill("5")
    command = tab.page.get_by_role("region", name="Command")
    await expect(command).to_have_text(
        f"bellrope triggers update hook --project={tenant.project} --retries=5"
    )
    await field(tab, "Headers").fill("")
    await expect(command).to_contain_text("No command clears a field.")
    file = await tab.page.get_by_role("region", name="YAML").inner_text()
    assert "keepSecret: true" in file
    (tmp_path / "bellrope.yaml").write_text(file)
    applied = await asyncio.to_thread(
        run, "apply", str(tmp_path / "bellrope.yaml"), BELLROPE_SERVER=tenant.server.grpc
    )
    assert (applied.exit_code, applied.stderr) == (0, "")
    now = await saved(tenant)
    assert (now.retries, dict(now.headers), now.signed) == (5, {}, True)
