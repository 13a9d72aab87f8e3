"""Many triggers, deliveries and facts: pages stay quick, and all open tabs answer. `make console` has it."""

from collections.abc import AsyncIterator, Iterator

import grpc
import pytest
import pytest_asyncio
from acceptance.tenant import Delivery, Tenant
from aiohttp import ClientSession
from bellrope.v1.deliveries_pb2 import TailRequest, TailResponse
from console.crowd import ROWS, TRIGGERS, VIEWS, crowded, seen
from console.log_scenes import queue_many
from console.profiles import context
from console.recorded import play
from console.tasks import traced
from console.watched import Watched, watched
from kit import Server, lent, until
from playwright.async_api import Browser, CDPSession, expect
from receiver import Receiver

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("console"),
    pytest.mark.long,
]

DELIVERIES = 100_000
MOST = 50  # ms of CPU for one task, above the longest of the same view without rows
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on SQLite."""
    with lent(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def large(server: Server) -> AsyncIterator[Tenant]:
    """A project with many triggers, a week of counts, and many deliveries that wait."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
        tenant = Tenant(server, "large", channel, http)
        yield await crowded(server, tenant, deliveries=DELIVERIES)


@pytest.mark.parametrize("view", VIEWS)
async def test_no_task_holds_up_the_page(browser: Browser, server: Server, large: Tenant, view: str) -> None:
    """No view of a large project holds up the page for longer than that of an empty one does, and 50 ms."""
    async with watched(browser, server.http) as tab:
        async with traced(browser, tab.page) as control:
            await tab.open(f"/console/projects/default{view}")
            await expect(tab.page.locator(".empty")).to_be_visible()
        async with traced(browser, tab.page) as tasks:
            await seen(tab, large.project, view)
        assert tasks.longest <= control.longest + MOST, sorted(tasks.all)[-5:]


@pytest.mark.parametrize("view", ["", "?view=owed"])
async def test_all_rows_of_a_long_list_come_a_few_at_a_time(
    browser: Browser, server: Server, large: Tenant, view: str
) -> None:
    """Whoever asks for all triggers gets them, and no task of that holds up the page."""
    async with watched(browser, server.http) as tab:
        async with traced(browser, tab.page) as control:
            await tab.open("/console/projects/default")
            await expect(tab.page.locator(".empty")).to_be_visible()
        await seen(tab, large.project, view)
        async with traced(browser, tab.page) as tasks:
            await tab.page.get_by_role("button", name=f"Show all {TRIGGERS} triggers").click()
            await expect(tab.page.locator(ROWS)).to_have_count(TRIGGERS)
        assert tasks.longest <= control.longest + MOST, sorted(tasks.all)[-5:]
        tab.may_move = True  # rows come in


async def test_eight_open_tabs_all_answer(browser: Browser, server: Server, large: Tenant) -> None:
    """A browser has six connections to a server. Eight live tabs go on, since one that is hidden has none."""
    profile = await context(browser)
    tabs = [Watched(await profile.new_page(), server.http) for _ in range(8)]
    for tab in tabs:
        await tab.open(f"/console/projects/{large.project}/live")
        await expect(tab.page.locator(".running")).to_contain_text("Live")
        await tab.page.evaluate(HIDE, True)
    for tab in tabs:
        await tab.page.bring_to_front()
        await tab.page.evaluate(HIDE, False)
        await expect(tab.page.locator(".gap")).to_have_count(1)
        await tab.page.get_by_role("link", name="Eventing").click()
        await expect(tab.page.locator(ROWS).first).to_be_visible()
        assert not tab.complaints, tab.complaints
    await profile.close()


async def test_a_fast_tail_holds_up_nothing(browser: Browser, server: Server, tenant: Tenant) -> None:
    """Facts at the server's own rate: no long task, at most 1,000 lines, and memory that does not grow."""
    rounds, count = 60, 2_000
    async with Receiver() as receiver, watched(browser, server.http) as tab:
        await tenant.trigger(receiver.url, name="mailer", type="order")
        session = await tab.page.context.new_cdp_session(tab.page)

        async def flood() -> None:
            before = len(receiver.requests)
            await queue_many(tenant, count)
            await until(lambda: len(receiver.requests) >= before + count)

        await tab.open(f"/console/projects/{tenant.project}/live")
        await expect(tab.page.locator(".running")).to_contain_text("Live")
        async with traced(browser, tab.page) as tasks:
            await flood()
            await expect(tab.page.locator(".fact").first).to_be_visible()
        assert tasks.longest <= MOST + 10, sorted(tasks.all)[-5:]
        before = await used(session)
        for _ in range(rounds):
            await flood()
        assert await tab.page.locator(".fact").count() <= 1_000
        assert await used(session) < before + 4_000_000
        tab.may_move = True  # lines come in from above


async def test_a_recorded_tail_at_full_speed_holds_up_nothing(
    browser: Browser, server: Server, tenant: Tenant
) -> None:
    """5,000 facts a second are shown without a long task, in flat memory, and what was lost is counted."""
    facts = await record(tenant, 50)
    lost = TailResponse()
    lost.CopyFrom(facts[-1])
    lost.dropped_count = 7
    total = 300_000
    async with watched(browser, server.http) as tab:
        tab.may_move = True  # lines come in from above
        async with traced(browser, tab.page) as control:
            await tab.open(f"/console/projects/{tenant.project}/live")
            await expect(tab.page.locator(".running")).to_contain_text("Live")
        await play(tab, facts, lost, rate=5_000, total=total)
        async with traced(browser, tab.page) as tasks:
            await tab.open(f"/console/projects/{tenant.project}/live")
            await until(lambda: tab.page.evaluate("window.played > 5_000"))
        assert tasks.longest <= control.longest + MOST, sorted(tasks.all)[-5:]
        session = await tab.page.context.new_cdp_session(tab.page)
        before = await used(session)
        await until(lambda: tab.page.evaluate(f"window.played > {total}"), seconds=600)
        await expect(tab.page.get_by_text("7 lost")).to_be_visible()
        assert await tab.page.locator(".fact").count() <= 1_000
        assert await used(session) < before + 4_000_000


async def record(tenant: Tenant, count: int) -> list[TailResponse]:
    """Return what the tail says while so many events are delivered."""
    async with Receiver() as receiver:
        await tenant.trigger(receiver.url, name="mailer", type="order")
        call = tenant.log.Tail(TailRequest(project=tenant.project))
        await call.read()  # the stream has begun
        await queue_many(tenant, count)
        facts = []
        while sum(each.state == Delivery.SUCCEEDED for each in facts) < count:
            facts.append(await call.read())
        call.cancel()
        return facts


async def used(session: CDPSession) -> float:
    """Return the bytes that the page's objects take."""
    await session.send("HeapProfiler.collectGarbage")
    return float((await session.send("Runtime.getHeapUsage"))["usedSize"])
