"""The documented config paths, translated to RPCs: projects, their eventing, triggers and schemas."""

from contextlib import suppress
from functools import partial
from typing import Any

import orjson
from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.api.api import Method
from bellrope_server.api.projects import Projects
from bellrope_server.api.triggers import Triggers
from bellrope_server.convert import counts, names, values
from bellrope_server.convert.times import from_duration, to_duration
from bellrope_server.errors import (
    EventTypeNotFound,
    InvalidField,
    ProjectExists,
    ProjectNotFound,
    ServiceError,
    TriggerNotFound,
    UnknownField,
)
from bellrope_server.gateway.documented.caller import Caller
from bellrope_server.rules import space_cloud_rules
from bellrope_server.text import strict_json

PROJECT_KEYS = frozenset({"id", "name"})
SCHEMA_KEYS = frozenset({"id", "type", "schema"})
LATER = ("claims", "template", "requestTemplate", "outputFormat")
WAITS = {"minBackoff": "min_backoff", "maxBackoff": "max_backoff"}
EMPTY = (b"null", b'""', b"{}")
EVERY = "*"
NO_RULES = (
    "There are no access rules for events: every caller of this server may queue. "
    "To choose the events of a trigger, set its `filter`:"
    " POST /v1/config/projects/PROJECT/eventing/triggers/NAME"
)
EVENTING = "eventing-config"  # the id that Space Cloud's command line uses
EVENTING_KEYS = frozenset({"id", "enabled", "dbAlias"})
WAITS_REPLACED = tuple(f"retry_policy.{part}" for part in ("min_backoff", "max_backoff", "schedule"))
REPLACED = ("type", "url", "retries", "timeout", *WAITS_REPLACED, "headers", "options", "filter")
NAMED = {
    "retry_policy.min_backoff": "retryPolicy.minBackoff",
    "retry_policy.max_backoff": "retryPolicy.maxBackoff",
    "secrets": "secret",
}


class ConfigPaths:
    """Answers GET, POST and DELETE for projects, triggers and schemas."""

    def __init__(self, projects: Projects, triggers: Triggers) -> None:
        self._projects = projects
        self._triggers = triggers

    async def get_projects(self, name: str, caller: Caller) -> bytes:
        """Return one project, or all for `*`."""
        if name == EVERY:
            every = projects_pb2.ListProjectsRequest()
            found = await _all(caller, self._projects.ListProjects, every, "projects")
        else:
            found = [
                await caller.call(self._projects.GetProject, projects_pb2.GetProjectRequest(project=name))
            ]
        return _result([{"id": project.name, "name": project.name} for project in found])

    async def save_project(self, name: str, caller: Caller) -> bytes:
        """Create the project if it does not exist."""
        project = await caller.read(self._projects.CreateProject, partial(_project, name))
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
        if await caller.read(self._projects.ResumeProject, _enabled):
            await caller.call(
                self._projects.ResumeProject, projects_pb2.ResumeProjectRequest(project=project)
            )
        else:
            await caller.call(self._projects.PauseProject, projects_pb2.PauseProjectRequest(project=project))
        return b"{}"

    async def delete_eventing(self, project: str, caller: Caller) -> bytes:
        """Resume the project if it exists: running is the default."""
        with suppress(ProjectNotFound):
            await caller.call(
                self._projects.ResumeProject, projects_pb2.ResumeProjectRequest(project=project)
            )
        return b"{}"

    async def get_triggers(self, project: str, name: str, caller: Caller) -> bytes:
        """Return one trigger, or all for `*`."""
        if name == EVERY:
            every = triggers_pb2.ListTriggersRequest(project=project)
            found = await _all(caller, self._triggers.ListTriggers, every, "triggers")
        else:
            one = triggers_pb2.GetTriggerRequest(project=project, trigger=name)
            found = [await caller.call(self._triggers.GetTrigger, one)]
        return _result([_shown(trigger) for trigger in found])

    async def save_trigger(self, project: str, name: str, caller: Caller) -> bytes:
        """Create or replace the trigger; without a secret in the request, the old one stays."""
        trigger = await caller.read(self._triggers.UpdateTrigger, partial(_trigger, name))
        mask = FieldMask(paths=[*REPLACED, *(["secrets"] if trigger.secrets else [])])
        request = triggers_pb2.UpdateTriggerRequest(
            project=project, trigger=trigger, update_mask=mask, allow_missing=True
        )
        try:
            await caller.call(self._triggers.UpdateTrigger, request)
        except ServiceError as error:
            error.field = NAMED.get(error.field or "", error.field)
            if error.field == "timeout":
                error.message += "; this key is in milliseconds"
            raise
        return b"{}"

    async def delete_trigger(self, project: str, name: str, caller: Caller) -> bytes:
        """Delete the trigger if it exists."""
        request = triggers_pb2.DeleteTriggerRequest(project=project, trigger=name)
        with suppress(TriggerNotFound):
            await caller.call(self._triggers.DeleteTrigger, request)
        return b"{}"

    async def get_schemas(self, project: str, type: str, caller: Caller) -> bytes:
        """Return the schema of one type of event, or all for `*`."""
        if type == EVERY:
            every = projects_pb2.ListEventTypesRequest(project=project)
            found = await _all(caller, self._projects.ListEventTypes, every, "event_types")
        else:
            one = projects_pb2.GetEventTypeRequest(project=project, type=type)
            found = [await caller.call(self._projects.GetEventType, one)]
        return _result([{"id": each.type, "schema": each.schema} for each in found])

    async def save_schema(self, project: str, type: str, caller: Caller) -> bytes:
        """Save the schema of a type of event: a string in GraphQL or JSON Schema, or a JSON Schema object."""
        event_type = await caller.read(self._projects.UpdateEventType, partial(_event_type, type))
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


