"""Access to the console: anyone on an open server, else only with the server's key."""

import re
from collections.abc import Iterator

import pytest
from console.databases import ONE
from console.watched import Watched, watched
from kit import Server, get, lent, post
from playwright.async_api import Browser, expect
from postgres import cluster

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]

KEY = "a-key-of-more-than-16-characters"
OTHER = "another-key-of-more-than-16-characters"


@pytest.fixture(scope="module", params=ONE)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key and a project."""
    on = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path_factory.mktemp("keyed"), *on, BELLROPE_ADMIN_KEY=KEY) as server:
        assert post(f"{server.http}/v1/projects", {"name": "shop"}, Authorization=f"Bearer {KEY}")[0] == 200
        yield server


async def sign_in(tab: Watched, key: str) -> None:
    """Enter a key."""
    await tab.page.get_by_label("Key").fill(key)
    await tab.page.get_by_role("button", name="Sign in").click()


async def traces(tab: Watched) -> str:
    """Return everything of a tab that outlives it, or that others see."""
    cookies = await tab.page.context.cookies()
    kept = await tab.page.evaluate("JSON.stringify([location.href, document.referrer, { ...localStorage }])")
    return f"{cookies} {kept} {await tab.page.content()}"


async def test_without_the_key_nothing_is_seen(browser: Browser, server: Server) -> None:
    """A sign-in covers everything; a wrong key is said to be wrong; the right one shows the page."""
    async with watched(browser, server.http) as tab:
        tab.expect(401, 404)  # this server has no project `default`
        await tab.open("/")
        sign = tab.page.get_by_role("dialog", name="Sign in")
        await expect(sign).to_be_visible()
        assert "shop" not in await tab.page.content()
        await tab.page.keyboard.press("Escape")
        await expect(sign).to_be_visible()
        await sign_in(tab, "")
        await expect(sign).to_contain_text("Enter the server's key.")
        await sign_in(tab, OTHER)
        await expect(sign).to_contain_text("This key is wrong.")
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
        await expect(tab.page).to_have_url(f"{server.http}/console/projects/shop")


async def test_the_key_is_kept_for_the_tab_alone(browser: Browser, server: Server) -> None:
    """A reload keeps it; it is in no address, storage, cookie or log; signing out forgets it."""
    async with watched(browser, server.http) as tab:
        tab.expect(401)
        await tab.open("/console/projects/shop")
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
        await tab.page.reload()
        await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
        assert KEY not in await traces(tab)
        assert KEY not in server.log.read_text()
        other = await tab.page.context.new_page()
        await other.goto(f"{server.http}/console/projects/shop")
        await expect(other.get_by_role("dialog", name="Sign in")).to_be_visible()
        await tab.page.get_by_role("button", name="Sign out").click()
        await expect(tab.page.get_by_role("dialog", name="Sign in")).to_be_visible()
        assert await tab.page.evaluate("sessionStorage.length") == 0


async def test_a_key_that_is_refused_while_one_works_keeps_the_form(browser: Browser, server: Server) -> None:
    """The sign-in opens over the page; after it the call goes on, with what was typed."""
    async with watched(browser, server.http) as tab:
        tab.expect(401)
        await tab.open("/console/projects/shop/trigger?type=order")
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("No trigger listens to this type.")).to_be_visible()
        await tab.page.get_by_label("Event data", exact=True).fill('{"typed": 1.0}')
        await tab.page.get_by_text("More", exact=True).click()
        await tab.page.get_by_label("Your own id").fill("kept-7")
        refused = 0

        async def refuse(route) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            nonlocal refused
            refused += 1
            await route.continue_(headers={**route.request.headers, "authorization": f"Bearer {OTHER}"})

        await tab.page.route("**/*Eventing/Queue", refuse, times=1)
        await tab.page.get_by_role("button", name="Trigger event").click()
        await expect(tab.page.get_by_role("dialog", name="Sign in")).to_contain_text(
            "What you typed is kept."
        )
        assert refused == 1
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_role("button", name="Trigger another event")).to_be_visible()
        sent = get(f"{server.http}/v1/projects/shop/events/kept-7", Authorization=f"Bearer {KEY}")
        assert sent[1]["data"] == {"typed": 1.0}


@pytest.mark.long
async def test_a_server_that_does_not_answer_in_time_is_said_to_be_late(
    browser: Browser, server: Server
) -> None:
    """A call that gets no answer ends with a sentence, and the page can be used again."""
    async with watched(browser, server.http) as tab:
        tab.expect(401)
        await tab.open("/console/projects/shop/trigger?type=order")
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("No trigger listens to this type.")).to_be_visible()
        soon = "const wait = AbortSignal.timeout; AbortSignal.timeout = () => wait.call(AbortSignal, 300)"
        await tab.page.evaluate(soon)
        await tab.page.route("**/*Eventing/Queue", lambda route: None)
        await tab.page.get_by_role("button", name="Trigger event").click()
        await expect(tab.page.get_by_role("alert")).to_contain_text("The server did not answer in time.")
        await tab.page.unroute_all(behavior="ignoreErrors")
        tab.may_move = True  # half a second after the click


async def test_a_server_without_projects_makes_the_first_one(browser: Browser, server: Server) -> None:
    """A new server with a key has no project: the console says so, and creates one."""
    get(f"{server.http}/v1/projects/shop", Authorization=f"Bearer {KEY}")
    async with watched(browser, server.http) as tab:
        tab.expect(401, 404)
        await tab.open("/console/projects/none-yet")
        await sign_in(tab, KEY)
        await tab.page.get_by_role("button", name="Create the project none-yet").click()
        await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()


@pytest.mark.long
async def test_a_key_that_is_refused_keeps_the_form_of_a_trigger(browser: Browser, server: Server) -> None:
    """The form asks for the key before it shows anything; when the key is refused, what was typed stays."""
    url = "https://hooks.example.com/"
    assert post(f"{server.http}/v1/projects", {"name": "forms"}, Authorization=f"Bearer {KEY}")[0] == 200
    async with watched(browser, server.http) as tab:
        tab.expect(401)
        await tab.open("/console/projects/forms/new-trigger")
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("How many times to try again")).to_be_visible()
        for label, text in {"Name": "hook", "Event type": "order", "Webhook": url}.items():
            await tab.page.get_by_label(label, exact=True).fill(text)
        refusal = '{"code": "unauthenticated", "message": "the key is wrong"}'
        await tab.page.route(
            "**/*.Triggers/CreateTrigger",
            lambda route: route.fulfill(status=401, body=refusal, content_type="application/json"),
            times=1,
        )
        await tab.page.get_by_role("button", name="Create trigger").click()
        await expect(tab.page.get_by_role("dialog")).to_contain_text("What you typed is kept.")
        assert await tab.page.get_by_label("Webhook", exact=True).input_value() == url
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_role("row", name=re.compile("hook"))).to_be_visible()
        assert KEY not in tab.page.url


@pytest.mark.long
async def test_a_tail_waits_for_the_key(browser: Browser, server: Server) -> None:
    """On a server with a key, the page asks for it, and then shows what happens."""
    assert post(f"{server.http}/v1/projects", {"name": "tail"}, Authorization=f"Bearer {KEY}")[0] == 200
    async with watched(browser, server.http) as tab:
        tab.expect(401)
        await tab.open("/console/projects/tail/live")
        await sign_in(tab, KEY)
        await expect(tab.page.locator(".running")).to_contain_text("Live")
        event = f"{server.http}/v1/projects/tail/events:queue"
        assert post(event, {"type": "order"}, Authorization=f"Bearer {KEY}")[0] == 200
        await expect(tab.page.locator(".fact").first).to_contain_text("order")


@pytest.mark.long
async def test_a_key_that_may_not_read_can_be_changed(browser: Browser, server: Server) -> None:
    """Where something may not be read, another key can be used: it is asked for at the same address."""
    refusal = '{"code": "permission_denied", "message": "this key may not list deliveries"}'
    async with watched(browser, server.http) as tab:
        tab.expect(401, 403)
        await tab.open("/console/projects/shop/deliveries")
        await tab.page.route(
            "**/*.Deliveries/ListDeliveries",
            lambda route: route.fulfill(status=403, body=refusal, content_type="application/json"),
        )
        await sign_in(tab, KEY)
        place = tab.page.locator("#main .denied")
        await expect(place).to_contain_text("This key may not read this")
        await expect(place).to_contain_text("This key may not list deliveries")
        await tab.page.unroute_all(behavior="ignoreErrors")
        await place.get_by_role("button", name="Use another key").click()
        await expect(tab.page.get_by_role("dialog", name="Sign in")).to_be_visible()
        assert await tab.page.evaluate("sessionStorage.length") == 0
        await sign_in(tab, KEY)
        await expect(tab.page.get_by_text("No deliveries")).to_be_visible()
        await expect(tab.page).to_have_url(f"{server.http}/console/projects/shop/deliveries")
