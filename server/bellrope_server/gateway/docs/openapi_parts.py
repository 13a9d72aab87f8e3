"""The parts that operations of any API are made of: contents, parameters, responses."""

from collections.abc import Iterable
from typing import Any

from bellrope.v1 import eventing_pb2, projects_pb2, triggers_pb2

from bellrope_server.gateway.docs import openapi_errors
from bellrope_server.gateway.docs.openapi_errors import Refusal

Schema = dict[str, Any]

SERVICES = {
    name: service
    for proto in (eventing_pb2, projects_pb2, triggers_pb2)
    for name, service in proto.DESCRIPTOR.services_by_name.items()
}
JSON, NDJSON = "application/json", "application/x-ndjson"
LINES = "A stream of JSON lines: an object on each line, and after an error the error on the last one."
OTHERWISE: Schema = {"default": {"$ref": "#/components/responses/Error"}}

PATIENCE: Schema = {
    "name": "timeout",
    "in": "query",
    "description": "How long the caller waits, like `10s` or `500ms`.",
    "schema": {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m)$"},
}


def content(schema: Schema, kind: str = JSON) -> Schema:
    """Return a body; `schema` is for each line of a stream."""
    return {kind: {"schema": schema}}


def obj(description: str, properties: Schema, *required: str) -> Schema:
    """Return the schema of an object with these members, and no others."""
    schema = {"type": "object", "description": description, "properties": properties}
    return schema | {"additionalProperties": False} | ({"required": list(required)} if required else {})


def responses(answer: Schema, own: Iterable[Refusal], *, has_body: bool) -> Schema:
    """Return the responses of an operation that answers 200 with this content."""
    said = LINES if NDJSON in answer else "The call succeeded."
    ok = {"200": {"description": said} | ({"content": answer} if answer else {})}
    return ok | openapi_errors.responses(own, has_body=has_body) | OTHERWISE


def refusals(*names: str, never: Iterable[str] = ()) -> list[Refusal]:
    """Return the errors of RPCs, each named like `Eventing.Queue`, without the reasons in `never`."""
    split = (name.split(".") for name in names)
    rpcs = (SERVICES[service].methods_by_name[rpc] for service, rpc in split)
    found = [each for rpc in rpcs for each in openapi_errors.of_rpc(rpc) if each.reason not in never]
    return list(dict.fromkeys(found))
