"""How many attempts at once an endpoint gets that did not answer: few, and more with each answer."""

from bellrope_server.model import Attempt

LEAST = 4  # enough to find out whether it answers again, too few to keep it down
NOT_NOW = frozenset({429, 502, 503, 504})
MOST_REMEMBERED = 20_000


class Ramps:
    """A slow start for endpoints that were down. Others are not remembered, and get all they may.

    Each attempt that finds no server, or one that says it is overloaded, halves what the endpoint gets, down
    to `LEAST`; each answer, also one that says no, adds one. So it doubles with each round.
    """

    def __init__(self, most: int) -> None:
        """`most` is the number from which on an endpoint is up again."""
        self._most = most
        self._allowed: dict[str, int] = {}

    def of(self, endpoint: str, cap: int) -> int:
        """Return how much of a cap the endpoint gets now."""
        return min(cap, self._allowed.get(endpoint, cap))

    def ended(self, endpoint: str, attempt: Attempt, *, of: int) -> None:
        """Learn from an attempt that was one `of` so many under way at the endpoint."""
        allowed = self._allowed.get(endpoint)
        if not attempt.status_code or attempt.status_code in NOT_NOW:
            self._allowed[endpoint] = max(LEAST, (allowed or of) // 2)
            if len(self._allowed) > MOST_REMEMBERED:
                del self._allowed[next(iter(self._allowed))]
        elif allowed:
            self._allowed[endpoint] = allowed + 1
            if allowed + 1 >= self._most:
                del self._allowed[endpoint]
