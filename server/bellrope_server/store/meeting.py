"""How the nodes that share a database know of each other."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from bellrope_server.clock import Clock
from bellrope_server.errors import StoreUnavailable
from bellrope_server.store.administering import Administering
from bellrope_server.store.engine.commit import Verb
from bellrope_server.store.engine.session import Database
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.nodes import Nodes, Seen, hint


class Meeting(Administering):
    """Says that this node is there, and gives and hears hints."""

    def __init__(self, database: Database, *, handover: HandOver, quota: Quota, clock: Clock) -> None:
        super().__init__(database, handover=handover, quota=quota, clock=clock)
        nodes = Nodes(clock)
        self._do_beat = Verb(turn=Turn.BEAT, run=nodes.beat)
        self._do_leave = Verb(turn=Turn.LEAVE, run=nodes.leave)

    @property
    def shared(self) -> bool:
        """True if other nodes may use the same database."""
        return self._database.shared

    async def beat(self, node: str) -> Seen:
        """Say that this node is there, and return which others are."""
        return await self._commit.submit(self._do_beat, node)

    async def leave(self, node: str) -> None:
        """Say that this node is there no more."""
        await self._commit.submit(self._do_leave, node)

    async def hint(self) -> None:
        """Tell the other nodes that there may be something for them."""
        await self._read(hint)

    async def hints(self) -> AsyncGenerator[None, None]:
        """Give a None for each such word of any node, this one's too; raise StoreUnavailable in the end."""
        try:
            async with aclosing(self._database.hints()) as hints:
                async for _ in hints:
                    yield None
        except self._database.errors:
            raise StoreUnavailable from None
