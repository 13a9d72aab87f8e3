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
from bellrope_server.gateway.docs.openapi_directions import messages_in
from bellrope_server.gateway.docs.openapi_parts import JSON, LINES, NDJSON, PATIENCE, content, responses
from bellrope_server.gateway.docs.openapi_schemas import ERROR_DETAIL, Schema, Schemas, described, reference
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
        "reason": reference("ErrorReason"),
        "details": {
            "type": "array",
            "description": "`google.rpc.ErrorInfo`, and `google.rpc.BadRequest` if a field is at fault.",
            "items": reference("ErrorDetail"),
        },
        "requestId": {"type": "string", "description": "The id of the request, also in `X-Request-Id`."},
    },
    "required": ["error", "status", "reason", "details", "requestId"],
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the whole document, with the schemas of the messages that the routes use."""
    routes = list(routes)
    schemas = Schemas(set().union(*(messages_in(route.rpc.output_type) for route in routes)))
    schemas.components |= {"Error": ERROR, "ErrorDetail": ERROR_DETAIL}
    schemas.enum(errors_pb2.Error.Reason.DESCRIPTOR)
    schemas.components["ErrorReason"]["x-meanings"] = openapi_errors.meanings()
    paths = _paths(routes, schemas)
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
            "schemas": dict(sorted(schemas.components.items())),
            "responses": {
                "Error": {"description": "The call failed.", "content": content(reference("Error"))}
            }
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


def _paths(routes: Iterable[Route], schemas: Schemas) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    names = _variable_names(routes)
    for route in routes:
        variables = names[route.template.shape]
        operation = _operation(route, variables, schemas)
        paths.setdefault(route.template.renamed(variables), {})[route.http_method.lower()] = operation
    return paths


def _variable_names(routes: Iterable[Route]) -> dict[str, tuple[str, ...]]:
    """Return names for the variables of each shape of path; OpenAPI allows only one set for a path."""
    names: dict[str, tuple[str, ...]] = {}
    for route in sorted(routes, key=lambda route: sum(map(len, route.template.variables))):
        camel = [json_values.camel(path) for path in route.template.variables]
        short = tuple(path.rpartition(".")[2] for path in camel)
        whole = tuple(json_values.camel(path.replace(".", "_")) for path in route.template.variables)
        names.setdefault(route.template.shape, short if len(set(short)) == len(short) else whole)
    return names


def _tags(routes: Iterable[Route]) -> Iterator[Schema]:
    for service in dict.fromkeys(route.rpc.containing_service for route in routes):
        yield {"name": service.name, "description": prose.of(service)}
    for api in OTHERS:
        yield {"name": api.TAG, "description": api.ABOUT}


def _operation(route: Route, variables: Iterable[str], schemas: Schemas) -> Schema:
    rpc, said = route.rpc, openapi_errors.without_errors(route.rpc)
    operation: Schema = {
        "tags": [rpc.containing_service.name],
        "operationId": rpc.name[0].lower() + rpc.name[1:],
        "summary": prose.first_sentence(said),
        "description": said,
        "parameters": [*_variables(route, variables, schemas), *_parameters(route, schemas)],
    }
    if body := _body(route, schemas):
        operation["requestBody"] = body
    operation["x-rpc"] = _rpc(route, variables)
    if rpc.server_streaming:
        operation["x-stream"] = "both" if rpc.client_streaming else "response"
    answer = content(schemas.answers.message(rpc.output_type), NDJSON if rpc.server_streaming else JSON)
    operation["responses"] = responses(answer, openapi_errors.of_rpc(rpc), has_body=body is not None)
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
            "description": described(field),
            "schema": schemas.requests.value(field) | {"minLength": 1},
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
            schema = schemas.requests.value(field) | openapi_rules.default(field, "default")
            yield {"name": name, "in": "query", "description": described(field), "schema": schema}
        elif not field.is_repeated and field not in above:
            yield from _of_query(route, field.message_type, fields, schemas)


def _body(route: Route, schemas: Schemas) -> Schema | None:
    """Return the body of a request: the message, or one of its fields, without the fields in the path.

    With an update mask, the body needs only what the mask names.
    """
    if not route.body:
        return None
    message, in_path = route.rpc.input_type, route.template.variables
    masked = "update_mask" in message.fields_by_name
    if route.body != WHOLE:
        message = message.fields_by_name[route.body].message_type
        in_path = tuple(path.rpartition(".")[2] for path in in_path if path.startswith(f"{route.body}."))
    schema = schemas.body(message, without=in_path, suffix="Update" if masked else "Input", whole=not masked)
    if schema is None:
        return None
    needed = masked or "required" in schemas.components[schema["$ref"].rpartition("/")[2]]
    body = {"required": needed, "content": content(schema, NDJSON if route.rpc.client_streaming else JSON)}
    return body | ({"description": LINES} if route.rpc.client_streaming else {})
