"""The commands in docs/cloudevents.md and docs/chaining.md work as they are."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.tenant import soon
from kit import Server, lent, post
from page import Page, shell, webhook
from receiver import Receiver, answer

CLOUDEVENTS = Page("docs/cloudevents.md")
CHAINING = Page("docs/chaining.md")


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that no other test shares, because the pages use the project `default`."""
    with lent(tmp_path) as server:
        yield server


async def test_the_page_on_cloudevents_sends_and_gets_them(own_server: Server, receiver: Receiver) -> None:
    """The trigger, all input modes and the handshake work as docs/cloudevents.md shows them."""
    await shell(CLOUDEVENTS.block("--encoding structured"), own_server, receiver)
    for mode in ("ce-specversion", '"A-2"'):
        answer = json.loads(await shell(CLOUDEVENTS.block(mode), own_server, receiver))
        assert (answer["deliveryCount"], answer["eventId"][:3]) == (2, "ce_")
    batch = json.loads(await shell(CLOUDEVENTS.block("cloudevents-batch+json"), own_server, receiver))
    assert [(each["deliveryCount"], each["duplicate"]) for each in batch["results"]] == [(2, False)] * 2
    received = await soon(receiver.received(8))
    binary = [request for request in received if request.line.split()[1] == "/binary"]
    assert sorted(request.header("ce-id") for request in binary) == ["A-1", "A-2", "A-3", "A-4"]
    requests = [request for request in received if request not in binary]
    events = {event["id"]: event for event in (json.loads(request.body) for request in requests)}
    assert (events["A-1"]["region"], events["A-1"]["data"]) == ("eu", {"item": 7})
    assert (events["A-2"]["source"], events["A-2"]["data"]) == ("/orders", {"item": 8})
    assert (events["A-3"]["data"], events["A-4"]["data"]) == ({"item": 9}, {"item": 10})
    told = await shell(CLOUDEVENTS.block("-X OPTIONS"), own_server, receiver)
    assert "WebHook-Allowed-Origin: emitter.example.com\r\nWebHook-Allowed-Rate: *\r\n" in told


async def test_the_page_on_chaining_pays_and_ships(own_server: Server, tmp_path: Path) -> None:
    """The order, payment and shipping of docs/chaining.md work, and the waiting caller gets its answer."""
    async with webhook(CHAINING.block("python3 docs/webhook.py"), tmp_path) as running:
        await shell(CHAINING.block("triggers create pay"), own_server, running)
        await shell(CHAINING.block("bellrope queue"), own_server, running)
        assert [await running.next_path(), await running.next_path()] == ["/pay", "/ship"]
        whole = json.loads(await shell("bellrope queue order --sync", own_server, running))
        assert whole == {"response": {"ok": True}, "event": {"type": "paid", "data": {"order": 7}}}
    queue = f"{own_server.http}/v1/api/default/eventing/queue"
    async with Receiver(answer(200, json.dumps(whole).encode())) as receiver:
        await shell(f"bellrope triggers update pay --url {receiver.url}", own_server, receiver)
        _, waited = await asyncio.to_thread(post, queue, {"type": "order", "isSynchronous": True})
    assert waited["result"] == {"ok": True}
