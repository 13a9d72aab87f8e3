"""The Space Cloud-compatible paths as a part of the OpenAPI document."""

from typing import Any, NamedTuple

from bellrope.v1 import eventing_pb2
from google.protobuf import empty_pb2

from bellrope_server.gateway.docs import openapi_rules as rules
from bellrope_server.gateway.docs import openapi_space_cloud_schemas as forms
from bellrope_server.gateway.docs.openapi_errors import Refusal
from bellrope_server.gateway.docs.openapi_parts import PATIENCE, content, refusals, responses
from bellrope_server.gateway.docs.openapi_schemas import Schema, Schemas, reference
from bellrope_server.gateway.docs.openapi_space_cloud_schemas import Form

TAG = "SpaceCloud"
ABOUT = (
    "The API that Space Cloud documents for its eventing: its clients work here unchanged. Lengths of time "
    "are numbers here, unlike in the other services."
)
EVENTS = "/v1/api/{project}/eventing"
PROJECTS = "/v1/config/projects"
EVENTING = PROJECTS + "/{project}/eventing"
PROJECT: Schema = {
    "name": "project",
    "in": "path",
    "required": True,
    "description": "The project's name.",
    "schema": {"type": "string", "pattern": f"^({rules.NAME})$"},
}
TRACE = [
    {
        "name": name,
        "in": "header",
        "description": "A W3C trace context, which goes on to the webhooks. A wrong one is left out.",
        "schema": {"type": "string", "maxLength": 4096, "pattern": "^[!-~]*$"},
    }
    for name in ("traceparent", "tracestate")
]


class Kind(NamedTuple):
    """A kind of thing that the config paths show, save and delete."""

    form: Form
    parameter: str
    pattern: str
    get: str
    """The RPC that shows it, such as `Triggers.GetTrigger`; `post` and `delete` likewise."""
    post: str
    delete: str
    never: tuple[str, ...]
    """The reasons that saving and deleting never have."""
    deletes: str = ""
    """What else is deleted with it."""


PROJECT_KIND = Kind(
    forms.PROJECT,
    "project",
    rules.NAME,
    "Projects.GetProject",
    "Projects.CreateProject",
    "Projects.DeleteProject",
    ("PROJECT_EXISTS", "PROJECT_NOT_FOUND"),
    " and its triggers, and cancels their waiting deliveries",
)
TRIGGER_KIND = Kind(
    forms.TRIGGER_FORM,
    "name",
    rules.NAME,
    "Triggers.GetTrigger",
    "Triggers.UpdateTrigger",
    "Triggers.DeleteTrigger",
    ("TRIGGER_NOT_FOUND",),
    " and cancels its waiting deliveries",
)
SCHEMA_KIND = Kind(
    forms.SCHEMA_FORM,
    "type",
    rules.SCHEMA_TYPE,
    "Projects.GetEventType",
    "Projects.UpdateEventType",
    "Projects.DeleteEventType",
    ("EVENT_TYPE_NOT_FOUND",),
)


def paths(schemas: Schemas) -> dict[str, dict[str, Any]]:
    """Return the operations by path and method; their schemas are added to `schemas`."""
    schemas.answers.message(empty_pb2.Empty.DESCRIPTOR)
    result = schemas.answers.message(eventing_pb2.TriggerSyncResponse.Result.DESCRIPTOR)
    schemas.components |= forms.components(result)
    return (
        _events()
        | _things(PROJECTS, [], PROJECT_KIND)
        | {f"{EVENTING}/config": _settings()}
        | _things(f"{EVENTING}/triggers", [PROJECT], TRIGGER_KIND)
        | _things(f"{EVENTING}/schema", [PROJECT], SCHEMA_KIND)
    )


