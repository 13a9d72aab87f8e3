"""The verbs that change event types, and the schemas as other threads see them."""

from dataclasses import dataclass
from typing import Any

from peewee import SQL

from bellrope_server.clock import Clock
from bellrope_server.errors import EventTypeNotFound, OverQuota, ProjectNotFound, ServiceError
from bellrope_server.model import EventType
from bellrope_server.rules.event_schemas import EventSchema
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventTypeRow, ProjectRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.settings.catalog import Catalog

MOST_TYPES = 1_000  # per project: all of them are in memory


def event_types() -> Any:
    """Return the query for all event types, each with its project's name."""
    return (
        EventTypeRow.select(EventTypeRow, ProjectRow.name.alias("project"))
        .join(ProjectRow, on=(ProjectRow.id == EventTypeRow.project_id))
        .where(ProjectRow.delete_time.is_null())
    )


Y = EventTypeRow
MINE = Y.project_id == p("project_id")
FIND_TYPE = compiled(event_types().where(MINE, Y.type == p("type")))
COUNT = compiled(Y.select(SQL("count(*)")).where(MINE))
UPDATE = compiled(
    Y.update({Y.schema: p("schema"), Y.json_schema: p("json_schema"), Y.update_time: p("now")}).where(
        MINE, Y.type == p("type")
    )
)
CREATE = compiled(
    Y.insert(
        {
            Y.project_id: p("project_id"),
            Y.type: p("type"),
            Y.schema: p("schema"),
            Y.json_schema: p("json_schema"),
            Y.create_time: p("now"),
            Y.update_time: p("now"),
        }
    )
)
DELETE = compiled(Y.delete().where(MINE, Y.type == p("type")))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveType:
    """An event type to save. `create` is true if it may be new."""

    project: str
    type: str
    schema: str
    json_schema: str
    create: bool


class EventTypes:
    """Saves and deletes event types."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def save(self, session: Session, saves: list[SaveType]) -> list[EventType | ServiceError]:
        """Create or replace event types and return them as they are now."""
        return [self._save(session, save) for save in saves]

    def _save(self, session: Session, save: SaveType) -> EventType | ServiceError:
        project = self._catalog.project(session, save.project)
        if project is None:
            return ProjectNotFound(field="project")
        values = {"project_id": project.id, "type": save.type, "now": self._clock.wall()}
        columns = {"schema": save.schema, "json_schema": save.json_schema}
        if not session.run(UPDATE, values | columns):
            if not save.create:
                return EventTypeNotFound()
            ((count,),) = session.all(COUNT, values)
            if count >= MOST_TYPES:
                return OverQuota(f"The project already has {MOST_TYPES} event types. Delete one first.")
            session.run(CREATE, values | columns)
        self._catalog.changed(session)
        return rows.event_type(session.rows(FIND_TYPE, values)[0])

    def delete(self, session: Session, wanted: list[tuple[str, str]]) -> list[ServiceError | None]:
        """Delete event types, each given as project and type. Their events are then not checked."""
        return [self._delete(session, *pair) for pair in wanted]

    def _delete(self, session: Session, project_name: str, type: str) -> ServiceError | None:
        project = self._catalog.project(session, project_name)
        if project is None:
            return ProjectNotFound(field="project")
        if not session.run(DELETE, {"project_id": project.id, "type": type}):
            return EventTypeNotFound()
        self._catalog.changed(session)
        return None


class Schemas:
    """The schema of each event type, for the event loop: replaced once its commit is on disk.

    Events are checked before the commit, because large data takes long. So an event that arrives while its
    schema is saved may still be checked with the old one.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], EventSchema] = {}
        self.changes = 0
        """How often something here was changed. An older reading may be outdated."""

    def fill(self, found: list[EventType], *, changes: int) -> bool:
        """Replace all schemas unless `changes` is out of date; return whether they were replaced."""
        if changes != self.changes:
            return False
        self._known = {}
        for each in found:
            self.saved(each)
        self.changes += 1
        return True

    def saved(self, event_type: EventType) -> None:
        """Use this schema from now on. It is compiled when it is first needed."""
        self._known[event_type.project, event_type.type] = EventSchema(event_type.json_schema)
        self.changes += 1

    def deleted(self, project: str, type: str) -> None:
        """Forget this schema."""
        self._known.pop((project, type), None)
        self.changes += 1

    def project_deleted(self, project: str) -> None:
        """Forget all schemas of a project."""
        for key in [key for key in self._known if key[0] == project]:
            del self._known[key]
        self.changes += 1

    def of(self, project: str, type: str) -> EventSchema | None:
        """Return the schema for events of this type, if there is one. Any thread may ask."""
        return self._known.get((project, type))
