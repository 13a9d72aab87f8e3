"""The listeners, and the facts that each has not taken yet."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct, field

from bellrope_server.attempt import Attempt
from bellrope_server.errors import ProjectNotFound
from bellrope_server.model import Delivery, Micros, State

Changed: TypeAlias = tuple[Delivery, str]
"""A delivery in its new state, without attempts, and its event's type."""

T = TypeVar("T")

MOST_KEPT = 1_000  # facts that wait for one listener


class FactKind(IntEnum):
    """What happened. The numbers are those of the proto."""

    EVENT_ACCEPTED = 1
    ATTEMPT_RECORDED = 2
    DELIVERY_CHANGED = 3


class Fact(Struct, frozen=True, kw_only=True):
    """Something that happened and is on disk. Fields that a kind of fact does not have are empty."""

    kind: FactKind
    time: Micros
    project: str
    type: str
    event_id: str
    trigger: str = ""
    delivery_id: str = ""
    state: State | None = None
    due_time: Micros | None = None
    delivery_count: int = 0
    attempt: Attempt | None = None
    """In brief: many facts may wait for many listeners."""
    _made: dict[Callable[["Fact"], Any], Any] = field(default_factory=dict)

    def once(self, make: Callable[["Fact"], T]) -> T:
        """Return `make(fact)`; each `make` is called once, however many listeners ask."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which facts a listener wants. An empty field means any; the project is always given."""

    project: str
    trigger: str = ""
    type: str = ""
    state: State | None = None

    def fits(self, fact: Fact) -> bool:
        """Return whether the fact is one of them."""
        return (
            fact.project == self.project
            and self.trigger in ("", fact.trigger)
            and self.type in ("", fact.type)
            and self.state in (None, fact.state)
        )


class Listener:
    """A listener. If it takes facts too slowly, it loses the oldest ones and learns how many."""

    def __init__(self, wanted: Wanted, *, most: int = MOST_KEPT) -> None:
        """Keep at most `most` facts."""
        self.wanted = wanted
        self._facts: deque[Fact] = deque(maxlen=most)
        self._dropped = 0
        self._ended = False
        self._project_id: int | None = None
        self._id_now: int | None = None
        self._news = asyncio.Event()

    def belongs_to(self, project_id: int) -> None:
        """Say which project this is, by its row: another one may get its name."""
        self._project_id = project_id
        self._compare()

    def named_now(self, project_id: int) -> None:
        """Say which project has the name now, by its row; 0 if there is none."""
        self._id_now = project_id
        self._compare()

    def _compare(self) -> None:
        if None not in (self._project_id, self._id_now) and self._project_id != self._id_now:
            self.end()

    def hear(self, fact: Fact) -> None:
        """Keep a fact if it is wanted."""
        if self.wanted.fits(fact) and not self._ended:
            self._dropped += len(self._facts) == self._facts.maxlen
            self._facts.append(fact)
            self._news.set()

    def end(self) -> None:
        """Say that the project was deleted: what is kept is the last."""
        self._ended = True
        self._news.set()

    async def take(self) -> tuple[Fact, int]:
        """Wait for a fact and return it, with the number of facts that were lost just before it.

        Raises ProjectNotFound after the last fact of a project that was deleted. Only one is taken
        at a time, so slow listeners that want the same facts keep the same ones.
        """
        while not self._facts:
            if self._ended:
                raise ProjectNotFound(field="project")
            self._news.clear()
            await self._news.wait()
        dropped, self._dropped = self._dropped, 0
        return self._facts.popleft(), dropped


class Tail:
    """Passes facts to the listeners. It belongs to the event loop."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self.heard = False
        """True if anyone listens. Otherwise no fact needs to be created."""
        self.projects: frozenset[str] = frozenset()
        """The names of the projects that anyone listens to. Any thread may read it."""

    def tell(self, fact: Fact) -> None:
        """Pass the fact to every listener that wants it."""
        for listener in self._listeners:
            listener.hear(fact)

    def project_deleted(self, project: str) -> None:
        """End the listeners of a project: another project may get its name."""
        for listener in self._listeners:
            if listener.wanted.project == project:
                listener.end()

    def projects_now(self, found: Mapping[str, int]) -> None:
        """End the listeners of projects that another node has deleted.

        `found` has the row of the project with each name in `projects`; 0 if there is none.
        """
        for listener in self._listeners:
            if (project_id := found.get(listener.wanted.project)) is not None:
                listener.named_now(project_id)

    @contextmanager
    def listening(self, wanted: Wanted, *, most: int = MOST_KEPT) -> Iterator[Listener]:
        """Yield a listener that gets the facts from now on."""
        listener = Listener(wanted, most=most)
        self._listeners.add(listener)
        self._count()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._count()

    def _count(self) -> None:
        self.heard = bool(self._listeners)
        self.projects = frozenset(listener.wanted.project for listener in self._listeners)