def _events() -> dict[str, dict[str, Any]]:
    queue = {
        "tags": [TAG],
        "operationId": "spaceCloudQueue",
        "summary": "Queue stores an event and calls the webhooks that match, now or later",
        "description": "The answer comes when the event is on disk. With `isSynchronous` it comes when the "
        "webhooks have answered.",
        "parameters": [PROJECT, PATIENCE, *TRACE],
        "requestBody": {"required": True, "content": content(reference("SpaceCloudEvent"))},
        "responses": responses(
            content({"anyOf": [reference("SpaceCloudAccepted"), reference("SpaceCloudAnswer")]}),
            refusals("Eventing.Queue", "Eventing.TriggerSync"),
            has_body=True,
        ),
    }
    batch = {
        "tags": [TAG],
        "operationId": "spaceCloudQueueBatch",
        "summary": "QueueBatch stores up to 1,000 events in one commit: all of them, or none",
        "description": "None of them can be synchronous. One refused event refuses the whole batch. The "
        "error names the field with the event's index, such as `events[3].type`.",
        "parameters": [PROJECT],
        "requestBody": {"required": True, "content": content(reference("SpaceCloudEvents"))},
        "responses": responses(
            content(reference("SpaceCloudBatchAccepted")), refusals("Eventing.QueueBatch"), has_body=True
        ),
    }
    return {f"{EVENTS}/queue": {"post": queue}, f"{EVENTS}/admin-queue": {"post": batch}}


def _settings() -> dict[str, Any]:
    form = forms.EVENTING
    found, saved = refusals("Projects.GetProject"), refusals("Projects.PauseProject")
    return {
        "get": _get("GetEventing", "shows whether the project runs", [PROJECT], form, found),
        "post": _save("SaveEventing", "pauses or resumes the project", [PROJECT], form, saved),
        "delete": _delete("DeleteEventing", "resumes the project, which is the default", [PROJECT], []),
    }


def _things(path: str, above: list[Schema], kind: Kind) -> dict[str, dict[str, Any]]:
    """Return the operations on a kind of thing: those at its path, and those that name it by `?id=`."""
    noun = kind.form.noun
    rule: Schema = {"type": "string", "pattern": f"^({kind.pattern})$"}
    in_path = {"name": kind.parameter, "in": "path", "required": True, "schema": rule}
    in_path["description"] = (
        "The type of event." if kind.parameter == "type" else f"The {noun.lower()}'s name."
    )
    in_query = in_path | {"name": "id", "in": "query"}
    one_or_all = {"name": "id", "in": "query", "schema": {"type": "string"}}
    one_or_all["description"] = "Shows only the one with this name. Default `*`: all."
    own = refusals(kind.get)
    listed = _get(f"List{noun}s", f"shows all {noun.lower()}s", [*above, one_or_all], kind.form, own)
    shown = _get(f"Get{noun}", f"shows one {noun.lower()}", [*above, in_path], kind.form, own)
    return {
        path: {"get": listed} | _changes(kind, [*above, in_query], "ById"),
        f"{path}/{{{kind.parameter}}}": {"get": shown} | _changes(kind, [*above, in_path]),
    }


def _changes(kind: Kind, parameters: list[Schema], by: str = "") -> dict[str, Any]:
    noun = kind.form.noun
    replaces = f"creates or replaces the {noun.lower()}"
    saves = "creates the project if there is none" if kind is PROJECT_KIND else replaces
    deletes = f"deletes the {noun.lower()}{kind.deletes}"
    saving, deleting = (refusals(rpc, never=kind.never) for rpc in (kind.post, kind.delete))
    return {
        "post": _save(f"Save{noun}{by}", saves, parameters, kind.form, saving),
        "delete": _delete(f"Delete{noun}{by}", deletes, parameters, deleting),
    }


def _named(name: str, does: str) -> Schema:
    return {
        "tags": [TAG],
        "operationId": f"spaceCloud{name}",
        "summary": f"{name} {does}",
        "description": f"{name} {does}.",
    }


def _get(name: str, does: str, parameters: list[Schema], form: Form, own: list[Refusal]) -> Schema:
    return _named(name, does) | {
        "parameters": parameters,
        "responses": responses(content(form.result), own, has_body=False),
    }


def _save(name: str, does: str, parameters: list[Schema], form: Form, own: list[Refusal]) -> Schema:
    body = {"required": "required" in form.saved, "content": content(form.input)}
    return _named(name, does) | {
        "parameters": parameters,
        "requestBody": body,
        "responses": _done(own, has_body=True),
    }


def _delete(name: str, does: str, parameters: list[Schema], own: list[Refusal]) -> Schema:
    said = _named(name, does)
    said["description"] += " It is no error if there is none."
    return said | {"parameters": parameters, "responses": _done(own, has_body=False)}


def _done(own: list[Refusal], *, has_body: bool) -> Schema:
    return responses(content(reference("Empty")), own, has_body=has_body)
