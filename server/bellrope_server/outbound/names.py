"""Names to addresses: the system's look-up, off the loop, shared, and remembered.

An address is used for some seconds. If it cannot be looked up again then, it is used for ten minutes more
(RFC 8767): a name server that is down stops no webhook that worked. Whoever uses it judges it each time.
"""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Protocol, TypeVar

from msgspec import Struct

from bellrope_server.outbound.turns import MOST, Turns

V = TypeVar("V")

KEEP_SECONDS = 5.0
STALE_SECONDS = 600.0
FRESH_WITHIN = 1.0  # seconds to wait for a new address if there is an old one
PATIENCE = 1.0  # seconds to wait for a turn
LONGEST_REST = 30.0
MAX_NAMES = 4096
MAX_WAITING = 256  # look-ups of one project, under way or waiting for their turn
# These say that there is no such name or address. Any other failure says nothing about the name.
ABSENT = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class NoTurn(Exception):
    """No look-up was made: other names are being looked up. Try again after `rest` seconds."""

    def __init__(self, rest: float) -> None:
        super().__init__(rest)
        self.rest = rest


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

    async def resolve(self, host: str, port: int, *, project: str = "", within: float = inf) -> Sequence[str]:
        """Return what is found within so many seconds; raise OSError if the look-up fails.

        It counts against the project's share of look-ups. Raises NoTurn if that is used up.
        """

    def close(self) -> None:
        """Cancel the look-ups under way."""


class Known(Struct, frozen=True):
    """The addresses of a host: until when they are used, and until when if nothing newer can be had."""

    addresses: Sequence[str]
    fresh_until: float
    good_until: float


class LookUp:
    """One host's look-up, for all of a project who ask, and for others once it has its turn and `begun`."""

    def __init__(self, host: str, project: str) -> None:
        self.host = host
        self.project = project
        self.since = time.monotonic()
        self.begun = asyncio.Event()
        self.found: asyncio.Task[Sequence[str]]


class Names:
    """The system's own resolver, shared out among projects, and remembered."""

    def __init__(
        self,
        lookup: Callable[[str, int], Sequence[str]] = system_lookup,
        *,
        turns: Turns | None = None,
    ) -> None:
        """`lookup` may block: it runs in a thread."""
        self._lookup = lookup
        self._turns = turns or Turns()
        self._pool = ThreadPoolExecutor(MOST, thread_name_prefix="names")
        self._known: dict[str, Known] = {}
        self._failed: dict[str, None] = {}
        self._under_way: dict[tuple[str, str], LookUp] = {}
        """By host and project."""
        self._begun: dict[str, LookUp] = {}
        """Those that have their turn: one of each host."""
        self._waiting: Counter[str] = Counter()
        """How many are under way for each project."""

    def recall(self, host: str) -> Sequence[str]:
        """Return the addresses that were found for a host lately; none if that is too long ago."""
        known = self._known.get(host)
        return known.addresses if known and time.monotonic() < known.fresh_until else ()

    async def resolve(self, host: str, port: int, *, project: str = "", within: float = inf) -> Sequence[str]:
        """Look a host up, or wait for a look-up under way; raise OSError as the look-up does, or NoTurn.

        If that fails, or takes long, return the addresses that were good until now.
        """
        old = self._old(host)
        look_up = (
            self._begun.get(host) or self._under_way.get((host, project)) or self._begin(host, port, project)
        )
        try:
            async with asyncio.timeout(_seconds(min(within, FRESH_WITHIN) if old else within)):
                await _turn(look_up)
                return await asyncio.shield(look_up.found)
        except OSError as error:
            if old and not _absent(error):
                self._remember(host, old.addresses, good_until=old.good_until)
                return old.addresses
            if not look_up.begun.is_set():
                raise NoTurn(_rest(look_up)) from None
            raise

    def close(self) -> None:
        """Cancel the look-ups that have not begun, and do not wait for the others."""
        for look_up in list(self._under_way.values()):
            look_up.found.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, host: str, port: int, project: str) -> LookUp:
        if len(self._under_way) >= MAX_NAMES or self._waiting[project] >= MAX_WAITING:
            raise NoTurn(LONGEST_REST)
        look_up = self._under_way[host, project] = LookUp(host, project)
        self._waiting[project] += 1
        look_up.found = asyncio.get_running_loop().create_task(self._look(look_up, port))
        look_up.found.add_done_callback(lambda found: self._ended(look_up, found))
        return look_up

    async def _look(self, look_up: LookUp, port: int) -> Sequence[str]:
        """Make a look-up when it is the project's turn. A name that failed lets the others go first."""
        host, project = look_up.host, look_up.project
        await self._turns.wait(project, last=host in self._failed)
        look_up.begun.set()
        try:
            if other := self._begun.get(host):  # another project had its turn first
                return await asyncio.shield(other.found)
            self._begun[host] = look_up
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._lookup, host, port)
        finally:
            self._turns.give_back(project)

    def _ended(self, look_up: LookUp, found: asyncio.Task[Sequence[str]]) -> None:
        host, project = look_up.host, look_up.project
        del self._under_way[host, project]
        if self._begun.get(host) is look_up:
            del self._begun[host]
        self._waiting[project] -= 1
        if not self._waiting[project]:
            del self._waiting[project]
        if found.cancelled():
            return
        error = found.exception()
        if error is None and found.result():
            self._failed.pop(host, None)
            good_until = time.monotonic() + KEEP_SECONDS + STALE_SECONDS
            self._remember(host, found.result(), good_until=good_until)
            return
        _note(self._failed, host, None)
        if error is None or _absent(error):
            self._known.pop(host, None)

    def _old(self, host: str) -> Known | None:
        """Return what was found for a host, if it may still be used when nothing newer can be had."""
        known = self._known.get(host)
        return known if known and time.monotonic() < known.good_until else None

    def _remember(self, host: str, addresses: Sequence[str], *, good_until: float) -> None:
        fresh_until = min(time.monotonic() + KEEP_SECONDS, good_until)
        _note(self._known, host, Known(addresses, fresh_until, good_until))


async def _turn(look_up: LookUp) -> None:
    """Wait for a look-up to begin; raise TimeoutError if that takes long."""
    if not look_up.begun.is_set():
        async with asyncio.timeout(PATIENCE):
            await look_up.begun.wait()


def _note(names: dict[str, V], host: str, value: V) -> None:
    """Note something about a host. The host that was noted first is forgotten, if there are too many."""
    names.pop(host, None)
    if len(names) >= MAX_NAMES:
        del names[next(iter(names))]
    names[host] = value


def _absent(error: BaseException) -> bool:
    return isinstance(error, socket.gaierror) and error.errno in ABSENT


def _seconds(limit: float) -> float | None:
    return None if limit == inf else limit


def _rest(look_up: LookUp) -> float:
    """Return how long to leave a look-up that has no turn: as long as it has waited, so ever longer."""
    return min(LONGEST_REST, max(PATIENCE, time.monotonic() - look_up.since))
