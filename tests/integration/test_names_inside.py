"""Names inside a cluster: `--egress-allow` opens them by their network, and judges their addresses."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from kit import app_here, get, post, until
from receiver import Receiver

NAMES = ("web", "web.shop.svc.cluster.local", "db.internal")


async def inside(host: str, _port: int) -> Sequence[str]:
    """A name server: names that begin with `out` lead outside the open network, the others to 127.0.0.1."""
    return ["10.9.9.9"] if host.startswith("out") else ["127.0.0.1"]


async def ask(url: str, body: object) -> tuple[int, Any]:
    """POST, while this loop runs on."""
    return await asyncio.to_thread(post, url, body)


@pytest.mark.parametrize("allow", ["127.0.0.0/8", "*.svc.cluster.local,web,db.internal"])
async def test_a_webhook_inside_a_cluster_is_called_by_its_name(tmp_path: Path, allow: str) -> None:
    """A name inside an open network is looked up, judged by its address, and called."""
    settings: dict[str, Any] = {"egress_allow": tuple(allow.split(","))}
    async with Receiver() as receiver, app_here(tmp_path, resolve=inside, **settings) as app:
        server = f"http://{app.http_address}"
        for number, name in enumerate(NAMES):
            url, trigger = f"http://{name}:{receiver.port}/", f"t{number}"
            spec = {"name": trigger, "type": "news", "url": url}
            assert (await ask(f"{server}/v1/projects/default/triggers", spec))[0] == 200
        assert (await ask(f"{server}/v1/api/default/eventing/queue", {"type": "news"}))[0] == 200
        got = await receiver.received(len(NAMES))
        hosts = {str(each.header("Host")).partition(":")[0] for each in got}
        assert hosts == set(NAMES)


async def test_a_name_that_leads_out_of_the_open_network_is_blocked(tmp_path: Path) -> None:
    """A private name that leads elsewhere is saved, because only its address shows that, and never called."""
    async with app_here(tmp_path, resolve=inside, egress_allow=("127.0.0.0/8",)) as app:
        server = f"http://{app.http_address}"
        path = f"{server}/v1/config/projects/default/eventing/triggers/out"
        assert await ask(path, {"type": "news", "url": "http://out.svc.cluster.local/", "retries": 0}) == (
            200,
            {},
        )
        assert (await ask(f"{server}/v1/api/default/eventing/queue", {"type": "news"}))[0] == 200

        async def error() -> str | None:
            _, found = await asyncio.to_thread(get, f"{server}/v1/projects/default/deliveries")
            (delivery,) = found["deliveries"]
            return delivery["attempts"][0]["error"] if delivery["attempts"] else None

        await until(error)
        assert await error() == "BLOCKED"


async def test_without_an_open_network_a_private_name_is_refused_when_it_is_saved(tmp_path: Path) -> None:
    """The error says what to start the server with."""
    async with app_here(tmp_path, resolve=inside) as app:
        path = f"http://{app.http_address}/v1/config/projects/default/eventing/triggers/web"
        status, answer = await ask(path, {"type": "news", "url": "http://web:8000/"})
    assert (status, answer["reason"]) == (400, "URL_BLOCKED")
    assert "start with --egress-allow web to call it, or with its network or `private`" in answer["error"]
