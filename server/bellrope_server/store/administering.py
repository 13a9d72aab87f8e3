"""How projects, triggers and types of events are changed."""

from dataclasses import replace

from bellrope_server.clock import Clock
from bellrope_server.model import EventType, OwnRetention, Project, Trigger, TriggerSpec
from bellrope_server.store.acting import Acting
from bellrope_server.store.engine.commit import Verb
from bellrope_server.store.engine.session import Database
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.settings.event_types import EventTypes, SaveType, Schemas
from bellrope_server.store.settings.triggers import Admin, Edit, EditRetention, PausedProject, Save


class Administering(Acting):
    """Changes what events are matched with; `schemas` are those that the event loop knows of."""

    def __init__(self, database: Database, *, handover: HandOver, quota: Quota, clock: Clock) -> None:
        super().__init__(database, handover=handover, quota=quota, clock=clock)
        self.schemas = Schemas()
        admin = Admin(self._catalog, clock)
        types = EventTypes(self._catalog, clock)
        self._do_create_project = Verb(turn=Turn.CREATE_PROJECT, run=admin.create_project)
        self._do_update_project = Verb(turn=Turn.UPDATE_PROJECT, run=admin.update_project)
        self._do_pause_project = Verb(turn=Turn.PAUSE_PROJECT, run=admin.pause_project, then=self._paused)
        self._do_delete_project = Verb(
            turn=Turn.DELETE_PROJECT, run=admin.delete_project, then=self._project_deleted
        )
        self._do_save_trigger = Verb(turn=Turn.SAVE_TRIGGER, run=admin.save_trigger, then=self._saved)
        self._do_delete_trigger = Verb(turn=Turn.DELETE_TRIGGER, run=admin.delete_trigger)
        self._do_save_type = Verb(turn=Turn.SAVE_TYPE, run=types.save, then=self._type_saved)
        self._do_delete_type = Verb(turn=Turn.DELETE_TYPE, run=types.delete, then=self._type_deleted)

    async def create_project(self, name: str, kept: OwnRetention = OwnRetention()) -> Project:  # noqa: B008
        """Make an empty project that keeps things for so long; raise ProjectExists."""
        return await self._commit.submit(self._do_create_project, (name, kept))

    async def update_project(self, name: str, edit: EditRetention) -> Project:
        """Make `edit(old)` of how long a project keeps things; raise ProjectNotFound."""
        return await self._commit.submit(self._do_update_project, (name, edit))

    async def pause_project(self, name: str, *, paused: bool) -> Project:
        """Pause a project, or let what waited go out; raise ProjectNotFound."""
        return (await self._commit.submit(self._do_pause_project, (name, paused))).project

    def _paused(self, _asked: tuple[str, bool], paused: PausedProject) -> None:
        self._tell(waiting=((trigger_id, 0) for trigger_id in paused.triggers))

    async def delete_project(self, name: str) -> None:
        """Delete a project and its triggers; raise ProjectNotFound."""
        await self._commit.submit(self._do_delete_project, name)

    def _project_deleted(self, name: str, _done: None) -> None:
        self.schemas.project_deleted(name)

    async def create_trigger(self, project: str, spec: TriggerSpec) -> Trigger:
        """Save a new trigger; raise ProjectNotFound or TriggerExists."""
        return await self._save(Save(project=project, name=spec.name, create=spec))

    async def update_trigger(
        self, project: str, name: str, edit: Edit, *, create: TriggerSpec | None = None
    ) -> Trigger:
        """Make `edit(old)` of a trigger, or `create` it if it is missing; raise TriggerNotFound."""
        return await self._save(Save(project=project, name=name, edit=edit, create=create))

    async def set_paused(self, project: str, name: str, *, paused: bool) -> Trigger:
        """Pause or resume a trigger; raise TriggerNotFound."""
        return await self.update_trigger(project, name, lambda spec: replace(spec, paused=paused))

    async def _save(self, save: Save) -> Trigger:
        return await self._commit.submit(self._do_save_trigger, save)

    def _saved(self, _save: Save, trigger: Trigger) -> None:
        self._tell(waiting=((trigger.id, 0),))

    async def delete_trigger(self, project: str, name: str) -> None:
        """Delete a trigger; raise TriggerNotFound. What it owes is cancelled by `sweep`."""
        await self._commit.submit(self._do_delete_trigger, (project, name))

    async def save_event_type(self, save: SaveType) -> EventType:
        """Save an event type; raise ProjectNotFound, EventTypeNotFound or OverQuota."""
        return await self._commit.submit(self._do_save_type, save)

    def _type_saved(self, _save: SaveType, type: EventType) -> None:
        self.schemas.saved(type)

    async def delete_event_type(self, project: str, type: str) -> None:
        """Check events of this type no more; raise ProjectNotFound or EventTypeNotFound."""
        await self._commit.submit(self._do_delete_type, (project, type))

    def _type_deleted(self, key: tuple[str, str], _done: None) -> None:
        self.schemas.deleted(*key)
