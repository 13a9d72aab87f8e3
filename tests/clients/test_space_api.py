"""Space Cloud's own client in JavaScript, `space-api` of npm, works here unchanged."""

import fcntl
import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chromium import browser, tab

from tests.clients.elsewhere import empty_page
from tests.clients.typescript import INSTALLED, environment_of_node, needs_node, program, run
from tests.clients.webhook import Webhook
from tests.kit import Server, get, lent, post
from tests.ports import lasting_port

pytestmark = [needs_node, pytest.mark.xdist_group("space-api")]

PINNED = "space-api@0.19.3"
FOLDER = Path(sys.prefix) / "clients" / PINNED
PROGRAM = Path(__file__).with_name("space_api.cjs")
KEY = "a-key-of-more-than-16-characters"
PAYLOAD = {"to": "user1@email.com", "total": 12.5, "items": [1, None, "Zoë"]}
Given = dict[str, Any]


@pytest.fixture(scope="session")
def folder() -> Path:
    """A folder with the client. The first run installs it, without the scripts that compile parts of it.

    Without a package registry the tests are skipped.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (FOLDER / "ready").exists():
            install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", PINNED]
            command = [program("npm"), *install, "--prefix", FOLDER]
            if subprocess.run(command, check=False, env=environment_of_node()).returncode:
                pytest.skip(f"npm cannot install {PINNED}")
            (FOLDER / "ready").touch()
    return FOLDER


async def in_a_page(folder: Path, tmp_path: Path) -> str:
    """Return the client as a script for a browser, as a page's own bundler makes it."""
    (tmp_path / "entry.cjs").write_text('globalThis.Space = require("space-api");')
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    flags = ["--bundle", "--format=iife", "--platform=browser", "--define:global=globalThis"]
    code, _ = await run(INSTALLED / ".bin/esbuild", "entry.cjs", *flags, "--outfile=page.js", cwd=tmp_path)
    assert code == 0
    return (tmp_path / "page.js").read_text()


async def apply(folder: Path, server: Server, *calls: list[Any], token: str = "") -> list[Given]:
    """Return what the client gives for each call: a type, and the methods to call before `apply`."""
    shutil.copy(PROGRAM, folder)
    asked = [{"type": type, "payload": PAYLOAD, "chain": chain} for type, *chain in calls]
    command = [program("node"), PROGRAM.name, server.http, token, json.dumps(asked)]
    code, printed = await run(*command, cwd=folder)
    assert code == 0, printed
    given: list[Given] = json.loads(printed)
    return given


def trigger(server: Server, webhook: Webhook, **fields: int) -> None:
    """Call the webhook for each `order`."""
    made = {"name": "hook", "type": "order", "url": webhook.url} | fields
    assert post(f"{server.http}/v1/projects/default/triggers", made)[0] == 200


def time_of(given: Given) -> datetime:
    """Return when the webhooks are called."""
    return datetime.fromisoformat(given["data"]["dueTime"])


async def test_an_event_reaches_the_webhook(folder: Path, webhook: Webhook, tmp_path: Path) -> None:
    """`queueEvent(type, payload).apply()` gives the server's answer, and the webhook gets the payload."""
    with lent(tmp_path) as server:
        trigger(server, webhook)
        [given] = await apply(folder, server, ["order"])
        body, _ = await webhook.posts.get()
    assert (given["status"], given["data"]["deliveryCount"]) == (200, 1)
    received = json.loads(body)
    assert (received["id"], received["data"]) == (given["data"]["eventId"], PAYLOAD)


async def test_an_event_waits_for_its_delay_and_its_date(folder: Path, tmp_path: Path) -> None:
    """`delay` counts seconds from now, or from the `date`; a `date` is when the webhooks are called."""
    new_year = "2033-01-01T00:00:00.000Z"
    with lent(tmp_path) as server:
        calls = [
            ["order"],
            ["order", ["delay", 3600]],
            ["order", ["date", new_year]],
            ["order", ["date", new_year], ["delay", 1.5]],
        ]
        given = await apply(folder, server, *calls)
    now, later, at, after = map(time_of, given)
    assert later - now >= timedelta(hours=1)
    assert at == datetime.fromisoformat(new_year)
    assert after - at == timedelta(seconds=1.5)


async def test_a_synchronous_event_is_answered(folder: Path, webhook: Webhook, tmp_path: Path) -> None:
    """`synchronous()` gives the webhook's answer as `result`; `response` in it is unwrapped."""
    webhook.body = b'{"response": {"price": 3.5}}'
    with lent(tmp_path) as server:
        trigger(server, webhook)
        [given] = await apply(folder, server, ["order", ["synchronous"]])
    assert (given["status"], given["data"]["result"]) == (200, {"price": 3.5})
    assert [each["state"] for each in given["data"]["results"]] == ["SUCCEEDED"]


async def test_an_error_is_a_status_with_a_sentence(folder: Path, webhook: Webhook, tmp_path: Path) -> None:
    """A refused event, and one whose webhook fails, give a status and `data.error`, and throw nothing."""
    webhook.status = 400
    with lent(tmp_path) as server:
        trigger(server, webhook, retries=0)
        calls = [["two words"], ["nobody", ["synchronous"]], ["order", ["synchronous"]]]
        given = await apply(folder, server, *calls)
    assert [each["status"] for each in given] == [400, 404, 502]
    reasons = [each["data"]["reason"] for each in given]
    assert reasons == ["INVALID_FIELD", "NO_TRIGGER_MATCHED", "WEBHOOK_FAILED"]
    assert all(isinstance(each["data"]["error"], str) for each in given)


async def test_the_token_is_the_key(folder: Path, tmp_path: Path) -> None:
    """`setToken` takes the server's key; without it the client gets 401 and the sentence."""
    with lent(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
        made = post(f"{server.http}/v1/projects", {"name": "default"}, Authorization=f"Bearer {KEY}")
        assert made[0] == 200
        [allowed] = await apply(folder, server, ["order"], token=KEY)
        [refused] = await apply(folder, server, ["order"])
        kept = get(f"{server.http}/v1/projects/default/events", Authorization=f"Bearer {KEY}")[1]["events"]
    assert (allowed["status"], refused["status"]) == (200, 401)
    assert refused["data"]["reason"] == "KEY_REQUIRED"
    assert [each["eventId"] for each in kept] == [allowed["data"]["eventId"]]


async def test_a_page_of_a_listed_origin_queues(folder: Path, webhook: Webhook, tmp_path: Path) -> None:
    """In a page of another origin, which the server lists, the client does the same.

    It asks the browser to send credentials along, so the server has to allow that by name.
    """
    script = await in_a_page(folder, tmp_path)
    port = lasting_port()
    with lent(tmp_path, f"--cors-origin=http://127.0.0.1:{port}") as server, browser(tmp_path) as devtools:
        trigger(server, webhook)
        async with empty_page(port) as url, tab(devtools) as page:
            await page.go(url, until="document.title === 'page'")
            event = f"new Space.API('default', '{server.http}').queueEvent('order', {{n: 1}})"
            given = await page.ask(f"{script};{event}.synchronous().apply()")
    assert (given["status"], given["data"]["result"]) == (200, {"fine": True})
