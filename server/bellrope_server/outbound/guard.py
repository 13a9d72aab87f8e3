"""Where a request may go: to one address that the egress policy permits, and never to this server itself."""

import socket
from collections.abc import Sequence, Set

from msgspec import Struct

from bellrope_server.clock import SECOND, steady
from bellrope_server.errors import UrlBlocked
from bellrope_server.model import Micros
from bellrope_server.outbound.names import Resolver
from bellrope_server.outbound.sign import Request
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import Target

MAX_ADDRESSES = 16


class Unresolved(Exception):
    """The endpoint's name has no address, or the look-up took too long."""


class Guarded(Struct, frozen=True):
    """A request and the only address that it may go to: an IP literal as inet_ntop writes it."""

    request: Request
    address: str


class Guard:
    """Chooses the address that a request goes to, or raises why it may not go."""

    def __init__(self, policy: EgressPolicy, *, names: Resolver, own_ports: Set[int]) -> None:
        """This server listens on `own_ports`. It is never called there at its own addresses."""
        self._policy = policy
        self._names = names
        self._own_ports = own_ports

    async def check(
        self, request: Request, target: Target, *, project: str, turn: int, deadline: Micros
    ) -> Guarded:
        """Return the request with the address to dial. Each turn uses the next of a name's addresses.

        Raises UrlBlocked if no address is permitted, Unresolved if none is found by the deadline, and NoTurn
        if the project has no share of look-ups left.
        """
        try:
            address = target.address or await self._find(
                target, project=project, turn=turn, deadline=deadline
            )
            if target.port in self._own_ports and _is_own(address):
                raise UrlBlocked
        except OSError as error:
            raise Unresolved from error
        return Guarded(request, address)

    def close(self) -> None:
        """Cancel the look-ups under way."""
        self._names.close()

    async def _find(self, target: Target, *, project: str, turn: int, deadline: Micros) -> str:
        found = self._names.recall(target.host) or await self._look_up(
            target, project=project, deadline=deadline
        )
        nearest = found[:MAX_ADDRESSES]
        permitted = [address for address in nearest if self._policy.permits(address, host=target.host)]
        if not permitted:
            raise UrlBlocked
        return permitted[turn % len(permitted)]

    async def _look_up(self, target: Target, *, project: str, deadline: Micros) -> Sequence[str]:
        within = (deadline - steady()) / SECOND
        found = await self._names.resolve(target.host, target.port, project=project, within=within)
        if not found:
            raise Unresolved
        return found


def _is_own(address: str) -> bool:
    """Return whether an IP literal is an address of this machine: only those can be bound to."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
