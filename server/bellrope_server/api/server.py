"""The service Server."""

import asyncio
from dataclasses import asdict
from importlib.metadata import version

from bellrope.v1 import projects_pb2
from bellrope.v1 import server_pb2 as pb

from bellrope_server.admission.call import Call
from bellrope_server.convert.times import LONGEST, to_duration, to_timestamp
from bellrope_server.model import Retention
from bellrope_server.store.nodes import Node
from bellrope_server.upkeep.checks import Check
from bellrope_server.upkeep.status import ServerStatus, StatusReader, Use

KEPT = 2.0  # seconds

FOREVER = LONGEST * 1_000_000


class Server:
    """Says how the server is. Callers within two seconds share a look."""

    def __init__(self, reader: StatusReader) -> None:
        self._reader = reader
        self._status: asyncio.Task[pb.Status] | None = None
        self._until = 0.0

    async def GetStatus(self, request: pb.GetStatusRequest, call: Call) -> pb.Status:
        """Return how the server is."""
        now = asyncio.get_running_loop().time()
        if self._status is None or (self._status.done() and now >= self._until):
            self._status = asyncio.create_task(self._read())
        return await asyncio.shield(self._status)

    async def _read(self) -> pb.Status:
        try:
            return to_proto(await self._reader.read())
        finally:
            self._until = asyncio.get_running_loop().time() + KEPT


def to_proto(status: ServerStatus) -> pb.Status:
    """Return a status as a message."""
    return pb.Status(
        version=version("bellrope-server"),
        start_time=to_timestamp(status.start_time),
        status_time=to_timestamp(status.time),
        ready=not status.unready,
        unready_reasons=status.unready,
        database=_database(status),
        nodes=[
            _node(status.node, seen=status.time, this_node=True),
            *(_node(each, seen=each.seen_time) for each in status.others),
        ],
        attempts=_use(status.attempts),
        waiting_writes=_use(status.writes),
        request_bytes=_use(status.requests),
        answer_bytes=_use(status.answers),
        calls=_use(status.calls),
        retention=_retention(status.retention),
        refused_calls=[
            pb.Status.RefusedCalls(reason=reason, count=count) for reason, count in status.refused
        ],
        longest_pause=to_duration(status.longest_pause),
        checks=[_check(each) for each in status.checks],
    )


def _database(status: ServerStatus) -> pb.Status.Database:
    return pb.Status.Database(
        kind=pb.Status.Database.SQLITE if status.embedded else pb.Status.Database.POSTGRESQL,
        size_bytes=status.about.size if status.about else 0,
        schema_version=status.about.schema_version if status.about else "",
        disk_free_bytes=status.disk_free,
        disk_reserved_bytes=status.disk_reserved,
        wal_bytes=status.wal,
    )


def _node(node: Node, *, seen: int, this_node: bool = False) -> pb.Status.Node:
    return pb.Status.Node(
        name=node.name, version=node.version, seen_time=to_timestamp(seen), this_node=this_node
    )


def _use(use: Use) -> pb.Status.Use:
    return pb.Status.Use(used=use.used, limit=use.limit)


def _retention(retention: Retention) -> projects_pb2.Retention:
    lengths = asdict(retention).items()
    return projects_pb2.Retention(
        **{kind: to_duration(FOREVER if each is None else each) for kind, each in lengths}
    )


def _check(check: Check) -> pb.Status.Check:
    return pb.Status.Check(
        name=check.name, level=check.level.name, sentence=check.sentence, what_to_do=check.to_do
    )
