"""How the nodes know of each other: a heartbeat for the caps, and hints that save waiting."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from importlib.metadata import version
from math import inf
from socket import gethostname

from bellrope_server.errors import ServiceError
from bellrope_server.ids import uuid7
from bellrope_server.process.service import Service
from bellrope_server.scheduler.shares import Shares
from bellrope_server.store.nodes import Node, NodeList

BEAT = 0.5  # seconds
HINT_REST = 0.02  # seconds: PostgreSQL commits one NOTIFY at a time
HEARD_REST = 0.1  # seconds between two looks that hints cause
LOOK_REST = 10  # times as long as the look took, if that is longer
LISTEN_AGAIN = 1.0  # seconds
PERIOD = 1.0  # seconds within which the database usually answers
FOLLOW_PERIOD = 60.0  # seconds: a look, and the rest after it


class Nodes:
    """Announces this node to the others and listens to them. Does nothing where no other node can be.

    A lost hint costs only time: the nodes find everything without hints within some seconds.
    """

    def __init__(self, nodes: NodeList, node: Node, shares: Shares | None) -> None:
        """`node` is this node. Without `shares` there are no other nodes."""
        self._nodes = nodes
        self._node = node
        self._shares = shares
        self._joined = False
        self._said = Service("hints-said", self._say, period=PERIOD, first_after=inf)
        self._heard = Service("hints-followed", self._follow, period=FOLLOW_PERIOD, first_after=inf)
        heartbeat = Service("heartbeat", self._keep_beating, period=PERIOD, first_after=BEAT)
        listening = Service("hints-heard", self._listen, period=inf)
        self.services = (heartbeat, self._said, listening, self._heard) if shares else ()

    async def start(self, *, changed: Callable[[], None], look: Callable[[], Awaitable[None]]) -> None:
        """Join the others. `changed` is called when the shares change, `look` when a hint comes."""
        self._changed, self._look = changed, look
        if self._shares is None:
            return
        self._joined = True
        for _ in range(2):  # a node that is alone has all shares at once
            await self._beat()
        for service in self.services:
            service.start()

    async def stop(self) -> None:
        """Leave, so that the others can take this node's shares."""
        await asyncio.gather(*(service.stop(grace=0) for service in self.services))
        if self._joined:
            with suppress(ServiceError):
                await self._nodes.leave(self._node.id)

    def hint(self) -> None:
        """Send the other nodes a hint soon that there may be work for them."""
        self._said.wake()

    async def _beat(self) -> None:
        with suppress(ServiceError):  # then this node soon has no share
            if self._shares and self._shares.seen(await self._nodes.beat(self._node)):
                self._changed()

    async def _keep_beating(self) -> float:
        await self._beat()
        return BEAT

    async def _say(self) -> float:
        with suppress(ServiceError):
            await self._nodes.hint()
        await asyncio.sleep(HINT_REST)
        return inf

    async def _listen(self) -> float:
        with suppress(ServiceError):
            async with aclosing(self._nodes.hints()) as hints:
                async for _ in hints:
                    self._heard.wake()
        return LISTEN_AGAIN

    async def _follow(self) -> float:
        begun = time.monotonic()
        await self._look()
        await asyncio.sleep(max(HEARD_REST, (time.monotonic() - begun) * LOOK_REST))
        return inf


def this_node() -> Node:
    """Return this process as a node, with a new id."""
    return Node(id=uuid7(), name=f"{gethostname()}/{os.getpid()}", version=version("bellrope-server"))
