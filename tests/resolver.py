"""Names that a test looks up: a resolver that asks a function of the test's each time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to IP literals, the best first; raises OSError if there are none."""


class UncachedResolver:
    """A resolver without a cache."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def recall(self, host: str) -> Sequence[str]:
        """Return nothing: there is no cache."""
        return ()

    async def resolve(self, host: str, port: int, *, project: str = "", within: float) -> Sequence[str]:
        """Ask the test's function."""
        async with asyncio.timeout(within):
            return await self._resolve(host, port)

    def close(self) -> None:
        """Do nothing: nothing is open."""
