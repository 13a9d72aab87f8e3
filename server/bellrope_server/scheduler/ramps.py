"""How many attempts at once an endpoint gets after it failed: few at first, and more with each answer."""

from bellrope_server.attempt import Attempt

LEAST = 4  # enough to find out whether it answers again, too few to keep it down
NOT_NOW = frozenset({429, 502, 503, 504})
MOST_REMEMBERED = 20_000


class Ramps:
    """A slow start for endpoints that were down. All others get the whole cap.

    An attempt that finds no server, or a server that reports overload, halves the endpoint's limit, down to
    `LEAST`. Each answer raises the limit by one, even if it reports an error. So the limit doubles with each
    round.
    """

    def __init__(self, most: int) -> None:
        """An endpoint is up again when its limit reaches `most`."""
        self._most = most
        self._allowed: dict[str, int] = {}

    def of(self, endpoint: str, cap: int) -> int:
        """Return how much of a cap the endpoint gets now."""
        return min(cap, self._allowed.get(endpoint, cap))

    def ended(self, endpoint: str, attempt: Attempt, *, of: int) -> None:
        """Learn from an attempt that was one of `of` attempts under way at the endpoint."""
        allowed = self._allowed.get(endpoint)
        if not attempt.status_code or attempt.status_code in NOT_NOW:
            self._allowed[endpoint] = max(LEAST, (allowed or of) // 2)
            if len(self._allowed) > MOST_REMEMBERED:
                del self._allowed[next(iter(self._allowed))]
        elif allowed:
            self._allowed[endpoint] = allowed + 1
            if allowed + 1 >= self._most:
                del self._allowed[endpoint]
