"""A server with an egress proxy, as its operator sees it: what is delivered and said, and what is secret."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from connect_proxy import ConnectProxy
from faults.caller import save_trigger
from integration.program import bellrope
from integration.test_webhook_tls import context
from kit import Server, get, lent, post, until
from receiver import Receiver, answer, send_then_close

SECRET = "hunter2-the-password"
QUEUE = "/v1/api/default/eventing/queue"


async def run(server: Server, *words: str) -> Any:
    """Run a command against a server."""
    return await asyncio.to_thread(bellrope, *words, BELLROPE_SERVER=server.grpc)


def text_of(url: str) -> str:
    """GET a text."""
    with urlopen(url) as answered:
        return str(answered.read().decode())


async def queue(server: Server, type: str, **fields: object) -> tuple[int, Any]:
    """Queue an event, and return the answer."""
    return await asyncio.to_thread(post, server.http + QUEUE, {"type": type, "data": {"a": 1}, **fields})


@pytest.mark.parametrize("by", ["flag", "variable"])
async def test_webhooks_are_called_through_the_proxy(tmp_path: Path, by: str) -> None:
    """With `--egress-proxy`, or its variable, every webhook is called through the proxy."""
    async with (
        ConnectProxy(credentials=f"me:{SECRET}") as proxy,
        Receiver(answer(200, b'{"response": {"ok": true}}')) as receiver,
    ):
        flags = [f"--egress-proxy={proxy.url}"] if by == "flag" else []
        variables = {"BELLROPE_EGRESS_PROXY": proxy.url} if by == "variable" else {}
        with lent(tmp_path, *flags, **variables) as server:
            await save_trigger(server.http, "ordered", url=receiver.url)
            for _ in range(3):
                status, told = await queue(server, "ordered", isSynchronous=True)
                assert (status, told["result"]) == (200, {"ok": True})
            assert proxy.targets == [f"127.0.0.1:{receiver.port}"]
            assert (len(receiver.requests), receiver.connections) == (3, 1)
            assert SECRET not in server.log.read_text()


async def test_what_is_listed_needs_no_proxy(tmp_path: Path) -> None:
    """BELLROPE_EGRESS_NO_PROXY lists what is called straight, while the proxy is down for all others."""
    variables = {"BELLROPE_EGRESS_PROXY": "http://127.0.0.1:9", "BELLROPE_EGRESS_NO_PROXY": "127.0.0.1,::1"}
    async with Receiver() as receiver, Receiver(host="127.0.0.2") as other:
        with lent(tmp_path, **variables) as server:
            await save_trigger(server.http, "listed", url=receiver.url)
            await save_trigger(server.http, "other", url=other.url)
            listed, _ = await queue(server, "listed", isSynchronous=True)
            failed, told = await queue(server, "other", isSynchronous=True)
    assert (listed, failed) == (200, 502)
    assert "other did not answer (PROXY_ERROR: unreachable)" in told["error"]
    assert other.requests == []


async def test_a_refusal_by_the_proxy_is_explained_wherever_the_attempt_is_shown(tmp_path: Path) -> None:
    """Every place that shows the attempt says that it was the proxy, and why; none shows a password."""
    why = "PROXY_ERROR: credentials_refused"
    async with ConnectProxy(credentials="me:another") as proxy, Receiver() as receiver:
        url = f"http://me:{SECRET}@127.0.0.1:{proxy.port}"
        with lent(tmp_path, "--log-level=DEBUG", BELLROPE_EGRESS_PROXY=url) as server:
            await save_trigger(server.http, "ordered", url=receiver.url)
            refused = await run(server, "queue", "ordered", "--sync")
            assert f"ordered did not answer ({why})" in refused.stderr
            path = f"{server.http}/v1/projects/default/deliveries"
            _, found = await asyncio.to_thread(get, f"{path}?filter.error=PROXY_ERROR")
            (delivery,) = found["deliveries"]
            _, whole = await asyncio.to_thread(get, f"{path}/{delivery['deliveryId']}")
            for attempts in (delivery["attempts"], whole["attempts"]):
                assert [(each["error"], each["proxyReason"]) for each in attempts] == [
                    ("PROXY_ERROR", "credentials_refused")
                ]
            shown = await run(server, "deliveries", "get", delivery["deliveryId"])
            backlog = await run(server, "deliveries", "backlog", "ordered")
            (said,) = server.facts("delivery.attempted")
            assert (said["error"], said["proxy_reason"]) == ("PROXY_ERROR", "credentials_refused")
            told = [shown.stdout, backlog.stdout]
            assert [why in each for each in told] == [True, True]
            metrics = await asyncio.to_thread(text_of, f"{server.http}/metrics")
            told += [metrics, json.dumps([found, whole]), refused.stderr]
            assert [each for each in (*told, server.log.read_text()) if SECRET in each] == []


async def test_a_failure_of_the_proxy_is_retried_and_is_no_answer_of_the_webhook(tmp_path: Path) -> None:
    """The proxy's 410 pauses no trigger, its 4xx is no reason to give up, its Retry-After delays nothing."""
    said = [
        b"HTTP/1.1 410 Gone\r\n\r\n",
        b"HTTP/1.1 403 No\r\nRetry-After: 86400\r\nwebhook-retry: no\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
    ]
    trigger = {
        "name": "ordered",
        "type": "ordered",
        "url": "http://127.0.0.1:8089/",
        "retries": 2,
        "retryPolicy": {"minBackoff": "0.01s", "noRetryStatuses": ["4xx"]},
    }
    async with Receiver(*map(send_then_close, said)) as proxy:
        with lent(tmp_path, f"--egress-proxy=http://127.0.0.1:{proxy.port}") as server:
            triggers = f"{server.http}/v1/projects/default/triggers"
            status, told = await asyncio.to_thread(post, triggers, trigger)
            assert status == 200, told
            await queue(server, "ordered")
            await until(lambda: len(server.facts("delivery.attempted")) == 3)
            attempts = server.facts("delivery.attempted")
            _, kept = await asyncio.to_thread(get, f"{triggers}/ordered")
    assert [each["proxy_reason"] for each in attempts] == ["refused", "refused", "webhook_unreachable"]
    assert [each["status_code"] for each in attempts] == [0, 0, 0]
    assert (attempts[-1]["state"], attempts[-1]["reason"]) == ("DEAD_LETTERED", "retries_exhausted")
    assert not kept.get("paused")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_doctor_looks_for_the_proxy(tmp_path: Path, scheme: str) -> None:
    """The doctor connects to the proxy and names it without its credentials."""
    flags = (f"--database=sqlite:///{tmp_path}/b.db", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
    tls = context(tmp_path, name="localhost") if scheme == "https" else None
    async with ConnectProxy(tls=tls, credentials=f"me:{SECRET}", host="localhost") as proxy:
        place = f"{scheme}://localhost:{proxy.port}"
        variables = {"BELLROPE_EGRESS_PROXY": proxy.url, "SSL_CERT_FILE": str(tmp_path / "signed.pem")}
        there = await asyncio.to_thread(bellrope, "doctor", *flags, **variables)
    gone = await asyncio.to_thread(bellrope, "doctor", *flags, **variables)
    told = [re.findall(r"^(\w+) +proxy +(.*)$", each.stdout, re.MULTILINE) for each in (there, gone)]
    assert told[0] == [("ok", f"{place} can be reached")]
    ((outcome, sentence),) = told[1]
    assert outcome == "problem"
    assert sentence.startswith(f"{place} cannot be reached, so webhooks fail: ")
    assert SECRET not in there.stdout + there.stderr + gone.stdout + gone.stderr
