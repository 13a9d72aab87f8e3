"""The documented config paths, translated to RPCs: projects, their eventing, triggers and schemas."""

from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

import orjson
from bellrope.v1 import projects_pb2, triggers_pb2

from bellrope_server.api.api import Method
from bellrope_server.api.projects import Projects
from bellrope_server.api.triggers import Triggers
from bellrope_server.errors import (
    EventTypeNotFound,
    ProjectExists,
    ProjectNotFound,
    ServiceError,
    TriggerNotFound,
)
from bellrope_server.gateway.documented import config_bodies
from bellrope_server.gateway.documented.caller import Caller

EVERY = "*"
NO_RULES = (
    "There are no access rules for events: every caller of this server may queue. "
    "To choose the events of a trigger, set its `filter`:"
    " POST /v1/config/projects/PROJECT/eventing/triggers/NAME"
)
EVENTING = "eventing-config"  # the id that Space Cloud's command line uses

Ask: TypeAlias = tuple[Method, Any]
"""An RPC and a request for it."""


class ConfigPaths:
    """Answers GET, POST and DELETE for projects, triggers and schemas."""

    def __init__(self, projects: Projects, triggers: Triggers) -> None:
        self._projects = projects
        self._triggers = triggers

    async def get_projects(self, name: str, caller: Caller) -> bytes:
        """Return one project, or all for `*`."""
        one = self._projects.GetProject, projects_pb2.GetProjectRequest(project=name)
        every = self._projects.ListProjects, projects_pb2.ListProjectsRequest()
        found = await _found(caller, name, one, every, "projects")
        return _result([{"id": project.name, "name": project.name} for project in found])

    async def save_project(self, name: str, caller: Caller) -> bytes:
        """Create the project if it does not exist."""
        project = await caller.read(self._projects.CreateProject, partial(config_bodies.project, name))
        with suppress(ProjectExists):
            await caller.call(
                self._projects.CreateProject, projects_pb2.CreateProjectRequest(project=project)
            )
        return b"{}"

    async def delete_project(self, name: str, caller: Caller) -> bytes:
        """Delete the project if it exists."""
        with suppress(ProjectNotFound):
            await caller.call(self._projects.DeleteProject, projects_pb2.DeleteProjectRequest(project=name))
        return b"{}"

    async def get_eventing(self, project: str, caller: Caller) -> bytes:
        """Return whether the project is not paused; there is one such setting, whatever its id."""
        found = await caller.call(self._projects.GetProject, projects_pb2.GetProjectRequest(project=project))
        return _result([{"id": EVENTING, "enabled": not found.paused, "dbAlias": ""}])

    async def save_eventing(self, project: str, caller: Caller) -> bytes:
        """Resume the project, or pause it if `enabled` is false; `dbAlias` has no meaning here."""
        if await caller.read(self._projects.ResumeProject, config_bodies.enabled):
            await self._resume(project, caller)
        else:
            await caller.call(self._projects.PauseProject, projects_pb2.PauseProjectRequest(project=project))
        return b"{}"

    async def delete_eventing(self, project: str, caller: Caller) -> bytes:
        """Resume the project if it exists: running is the default."""
        with suppress(ProjectNotFound):
            await self._resume(project, caller)
        return b"{}"

    async def _resume(self, project: str, caller: Caller) -> None:
        await caller.call(self._projects.ResumeProject, projects_pb2.ResumeProjectRequest(project=project))

    async def get_triggers(self, project: str, name: str, caller: Caller) -> bytes:
        """Return one trigger, or all for `*`."""
        one = self._triggers.GetTrigger, triggers_pb2.GetTriggerRequest(project=project, trigger=name)
        every = self._triggers.ListTriggers, triggers_pb2.ListTriggersRequest(project=project)
        found = await _found(caller, name, one, every, "triggers")
        return _result([config_bodies.shown(trigger) for trigger in found])

    async def save_trigger(self, project: str, name: str, caller: Caller) -> bytes:
        """Create or replace the trigger; without a secret in the request, the old one stays."""
        trigger = await caller.read(self._triggers.UpdateTrigger, partial(config_bodies.trigger, name))
        request = triggers_pb2.UpdateTriggerRequest(
            project=project,
            trigger=trigger,
            update_mask=config_bodies.fields_of(trigger),
            allow_missing=True,
        )
        try:
            await caller.call(self._triggers.UpdateTrigger, request)
        except ServiceError as error:
            raise config_bodies.named(error) from None
        return b"{}"

    async def delete_trigger(self, project: str, name: str, caller: Caller) -> bytes:
        """Delete the trigger if it exists."""
        request = triggers_pb2.DeleteTriggerRequest(project=project, trigger=name)
        with suppress(TriggerNotFound):
            await caller.call(self._triggers.DeleteTrigger, request)
        return b"{}"

    async def get_schemas(self, project: str, type: str, caller: Caller) -> bytes:
        """Return the schema of one type of event, or all for `*`."""
        one = self._projects.GetEventType, projects_pb2.GetEventTypeRequest(project=project, type=type)
        every = self._projects.ListEventTypes, projects_pb2.ListEventTypesRequest(project=project)
        found = await _found(caller, type, one, every, "event_types")
        return _result([{"id": each.type, "schema": each.schema} for each in found])

    async def save_schema(self, project: str, type: str, caller: Caller) -> bytes:
        """Save the schema of a type of event: a string in GraphQL or JSON Schema, or a JSON Schema object."""
        event_type = await caller.read(
            self._projects.UpdateEventType, partial(config_bodies.event_type, type)
        )
        request = projects_pb2.UpdateEventTypeRequest(
            project=project, event_type=event_type, allow_missing=True
        )
        await caller.call(self._projects.UpdateEventType, request)
        return b"{}"

    async def delete_schema(self, project: str, type: str, caller: Caller) -> bytes:
        """Delete the schema of a type of event if it exists."""
        request = projects_pb2.DeleteEventTypeRequest(project=project, type=type)
        with suppress(EventTypeNotFound):
            await caller.call(self._projects.DeleteEventType, request)
        return b"{}"


async def _found(caller: Caller, name: str, one: Ask, every: Ask, field: str) -> list[Any]:
    """Return what `one` finds, in a list, or for the name `*` the rows in `field` of every page."""
    if name != EVERY:
        return [await caller.call(*one)]
    method, request = every
    found: list[Any] = []
    while True:
        page = await caller.call(method, request)
        found += getattr(page, field)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def _result(rows: list[dict[str, Any]]) -> bytes:
    return orjson.dumps({"result": rows})
