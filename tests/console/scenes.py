"""Every view of the console in every look: what pictures show, and what axe reads."""

from datetime import timedelta

from acceptance.tenant import Tenant
from bellrope.v1 import eventing_pb2
from console.databases import FULL
from console.log_scenes import LOG_SCENES
from console.overview_scenes import OVERVIEW_SCENES
from console.rest_scenes import REST_SCENES
from console.scene import Scene, fail
from console.setting_scenes import SETTING_SCENES
from console.watched import Watched
from playwright.async_api import expect
from receiver import Connection, Receiver, answer


async def furnish(tenant: Tenant) -> None:
    """Fill a project with what a shop would have; its webhooks do not answer on any port but their own."""
    for name, type, about, paused in (
        ("audit", "*", "Keeps everything, for the auditors", False),
        ("billing", "invoice.*", "", False),
        ("crm", "customer.changed", "Tells the CRM who moved, who married, and who left", True),
        ("mailer", "sent-email", "Sends the mails that customers wait for", False),
        ("warehouse", "order.paid", "", False),
    ):
        url = f"https://hooks.example.com/bellrope/{name}"
        await tenant.trigger(url, name=name, type=type, description=about, paused=paused)
    await tenant.pause("audit")
    for number in range(3):
        request = eventing_pb2.QueueRequest(
            project=tenant.project, type="customer.changed", data=b"%d" % number
        )
        await tenant.eventing.Queue(request)
    await tenant.resume("audit")


async def _eventing(tab: Watched, project: str) -> None:
    await tab.open(f"/console/projects/{project}")
    await expect(tab.page.locator("tbody tr:not(.skeleton)").first).to_be_visible()


async def _no_triggers(tab: Watched, project: str) -> None:
    await tab.open(f"/console/projects/{project}-empty")
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()


async def _loading(tab: Watched, project: str) -> None:
    await tab.begin("window.fetch = () => new Promise(() => undefined)")  # never answered
    await tab.open(f"/console/projects/{project}")
    await expect(tab.page.locator("tr.skeleton").first).to_be_visible()


async def _failed(tab: Watched, project: str) -> None:
    await fail(tab, "ListTriggers")
    await tab.open(f"/console/projects/{project}")
    await expect(tab.page.get_by_role("alert")).to_be_visible()


async def _no_project(tab: Watched, project: str) -> None:
    await tab.open("/console/projects/nowhere")
    await expect(tab.page.get_by_text("There is no project nowhere")).to_be_visible()


async def _pause(tab: Watched, project: str) -> None:
    await _eventing(tab, project)
    await tab.page.get_by_role("button", name="Resume crm").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("go out now")


async def _delete(tab: Watched, project: str) -> None:
    await _eventing(tab, project)
    await tab.page.get_by_role("button", name="Delete crm").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("cancelled")


async def _navigation(tab: Watched, project: str) -> None:
    await _eventing(tab, project)
    menu = tab.page.get_by_role("button", name="Navigation")
    if await menu.is_visible():
        await menu.click()
        await expect(tab.page.get_by_role("dialog", name="Navigation")).to_be_visible()


async def _form(tab: Watched, project: str, type: str = "sent-email") -> None:
    await tab.open(f"/console/projects/{project}/trigger?type={type}")
    await expect(
        tab.page.get_by_text("Calls ").or_(tab.page.get_by_text("No trigger listens"))
    ).to_be_visible()


async def _form_open(tab: Watched, project: str) -> None:
    await _form(tab, project)
    await tab.page.get_by_label("Trigger event synchronously").check()
    await tab.page.get_by_text("More", exact=True).click()
    await tab.page.get_by_label("Date and time").fill("2027-03-28T02:30")
    await tab.page.get_by_label("Event data", exact=True).fill('{\n  "to": "user1@email.com",\n}')
    await tab.page.get_by_role("button", name="Trigger event").click()


async def _queued(tab: Watched, project: str) -> None:
    await _form(tab, project, "customer.changed")
    await tab.page.get_by_label("Event data", exact=True).fill('{"id": 18446744073709551616, "name": "Ada"}')
    await tab.page.get_by_label("Delay in seconds").fill("3600")
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.get_by_role("button", name="Trigger another event")).to_be_visible()


