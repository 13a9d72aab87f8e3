"""The projects and triggers as the writing thread sees them: read once, dropped when they change."""

from collections.abc import Collection
from typing import Any, TypeVar

from msgspec import Struct
from peewee import SQL

from bellrope_server.model import Project, Trigger
from bellrope_server.rules.type_patterns import is_pattern, takers
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import ProjectRow, SettingsRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import Statement, by_shape, compiled, one_of, p, texts

K = TypeVar("K")
V = TypeVar("V")

MOST_ENTRIES = 20_000
MOST_LISTED = 200_000  # triggers, each as often as there are types of events that it takes
CHANGED = compiled(SettingsRow.update({SettingsRow.version: SettingsRow.version + SQL("1")}))


def triggers() -> Any:
    """Return the query for all triggers that are not deleted, each with its project's name and pause."""
    return (
        TriggerRow.select(
            TriggerRow, ProjectRow.name.alias("project"), ProjectRow.paused.alias("project_paused")
        )
        .join(ProjectRow, on=(ProjectRow.id == TriggerRow.project_id))
        .where(TriggerRow.delete_time.is_null())
    )


P, T = ProjectRow, TriggerRow
FIND_PROJECT = compiled(P.select().where(P.name == p("name"), P.delete_time.is_null()))
FIND_TRIGGER = compiled(triggers().where(T.id == p("id")))
FIND_NAMED = compiled(triggers().where(T.project_id == p("project_id"), T.name == p("name")))


@by_shape
def _find_projects(names: int) -> Statement:
    return compiled(P.select(P.name, P.id).where(one_of(P.name, "name", names), P.delete_time.is_null()))


@by_shape
def _find_matching(types: int) -> Statement:
    return compiled(
        triggers().where(T.project_id == p("project_id"), one_of(T.type, "type", types)).order_by(T.name)
    )


class Listeners(Struct, frozen=True):
    """A project's triggers for one type of event, in name order; `choosy` if one has options or a filter."""

    triggers: tuple[Trigger, ...]
    choosy: bool


class Catalog:
    """A cache of the database's answers. `forget` everything after a change or a rollback.

    It belongs to one thread. What it read inside a transaction that is rolled back must be forgotten.
    """

    def __init__(self) -> None:
        self._projects: dict[str, Project | None] = {}
        self._matching: dict[tuple[int, str], Listeners] = {}
        self._listed = 0
        self._triggers: dict[int, Trigger | None] = {}
        self._version = 0

    def begin(self, session: Session) -> bool:
        """Forget everything if another node changed something, and return whether one did."""
        if session.settings_version == self._version:
            return False
        self._version = session.settings_version
        self.forget()
        return True

    def changed(self, session: Session, *triggers: Trigger) -> None:
        """Record for all nodes that these triggers changed. Without arguments, more than triggers changed."""
        session.run(CHANGED, {})
        if not triggers:
            self.forget()
        for trigger in triggers:
            self._forget_trigger(trigger)

    def forget(self) -> None:
        """Read everything again when it is next needed."""
        self._projects.clear()
        self._matching.clear()
        self._listed = 0
        self._triggers.clear()

    def _forget_trigger(self, trigger: Trigger) -> None:
        """Read this trigger, and what matches its type, again."""
        self._triggers.pop(trigger.id, None)
        self._matching.pop((trigger.project_id, trigger.spec.type), None)
        if is_pattern(trigger.spec.type):
            mine = [key for key in self._matching if key[0] == trigger.project_id]
            for key in mine:
                del self._matching[key]

    def project(self, session: Session, name: str) -> Project | None:
        """Return the project with that name."""
        if name not in self._projects:
            found = [rows.project(row) for row in session.rows(FIND_PROJECT, {"name": name})]
            self._remember(self._projects, name, found[0] if found else None)
        return self._projects[name]

    @staticmethod
    def project_ids(session: Session, names: Collection[str]) -> dict[str, int]:
        """Return the row of the project with each of these names as it is now; 0 if there is none."""
        if not names:
            return {}
        count, values = texts("name", sorted(names))
        return dict.fromkeys(names, 0) | dict(session.all(_find_projects(count), values))

    def matching(self, session: Session, project: Project, event_type: str) -> Listeners:
        """Return the project's triggers for that type of event, including paused ones."""
        key = (project.id, event_type)
        if known := self._matching.get(key):
            return known
        count, types = texts("type", takers(event_type))
        found_rows = session.rows(_find_matching(count), types | {"project_id": project.id})
        read = [rows.trigger(row) for row in found_rows]
        found = [self._shared(trigger) for trigger in read]
        choosy = any(trigger.spec.options or trigger.spec.filter for trigger in found)
        listeners = Listeners(tuple(found), choosy)
        if (listed := self._listed + len(found)) > MOST_LISTED:
            self._matching.clear()
            listed = len(found)
        self._listed = listed
        self._remember(self._matching, key, listeners)
        return listeners

    def _shared(self, trigger: Trigger) -> Trigger:
        """Return this trigger as it is kept already: one with a pattern matches many types."""
        if (known := self._triggers.get(trigger.id)) is None:
            self._remember(self._triggers, trigger.id, trigger)
        return known or trigger

    def trigger(self, session: Session, trigger_id: int) -> Trigger | None:
        """Return the trigger, or None if it was deleted."""
        if trigger_id not in self._triggers:
            found = [rows.trigger(row) for row in session.rows(FIND_TRIGGER, {"id": trigger_id})]
            self._remember(self._triggers, trigger_id, found[0] if found else None)
        return self._triggers[trigger_id]

    @staticmethod
    def named(session: Session, project: Project, name: str) -> Trigger | None:
        """Return the project's trigger with that name, as it is now."""
        values = {"project_id": project.id, "name": name}
        found = [rows.trigger(row) for row in session.rows(FIND_NAMED, values)]
        return found[0] if found else None

    @staticmethod
    def _remember(entries: dict[K, V], key: K, value: V) -> None:
        """Keep the value. A full cache is emptied first, so that endless new names do not fill the memory."""
        if len(entries) >= MOST_ENTRIES:
            entries.clear()
        entries[key] = value
