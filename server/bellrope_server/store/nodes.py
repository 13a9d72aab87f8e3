"""Which nodes are there: each writes a heartbeat at regular intervals, and reads those of the others."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError, StoreUnavailable
from bellrope_server.model import Micros
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.schema import NodeRow
from bellrope_server.store.engine.session import Database, Session
from bellrope_server.store.engine.sql import Statement, compiled, p
from bellrope_server.store.engine.turns import Turn

LIVES: Micros = 2_500_000  # how long a node counts after its last heartbeat
BURIED: Micros = 60_000_000

N = NodeRow
BEAT = compiled(
    N.insert({N.id: p("id"), N.seen_time: p("now"), N.name: p("name"), N.version: p("version")}).on_conflict(
        conflict_target=[N.id], update={N.seen_time: p("now")}
    )
)
LIVING = compiled(N.select(N.id, N.seen_time).where(N.seen_time > p("since")).order_by(N.id))
ALL_LIVING = compiled(N.select().where(N.seen_time > p("since")).order_by(N.name, N.id))
LEAVE = compiled(N.delete().where(N.id == p("id")))
BURY = compiled(N.delete().where(N.seen_time < p("before")))
HINT = Statement(sqlite="", postgres="NOTIFY bellrope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A process that has the database open. `name` is its host and process, for people."""

    id: str
    name: str = ""
    version: str = ""
    seen_time: Micros = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When each living node was last seen, and the current time, both by the database's clock."""

    nodes: dict[str, Micros]
    time: Micros


class Heartbeats:
    """Writes when each node was last seen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def beat(self, session: Session, nodes: list[Node]) -> list[Seen | ServiceError]:
        """Note that a node is there, and return the other nodes."""
        return [self._beat(session, node) for node in nodes]

    def _beat(self, session: Session, node: Node) -> Seen:
        now = self._clock.wall()
        session.run(BEAT, {"id": node.id, "now": now, "name": node.name, "version": node.version})
        session.run(BURY, {"before": now - BURIED})
        return Seen(nodes=dict(session.all(LIVING, {"since": now - LIVES})), time=now)

    def leave(self, session: Session, nodes: list[str]) -> list[ServiceError | None]:
        """Note that a node has left."""
        session.many(LEAVE, ({"id": node} for node in nodes))
        return [None for _ in nodes]


class NodeList:
    """The nodes that have the database open, and the hints that they send each other."""

    def __init__(self, database: Database, readers: Readers, commit: SharedCommit, clock: Clock) -> None:
        heartbeats = Heartbeats(clock)
        self._database = database
        self._readers = readers
        self._commit = commit
        self._clock = clock
        self._do_beat = Verb(turn=Turn.BEAT, run=heartbeats.beat)
        self._do_leave = Verb(turn=Turn.LEAVE, run=heartbeats.leave)

    async def beat(self, node: Node) -> Seen:
        """Note that this node is there, and return the others."""
        return await self._commit.submit(self._do_beat, node)

    async def living(self) -> list[Node]:
        """Return the nodes that are there; none where no other node can be."""
        return await self._readers.read(living, self._clock.wall() - LIVES)

    async def leave(self, node: str) -> None:
        """Note that this node has left."""
        await self._commit.submit(self._do_leave, node)

    async def hint(self) -> None:
        """Send the other nodes a hint that there may be work for them."""
        await self._readers.read(hint)

    async def hints(self) -> AsyncGenerator[None, None]:
        """Yield None for each hint of any node, this one's included; raise StoreUnavailable at the end."""
        try:
            async with aclosing(self._database.hints()) as hints:
                async for _ in hints:
                    yield None
        except self._database.errors:
            raise StoreUnavailable from None


def living(session: Session, since: Micros) -> list[Node]:
    """Return the nodes that were seen after this time, in the order of their names."""
    return [Node(**row) for row in session.rows(ALL_LIVING, {"since": since})]


def hint(session: Session) -> None:
    """Send all nodes a hint that there may be work for them."""
    session.run(HINT, {})
