"""A webhook goes only to an address that the egress policy allows and that we resolved ourselves."""

import asyncio
import socket
from collections.abc import Sequence

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError
from bellrope_server.clock import MILLISECOND, SECOND, steady
from bellrope_server.errors import UrlBlocked
from bellrope_server.outbound.connections import Connections, End
from bellrope_server.outbound.guard import Guarded
from bellrope_server.outbound.handle import Handle
from bellrope_server.outbound.multi import Multi
from bellrope_server.outbound.outcome import error_of
from bellrope_server.outbound.post import Post
from bellrope_server.outbound.sign import Request
from receiver import Receiver, hang
from resolver import Resolve
from stopwatch import Stopwatch

NAME = "hooks.example.com"


def finding(*answers: Sequence[str]) -> Resolve:
    """Return a resolver that gives these answers one after another; the last one repeats."""
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def failing(error: OSError) -> Resolve:
    """Return a resolver that fails with this error."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        raise error

    return resolve


async def silent(host: str, port: int) -> Sequence[str]:
    """A resolver that never answers."""
    await asyncio.Event().wait()
    return []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "ftp://{port}/", "x"]
)
async def test_f217_a_blocked_url_in_the_database_is_not_called(url: str) -> None:
    """A URL that the policy no longer allows is not called, however it got into the database."""
    async with Receiver() as receiver, sender("192.0.2.1") as webhook:
        attempt = await webhook.send(leased(url.format(port=receiver.port)))
        dialled = await receiver.connected()
    assert (attempt.status_code, attempt.error) == (0, AttemptError.BLOCKED)
    assert dialled == 0


async def test_f224_a_name_that_leads_to_loopback_is_not_called() -> None:
    """A public name that now has a loopback address gets no packet."""
    async with Receiver() as receiver, sender("192.0.2.1", resolve=finding(["127.0.0.1"])) as webhook:
        attempt = await webhook.send(leased(f"http://{NAME}:{receiver.port}/"))
        dialled = await receiver.connected()
    assert attempt.error == AttemptError.BLOCKED
    assert dialled == 0


async def test_f224_what_was_checked_is_what_is_dialled() -> None:
    """A name is resolved once per attempt: an answer that changes afterwards changes nothing."""
    resolve = finding(["127.0.0.1"], ["127.0.0.2"])
    async with Receiver() as open_one, sender("127.0.0.1", resolve=resolve) as webhook:
        url = f"http://{NAME}:{open_one.port}/"
        async with Receiver(host="127.0.0.2", port=open_one.port) as guarded:
            errors = [(await webhook.send(leased(url))).error for _ in range(3)]
            dialled = await guarded.connected()
    assert errors == [AttemptError.NONE, AttemptError.BLOCKED, AttemptError.BLOCKED]
    assert (len(open_one.requests), dialled) == (1, 0)


async def test_a_kept_connection_is_used_only_for_its_own_address() -> None:
    """When a name moves to another address, the connection to the old one is no longer used."""
    resolve = finding(["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1"])
    async with Receiver(host="127.0.0.1") as old, sender(resolve=resolve) as webhook:
        new = Receiver(host="127.0.0.2", port=old.port)
        async with new:
            for _ in range(3):
                assert (await webhook.send(leased(f"http://{NAME}:{old.port}/"))).succeeded
    assert (len(old.requests), old.connections) == (2, 1)
    assert (len(new.requests), new.connections) == (1, 1)


async def test_only_the_addresses_that_are_allowed_are_called_each_in_turn() -> None:
    """Only the allowed addresses of a name are tried, another one after each failure."""
    found = ["10.0.0.1", "127.0.0.2", "169.254.169.254", "127.0.0.1", "not an address"]
    first = Receiver(host="127.0.0.1")
    resolve = finding(found)
    async with (
        first,
        Receiver(host="127.0.0.2", port=first.port) as second,
        sender(resolve=resolve) as webhook,
    ):
        url = f"http://{NAME}:{first.port}/"
        for failure_count in range(5):
            await webhook.send(leased(url, failure_count=failure_count))
    assert (len(second.requests), len(first.requests)) == (3, 2)


async def test_the_host_header_is_the_name() -> None:
    """The Host header has the name, though the address is dialled."""
    async with Receiver() as receiver, sender(resolve=finding(["127.0.0.1"])) as webhook:
        await webhook.send(leased(f"http://{NAME}:{receiver.port}/"))
    assert receiver.requests[0].header("host") == f"{NAME}:{receiver.port}"


@pytest.mark.parametrize("host", ["[::1]", NAME])
async def test_ipv6(host: str) -> None:
    """IPv6 works, as a literal and through a name."""
    try:
        receiver = await Receiver(host="::1").__aenter__()
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with sender(resolve=finding(["::1"])) as webhook:
        attempts = [await webhook.send(leased(f"http://{host}:{receiver.port}/")) for _ in range(2)]
    await receiver.__aexit__()
    assert [attempt.error for attempt in attempts] == [AttemptError.NONE, AttemptError.NONE]
    assert (len(receiver.requests), receiver.connections) == (2, 1)


@pytest.mark.parametrize(
    "resolve",
    [
        failing(socket.gaierror(socket.EAI_NONAME, "Name or service not known")),
        failing(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")),
        failing(TimeoutError()),
        finding([]),
        silent,
    ],
    ids=["NXDOMAIN", "SERVFAIL", "timeout", "empty", "silence"],
)
async def test_e22_a_name_that_does_not_resolve_is_a_dns_error(resolve: Resolve) -> None:
    """However a look-up fails, the attempt ends as `dns_error` within its timeout."""
    watch = Stopwatch()
    async with sender(resolve=resolve) as webhook:
        attempt = await webhook.send(leased(f"http://{NAME}/", timeout=200 * MILLISECOND))
    assert watch.seconds < 2
    assert (attempt.status_code, attempt.error) == (0, AttemptError.DNS_ERROR)


async def test_e22_the_sender_stays_healthy_after_dns_errors() -> None:
    """After failed look-ups the next one works normally."""
    failures = iter([socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")] * 3)

    async def resolve(host: str, port: int) -> Sequence[str]:
        for failure in failures:
            raise failure
        return ["127.0.0.1"]

    async with Receiver() as receiver, sender(resolve=resolve) as webhook:
        url = f"http://{NAME}:{receiver.port}/"
        errors = [(await webhook.send(leased(url))).error for _ in range(4)]
    assert errors == [AttemptError.DNS_ERROR] * 3 + [AttemptError.NONE]


async def test_the_look_up_counts_against_the_timeout() -> None:
    """A slow look-up leaves the request less time: the timeout covers both."""

    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(0.3)
        return ["127.0.0.1"]

    async with Receiver(hang) as receiver, sender(resolve=slow) as webhook:
        url, watch = f"http://{NAME}:{receiver.port}/", Stopwatch()
        attempt = await webhook.send(leased(url, timeout=500 * MILLISECOND))
        assert watch.seconds < 0.75
    assert attempt.error == AttemptError.TIMEOUT
    assert attempt.duration >= 490_000


async def test_the_systems_own_look_up_finds_localhost() -> None:
    """By default names are resolved by the system."""
    async with Receiver() as receiver, sender() as webhook:
        for _ in range(2):
            attempt = await webhook.send(leased(f"http://localhost:{receiver.port}/"))
            assert attempt.succeeded
    assert (len(receiver.requests), receiver.connections) == (2, 1)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proxies_of_the_environment_are_ignored(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies from the environment are ignored."""
    async with Receiver() as proxy, Receiver() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        async with sender() as webhook:
            url = receiver.url.replace("http", scheme)
            attempt = await webhook.send(leased(url, timeout=300 * MILLISECOND))
        asked = await proxy.connected()
    assert attempt.succeeded == (scheme == "http")
    assert (receiver.connections, asked) == (1, 0)


