"""The verbs that change projects and triggers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

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
from bellrope_server.store.settings.catalog import Catalog, triggers

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
        id = session.query(ProjectRow.insert(name=name, create_time=now, **rows.kept(kept)))
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
        session.query(ProjectRow.update(**rows.kept(project.retention)).where(ProjectRow.id == project.id))
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
        session.query(ProjectRow.update(paused=paused).where(ProjectRow.id == project.id))
        self._catalog.changed(session)
        mine = session.query(triggers().where(TriggerRow.project_id == project.id))
        return PausedProject(
            project=replace(project, paused=paused), triggers=tuple(row["id"] for row in mine)
        )

    def delete_project(self, session: Session, names: list[str]) -> list[ServiceError | None]:
        """Delete projects and their triggers. Their open deliveries are cancelled later."""
        return [self._delete_project(session, name) for name in names]

    def _delete_project(self, session: Session, name: str) -> ServiceError | None:
        project = self._catalog.project(session, name)
        if project is None:
            return ProjectNotFound()
        now = self._clock.wall()
        session.query(
            TriggerRow.update(delete_time=now).where(
                TriggerRow.project_id == project.id, TriggerRow.delete_time.is_null()
            )
        )
        session.query(EventTypeRow.delete().where(EventTypeRow.project_id == project.id))
        session.query(ProjectRow.update(delete_time=now).where(ProjectRow.id == project.id))
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
        now = self._clock.wall()
        columns: dict[str, Any] = rows.trigger_columns(spec)
        columns |= {"create_time": now, "update_time": now, "version": 1, "swept": False}
        session.query(TriggerRow.insert(project_id=project.id, **columns))
        created = self._find(session, project, spec.name)
        assert created
        self._catalog.changed(session, created)
        return created

    def _change(self, session: Session, before: Trigger, spec: TriggerSpec) -> Trigger:
        if spec == before.spec:
            return before
        columns = rows.trigger_columns(spec)
        columns |= {"update_time": self._clock.wall(), "version": before.version + 1}
        session.query(TriggerRow.update(columns).where(TriggerRow.id == before.id))
        after = rows.trigger(session.query(triggers().where(TriggerRow.id == before.id))[0])
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
        deleted = TriggerRow.update(delete_time=self._clock.wall()).where(TriggerRow.id == trigger.id)
        session.query(deleted)
        self._catalog.changed(session, trigger)
        return None

    @staticmethod
    def _find(session: Session, project: Project, name: str) -> Trigger | None:
        query = triggers().where(TriggerRow.project_id == project.id, TriggerRow.name == name)
        found = session.query(query)
        return rows.trigger(found[0]) if found else None
