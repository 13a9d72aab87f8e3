"""Proxies that make no tunnel: the attempt says that it was the proxy, and why."""

import asyncio
import socket
from collections.abc import Sequence

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError, ProxyReason
from bellrope_server.clock import MILLISECOND, SECOND
from bellrope_server.rules.proxies import Proxy
from connect_proxy import ESTABLISHED, ConnectProxy
from integration.through_proxy import NAME, PUBLIC, ended, finding, sent
from receiver import Reaction, Receiver, close, drip, endless, hang, reset, send, send_then_close
from stopwatch import Stopwatch

ANSWERS = {
    "400": (b"HTTP/1.1 400 Bad Request\r\n\r\n", ProxyReason.REFUSED),
    "403": (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", ProxyReason.REFUSED),
    "405": (b"HTTP/1.1 405 No CONNECT\r\nRetry-After: 86400\r\n\r\n", ProxyReason.REFUSED),
    "407": (b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\n", ProxyReason.CREDENTIALS_REFUSED),
    "407, NTLM": (b"HTTP/1.1 407 Who\r\nProxy-Authenticate: NTLM\r\n\r\n", ProxyReason.CREDENTIALS_REFUSED),
    "410": (b"HTTP/1.1 410 Gone\r\n\r\n", ProxyReason.REFUSED),
    "500": (b"HTTP/1.1 500 Oops\r\n\r\n", ProxyReason.REFUSED),
    "502": (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", ProxyReason.WEBHOOK_UNREACHABLE),
    "503": (b"HTTP/1.0 503\r\n\r\n", ProxyReason.WEBHOOK_UNREACHABLE),
    "504": (b"HTTP/1.1 504 Gateway Timeout\r\nwebhook-retry: no\r\n\r\n", ProxyReason.WEBHOOK_UNREACHABLE),
    "a redirect": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", ProxyReason.REFUSED),
    "an interim answer": (b"HTTP/1.1 100 Continue\r\n\r\n", ProxyReason.REFUSED),
    "half a header": (b"HTTP/1.1 200 OK\r\nX: y\r\n", ProxyReason.OTHER),
    "half a line": (b"HTTP/1.1 2", ProxyReason.OTHER),
    "nothing": (b"", ProxyReason.OTHER),
    "another protocol": (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", ProxyReason.OTHER),
    "a status of words": (b"HTTP/1.1 two hundred\r\n\r\n", ProxyReason.OTHER),
    "zeros": (b"\0" * 64 + b"\r\n\r\n", ProxyReason.OTHER),
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("case", ANSWERS)
async def test_a_proxy_that_makes_no_tunnel_is_a_proxy_error(case: str, scheme: str) -> None:
    """Whatever a proxy answers but 2xx, the attempt ends in PROXY_ERROR, without a status or a body."""
    said, reason = ANSWERS[case]
    async with Receiver(send_then_close(said)) as proxy:
        attempt = await sent(f"http://127.0.0.1:{proxy.port}", f"{scheme}://{NAME}/")
    assert ended(attempt) == (AttemptError.PROXY_ERROR, reason)
    assert (attempt.response_headers, attempt.response_body) == ({}, b"")
    assert attempt.connect_duration is None
    assert proxy.connections == 1


@pytest.mark.parametrize("reaction", [close, reset])
async def test_a_proxy_that_hangs_up_is_a_proxy_error(reaction: Reaction) -> None:
    """A proxy that ends the connection without an answer is a proxy error, not a reset by the webhook."""
    async with Receiver(reaction) as proxy:
        attempt = await sent(f"http://127.0.0.1:{proxy.port}", f"http://{NAME}/")
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.OTHER)


async def test_a_proxy_that_does_not_listen_is_unreachable() -> None:
    """If nothing listens where the proxy should be, the attempt says `unreachable`."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        attempt = await sent(f"http://127.0.0.1:{taken.getsockname()[1]}", f"http://{NAME}/")
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.UNREACHABLE)


@pytest.mark.parametrize(
    "reaction",
    [
        hang,
        drip(b"", b"HTTP/1.1 200 OK\r\n", every=0.05),
        drip(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        send(b"HTTP/1.1 200 OK\r\n"),
    ],
    ids=["silence", "no header at all", "header lines", "half a header"],
)
async def test_a_slow_proxy_takes_no_longer_than_the_triggers_timeout(reaction: Reaction) -> None:
    """However slowly the proxy answers, the attempt ends at the trigger's timeout."""
    watch = Stopwatch()
    async with Receiver(reaction) as proxy:
        attempt = await sent(f"http://127.0.0.1:{proxy.port}", f"http://{NAME}/", timeout=300 * MILLISECOND)
    assert watch.seconds < 2
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.TIMEOUT)
    assert attempt.duration >= 290_000


@pytest.mark.parametrize("chunk", [b"x-endless: y\r\n" * 1000, b"y" * 16_384], ids=["lines", "one line"])
async def test_an_endless_answer_of_the_proxy_is_cut(chunk: bytes) -> None:
    """A proxy that sends a header without an end is a proxy error long before the timeout."""
    async with Receiver(endless(b"HTTP/1.1 200 OK\r\nx: ", chunk)) as proxy:
        attempt = await sent(f"http://127.0.0.1:{proxy.port}", f"http://{NAME}/", timeout=60 * SECOND)
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.OTHER)


@pytest.mark.parametrize(
    ("after", "scheme", "error"),
    [
        (b"", "http", AttemptError.CONNECTION_RESET),
        (b"", "https", AttemptError.TLS_ERROR),
        (b"welcome to this proxy\r\n\r\n", "http", AttemptError.PROTOCOL_ERROR),
        (b"welcome to this proxy\r\n\r\n", "https", AttemptError.TLS_ERROR),
    ],
)
async def test_what_comes_after_the_tunnel_is_the_webhooks(
    after: bytes, scheme: str, error: AttemptError
) -> None:
    """A tunnel that ends, or brings what is not HTTP, fails as if there were no proxy."""
    async with Receiver(send_then_close(ESTABLISHED, after)) as proxy:
        attempt = await sent(f"http://127.0.0.1:{proxy.port}", f"{scheme}://{NAME}/")
    assert ended(attempt) == (error, ProxyReason.NONE)


async def test_a_webhook_that_is_silent_behind_the_proxy_is_a_timeout() -> None:
    """Once the tunnel is there, the webhook's own silence is a plain timeout."""
    async with ConnectProxy() as proxy, Receiver(hang) as receiver:
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/", timeout=300 * MILLISECOND)
    assert ended(attempt) == (AttemptError.TIMEOUT, ProxyReason.NONE)


@pytest.mark.parametrize("found", [[], OSError("no such name")], ids=["no address", "no name"])
async def test_a_proxy_whose_name_leads_nowhere_is_unresolved(found: list[str] | OSError) -> None:
    """If the proxy's own name cannot be looked up, the attempt says `unresolved`, and not DNS_ERROR."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host == NAME:
            return [PUBLIC]
        if isinstance(found, OSError):
            raise found
        return found

    async with sender(resolve=resolve, proxy=Proxy.parse("http://proxy.corp:3128")) as webhook:
        attempt = await webhook.send(leased(f"http://{NAME}/"))
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.UNRESOLVED)
    assert attempt.request is None


async def test_after_a_failure_the_next_address_of_the_proxy_is_tried() -> None:
    """A proxy with several addresses is used while one of them answers; the address may be private."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == NAME else ["127.0.0.3", "127.0.0.1"]

    async with ConnectProxy() as proxy, Receiver() as receiver:
        way = Proxy.parse(f"http://proxy.corp:{proxy.port}")
        async with sender(NAME, resolve=resolve, proxy=way) as webhook:
            attempts = [await webhook.send(leased(f"http://{NAME}:{receiver.port}/")) for _ in range(3)]
    reasons = [attempt.proxy_reason for attempt in attempts]
    assert reasons == [ProxyReason.UNREACHABLE, ProxyReason.NONE, ProxyReason.NONE]
    assert len(proxy.asked) == 1


async def test_a_cancelled_attempt_lets_the_proxy_go() -> None:
    """When an attempt is dropped while the proxy is silent, the connection to the proxy is closed."""
    async with Receiver(hang) as proxy:
        way = Proxy.parse(f"http://127.0.0.1:{proxy.port}")
        async with sender(resolve=finding("127.0.0.1"), proxy=way) as webhook:
            attempt = asyncio.create_task(webhook.send(leased(f"http://{NAME}/")))
            await proxy.received(1)
            attempt.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attempt
            await proxy.deserted()


async def test_what_the_proxy_said_before_is_not_said_again() -> None:
    """Each attempt has the reason of its own, whatever became of the one before."""
    refusal = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    said = [refusal, b"", ESTABLISHED, refusal, ESTABLISHED, b""]
    async with (
        Receiver(*map(send_then_close, said)) as proxy,
        sender(resolve=finding(PUBLIC), proxy=Proxy.parse(f"http://127.0.0.1:{proxy.port}")) as webhook,
    ):
        attempts = [await webhook.send(leased(f"http://{NAME}/")) for _ in said]
    assert [(attempt.error, attempt.proxy_reason) for attempt in attempts] == [
        (AttemptError.PROXY_ERROR, ProxyReason.REFUSED),
        (AttemptError.PROXY_ERROR, ProxyReason.OTHER),
        (AttemptError.CONNECTION_RESET, ProxyReason.NONE),
        (AttemptError.PROXY_ERROR, ProxyReason.REFUSED),
        (AttemptError.CONNECTION_RESET, ProxyReason.NONE),
        (AttemptError.PROXY_ERROR, ProxyReason.OTHER),
    ]
