"""Posts through the operator's proxy: finds the proxy, and has a tunnel made to where the guard let go."""

from bellrope_server.attempt import ProxyReason
from bellrope_server.clock import SECOND, steady
from bellrope_server.model import Micros
from bellrope_server.outbound.guard import Guarded
from bellrope_server.outbound.names import Resolver
from bellrope_server.outbound.post import Post, Sent
from bellrope_server.rules.hosts import is_loopback
from bellrope_server.rules.proxies import Proxy

# After these the next attempt tries another address of the proxy, if it has several.
_DOWN = frozenset({ProxyReason.UNREACHABLE, ProxyReason.TIMEOUT})


class ProxyUnresolved(Exception):
    """The proxy's name has no address, or the look-up took too long."""


class Proxied:
    """Sends requests through the proxy, over connections that no other request uses.

    Loopback is this machine, where a proxy on another one does not get: it would call itself. So requests to
    loopback go straight there, unless the proxy is on loopback too.
    """

    def __init__(self, proxy: Proxy, *, names: Resolver, straight: Post) -> None:
        """Begin on the running loop."""
        self._proxy = proxy
        self._names = names
        self._straight = straight
        self._post = Post(proxy)
        self._turn = 0

    def serves(self, guarded: Guarded, *, host: str) -> bool:
        """Return whether a request goes through the proxy. `host` is the one of its URL."""
        return self._proxy.serves(guarded.address, host=host)

    async def send(self, guarded: Guarded, *, start: Micros, deadline: Micros) -> Sent:
        """Send the request, as Post.send does.

        The operator chose the proxy, so its address may be any. Raises ProxyUnresolved if it has none, and
        NoTurn if no look-up could be made.
        """
        address = self._proxy.address or await self._find(deadline)
        if is_loopback(guarded.address) and not is_loopback(address):
            return await self._straight.send(guarded, start=start, deadline=deadline)
        sent = await self._post.send(guarded, start=start, deadline=deadline, via=address)
        if sent.proxy_reason in _DOWN:
            self._turn += 1
        return sent

    def close(self) -> None:
        """Drop all transfers, cancel their `send`, and close every connection."""
        self._post.close()

    async def _find(self, deadline: Micros) -> str:
        proxy, within = self._proxy, (deadline - steady()) / SECOND
        try:
            found = self._names.recall(proxy.host) or await self._names.resolve(
                proxy.host, proxy.port, within=within
            )
        except OSError as error:
            raise ProxyUnresolved from error
        if not found:
            raise ProxyUnresolved
        return found[self._turn % len(found)]
