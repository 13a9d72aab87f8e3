"""What tests of webhooks through a proxy share."""

from collections.abc import Sequence
from typing import Any

from attempts import leased, sender
from bellrope_server.attempt import Attempt, AttemptError, ProxyReason
from bellrope_server.rules.proxies import Proxy
from resolver import Resolve

NAME = "hooks.example.com"
SECRET = "hunter2-the-password"
PUBLIC = "93.184.216.34"
NOBODY = "192.0.2.9"  # for documentation: nothing is there


def finding(address: str) -> Resolve:
    """Return a resolver that finds every name at this address, but `localhost` at 127.0.0.1."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1" if host == "localhost" else address]

    return resolve


async def sent(
    proxy: str,
    url: str,
    *egress: str,
    at: str = "127.0.0.1",
    direct: Sequence[str] = (),
    **changes: Any,
) -> Attempt:
    """Make one attempt through a proxy; names lead to the address `at`."""
    way = Proxy.parse(proxy, direct=direct)
    async with sender(*egress, resolve=finding(at), proxy=way) as webhook:
        attempt = await webhook.send(leased(url, **changes))
    assert isinstance(attempt, Attempt)
    return attempt


def ended(attempt: Attempt) -> tuple[AttemptError, ProxyReason]:
    """Return how an attempt without a status ended."""
    assert attempt.status_code == 0
    return attempt.error, attempt.proxy_reason
