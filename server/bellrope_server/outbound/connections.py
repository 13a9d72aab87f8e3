"""Which kept connections the other side has closed: libcurl itself looks only once a second."""

import select

End = tuple[str, int]
"""Our end of a connection: address and port."""


class Connections:
    """The sockets of the connections by our end of each, so at most one for each port that we have."""

    def __init__(self) -> None:
        self._polls: dict[End, select.poll] = {}

    def opened(self, end: End, fd: int) -> None:
        """Note a new connection; one that had the same end is gone."""
        poll = self._polls[end] = select.poll()
        poll.register(fd, select.POLLIN)

    def is_stale(self, end: End) -> bool:
        """Say whether an idle connection is over: there is nothing to read from one that is not."""
        return bool(self._polls[end].poll(0))
