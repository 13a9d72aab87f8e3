"""What the Space Cloud-compatible paths take and show: the members of their JSON, as schemas."""

from bellrope_server.convert import names, triggers
from bellrope_server.gateway.docs import openapi_rules as rules
from bellrope_server.gateway.docs.openapi_parts import obj
from bellrope_server.gateway.docs.openapi_schemas import Schema
from bellrope_server.rules.urls import MAX_URL_LENGTH

TEXT: Schema = {"type": "string"}
WAIT: Schema = {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,9})?s$"}
EVENT = {
    "type": {
        "type": "string",
        "pattern": f"^({rules.QUEUED})$",
        "description": "What happened: 1 to 255 characters, without white space and control characters. "
        "Types that begin with `bellrope.` are reserved.",
    },
    "data": {"description": "Any JSON. It reaches the webhook byte for byte. Default `null`."},
    "payload": {"description": "Another name for `data`. Send one of them."},
    "timestamp": {
        "description": "When to call the webhooks: milliseconds since 1970, or seconds if below "
        "100,000,000,000, or RFC 3339. Absent, empty or in the past means now. At most 10 years ahead.",
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^({rules.TIME})?$"}],
    },
    "delay": {
        "type": "number",
        "minimum": 0,
        "maximum": 10 * 366 * 86400,
        "description": "How many seconds after `timestamp`, or after now, to call the webhooks.",
    },
    "isSynchronous": {"type": "boolean", "description": "Wait for the webhook's answer. Default false."},
    "id": {
        "type": "string",
        "pattern": f"^({names.EVENT_ID.pattern})$",
        "description": "Your own id: 1 to 128 of `A-Z a-z 0-9 _ -`. With it you can send the event again.",
    },
    "options": rules.OPTIONS | {"type": "object", "description": "Narrows the triggers."},
}
ACCEPTED = {
    "eventId": {"type": "string", "description": "The event's id: the sender's, or a new one."},
    "deliveryCount": {"type": "integer", "description": "How many triggers matched."},
    "dueTime": {"type": "string", "format": "date-time", "description": "When the webhooks are called."},
    "duplicate": {
        "type": "boolean",
        "description": "True if this id was accepted before with the same request.",
    },
}
TRIGGER = {
    "id": TEXT | {"description": "The trigger's name, as in the path."},
    "type": {
        "type": "string",
        "pattern": f"^({rules.TRIGGER_TYPE})$",
        "description": "The type of event: one, all that begin alike (`order.*`), or all (`*`).",
    },
    "url": {
        "type": "string",
        "pattern": f"^({rules.URL})$",
        "maxLength": MAX_URL_LENGTH,
        "description": "The webhook to call.",
    },
    "retries": {
        "type": "integer",
        "minimum": 0,
        "maximum": triggers.MAX_RETRIES,
        "description": "Retries after the first attempt. Default 3.",
    },
    "timeout": {
        "type": "number",
        "minimum": triggers.SHORTEST_TIMEOUT // 1000,
        "maximum": triggers.LONGEST_TIMEOUT // 1000,
        "description": "Milliseconds for a whole attempt. Default 5000.",
    },
    "retryPolicy": obj(
        "The waits between attempts, in seconds such as `5s`.", {"minBackoff": WAIT, "maxBackoff": WAIT}
    ),
    "headers": {
        "description": "Headers for each request: an object of strings, or Space Cloud's list.",
        "anyOf": [
            rules.RULES["Trigger.headers"] | {"type": "object"},
            {
                "type": "array",
                "maxItems": triggers.MAX_HEADERS,
                "items": obj(
                    "One header.",
                    {"key": TEXT, "value": TEXT, "op": {"enum": ["set", "add", ""]}},
                    "key",
                    "value",
                ),
            },
        ],
    },
    "options": rules.OPTIONS | {"type": "object", "description": "Which events match."},
    "filter": {
        "description": "Which of those, by their data: an expression in CEL, or a rule of Space Cloud.",
        "anyOf": [{"type": "string", "maxLength": 4096}, {"type": "object"}],
    },
}
TRIGGER_SHOWN = TRIGGER | {
    "retryPolicy": TRIGGER["retryPolicy"] | {"required": ["minBackoff", "maxBackoff"]},
    "headers": rules.RULES["Trigger.headers"]
    | {"type": "object", "description": "Headers for each request."},
    "filter": TEXT | {"description": "Which of those, by their data: an expression in CEL, or empty."},
}
SECRET = {
    "secret": {
        "type": "string",
        "pattern": f"^({rules.SECRET})$",
        "description": "Signs each request (Standard Webhooks). It is never shown again.",
    }
}
NAME_IN_PATH = {"name": TEXT | {"description": "The same as `id`."}}
SCHEMA = {
    "id": TEXT | {"description": "The type of event, as in the path."},
    "schema": {
        "description": "JSON Schema as text or as an object, or GraphQL as text.",
        "anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "minProperties": 1}],
    },
}
SCHEMA_SHOWN = SCHEMA | {"schema": TEXT | {"description": "The schema as it was sent."}}
PROJECT_MEMBERS = {
    "id": TEXT | {"description": "The project's name, as in the path."},
    "name": TEXT | {"description": "A name that Space Cloud shows; it is not kept."},
}
SETTINGS = {
    "id": TEXT | {"description": "Any text."},
    "enabled": {"type": "boolean", "description": "False pauses the project. Default true."},
    "dbAlias": TEXT | {"description": "It has no meaning here."},
}
