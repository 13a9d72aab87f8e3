"""Draw the pictures in docs/ from a real server, a real webhook and a real browser: `make pictures`."""

import asyncio
import base64
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
from acceptance.tenant import Delivery, Tenant
from aiohttp import ClientSession
from bellrope.v1 import projects_pb2
from console.log_scenes import queue
from console.profiles import launched
from console.watched import Watched, watched
from kit import serving, until
from playwright.async_api import async_playwright, expect
from receiver import Receiver, answer

PROJECT = "shop"
QUALITY = 90
OTHERS = (
    ("crm", "customer.changed", "Tells the CRM who moved"),
    ("mailer", "sent-email", "Sends the mails"),
    ("warehouse", "order.paid", ""),
)
SHARPNESS = 1.5  # pixels for each of the page's


async def eventing(tab: Watched) -> None:
    """The triggers of a shop, one of which is paused, and one of which has dead letters."""
    await tab.open(f"/console/projects/{PROJECT}")
    await expect(tab.page.get_by_text("dead letters")).to_be_visible()
    await expect(tab.page.get_by_role("banner")).to_contain_text("Ready")


async def trigger_event(tab: Watched) -> None:
    """An event that was triggered synchronously, with the webhook's answer."""
    await tab.open(f"/console/projects/{PROJECT}/trigger?type=price-asked")
    await tab.page.get_by_label("Event data", exact=True).fill('{"article": "bell", "count": 3}')
    await tab.page.get_by_label("Trigger event synchronously").check()
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.locator("summary", has_text="pricing")).to_contain_text("Succeeded")
    await expect(tab.page.get_by_role("banner")).to_contain_text("Ready")
    tab.may_move = True  # the answer is shown where there was room


VIEWS = {"console-eventing": (eventing, (1280, 580)), "console-trigger-event": (trigger_event, (1280, 960))}
PRICE = b'{"price":42.0,"currency":"EUR","lines":[{"sku":"bell","count":3}]}'


@asynccontextmanager
async def shop(tenant: Tenant) -> AsyncIterator[None]:
    """Give a project in which one webhook answers, one fails, and one trigger is paused."""
    project = projects_pb2.Project(name=tenant.project)
    await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
    async with Receiver(answer(200, PRICE)) as pricing, Receiver(answer(503)) as broken:
        await tenant.trigger(broken.url, name="billing", type="invoice.*", retries=0)
        await tenant.trigger(pricing.url, name="pricing", type="price-asked")
        for name, type, about in OTHERS:
            url = f"https://hooks.example.com/{name}"
            await tenant.trigger(url, name=name, type=type, description=about, paused=name == "crm")
        for number in range(4):
            await queue(tenant, "invoice.created", {"invoice": number})
            await queue(tenant, "customer.changed", {"customer": number})

        async def dead() -> bool:
            return len(await tenant.deliveries(state=Delivery.DEAD_LETTERED)) == 4

        await until(dead)
        yield


async def picture(tab: Watched) -> bytes:
    """Return the tab as WebP, which is half as large as PNG."""
    session = await tab.page.context.new_cdp_session(tab.page)
    await tab.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    await tab.page.mouse.move(0, 0)
    wanted = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": False}
    return base64.b64decode((await session.send("Page.captureScreenshot", wanted))["data"])


async def main(folder: Path) -> None:
    """Draw all of them."""
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        async with (
            grpc.aio.insecure_channel(server.grpc) as channel,
            ClientSession() as http,
            shop(Tenant(server, PROJECT, channel, http)),
            async_playwright() as playwright,
        ):
            browser = await launched(playwright)
            for name, (show, size) in VIEWS.items():
                async with watched(browser, server.http, size=size, device_scale_factor=SHARPNESS) as tab:
                    await show(tab)
                    (folder / f"{name}.webp").write_bytes(await picture(tab))
            await browser.close()


if __name__ == "__main__":
    made = Path(sys.argv[1])
    made.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(made))
