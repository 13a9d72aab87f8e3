"""A reader whose clock is wrong: what the console says of times is true by the server's clock."""

import re
from datetime import timedelta

import pytest
from acceptance.tenant import Tenant
from console.databases import ON_SQLITE
from console.event_form import form
from console.log_scenes import queue
from console.watched import Watched
from playwright.async_api import expect
from receiver import Receiver

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

WRONG = """(() => {
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) { super(...(given.length ? given : [Date.now()])); }
    static now() { return Right.now() + %d; }
  };
})()"""


@pytest.mark.parametrize(
    ("by", "said"),
    [
        pytest.param(timedelta(days=-2), "2 d behind", id="two days behind"),
        pytest.param(
            timedelta(minutes=10), "10 min ahead of", id="ten minutes ahead", marks=pytest.mark.long
        ),
    ],
)
async def test_times_count_by_the_servers_clock(
    tab: Watched, tenant: Tenant, receiver: Receiver, by: timedelta, said: str
) -> None:
    """A wrong clock is named; what is due, how long ago something was and what charts count stay true."""
    tab.may_move = True  # what was asked for before the server's clock is known is asked for again
    tab.expect(400)  # two days ago there was no statistic
    await tenant.trigger(receiver.url)
    await tenant.trigger(receiver.url, name="held", type="later", paused=True)
    await queue(tenant, "order", {})
    await queue(tenant, "later", {})
    await tab.begin(WRONG % (by / timedelta(milliseconds=1)))
    await tab.page.goto("about:blank")  # the next page begins with the script
    await form(tab, tenant, type="later")
    await expect(tab.page.locator(".clocks")).to_contain_text(f"Your clock is {said} the server's.")
    await tab.page.get_by_label("Date and time").fill("2020-01-01T00:00")
    await expect(tab.page.locator(".due")).to_have_text("due now: this time is past")
    await tab.open(f"/console/projects/{tenant.project}/scheduled?due=now")
    waits = tab.page.locator("tbody tr:not(.skeleton) td[data-head='State']")
    await expect(waits).to_have_text(re.compile(r"^(now|\d+ s ago)$"))
    await tab.open(f"/console/projects/{tenant.project}/overview")
    await expect(tab.page.locator(".tiles")).to_contain_text(re.compile(r"Events in\s*2\s*2\.0 an hour"))
    await expect(tab.page.locator(".tiles")).to_contain_text(re.compile(r"Due now\s*1\s*oldest \d+ s"))
