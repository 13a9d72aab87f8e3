"""Settings: what events are matched with and checked against."""

from dataclasses import replace

from bellrope_server.model import EventType, OwnRetention, Project, Trigger, TriggerSpec
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.settings import read
from bellrope_server.store.settings.event_types import EventTypes, SaveType, Schemas
from bellrope_server.store.settings.triggers import Admin, Edit, EditRetention, PausedProject, Save
from bellrope_server.store.walks.pages import Listed, Page


class Settings:
    """Projects, triggers and event types. `schemas` are those that the event loop uses."""

    def __init__(
        self,
        commit: SharedCommit,
        readers: Readers,
        feed: ChangeFeed,
        admin: Admin,
        types: EventTypes,
        schemas: Schemas,
    ) -> None:
        self._commit = commit
        self._read = readers.read
        self._feed = feed
        self.schemas = schemas
        self._do_create_project = Verb(turn=Turn.CREATE_PROJECT, run=admin.create_project)
        self._do_update_project = Verb(turn=Turn.UPDATE_PROJECT, run=admin.update_project)
        self._do_pause_project = Verb(turn=Turn.PAUSE_PROJECT, run=admin.pause_project, then=self._paused)
        self._do_delete_project = Verb(
            turn=Turn.DELETE_PROJECT, run=admin.delete_project, then=self._project_deleted
        )
        self._do_save_trigger = Verb(turn=Turn.SAVE_TRIGGER, run=admin.save_trigger, then=self._saved)
        self._do_delete_trigger = Verb(
            turn=Turn.DELETE_TRIGGER, run=admin.delete_trigger, then=self._trigger_deleted
        )
        self._do_save_type = Verb(turn=Turn.SAVE_TYPE, run=types.save, then=self._type_saved)
        self._do_delete_type = Verb(turn=Turn.DELETE_TYPE, run=types.delete, then=self._type_deleted)

    # Projects.

    async def get_project(self, name: str) -> Project:
        """Return the project; raise ProjectNotFound."""
        return await self._read(read.get_project, name)

    async def list_projects(self, page: Page) -> Listed[Project]:
        """Return a page of the projects, newest first."""
        return await self._read(read.list_projects, page)

    async def create_project(self, name: str, kept: OwnRetention = OwnRetention()) -> Project:  # noqa: B008
        """Create an empty project with this retention; raise ProjectExists."""
        return await self._commit.submit(self._do_create_project, (name, kept))

    async def update_project(self, name: str, edit: EditRetention) -> Project:
        """Set a project's retention to `edit(old)`; raise ProjectNotFound."""
        return await self._commit.submit(self._do_update_project, (name, edit))

    async def pause_project(self, name: str, *, paused: bool) -> Project:
        """Pause a project, or resume its deliveries; raise ProjectNotFound."""
        return (await self._commit.submit(self._do_pause_project, (name, paused))).project

    def _paused(self, asked: tuple[str, bool], paused: PausedProject) -> None:
        self._feed.ended_with(asked[0])
        self._feed.waiting((trigger_id, 0) for trigger_id in paused.triggers)

    async def delete_project(self, name: str) -> None:
        """Delete a project and its triggers; raise ProjectNotFound."""
        await self._commit.submit(self._do_delete_project, name)

    def _project_deleted(self, name: str, _done: None) -> None:
        self._feed.project_deleted(name)
        self.schemas.project_deleted(name)

    # Triggers.

    async def get_trigger(self, project: str, name: str) -> Trigger:
        """Return the trigger; raise ProjectNotFound or TriggerNotFound."""
        return await self._read(read.get_trigger, project, name)

    async def list_triggers(self, project: str, page: Page) -> Listed[Trigger]:
        """Return a page of the project's triggers, newest first; raise ProjectNotFound."""
        return await self._read(read.list_triggers, project, page)

    async def create_trigger(self, project: str, spec: TriggerSpec) -> Trigger:
        """Save a new trigger; raise ProjectNotFound or TriggerExists."""
        return await self._save(Save(project=project, name=spec.name, create=spec))

    async def update_trigger(
        self, project: str, name: str, edit: Edit, *, create: TriggerSpec | None = None
    ) -> Trigger:
        """Change a trigger to `edit(old)`, or `create` it if it is missing; raise TriggerNotFound."""
        return await self._save(Save(project=project, name=name, edit=edit, create=create))

    async def set_paused(self, project: str, name: str, *, paused: bool) -> Trigger:
        """Pause or resume a trigger; raise TriggerNotFound."""
        return await self.update_trigger(project, name, lambda spec: replace(spec, paused=paused))

    async def _save(self, save: Save) -> Trigger:
        return await self._commit.submit(self._do_save_trigger, save)

    def _saved(self, _save: Save, trigger: Trigger) -> None:
        self._feed.edited(trigger)
        self._feed.waiting(((trigger.id, 0),))

    async def delete_trigger(self, project: str, name: str) -> None:
        """Delete a trigger; raise TriggerNotFound. `sweep` cancels its open deliveries."""
        await self._commit.submit(self._do_delete_trigger, (project, name))

    def _trigger_deleted(self, key: tuple[str, str], _done: None) -> None:
        self._feed.ended_with(*key)

    # Event types.

    async def get_event_type(self, project: str, type: str) -> EventType:
        """Return the event type; raise ProjectNotFound or EventTypeNotFound."""
        return await self._read(read.get_event_type, project, type)

    async def list_event_types(self, project: str, page: Page) -> Listed[EventType]:
        """Return a page of the project's event types, newest first; raise ProjectNotFound."""
        return await self._read(read.list_event_types, project, page)

    async def save_event_type(self, save: SaveType) -> EventType:
        """Save an event type; raise ProjectNotFound, EventTypeNotFound or OverQuota."""
        return await self._commit.submit(self._do_save_type, save)

    def _type_saved(self, _save: SaveType, type: EventType) -> None:
        self.schemas.saved(type)

    async def delete_event_type(self, project: str, type: str) -> None:
        """Stop checking events of this type; raise ProjectNotFound or EventTypeNotFound."""
        await self._commit.submit(self._do_delete_type, (project, type))

    def _type_deleted(self, key: tuple[str, str], _done: None) -> None:
        self.schemas.deleted(*key)
