"""What a proxy is asked for: the addresses that webhooks may reach, but for those that need no proxy."""

from collections.abc import Sequence

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError, ProxyReason
from bellrope_server.clock import MILLISECOND
from bellrope_server.rules.proxies import Proxy
from connect_proxy import ConnectProxy
from guarded import outcome
from integration.through_proxy import NAME, NOBODY, PUBLIC, ended, sent
from receiver import Receiver


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "http://10.0.0.5:8080/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:10.0.0.5]/",
        "https://100.100.100.200/",
        "http://localhost:{port}/",
        "http://web.svc.cluster.local/",
        "http://private.example.com/",
        "http://93.184.216.34:6379/",
    ],
)
async def test_the_proxy_is_never_asked_for_what_the_guard_refuses(url: str) -> None:
    """An address that webhooks may not reach stays refused, though the proxy could reach it."""
    async with Receiver() as receiver, ConnectProxy(leads_to=receiver.port) as proxy:
        wanted = url.format(port=receiver.port)
        attempt = await sent(proxy.url, wanted, "192.0.2.1", at="10.0.0.5")
        control = await sent(proxy.url, f"http://{NAME}/", "192.0.2.1", at=PUBLIC)
    assert ended(attempt) == (AttemptError.BLOCKED, ProxyReason.NONE)
    assert outcome(f"http://{PUBLIC}/") == f"http://{PUBLIC}/"
    assert control.succeeded
    assert proxy.targets == [f"{PUBLIC}:80"]


async def test_what_is_opened_is_called_through_the_proxy() -> None:
    """`--egress-allow` opens what it opens: with a proxy, a private address is asked of the proxy."""
    async with Receiver() as receiver, ConnectProxy(leads_to=receiver.port) as proxy:
        attempt = await sent(proxy.url, "http://web.shop.svc.cluster.local/", "private", at="10.0.0.5")
    assert attempt.succeeded
    assert proxy.targets == ["10.0.0.5:80"]


@pytest.mark.parametrize(
    ("direct", "straight"),
    [
        (["loopback"], True),
        (["127.0.0.0/8"], True),
        ([NAME], True),
        (["*.hooks.example.com", "*.apps.example.com"], False),
        (["*.d.example.com", "private"], False),
        ([], False),
    ],
)
async def test_what_is_listed_is_called_without_the_proxy(direct: list[str], straight: bool) -> None:
    """A webhook that `--egress-no-proxy` lists, by its address or its name, is called straight."""
    async with ConnectProxy() as proxy, Receiver() as receiver:
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/", direct=direct)
    assert attempt.succeeded
    assert len(proxy.asked) == (not straight)


async def test_what_is_called_without_the_proxy_is_not_opened_by_that() -> None:
    """`--egress-no-proxy` opens nothing: what webhooks may not reach stays refused."""
    async with ConnectProxy() as proxy, Receiver() as receiver:
        url = f"http://{NAME}:{receiver.port}/"
        attempt = await sent(proxy.url, url, "192.0.2.1", direct=["loopback", NAME])
        reached = await receiver.connected()
    assert ended(attempt) == (AttemptError.BLOCKED, ProxyReason.NONE)
    assert (proxy.asked, reached) == ([], 0)


async def test_loopback_is_this_machine_not_the_proxys() -> None:
    """A webhook on loopback is on this machine: a proxy elsewhere, which would call itself, is not asked."""
    async with Receiver() as receiver:
        attempt = await sent(f"http://{NOBODY}:3128", f"http://localhost:{receiver.port}/")
        away = await sent(f"http://{NOBODY}:3128", f"http://{PUBLIC}/", timeout=200 * MILLISECOND)
    assert attempt.succeeded
    assert away.error is AttemptError.PROXY_ERROR


async def test_a_name_that_only_the_proxy_knows_is_a_dns_error() -> None:
    """The server looks the webhook's name up itself, to judge its address; the proxy is not asked."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    async with ConnectProxy() as proxy, sender(resolve=resolve, proxy=Proxy.parse(proxy.url)) as webhook:
        attempt = await webhook.send(leased(f"http://{NAME}/"))
    assert ended(attempt) == (AttemptError.DNS_ERROR, ProxyReason.NONE)
    assert proxy.asked == []


async def test_the_environment_neither_sets_the_proxy_nor_unsets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `--egress-proxy` counts: HTTPS_PROXY and NO_PROXY of the environment change nothing."""
    async with ConnectProxy() as proxy, ConnectProxy() as other, Receiver() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "*")
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/")
    assert attempt.succeeded
    assert (len(proxy.asked), other.asked) == (1, [])


@pytest.mark.parametrize(
    ("url", "at", "target"),
    [
        (f"http://{PUBLIC}/", PUBLIC, f"{PUBLIC}:80"),
        (f"http://{NAME}/", PUBLIC, f"{PUBLIC}:80"),
        (f"http://{NAME}:8443/", "2606:2800:220:1::1", "[2606:2800:220:1::1]:8443"),
        ("http://[2606:2800:220:1::1]/", "", "[2606:2800:220:1::1]:80"),
    ],
)
async def test_an_address_of_either_family_is_asked_for_with_its_port(url: str, at: str, target: str) -> None:
    """IPv4 and IPv6, as a literal and by name, with and without a port: the proxy gets `address:port`."""
    async with Receiver() as receiver, ConnectProxy(leads_to=receiver.port) as proxy:
        attempt = await sent(proxy.url, url, "192.0.2.1", at=at)
    assert attempt.succeeded
    assert proxy.targets == [target]
