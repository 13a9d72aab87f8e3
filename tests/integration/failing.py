"""`bellrope` with one service that raises when a test wants it to.

Run as `python failing.py serve ...` with a file in FAULT: until the file names a point, this is the real
server. The word after the name says whether the point raises `once` or `always`. With UNWATCHED=1 nothing
restarts a failed service: this is the control.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bellrope_server.__main__ import main
from bellrope_server.clock import SECOND
from bellrope_server.gateway.server import Gateway
from bellrope_server.gateway.wire.protocol import WireProtocol
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.process import service
from bellrope_server.process.service import Service
from bellrope_server.process.watch import Watch
from bellrope_server.rules import lifecycle
from bellrope_server.scheduler.attempts import Attempts
from bellrope_server.scheduler.scheduler import Scheduler
from bellrope_server.store.actions.bulk_actions import BulkActions
from bellrope_server.store.engine.crowd import Crowd
from bellrope_server.store.engine.room import Room
from bellrope_server.store.handover import HandOver
from bellrope_server.store.leases.leases import Leases
from bellrope_server.store.log.log import Log
from bellrope_server.store.nodes import NodeList
from bellrope_server.store.settings.others import OthersChanges
from bellrope_server.store.statistics.statistics import Statistics
from bellrope_server.telemetry import facts
from bellrope_server.upkeep.disk import DiskSpace
from bellrope_server.upkeep.nodes import Nodes
from bellrope_server.upkeep.place import Place
from bellrope_server.upkeep.readiness import Readiness
from bellrope_server.upkeep.retention import Remover

SHORT_MARGIN = SECOND  # of a lease, beyond the trigger's timeout, so that lost leases come back soon
SHOWN = 1.0  # seconds from the first failure to the restart, so that a test can see the server unready

Inject = Callable[[str], None]


class InjectedFault(Exception):
    """An unexpected exception."""


def strike(point: str) -> None:
    """Raise if the test named this point."""
    if how := named(point):
        if how == "once":
            Path(os.environ["FAULT"]).unlink()
        facts.say("fault.struck", point=point)
        raise InjectedFault(point)


def named(point: str) -> str:
    """Return how often this point must fail, `once` or `always`, if the test named it."""
    with suppress(FileNotFoundError):
        name, _, how = Path(os.environ["FAULT"]).read_text().partition(" ")
        return how if name == point else ""
    return ""


def before(owner: type, name: str) -> Inject:
    """Make a method, or a coroutine method, raise before it does anything."""

    def inject(point: str) -> None:
        real = getattr(owner, name)

        def method(*arguments: Any, **named: Any) -> Any:
            strike(point)
            return real(*arguments, **named)

        setattr(owner, name, method)

    return inject


def in_hints(point: str) -> None:
    """Make the stream of hints raise at the next hint."""
    real = NodeList.hints

    async def hints(nodes: NodeList) -> AsyncGenerator[None, None]:
        async for _ in real(nodes):
            strike(point)
            yield None

    NodeList.hints = hints  # type: ignore[method-assign]


POINTS: dict[str, Inject] = {
    "scheduler": before(Leases, "claim"),
    "hand-over": before(HandOver, "receive"),
    "keep-order": before(Leases, "rescue"),
    "suspects": before(Leases, "claim_suspect"),
    "bulk-actions": before(BulkActions, "running"),
    "bulk-steps": before(BulkActions, "step"),
    "retention": before(Log, "remove"),
    "parked": before(Log, "parked_at_least"),
    "statistics": before(Statistics, "fold"),
    "samples": before(Log, "open_deliveries"),
    "disk": before(DiskSpace, "_judge"),
    "place": before(Place, "_judge"),
    "health": before(Watch, "look"),
    "store-probe": before(Readiness, "_probe"),
    "room": before(Room, "look"),
    "schemas": before(OthersChanges, "_read_schemas"),
    "connections": before(WireProtocol, "look"),
    "heartbeat": before(NodeList, "beat"),
    "hints-said": before(NodeList, "hint"),
    "hints-heard": in_hints,
    "hints-followed": before(Scheduler, "look_again"),
    "shared-commit": before(Crowd, "gather"),
    "delivery": before(Webhook, "send"),
    "delivery/record": before(Attempts, "_record"),
}
"""Where it can fail, by the name of the service, with a part of it after a slash."""


STOPS: dict[str, Inject] = {
    "stop/gateway": before(Gateway, "stop"),
    "stop/scheduler": before(Scheduler, "stop"),
    "stop/retention": before(Remover, "stop"),
    "stop/nodes": before(Nodes, "stop"),
    "stop/webhook": before(Webhook, "close"),
}
"""What can fail while the server stops."""


def hanging(owner: type, name: str) -> Inject:
    """Make a turn hang for as long as the test names its point."""

    def inject(point: str) -> None:
        real = getattr(owner, name)

        async def method(*arguments: Any) -> Any:
            while named(point):  # noqa: ASYNC110  # another process says it
                await asyncio.sleep(0.05)
            return await real(*arguments)

        setattr(owner, name, method)

    return inject


def blocking(owner: type, name: str) -> Inject:
    """Make a turn block the whole event loop for as long as the test names its point."""

    def inject(point: str) -> None:
        real = getattr(owner, name)

        def spin(*arguments: Any) -> Any:
            while named(point):
                time.sleep(0.05)
            return real(*arguments)

        setattr(owner, name, spin)

    return inject


HANGS: dict[str, Inject] = {
    "hang/disk": hanging(DiskSpace, "_turn"),
    "block/room": blocking(Room, "look"),
}
"""What can hang, alone or with everything."""


async def unwatched(self: Service) -> None:
    """Take turns until one raises."""
    await self._rest(self._first_after)
    with suppress(InjectedFault):
        await self._take_turns()


if __name__ == "__main__":
    for each, inject in (POINTS | STOPS | HANGS).items():
        inject(each)
    lifecycle.LEASE_MARGIN = SHORT_MARGIN
    if "SHOWN" in os.environ:
        service.FIRST_BACKOFF = SHOWN
    if "UNWATCHED" in os.environ:
        Service._live = unwatched  # type: ignore[method-assign]
    main()