@pytest.mark.parametrize("address", ["localhost", "127.1", "2130706433", "0x7f.1"])
async def test_a_socket_opens_only_to_the_very_address_that_was_checked(address: str) -> None:
    """If libcurl reads an address differently from the check, nothing is dialled."""
    async with Receiver() as receiver:
        multi, handle = Multi(), Handle(Connections())
        request = Request(f"http://{NAME}:{receiver.port}/", [], b"", b"{}", 0)
        handle.prepare(request, address=address, start=steady(), deadline=steady() + 2_000_000)
        reply = handle.reply(await multi.perform(handle.easy))
        multi.close()
        dialled = await receiver.connected()
    assert (reply.strayed, error_of(reply)) == (True, AttemptError.BLOCKED)
    assert dialled == 0


class MadeForAnother(Connections):
    """Connections that were all made for another address."""

    def opened(self, end: End, fd: int, *, address: str) -> None:
        """Note the other address."""
        super().opened(end, fd, address=f"{address}.example")


async def test_a_kept_connection_that_leads_elsewhere_is_not_used() -> None:
    """If libcurl takes a connection that was made for another address, nothing is sent on it."""
    async with Receiver() as receiver:
        multi, handle = Multi(), Handle(MadeForAnother())
        request = Request(f"http://{NAME}:{receiver.port}/", [], b"", b"{}", 0)
        replies = []
        for _ in range(2):
            start = steady()
            handle.prepare(request, address="127.0.0.1", start=start, deadline=start + 2 * SECOND)
            replies.append(handle.reply(await multi.perform(handle.easy)))
            handle.forget()
        multi.close()
    assert [(reply.status, reply.strayed) for reply in replies] == [(200, False), (0, True)]
    assert (len(receiver.requests), receiver.connections) == (1, 1)


async def test_what_would_go_elsewhere_was_not_sent() -> None:
    """A request that libcurl would take to another address ends before it is sent."""
    async with Receiver() as receiver:
        post, start = Post(), steady()
        request = Request(f"http://{NAME}:{receiver.port}/", [], b"", b"{}", 0)
        with pytest.raises(UrlBlocked):
            await post.send(Guarded(request, "127.1"), start=start, deadline=start + 2 * SECOND)
        post.close()
        dialled = await receiver.connected()
    assert dialled == 0
