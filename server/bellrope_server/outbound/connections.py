"""Where kept connections lead, and which of them the peer has closed. libcurl checks that once a second."""

import select

from msgspec import Struct

End = tuple[str, int]
"""Our end of a connection: address and port."""


class Connection(Struct, frozen=True):
    """A socket, and the address that it leads to: through the proxy, if there is one."""

    poll: select.poll
    address: str


class Connections:
    """The connections, by our end of each, so at most one per local port."""

    def __init__(self) -> None:
        self._known: dict[End, Connection] = {}

    def opened(self, end: End, fd: int, *, address: str) -> None:
        """Note a new connection. An older one with the same end is gone."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        self._known[end] = Connection(poll, address)

    def address_of(self, end: End) -> str:
        """Return the address that a kept connection leads to."""
        return self._known[end].address

    def is_stale(self, end: End) -> bool:
        """Return whether an idle connection is over. A good one has nothing to read."""
        return bool(self._known[end].poll.poll(0))
