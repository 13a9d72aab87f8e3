"""Which kept connections the peer has closed. libcurl itself checks only once a second."""

import select

End = tuple[str, int]
"""Our end of a connection: address and port."""


class Connections:
    """The sockets of the connections, by our end of each, so at most one per local port."""

    def __init__(self) -> None:
        self._polls: dict[End, select.poll] = {}

    def opened(self, end: End, fd: int) -> None:
        """Note a new connection. An older one with the same end is gone."""
        poll = self._polls[end] = select.poll()
        poll.register(fd, select.POLLIN)

    def is_stale(self, end: End) -> bool:
        """Return whether an idle connection is over. A good one has nothing to read."""
        return bool(self._polls[end].poll(0))
