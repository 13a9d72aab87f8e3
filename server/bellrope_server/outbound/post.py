"""Posts what the guard let through, once, and waits for the reply."""

from msgspec import Struct

from bellrope_server.attempt import AttemptError, ProxyReason, TlsReason
from bellrope_server.errors import UrlBlocked
from bellrope_server.model import Micros
from bellrope_server.outbound.connections import Connections
from bellrope_server.outbound.guard import Guarded
from bellrope_server.outbound.handle import Handle, Reply
from bellrope_server.outbound.multi import Multi
from bellrope_server.outbound.outcome import error_of, proxy_reason_of, tls_reason_of
from bellrope_server.outbound.sign import Request
from bellrope_server.rules.proxies import Proxy

MAX_IDLE_HANDLES = 512
MAX_PROVEN = 4096


class Sent(Struct, frozen=True):
    """A request and its reply. It was sent, unless there was no connection.

    Only `Post.send` makes one, and only from a Guarded.
    """

    request: Request
    reply: Reply
    error: AttemptError
    tls_reason: TlsReason = TlsReason.NONE
    proxy_reason: ProxyReason = ProxyReason.NONE


class Post:
    """Sends requests concurrently, over new connections or kept ones that the endpoints have not closed."""

    def __init__(self, proxy: Proxy | None = None) -> None:
        """Begin on the running loop. All requests go through the proxy, if there is one."""
        self._proxy = proxy
        self._multi = Multi()
        self._connections = Connections()
        self._idle: list[Handle] = []
        self._proven: dict[str, None] = {}
        """The URLs that answered last time: their handshakes need no watch."""

    async def send(
        self, guarded: Guarded, *, start: Micros, deadline: Micros, via: str | None = None
    ) -> Sent:
        """Send the request, and give up at `deadline`. Times count from `start`. Both use the steady clock.

        `via` is the address of the proxy. Raises UrlBlocked if libcurl was about to go to another address.
        Then nothing was sent.
        """
        handle = self._idle.pop() if self._idle else Handle(self._connections, proxy=self._proxy)
        try:
            url = guarded.request.url
            watched = url.startswith("https:") and url not in self._proven
            while True:
                handle.prepare(
                    guarded.request,
                    address=guarded.address,
                    start=start,
                    deadline=deadline,
                    watched=watched,
                    via=via,
                )
                code = await self._multi.perform(handle.easy)
                if not handle.stale:
                    reply = handle.reply(code)
                    self._prove(url, reply, watched=watched)
                    return _sent(guarded.request, reply)
                handle.forget()
        except BaseException:  # usually cancelled
            self._multi.drop(handle.easy)
            raise
        finally:
            handle.forget()
            if len(self._idle) < MAX_IDLE_HANDLES:
                self._idle.append(handle)

    def _prove(self, url: str, reply: Reply, *, watched: bool) -> None:
        """Note whether a URL answers."""
        if not reply.status:
            self._proven.pop(url, None)
        elif watched:
            if len(self._proven) >= MAX_PROVEN:
                del self._proven[next(iter(self._proven))]
            self._proven[url] = None

    def close(self) -> None:
        """Drop all transfers, cancel their `send`, and close every connection."""
        self._multi.close()


def _sent(request: Request, reply: Reply) -> Sent:
    """Return what was sent; raise UrlBlocked if libcurl gave up before it dialled."""
    error = error_of(reply)
    if error is AttemptError.BLOCKED:
        raise UrlBlocked
    if error is AttemptError.TLS_ERROR:
        return Sent(request, reply, error, tls_reason=tls_reason_of(reply))
    if error is AttemptError.PROXY_ERROR:
        return Sent(request, reply, error, proxy_reason=proxy_reason_of(reply))
    return Sent(request, reply, error)
