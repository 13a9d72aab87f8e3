"""How this node and the others know of each other: a heartbeat for the caps, and hints that save waiting."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

from bellrope_server.errors import ServiceError
from bellrope_server.scheduler.shares import Shares
from bellrope_server.store.nodes import NodeList

BEAT = 0.5  # seconds
HINT_REST = 0.02  # seconds: PostgreSQL commits one NOTIFY at a time
HEARD_REST = 0.1  # seconds between two looks because of hints
LOOK_REST = 10  # times as long as the look took, if that is more
LISTEN_AGAIN = 1.0  # seconds


class Nodes:
    """Tells the others, and hears from them. Does nothing where nobody shares the database.

    A hint that is lost costs time only: everything is found without, within some seconds.
    """

    def __init__(self, nodes: NodeList, node: str, shares: Shares | None) -> None:
        """`node` is this one's id; without `shares` there are no others."""
        self._nodes = nodes
        self._node = node
        self._shares = shares
        self._to_say = asyncio.Event()
        self._heard = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, changed: Callable[[], None], look: Callable[[], Awaitable[None]]) -> None:
        """Join the others; `changed` is called when the shares did, `look` when there may be something."""
        if self._shares is None:
            return
        self._changed, self._look = changed, look
        for _ in range(2):  # who is alone has all shares at once
            await self._beat()
        loops = (self._keep_beating(), self._say(), self._listen(), self._follow_hints())
        self._tasks = [asyncio.create_task(loop, name="nodes") for loop in loops]

    async def stop(self) -> None:
        """Leave the others: the shares are theirs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            with suppress(ServiceError):
                await self._nodes.leave(self._node)

    def hint(self) -> None:
        """Tell the others soon that there may be something for them."""
        self._to_say.set()

    async def _beat(self) -> None:
        with suppress(ServiceError):  # then this node has no share soon
            if self._shares and self._shares.seen(await self._nodes.beat(self._node)):
                self._changed()

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            await self._beat()

    async def _say(self) -> None:
        while True:
            await self._to_say.wait()
            self._to_say.clear()
            with suppress(ServiceError):
                await self._nodes.hint()
            await asyncio.sleep(HINT_REST)

    async def _listen(self) -> None:
        while True:
            with suppress(ServiceError):
                async with aclosing(self._nodes.hints()) as hints:
                    async for _ in hints:
                        self._heard.set()
            await asyncio.sleep(LISTEN_AGAIN)

    async def _follow_hints(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            begun = time.monotonic()
            await self._look()
            await asyncio.sleep(max(HEARD_REST, (time.monotonic() - begun) * LOOK_REST))