async def _answered(tab: Watched, project: str) -> None:
    await _form(tab, project, "price-asked")
    await tab.page.get_by_label("Event data", exact=True).fill('{"article": "bell", "count": 3}')
    await tab.page.get_by_label("Trigger event synchronously").check()
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.locator("summary", has_text="pricing")).to_contain_text("Succeeded")


async def _refused(tab: Watched, project: str) -> None:
    await _form(tab, project, "broken")
    await tab.page.get_by_label("Trigger event synchronously").check()
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.get_by_role("alert")).to_be_visible()


async def _waiting(tab: Watched, project: str) -> None:
    await _form(tab, project, "slow")
    await tab.page.get_by_label("Trigger event synchronously").check()
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.get_by_role("button", name="Stop waiting")).to_be_visible()


async def _nowhere(tab: Watched, project: str) -> None:
    await tab.open("/console/no/such/page")
    await expect(tab.page.get_by_text("There is nothing here")).to_be_visible()


async def _sign_in(tab: Watched, project: str) -> None:
    await _refuse(tab)
    await tab.open(f"/console/projects/{project}")
    await tab.page.get_by_label("Key").fill("not-the-key-of-this-server")
    await tab.page.get_by_role("button", name="Sign in").click()
    await expect(tab.page.get_by_text("This key is wrong.")).to_be_visible()


async def _sign_in_again(tab: Watched, project: str) -> None:
    await tab.begin("sessionStorage.setItem('bellrope.key', 'it-was-right-before')")
    await _form(tab, project)
    await _refuse(tab)
    await tab.page.get_by_role("button", name="Trigger event").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("What you typed is kept.")


async def _refuse(tab: Watched) -> None:
    body = '{"code": "unauthenticated", "message": "the call has no key, or a wrong one"}'
    await tab.page.route(
        "**/bellrope.v1.*/*",
        lambda route: route.fulfill(status=401, body=body, content_type="application/json"),
    )


async def _unreachable(tab: Watched, project: str) -> None:
    await _eventing(tab, project)
    tab.server_ends = True
    await tab.page.route("**/*", lambda route: route.abort("connectionrefused"))
    await expect(tab.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(tab.page.get_by_role("banner")).to_contain_text("Not reachable")


SCENES = (
    Scene("eventing", _eventing),
    Scene("eventing-empty", _no_triggers),
    Scene("eventing-loading", _loading, apart=True),
    Scene("eventing-failed", _failed, (503,)),
    Scene("eventing-no-project", _no_project, (404,)),
    Scene("eventing-resume", _pause),
    Scene("eventing-delete", _delete),
    Scene("navigation", _navigation),
    Scene("trigger", _form),
    Scene("trigger-wrong", _form_open),
    Scene("trigger-queued", _queued),
    Scene("trigger-waiting", _waiting),
    Scene("trigger-answered", _answered),
    Scene("trigger-refused", _refused, (409,)),
    Scene("sign-in", _sign_in, (401,), apart=True),
    Scene("sign-in-again", _sign_in_again, (401,), apart=True),
    Scene("unreachable", _unreachable, apart=True),
    Scene("nowhere", _nowhere, apart=True),
    *LOG_SCENES,
    *SETTING_SCENES,
    *OVERVIEW_SCENES,
    *(REST_SCENES if FULL else ()),
)


LARGE = b'{"long": "' + b"y" * 900_000 + b'", "deep": ' + b"[" * 63 + b"1.0" + b"]" * 63 + b"}"


class Webhooks:
    """The webhooks of a furnished project that answer: one well, one badly, one never."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        body = b'{"price":42.0,"currency":"EUR","id":18446744073709551616,"lines":[{"sku":"bell","count":3}]}'
        self._receivers = {
            "pricing": ("price-asked", Receiver(answer(200, body))),
            "ledger": ("broken", Receiver(answer(503, b"upstream connect error: no healthy upstream"))),
            "archive": ("slow", Receiver(_hang)),
            "large": ("large", Receiver(answer(200, LARGE))),
        }

    async def __aenter__(self) -> None:
        await self._tenant.pause("audit")  # it takes every type
        for name, (type, receiver) in self._receivers.items():
            await receiver.__aenter__()
            await self._tenant.trigger(
                receiver.url, name=name, type=type, retries=0, timeout=timedelta(seconds=60)
            )

    async def __aexit__(self, *_: object) -> None:
        for _type, receiver in self._receivers.values():
            await receiver.__aexit__()


async def _hang(connection: Connection) -> None:
    await connection.read_to_end()
