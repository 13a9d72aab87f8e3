"""Webhooks through the operator's proxy: the same request, through a tunnel to the checked address."""

import asyncio
from collections.abc import Sequence

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError, ProxyReason
from bellrope_server.rules.proxies import Proxy
from connect_proxy import ConnectProxy
from integration.through_proxy import NAME, SECRET, ended, finding, sent
from kit import until
from receiver import Receiver, answer, response, send_then_close


@pytest.mark.parametrize("way", ["straight", "through the proxy"])
async def test_a_request_through_the_proxy_is_the_same_byte_for_byte(way: str) -> None:
    """The webhook gets the same request, and its answer comes back the same, with a proxy and without."""
    data, body = '{"foo":"\u00e4\\u0000 1e999"}'.encode(), bytes(range(256)) * 40
    async with (
        ConnectProxy(credentials=f"me:{SECRET}") as proxy,
        Receiver(answer(200, body, [("X-From", "the webhook")])) as receiver,
    ):
        url, headers = f"http://{NAME}:{receiver.port}/hook?a=b", {"X-Token": SECRET}
        direct = [NAME] if way == "straight" else []
        attempt = await sent(proxy.url, url, direct=direct, data=data, headers=headers)
    (request,) = receiver.requests
    assert (attempt.status_code, attempt.error) == (200, AttemptError.NONE)
    assert attempt.response_body == body
    assert attempt.response_headers == {"x-from": "the webhook", "content-length": str(len(body))}
    assert len(proxy.asked) == (way != "straight")
    assert data in request.body
    names = [name.lower() for name, _ in request.headers]
    assert names[:3] == ["host", "user-agent", "accept"]
    assert [name for name in names if name.startswith("proxy-")] == []
    assert (request.line, request.header("host")) == ("POST /hook?a=b HTTP/1.1", f"{NAME}:{receiver.port}")
    assert request.header("x-token") == SECRET


async def test_the_proxy_is_asked_for_the_checked_address_and_sees_nothing_of_the_request() -> None:
    """The proxy gets the webhook's address and port: no name to look up, and no header of the request."""
    async with ConnectProxy() as proxy, Receiver() as receiver:
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/", headers={"X-Token": SECRET})
    assert attempt.succeeded
    assert proxy.targets == [f"127.0.0.1:{receiver.port}"]
    assert SECRET.encode() not in proxy.asked[0]
    assert NAME.encode() not in proxy.asked[0]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("me:pass", "me:pass"),
        ("a%40b:p%3Aq%2Fr", "a@b:p:q/r"),
        ("me:p@ss", "me:p@ss"),
        ("j%C3%B6rg:gr%C3%BCn", "jörg:grün"),
        ("token", "token:"),
    ],
)
async def test_the_credentials_are_sent_at_once_as_they_are_written(written: str, wanted: str) -> None:
    """The first CONNECT has the user and the password, percent-decoded, in Basic authentication."""
    async with ConnectProxy(credentials=wanted) as proxy, Receiver() as receiver:
        attempt = await sent(f"http://{written}@127.0.0.1:{proxy.port}", f"http://{NAME}:{receiver.port}/")
    assert attempt.succeeded
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("written", ["me:wrong@", "other@", ""])
async def test_credentials_that_the_proxy_refuses_are_not_tried_twice(written: str) -> None:
    """A proxy that wants other credentials is asked once an attempt, and the attempt says so."""
    async with ConnectProxy(credentials=f"me:{SECRET}") as proxy, Receiver() as receiver:
        attempt = await sent(f"http://{written}127.0.0.1:{proxy.port}", f"http://{NAME}:{receiver.port}/")
        reached = await receiver.connected()
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.CREDENTIALS_REFUSED)
    assert (len(proxy.asked), reached) == (1, 0)


async def test_a_tunnel_is_kept_for_the_same_webhook_only() -> None:
    """Attempts for a webhook share a tunnel; another address or port gets one of its own."""
    async with (
        ConnectProxy() as proxy,
        Receiver() as first,
        Receiver() as second,
        sender(resolve=finding("127.0.0.1"), proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        for version in range(3):
            for port in (first.port, second.port):
                attempt = await webhook.send(leased(f"http://{NAME}:{port}/", version=2 * version + port))
                assert attempt.succeeded
                assert (attempt.connect_duration == 0) is (version > 0)
    assert (len(first.requests), first.connections) == (3, 1)
    assert (len(second.requests), second.connections) == (3, 1)
    assert proxy.targets == [f"127.0.0.1:{port}" for port in (first.port, second.port)]


async def test_a_kept_tunnel_is_used_only_for_its_own_address() -> None:
    """When a name moves, the tunnel to its old address is not used for the new one."""
    places = ["127.0.0.1", "127.0.0.2", "127.0.0.1"]

    async def moving(host: str, port: int) -> Sequence[str]:
        return [places.pop(0)]

    async with (
        ConnectProxy() as proxy,
        Receiver() as old,
        Receiver(host="127.0.0.2", port=old.port) as new,
        sender(resolve=moving, proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        for _ in range(3):
            assert (await webhook.send(leased(f"http://{NAME}:{old.port}/"))).succeeded
    assert (len(old.requests), old.connections) == (2, 1)
    assert (len(new.requests), new.connections) == (1, 1)


async def test_a_tunnel_that_the_webhook_closed_meanwhile_fails_nothing() -> None:
    """A kept tunnel that is over is noticed before it is used."""
    async with (
        ConnectProxy() as proxy,
        Receiver(send_then_close(response(200))) as receiver,
        sender(resolve=finding("127.0.0.1"), proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        for _ in range(4):
            assert (await webhook.send(leased(f"http://{NAME}:{receiver.port}/"))).succeeded
            await receiver.deserted()
            await until(lambda: not proxy.open)
    assert (receiver.connections, len(proxy.asked)) == (4, 4)


async def test_a_request_without_a_proxy_never_uses_a_tunnel_nor_the_reverse() -> None:
    """Connections straight to a webhook and through the proxy are kept apart, for the same address too."""
    async with ConnectProxy() as proxy, Receiver() as receiver:
        way = Proxy.parse(proxy.url, direct=["straight.example.com"])
        async with sender(resolve=finding("127.0.0.1"), proxy=way) as webhook:
            for version in range(4):
                host = ("straight.example.com", NAME)[version % 2]
                url = f"http://{host}:{receiver.port}/"
                assert (await webhook.send(leased(url, version=version))).succeeded
    assert (len(receiver.requests), receiver.connections, len(proxy.asked)) == (4, 2, 1)


async def test_a_proxy_at_an_ipv6_address() -> None:
    """The proxy's address may be IPv6."""
    try:
        proxy = await ConnectProxy(host="::1").__aenter__()
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with Receiver() as receiver:
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/")
    await proxy.__aexit__()
    assert attempt.succeeded
    assert len(proxy.asked) == 1


async def test_a_hundred_attempts_at_once_each_get_their_own_answer() -> None:
    """Many tunnels at once: no answer goes to another attempt."""
    async with (
        ConnectProxy() as proxy,
        Receiver() as receiver,
        sender(resolve=finding("127.0.0.1"), proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        url = f"http://{NAME}:{receiver.port}/"
        attempts = await asyncio.gather(
            *(webhook.send(leased(url, event_id=f"e{number}", data=b"%d" % number)) for number in range(100))
        )
    assert all(attempt.succeeded for attempt in attempts)
    assert len({request.body for request in receiver.requests}) == len(receiver.requests) == 100
    assert set(proxy.targets) == {f"127.0.0.1:{receiver.port}"}