async def _all(caller: Caller, method: Method, request: Any, field: str) -> list[Any]:
    """Return the rows of every page."""
    found: list[Any] = []
    while True:
        page = await caller.call(method, request)
        found += getattr(page, field)
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def _result(rows: list[dict[str, Any]]) -> bytes:
    return orjson.dumps({"result": rows})


def _members(body: bytes, known: frozenset[str], *, shown: frozenset[str] | None = None) -> dict[str, bytes]:
    strict_json.check(body, shown=shown)
    members = strict_json.fields(body, known=known)
    return {key: raw for key, raw in members.items() if raw not in EMPTY}


def _project(name: str, body: bytes) -> projects_pb2.Project:
    members = _members(body, PROJECT_KEYS) if body.strip() else {}
    if "id" in members and values.text(members["id"], field="id") != name:
        raise InvalidField("must be the project's name in the path", field="id")
    return projects_pb2.Project(name=names.project(name))


def _enabled(body: bytes) -> bool:
    members = _members(body, EVENTING_KEYS) if body.strip() else {}
    for key in ("id", "dbAlias"):
        values.text(members.get(key, b'""'), field=key)
    return values.boolean(members.get("enabled", b"true"), field="enabled")


def _event_type(type: str, body: bytes) -> projects_pb2.EventType:
    members = _members(body, SCHEMA_KEYS)
    for key in ("id", "type"):
        if key in members and values.text(members[key], field=key) != type:
            raise InvalidField("must be the type of event in the path", field=key)
    raw = members.get("schema", b'""')
    schema = values.text(raw, field="schema") if raw.startswith(b'"') else raw.decode()
    return projects_pb2.EventType(type=type, schema=schema)


def _trigger(name: str, body: bytes) -> triggers_pb2.Trigger:
    members = _members(body, TRIGGER_KEYS, shown=TRIGGER_KEYS | WAITS.keys())
    for key in LATER:
        if key in members:
            raise InvalidField("is not supported; leave it out", field=key)
    for key in ("id", "name"):
        if key in members and values.text(members[key], field=key) != name:
            raise InvalidField("must be the trigger's name in the path", field=key)
    trigger = triggers_pb2.Trigger(name=name)
    for key, read in READERS.items():
        if key in members:
            read(trigger, members[key])
    return trigger


def _read_retry_policy(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    if not raw.startswith(b"{"):
        raise InvalidField("must be an object", field="retryPolicy")
    try:
        members = _members(raw, frozenset(WAITS))
    except UnknownField as error:
        error.field = f"retryPolicy.{error.field}"
        raise
    for key, field in WAITS.items():
        if key in members:
            wait = to_duration(values.length(members[key], field=f"retryPolicy.{key}"))
            getattr(trigger.retry_policy, field).CopyFrom(wait)


def _read_headers(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    """Read headers as an object, or as a list of `{key, value, op}` as Space Cloud's console writes it."""
    if not raw.startswith(b"["):
        trigger.headers.update(values.strings(raw, field="headers", most=counts.HEADERS))
        return
    entries = strict_json.value(raw)
    counts.check(len(entries), counts.HEADERS, field="headers")
    for entry in entries:
        match entry:
            case {"key": str(name), "value": str(value)} if entry.get("op") in (None, "", "set", "add"):
                trigger.headers[name] = value
            case _:
                raise InvalidField(
                    "must be an object, or a list of objects with key, value and op `set`", field="headers"
                )


def _read_retries(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.retries = values.whole(raw, field="retries")


def _read_type(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.type = values.text(raw, field="type")


def _read_url(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.url = values.text(raw, field="url")


def _read_timeout(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.timeout.CopyFrom(to_duration(values.milliseconds(raw, field="timeout")))


def _read_options(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.options.update(values.strings(raw, field="options", most=counts.OPTIONS))


def _read_filter(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    """Read a filter: a string is CEL, an object is one of Space Cloud's rules."""
    value = strict_json.value(raw)
    if not isinstance(value, str | dict):
        raise InvalidField("must be a string in CEL, or a rule as an object", field="filter")
    trigger.filter = value if isinstance(value, str) else space_cloud_rules.translate(value)


def _read_secret(trigger: triggers_pb2.Trigger, raw: bytes) -> None:
    trigger.secrets.append(values.text(raw, field="secret"))


READERS = {  # the keys of a trigger besides its name
    "type": _read_type,
    "url": _read_url,
    "retries": _read_retries,
    "timeout": _read_timeout,
    "options": _read_options,
    "headers": _read_headers,
    "filter": _read_filter,
    "secret": _read_secret,
    "retryPolicy": _read_retry_policy,
}
TRIGGER_KEYS = frozenset({"id", "name", *LATER, *READERS})


def _shown(trigger: triggers_pb2.Trigger) -> dict[str, Any]:
    policy = trigger.retry_policy
    return {
        "id": trigger.name,
        "type": trigger.type,
        "url": trigger.url,
        "retries": trigger.retries,
        "timeout": from_duration(trigger.timeout, field="timeout") // 1000,
        "options": dict(trigger.options),
        "headers": dict(trigger.headers),
        "filter": trigger.filter,
        "retryPolicy": {
            "minBackoff": policy.min_backoff.ToJsonString(),
            "maxBackoff": policy.max_backoff.ToJsonString(),
        },
    }
