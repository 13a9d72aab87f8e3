"""The verbs that change projects and triggers."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bellrope_server.clock import Clock
from bellrope_server.errors import (
    InvalidField,
    ProjectExists,
    ProjectNotFound,
    ServiceError,
    TriggerExists,
    TriggerNotFound,
)
from bellrope_server.model import OwnRetention, Project, Trigger, TriggerSpec
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventTypeRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, literal, p
from bellrope_server.store.settings.catalog import FIND_NAMED, FIND_TRIGGER, Catalog

P, T, Y = ProjectRow, TriggerRow, EventTypeRow
KEPT = {P._meta.fields[name]: p(name) for name in rows.retention_columns(OwnRetention())}
OURS = ("id", "project_id", "version", "create_time", "update_time", "delete_time", "swept")
SPEC = {field: p(field.name) for field in T._meta.sorted_fields if field.name not in OURS}
CREATE_PROJECT = compiled(P.insert({P.name: p("name"), P.create_time: p("now"), **KEPT}).returning(P.id))
RETAIN = compiled(P.update(KEPT).where(P.id == p("id")))
PAUSE_PROJECT = compiled(P.update({P.paused: p("paused")}).where(P.id == p("id")))
FIND_ALL = compiled(T.select(T.id).where(T.project_id == p("project_id"), T.delete_time.is_null()))
DELETE_PROJECT = (
    compiled(T.update({T.delete_time: p("now")}).where(T.project_id == p("id"), T.delete_time.is_null())),
    compiled(Y.delete().where(Y.project_id == p("id"))),
    compiled(P.update({P.delete_time: p("now")}).where(P.id == p("id"))),
)
CREATE_TRIGGER = compiled(
    T.insert(
        {
            T.project_id: p("project_id"),
            T.create_time: p("now"),
            T.update_time: p("now"),
            T.version: literal(1),
            T.swept: p("swept"),
            **SPEC,
        }
    )
)
UPDATE_TRIGGER = compiled(
    T.update({T.update_time: p("now"), T.version: p("version"), **SPEC}).where(T.id == p("id"))
)
DELETE_TRIGGER = compiled(T.update({T.delete_time: p("now")}).where(T.id == p("id")))

Edit = Callable[[TriggerSpec], TriggerSpec]
"""Returns the changed specification, or raises InvalidField if the change does not go with what stays."""
EditRetention = Callable[[OwnRetention], OwnRetention]


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """A change to one trigger: a function of the old one, and what to create if there is none."""

    project: str
    name: str
    edit: Edit | None = None
    create: TriggerSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedProject:
    """A project as it is now, and its triggers, whose pause has changed."""

    project: Project
    triggers: tuple[int, ...]


class Admin:
    """Creates, changes and deletes projects and triggers."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def create_project(
        self, session: Session, wanted: list[tuple[str, OwnRetention]]
    ) -> list[Project | ServiceError]:
        """Create empty projects; refuse names that are taken."""
        return [self._create_project(session, name, kept) for name, kept in wanted]

    def _create_project(self, session: Session, name: str, kept: OwnRetention) -> Project | ServiceError:
        if self._catalog.project(session, name):
            return ProjectExists()
        now = self._clock.wall()
        id = session.create(CREATE_PROJECT, {"name": name, "now": now, **rows.retention_columns(kept)})
        self._catalog.changed(session)
        return Project(id=id, name=name, create_time=now, retention=kept)

    def update_project(
        self, session: Session, edits: list[tuple[str, EditRetention]]
    ) -> list[Project | ServiceError]:
        """Change the retention of projects, each given as its name and the change."""
        return [self._update_project(session, name, edit) for name, edit in edits]

    def _update_project(self, session: Session, name: str, edit: EditRetention) -> Project | ServiceError:
        project = self._catalog.project(session, name)
        if project is None:
            return ProjectNotFound()
        project = replace(project, retention=edit(project.retention))
        session.run(RETAIN, {"id": project.id, **rows.retention_columns(project.retention)})
        self._catalog.changed(session)
        return project

    def pause_project(
        self, session: Session, pauses: list[tuple[str, bool]]
    ) -> list[PausedProject | ServiceError]:
        """Pause or resume projects, each given as its name and `paused`."""
        return [self._pause_project(session, name, paused=paused) for name, paused in pauses]

    def _pause_project(self, session: Session, name: str, *, paused: bool) -> PausedProject | ServiceError:
        project = self._catalog.project(session, name)
        if project is None:
            return ProjectNotFound()
        session.run(PAUSE_PROJECT, {"id": project.id, "paused": paused})
        self._catalog.changed(session)
        mine = session.all(FIND_ALL, {"project_id": project.id})
        return PausedProject(project=replace(project, paused=paused), triggers=tuple(id for (id,) in mine))

    def delete_project(self, session: Session, names: list[str]) -> list[ServiceError | None]:
        """Delete projects and their triggers. Their open deliveries are cancelled later."""
        return [self._delete_project(session, name) for name in names]

    def _delete_project(self, session: Session, name: str) -> ServiceError | None:
        project = self._catalog.project(session, name)
        if project is None:
            return ProjectNotFound()
        values = {"id": project.id, "now": self._clock.wall()}
        for each in DELETE_PROJECT:
            session.run(each, values)
        self._catalog.changed(session)
        return None

    def save_trigger(self, session: Session, saves: list[Save]) -> list[Trigger | ServiceError]:
        """Create or change triggers and return them as they are now."""
        return [self._save(session, save) for save in saves]

    def _save(self, session: Session, save: Save) -> Trigger | ServiceError:
        project = self._catalog.project(session, save.project)
        if project is None:
            return ProjectNotFound(field="project")
        before = self._find(session, project, save.name)
        if before and save.edit is None:
            return TriggerExists()
        if before and save.edit:
            return self._edit(session, before, save.edit)
        if save.create is None:
            return TriggerNotFound()
        return self._create(session, project, save.create)

    def _edit(self, session: Session, before: Trigger, edit: Edit) -> Trigger | ServiceError:
        try:
            after = edit(before.spec)
        except InvalidField as error:
            return error
        return self._change(session, before, after)

    def _create(self, session: Session, project: Project, spec: TriggerSpec) -> Trigger:
        values = {"project_id": project.id, "now": self._clock.wall(), "swept": False}
        session.run(CREATE_TRIGGER, rows.trigger_columns(spec) | values)
        created = self._find(session, project, spec.name)
        assert created
        self._catalog.changed(session, created)
        return created

    def _change(self, session: Session, before: Trigger, spec: TriggerSpec) -> Trigger:
        if spec == before.spec:
            return before
        values = {"id": before.id, "now": self._clock.wall(), "version": before.version + 1}
        session.run(UPDATE_TRIGGER, rows.trigger_columns(spec) | values)
        after = rows.trigger(session.rows(FIND_TRIGGER, values)[0])
        self._catalog.changed(session, before, after)
        return after

    def delete_trigger(self, session: Session, names: list[tuple[str, str]]) -> list[ServiceError | None]:
        """Delete triggers, each given as project and name. Their open deliveries are cancelled later."""
        return [self._delete_trigger(session, *pair) for pair in names]

    def _delete_trigger(self, session: Session, project_name: str, name: str) -> ServiceError | None:
        project = self._catalog.project(session, project_name)
        if project is None:
            return ProjectNotFound(field="project")
        trigger = self._find(session, project, name)
        if trigger is None:
            return TriggerNotFound()
        session.run(DELETE_TRIGGER, {"id": trigger.id, "now": self._clock.wall()})
        self._catalog.changed(session, trigger)
        return None

    @staticmethod
    def _find(session: Session, project: Project, name: str) -> Trigger | None:
        found = session.rows(FIND_NAMED, {"project_id": project.id, "name": name})
        return rows.trigger(found[0]) if found else None
