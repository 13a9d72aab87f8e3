"""Names to addresses: the system's look-up, off the loop, shared, and remembered for a few seconds."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

KEEP_SECONDS = 5.0
MAX_NAMES = 4096
_THREADS = 8  # a name server that hangs blocks one thread per name


def system_lookup(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, IPv4 first; raise OSError if there is none.

    IPv4 comes first because an attempt tries one address: on many systems `localhost` means ::1, and a
    receiver that listens on 127.0.0.1 is not there.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)
    return sorted(addresses, key=lambda address: ":" in address)


class Resolver(Protocol):
    """Finds the addresses of a host: IP literals as inet_ntop writes them, the best first."""

    def recall(self, host: str) -> Sequence[str]:
        """Return what was found lately; nothing if that is too long ago."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return what is found now; raise OSError if the look-up fails."""

    def close(self) -> None:
        """Cancel the look-ups under way."""


class Names:
    """The system's own resolver, remembered."""

    def __init__(self, lookup: Callable[[str, int], Sequence[str]] = system_lookup) -> None:
        """`lookup` may block: it runs in a thread."""
        self._lookup = lookup
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="names")
        self._known: dict[str, tuple[float, Sequence[str]]] = {}
        self._under_way: dict[str, asyncio.Future[Sequence[str]]] = {}

    def recall(self, host: str) -> Sequence[str]:
        """Return the addresses that were found for a host lately; none if that is too long ago."""
        until, addresses = self._known.get(host, (0.0, ()))
        return addresses if time.monotonic() < until else ()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Look a host up, or wait for a look-up under way. Raise OSError as the look-up does."""
        return await asyncio.shield(self._under_way.get(host) or self._look_up(host, port))

    def close(self) -> None:
        """Cancel the look-ups that have not begun, and do not wait for the others."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _look_up(self, host: str, port: int) -> asyncio.Future[Sequence[str]]:
        loop = asyncio.get_running_loop()
        found = self._under_way[host] = loop.run_in_executor(self._pool, self._lookup, host, port)
        found.add_done_callback(partial(self._remember, host))
        return found

    def _remember(self, host: str, found: asyncio.Future[Sequence[str]]) -> None:
        del self._under_way[host]
        self._known.pop(host, None)
        if found.cancelled() or found.exception():
            return
        if len(self._known) >= MAX_NAMES:
            del self._known[next(iter(self._known))]
        self._known[host] = time.monotonic() + KEEP_SECONDS, found.result()
