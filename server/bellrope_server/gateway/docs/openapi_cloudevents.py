"""The path for CloudEvents as a part of the OpenAPI document."""

from typing import Any

from bellrope_server.gateway.docs import openapi_rules as rules
from bellrope_server.gateway.docs.openapi_parts import JSON, content, obj, refusals, responses
from bellrope_server.gateway.docs.openapi_schemas import Schema, Schemas, reference
from bellrope_server.gateway.docs.openapi_space_cloud import PROJECT, TRACE

TAG = "CloudEvents"
ABOUT = (
    "CloudEvents 1.0 over HTTP, in structured, batched and binary mode. The event's id here is made from "
    "its `source` and `id`, so an event that is sent again is stored once."
)
PATH = "/v1/api/{project}/eventing/cloudevents"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
SAID = {
    "id": "Which event of its source this is. Required.",
    "source": "Where it happened: a URI-reference (RFC 3986). Required.",
    "time": "When it happened: RFC 3339.",
    "subject": "What of the source it is about.",
    "datacontenttype": "The type of the data. Default `application/json`.",
    "dataschema": "A URI of the schema that the data has.",
}
TYPE: Schema = {
    "type": "string",
    "pattern": f"^({rules.QUEUED})$",
    "description": "What happened: at most 255 characters, without white space. Required.",
}
VERSION: Schema = {
    "type": "string",
    "enum": ["1.0"],
    "description": "The version of the specification. Required.",
}
NEEDED = ("specversion", "id", "source", "type")
OTHER_ATTRIBUTE: Schema = {
    "description": "An extension.",
    "anyOf": [
        {"type": "string", "minLength": 1, "pattern": f"^{rules.PLAIN}+$"},
        {"type": "boolean"},
        {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    ],
}


def paths(schemas: Schemas) -> dict[str, dict[str, Any]]:
    """Return the operations by path and method; their schemas are added to `schemas`."""
    schemas.components["StructuredCloudEvent"] = _structured()
    return {PATH: {"post": _send(), "options": _ask()}}


def _attribute(name: str) -> Schema:
    rule = rules.RULES[f"CloudEvent.{name}"]
    return {"type": "string", "pattern": f"^({rule['pattern']})$", "description": SAID[name]}


def _structured() -> Schema:
    data = {
        "data": {"description": "Any JSON. Text if `datacontenttype` is text."},
        "data_base64": {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            "description": "Bytes, instead of `data`.",
        },
    }
    attributes = {"specversion": VERSION, "type": TYPE} | {name: _attribute(name) for name in SAID}
    event = obj("A CloudEvent in JSON. Other members are its extensions.", attributes | data, *NEEDED)
    return event | {
        "propertyNames": {"pattern": "^([a-z0-9]{1,256}|data_base64)$"},
        "additionalProperties": OTHER_ATTRIBUTE,
        "maxProperties": 64,
    }


def _send() -> Schema:
    one, accepted, together = map(
        reference, ("StructuredCloudEvent", "SpaceCloudAccepted", "SpaceCloudBatchAccepted")
    )
    many = {"type": "array", "maxItems": 1000, "items": one}
    return {
        "tags": [TAG],
        "operationId": "sendCloudEvent",
        "summary": "Send stores a CloudEvent, or a batch of them, and calls the webhooks that match",
        "description": "The `Content-Type` says how it comes. "
        f"In structured mode (`{STRUCTURED}`) the body is the event. "
        f"In batched mode (`{BATCH}`) it is an array of events: all are stored, or none. "
        "In binary mode (any other type) the attributes are `ce-` headers, percent-encoded, and the body is "
        "the data. An extension is one more such header.",
        "parameters": [PROJECT, *_headers(), *TRACE],
        "requestBody": {
            "required": True,
            "content": content(one, STRUCTURED)
            | content(many, BATCH)
            | content({"description": "The data."}, JSON),
        },
        "responses": responses(
            content({"anyOf": [accepted, together]}),
            refusals("Eventing.Queue", "Eventing.QueueBatch"),
            has_body=True,
        ),
    }


def _headers() -> list[Schema]:
    """Return the attributes as the headers of binary mode; the other modes ignore them."""
    schemas = {"specversion": VERSION, "type": TYPE} | {name: _attribute(name) for name in SAID}
    return [
        {
            "name": f"ce-{name}",
            "in": "header",
            "description": f"In binary mode: {schemas[name]['description']}",
            "schema": _in_ascii(schemas[name]),
            "x-content": JSON,
        }
        for name in (*NEEDED, "time", "subject", "dataschema")
    ]


def _in_ascii(schema: Schema) -> Schema:
    """Return the schema of an attribute as a header: ASCII, because the rest is percent-encoded."""
    if "const" in schema:
        return {"const": schema["const"]}
    return {"type": "string", "pattern": "^[!-~]+$", "maxLength": 255}


def _ask() -> Schema:
    asked = {
        "WebHook-Request-Origin": (
            "The sender's DNS name.",
            r"^[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){0,3}$",
        ),
        "WebHook-Request-Rate": ("How many requests a minute the sender wants.", r"^[1-9][0-9]{0,17}$"),
    }
    told = {
        "Allow": "The methods of this path.",
        "WebHook-Allowed-Origin": "The sender that asked.",
        "WebHook-Allowed-Rate": "`*`: no limit.",
    }
    found = responses({}, [], has_body=False)
    found["200"]["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()
    }
    return {
        "tags": [TAG],
        "operationId": "askToSendCloudEvents",
        "summary": "Ask says whether a sender may send",
        "description": "Ask says whether a sender may send (HTTP webhooks, section 4). With the right key, "
        "the answer is yes.",
        "parameters": [
            PROJECT,
            *(
                {
                    "name": name,
                    "in": "header",
                    "description": text,
                    "schema": {"type": "string", "pattern": pattern},
                }
                for name, (text, pattern) in asked.items()
            ),
        ],
        "responses": found,
    }
