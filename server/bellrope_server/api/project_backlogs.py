"""The backlogs of a project's triggers, worst first: read once for all callers, and not too often."""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.clock import Clock
from bellrope_server.convert.deliveries import backlog_to_proto
from bellrope_server.model import Micros, Trigger
from bellrope_server.store.log.backlog import AT_ONCE, MOST_COUNTED_EACH, Backlog
from bellrope_server.store.log.log import Log
from bellrope_server.store.walks.pages import Listed, Page, Place, listed, shortened

MOST_TRIGGERS = 10_000  # of one project, that are read
MOST_PROJECTS = 8  # whose readings are kept
KEPT: Micros = 1_000_000  # for how long a reading is used
REST = 10  # times as long as the reading took, if that is longer
LAST = 2**63 - 1  # after every due time

Ranked: TypeAlias = tuple[Place, pb.Backlog]
"""A backlog, and its place in the list."""


@dataclass(slots=True)
class _Reading:
    """The last reading of one project. `version` is that of all settings; times are of the steady clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ranked: list[Ranked] = field(default_factory=list)
    version: int = -1
    earliest: Micros = 0
    latest: Micros = 0

    def serves(self, version: int, now: Micros) -> bool:
        """Return whether it is recent enough: after a change of a trigger or project, it is not for long."""
        return now < (self.latest if version == self.version else self.earliest)

    def take(self, ranked: list[Ranked], version: int, *, begun: Micros, ended: Micros) -> None:
        """Take what was read."""
        took = ended - begun
        self.ranked, self.version = ranked, version
        self.earliest, self.latest = ended + took, ended + max(KEPT, REST * took)


class ProjectBacklogs:
    """Lists backlogs. However many ask, a project is read by one at a time, and the others wait for it."""

    def __init__(self, log: Log, *, clock: Clock, free_slots: Callable[[Trigger], int]) -> None:
        """`free_slots` returns how many more attempts a trigger may start now."""
        self._log = log
        self._clock = clock
        self._free_slots = free_slots
        self._readings: OrderedDict[str, _Reading] = OrderedDict()

    async def page(self, project: str, wanted: Page) -> Listed[pb.Backlog]:
        """Return a page of the project's backlogs, worst first; raise ProjectNotFound."""
        ranked = await self._ranked(project)
        first = 0 if wanted.before is None else bisect_right(ranked, wanted.before, key=lambda each: each[0])
        some = ranked[first : first + wanted.size]
        more = first + wanted.size < len(ranked)
        found = listed(some, some[-1][0] if more else None)
        return shortened(found, size=lambda each: each[1].ByteSize(), place=lambda each: each[0]).of(
            lambda each: each[1]
        )

    async def _ranked(self, project: str) -> list[Ranked]:
        reading = self._reading(project)
        async with reading.lock:
            version, begun = await self._log.settings_version(), self._clock.steady()
            if not reading.serves(version, begun):
                ranked = await self._read(project)
                reading.take(ranked, version, begun=begun, ended=self._clock.steady())
            return reading.ranked

    def _reading(self, project: str) -> _Reading:
        """Return the project's reading, and forget the one that was asked for the longest time ago."""
        reading = self._readings.setdefault(project, _Reading())
        self._readings.move_to_end(project)
        if len(self._readings) > MOST_PROJECTS:
            self._readings.popitem(last=False)
        return reading

    async def _read(self, project: str) -> list[Ranked]:
        """Read a few triggers at a time, so that other readers get their turns."""
        found: list[Ranked] = []
        after, now = 0, self._clock.wall()
        while len(found) < MOST_TRIGGERS:
            some = await self._log.next_backlogs(project, after, now=now)
            found += [self._rank(each) for each in some]
            if len(some) < AT_ONCE:
                break
            after = some[-1].trigger.id
        return sorted(found, key=lambda each: each[0])

    def _rank(self, backlog: Backlog) -> Ranked:
        """Return a backlog with its place: the oldest due time, then the most dead letters, then the name."""
        due = backlog.due_time if backlog.due and backlog.due_time is not None else LAST
        place = (due, MOST_COUNTED_EACH - backlog.dead_lettered, backlog.trigger.spec.name)
        return place, backlog_to_proto(backlog, free_slots=self._free_slots(backlog.trigger))
