"""The HTTP API as an OpenAPI 3.1 document: the native API from the table of routes, then the others."""

from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import Any

from bellrope.v1 import errors_pb2

from bellrope_server.convert import json_values
from bellrope_server.convert.message_reader import is_map, is_plain
from bellrope_server.errors import Code
from bellrope_server.gateway.docs import (
    examples,
    openapi_cloudevents,
    openapi_errors,
    openapi_rules,
    openapi_space_cloud,
    prose,
)
from bellrope_server.gateway.docs.openapi_parts import JSON, NDJSON, PATIENCE, content, ref, responses
from bellrope_server.gateway.docs.openapi_schemas import Schema, Schemas
from bellrope_server.gateway.native.routes import WHOLE, Route

ABOUT = (
    "Give bellrope an event, and it calls the right webhooks: now, later, and again until they answer.\n\n"
    "A 2xx means stored, a 4xx not stored; after a 5xx or a lost connection, retry with the same `id`. An "
    "unknown key is an error.\n\n"
    "First come the RPCs of `bellrope.v1` as proto JSON: times are RFC 3339, and lengths of time are seconds "
    'like `"3.5s"`. Then come the Space Cloud-compatible API, and the path for CloudEvents.'
)
OTHERS = (openapi_space_cloud, openapi_cloudevents)
WAITS = "bellrope.v1.Eventing.TriggerSync"
ERROR: Schema = {
    "type": "object",
    "description": "What went wrong: a sentence for people, and the same as google.rpc.Status for programs.",
    "properties": {
        "error": {"type": "string", "description": "A sentence."},
        "status": {"type": "string", "enum": [code.name for code in Code]},
        "reason": {"$ref": "#/components/schemas/Error.Reason"},
        "details": {
            "type": "array",
            "description": "`google.rpc.ErrorInfo`, and `google.rpc.BadRequest` if a field is at fault.",
            "items": {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]},
        },
        "requestId": {"type": "string", "description": "The id of the request, also in `X-Request-Id`."},
    },
    "required": ["error", "status", "reason", "details", "requestId"],
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the whole document, with the schemas of the messages that the routes use."""
    routes = list(routes)
    schemas = Schemas()
    schemas.enum(errors_pb2.Error.Reason.DESCRIPTOR)
    schemas.components["Error.Reason"]["x-meanings"] = openapi_errors.meanings()
    names = _variable_names(routes)
    paths: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    for route in routes:
        name = f"{route.rpc.containing_service.name}_{route.rpc.name}"
        seen[name] = seen.get(name, 0) + 1
        variables = names[route.template.shape]
        operation = _operation(route, variables, schemas)
        operation["operationId"] = name if seen[name] == 1 else f"{name}_{seen[name]}"
        paths.setdefault(route.template.renamed(variables), {})[route.http_method.lower()] = operation
    for api in OTHERS:
        paths |= api.paths(schemas)
    for operation in (each for path in paths.values() for each in path.values()):
        operation["parameters"] = [dict(each) for each in operation["parameters"]]  # some are shared
        examples.add(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "bellrope", "version": metadata.version("bellrope-server"), "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {}],
        "tags": list(_tags(routes)),
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR} | dict(sorted(schemas.components.items())),
            "responses": {"Error": {"description": "The call failed.", "content": content(ref("Error"))}}
            | openapi_errors.components(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The server's key; not needed if the server has none.",
                }
            },
        },
    }


def _variable_names(routes: Iterable[Route]) -> dict[str, tuple[str, ...]]:
    """Return names for the variables of each shape of path; OpenAPI allows only one set for a path."""
    names: dict[str, tuple[str, ...]] = {}
    for route in sorted(routes, key=lambda route: sum(map(len, route.template.variables))):
        short = tuple(path.rpartition(".")[2] for path in route.template.variables)
        whole = tuple(path.replace(".", "_") for path in route.template.variables)
        names.setdefault(route.template.shape, short if len(set(short)) == len(short) else whole)
    return names


def _tags(routes: Iterable[Route]) -> Iterator[Schema]:
    for service in dict.fromkeys(route.rpc.containing_service for route in routes):
        yield {"name": service.name, "description": prose.of(service)}
    for api in OTHERS:
        yield {"name": api.TAG, "description": api.ABOUT}


def _operation(route: Route, variables: Iterable[str], schemas: Schemas) -> Schema:
    said = openapi_errors.without_errors(route.rpc)
    operation: Schema = {
        "tags": [route.rpc.containing_service.name],
        "summary": prose.first_sentence(said),
        "description": said,
        "parameters": [*_variables(route, variables, schemas), *_parameters(route, schemas)],
    }
    if route.body:
        operation["requestBody"] = _body(route, schemas)
    operation["x-rpc"] = _rpc(route, variables)
    kind = NDJSON if route.rpc.server_streaming else JSON
    answer = content(schemas.message(route.rpc.output_type), kind)
    own = openapi_errors.of_rpc(route.rpc)
    operation["responses"] = responses(answer, own, has_body=bool(route.body))
    return operation


def _rpc(route: Route, variables: Iterable[str]) -> Schema:
    """Return what a program needs to make the same call over gRPC, with fields named as in JSON."""
    request, service = route.rpc.input_type, route.rpc.containing_service
    fields = [json_values.camel(path) for path in route.template.variables]
    return {
        "service": service.name.lower(),
        "name": route.rpc.name,
        "request": request.name,
        "module": request.file.name.rpartition("/")[2].replace(".proto", "_pb2"),
        "body": route.body if route.body in ("", WHOLE) else json_values.camel(route.body),
        "variables": dict(zip(variables, fields, strict=True)),
        "json": [field.json_name for field in request.fields if is_plain(field)],
        "lists": [field.json_name for field in request.fields if field.is_repeated],
    }


def _variables(route: Route, names: Iterable[str], schemas: Schemas) -> Iterator[Schema]:
    for name, path in zip(names, route.template.variables, strict=True):
        field = _field(route, path)
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": prose.of(field),
            "schema": schemas.one(field) | {"minLength": 1},
        }


def _field(route: Route, path: str) -> Any:
    kind = route.rpc.input_type
    *steps, last = path.split(".")
    for step in steps:
        kind = kind.fields_by_name[step].message_type
    return kind.fields_by_name[last]


def _parameters(route: Route, schemas: Schemas) -> Iterator[Schema]:
    if route.rpc.server_streaming or route.rpc.full_name == WAITS:
        yield PATIENCE
    if route.body != WHOLE:
        yield from _of_query(route, route.rpc.input_type, (), schemas)


def _of_query(route: Route, message: Any, above: tuple[Any, ...], schemas: Schemas) -> Iterator[Schema]:
    """Yield the parameters for fields that are neither in the path nor in the body."""
    for field in message.fields:
        fields = (*above, field)
        path = ".".join(each.name for each in fields)
        if path in route.template.variables or path == route.body or is_map(field):
            continue
        if json_values.is_single(field):
            name = ".".join(each.json_name for each in fields)
            said = prose.of(field)
            yield {"name": name, "in": "query", "description": said, "schema": schemas.field(field)}
        elif not field.is_repeated and field not in above:
            yield from _of_query(route, field.message_type, fields, schemas)


def _body(route: Route, schemas: Schemas) -> Schema:
    schema = _whole(route, schemas) if route.body == WHOLE else _part(route, schemas)
    kind = NDJSON if route.rpc.client_streaming else JSON
    return {"required": bool(schema.get("required")), "content": content(schema, kind)}


def _whole(route: Route, schemas: Schemas) -> Schema:
    """Return the schema of a request without the fields in its path."""
    message = route.rpc.input_type
    fields = [field for field in message.fields if field.name not in route.template.variables]
    return schemas.of_fields(fields, prose.of(message)) | openapi_rules.required(fields)


def _part(route: Route, schemas: Schemas) -> Schema:
    """Return the schema of the field that is the body, without the fields in the path.

    With an update mask, the body needs only what the mask names.
    """
    field = route.rpc.input_type.fields_by_name[route.body]
    in_path = {path.rpartition(".")[2] for path in route.template.variables if path.startswith(route.body)}
    schema, message = schemas.field(field), field.message_type
    needed = [each for each in message.fields if each.name not in in_path]
    if len(needed) < len(message.fields):
        schema = schemas.of_fields(needed, prose.of(field))
    masked = "update_mask" in route.rpc.input_type.fields_by_name
    return schema if masked else schema | openapi_rules.required(needed)
