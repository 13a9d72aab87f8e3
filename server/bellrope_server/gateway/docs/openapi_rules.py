"""What the value of a field must look like besides its type, as the code that checks it says."""

import re
from collections.abc import Iterable
from typing import Any

import orjson
from bellrope.v1 import options_pb2, triggers_pb2
from google.protobuf.descriptor import FieldDescriptor

from bellrope_server.api import pages, schema_trials
from bellrope_server.convert import bulk, cloudevents, counts, json_values, names, texts, triggers, wanted
from bellrope_server.gateway.docs import prose
from bellrope_server.rules import event_schemas, filter_language, traces
from bellrope_server.rules.media_types import MEDIA_TYPE
from bellrope_server.rules.type_patterns import RESERVED
from bellrope_server.rules.urls import MAX_URL_LENGTH

Schema = dict[str, Any]

REQUIRED, OURS = "Required.", "Set by the server."
REQUEST = "Request"  # how the names of requests end
NO_TEXT = frozenset(
    (
        FieldDescriptor.CPPTYPE_BOOL,
        FieldDescriptor.CPPTYPE_DOUBLE,
        FieldDescriptor.CPPTYPE_FLOAT,
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_UINT32,
    )
)
"""The types whose JSON is no string."""
ALWAYS = frozenset(
    f"{message}.{field}"
    for message, fields in {
        "Attempt": "start_time duration",
        "Delivery": "due_time create_time",
        "Event": "accept_time due_time",
        "EventType": "create_time update_time",
        "Node": "seen_time",
        "Bar": "start_time",
        "Project": "create_time",
        "QueueResponse": "due_time",
        "RetryPolicy": "min_backoff max_backoff",
        "Statistics": "from_time until_time step",
        "Status": "start_time status_time database attempts waiting_writes request_bytes answer_bytes calls "
        "retention longest_pause",
        "TestTriggerResponse": "request",
        "Trigger": "retries timeout retry_policy create_time update_time",
    }.items()
    for field in fields.split()
)
"""The fields that can be unset, but never are in an answer."""

ID, NAME, TYPE = names.EVENT_ID.pattern, names.NAME.pattern, names.TYPE.pattern
QUEUED = f"(?!{re.escape(RESERVED)}){TYPE}"
TRIGGER_TYPE = rf"\*|(?!\.\*$)(?!.*\*.)(?!.*[^.]\*$){TYPE}"  # `*` alone, or `.*` at the end
SCHEMA_TYPE = rf"(?!\*$)(?!.*\.\*$){QUEUED}"  # no pattern
LENGTH = r"[0-9]{1,9}(\.[0-9]{1,9})?s"
KEPT = r"[1-9][0-9]{0,10}(\.[0-9]{1,9})?s"  # at least a second
TIMEOUT = r"(0\.[1-9][0-9]{0,8}|([1-9][0-9]?|1[01][0-9])(\.[0-9]{1,9})?|120(\.0{1,9})?)s"  # 100 ms to 2 min
TIME = (  # RFC 3339
    r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]"
    r":([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
PLAIN = r"[^\x00-\x1f\x7f-\x9f]"  # no control character
URI = cloudevents.URI_REFERENCE.pattern
LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
NAMED = rf"({LABEL}\.)*[A-Za-z_]([A-Za-z0-9_-]{{0,61}}[A-Za-z0-9_])?\.?"  # the last label is no number
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
HOST = rf"({NAMED}|{OCTET}(\.{OCTET}){{3}}\.?|\[[0-9A-Fa-f]{{0,4}}(:[0-9A-Fa-f.]{{0,15}}){{2,7}}\])"
URL = rf"[Hh][Tt][Tt][Pp][Ss]?://{HOST}(:[0-9]{{1,5}})?([/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
B64 = "[A-Za-z0-9+/]"
SECRET = (  # the base64 of 24 to 64 bytes
    rf"whsec_(({B64}{{4}}){{8,20}}({B64}{{2}}==|{B64}{{3}}=)?|({B64}{{4}}){{21}}({B64}{{2}}==)?)"
)


def of(field: Any) -> Schema:
    """Return what the schema of a field says besides its type. A text that is not required may be empty."""
    message = field.containing_type.name
    rule = RULES.get(f"{message}.{field.name}")
    if rule is None and message.endswith(REQUEST):
        rule = OF_REQUESTS.get(field.name)
    return _anchored(rule, field) if rule and "pattern" in rule else rule or {}


def default(field: Any, key: str) -> Schema:
    """Return the field's default as its JSON has it, under `key`; nothing if it has none."""
    text = field.GetOptions().Extensions[options_pb2.default_value]
    if not text:
        return {}
    return {key: orjson.loads(text) if field.cpp_type in NO_TEXT else text}


def is_required(field: Any) -> bool:
    """Return whether a request must have the field."""
    return REQUIRED in prose.of(field)


def is_ours(field: Any) -> bool:
    """Return whether the server sets the field, so a request leaves it out."""
    return prose.of(field).endswith(OURS)


def is_always_there(field: Any) -> bool:
    """Return whether every answer with the field's message has the field."""
    return not field.has_presence or f"{field.containing_type.name}.{field.name}" in ALWAYS


def _anchored(rule: Schema, field: Any) -> Schema:
    may_be_empty = field.type == FieldDescriptor.TYPE_STRING and not is_required(field)
    end = "?$" if may_be_empty else "$"
    return rule | {"pattern": f"^({rule['pattern']}){end}"}


def _texts(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^({pattern})$"}


def _mask(message: Any, *, parts: Iterable[str], but: str = "") -> Schema:
    """Return the paths of an update mask: the fields that the server does not set, in both spellings.

    `parts` are paths of fields in fields.
    """
    fields = [field for field in message.fields if not is_ours(field) and field.name != but]
    spelled = [name for field in fields for name in (field.json_name, field.name)]
    spelled += [re.escape(name) for part in sorted(parts) for name in (json_values.camel(part), part)]
    names = "|".join(dict.fromkeys(spelled))
    return {"pattern": rf"(\*|({names})(,({names}))*)?"}


OPTIONS: Schema = {
    "maxProperties": names.MAX_OPTIONS,
    "propertyNames": {"maxLength": names.MAX_OPTION_LENGTH},
    "additionalProperties": {"type": "string", "maxLength": names.MAX_OPTION_LENGTH},
}
OF_REQUESTS: dict[str, Schema] = {
    "project": {"pattern": NAME},
    "trigger": {"pattern": NAME},
    "type": {"pattern": TYPE},
    "id": {"pattern": ID},
    "event_id": {"pattern": ID},
    "delivery_id": {"pattern": ID},
    "bulk_action": {"pattern": ID},
    "id_prefix": {"pattern": ID},
    "delay": {"pattern": LENGTH},
    "options": OPTIONS,
    "traceparent": {"pattern": traces.PARENT.pattern},
    "tracestate": {"maxLength": traces.MOST},
    "page_size": {"minimum": 0},
    "page_token": {"pattern": "[A-Za-z0-9_-]+", "maxLength": pages.LONGEST},
}
"""By the field's name, in any request."""
RULES: dict[str, Schema] = {
    "QueueRequest.type": {"pattern": QUEUED},
    "TriggerSyncRequest.type": {"pattern": QUEUED},
    "QueueBatchRequest.events": {"minItems": 1, "maxItems": 1000},
    "StartBulkActionRequest.max_per_second": {"minimum": 0, "maximum": bulk.HIGHEST_RATE},
    "EventFilter.type": {"pattern": TRIGGER_TYPE},
    "EventFilter.id_prefix": {"pattern": ID},
    "DeliveryFilter.event_id": {"pattern": ID},
    "DeliveryFilter.trigger": {"pattern": NAME},
    "DeliveryFilter.type": {"pattern": TYPE},
    "DeliveryFilter.error_text": {
        "pattern": rf"[^\x00]{{{wanted.SHORTEST_TEXT},{wanted.LONGEST_TEXT}}}",
    },
    "DeliveryFilter.status_code": {"minimum": 0, "maximum": 599},
    "UpdateTriggerRequest.update_mask": _mask(
        triggers_pb2.Trigger.DESCRIPTOR, parts=triggers.POLICY_PARTS, but="name"
    ),
    "Project.name": {"pattern": NAME},
    "EventType.type": {"pattern": SCHEMA_TYPE},
    "TestEventTypeRequest.event_type": {"pattern": SCHEMA_TYPE},
    "TestEventTypeRequest.data": {"maxItems": counts.SAMPLES},
    "TestEventTypeRequest.recent_count": {"minimum": 0, "maximum": schema_trials.MOST_RECENT},
    "EventType.schema": {
        "minLength": 1,
        "maxLength": event_schemas.MAX_BYTES,
        "examples": ['{"type": "object", "required": ["to"]}', "type email { to: String! }"],
    },
    "Retention.succeeded": {"pattern": KEPT},
    "Retention.dead_letters": {"pattern": KEPT},
    "Retention.attempts": {"pattern": KEPT},
    "Retention.unmatched": {"pattern": KEPT},
    "Trigger.name": {"pattern": NAME},
    "Trigger.type": {"pattern": TRIGGER_TYPE},
    "Trigger.url": {"pattern": URL, "maxLength": MAX_URL_LENGTH},
    "Trigger.retries": {"minimum": 0, "maximum": triggers.MAX_RETRIES},
    "Trigger.timeout": {"pattern": TIMEOUT},
    "Trigger.headers": {
        "maxProperties": triggers.MAX_HEADERS,
        "propertyNames": _texts(triggers.HEADER_NAME.pattern) | {"maxLength": triggers.MAX_HEADER_NAME},
        "additionalProperties": _texts(triggers.HEADER_VALUE.pattern)
        | {"maxLength": triggers.MAX_HEADER_VALUE},
    },
    "Trigger.secrets": {"maxItems": 1, "items": _texts(SECRET)},
    "Trigger.options": OPTIONS,
    "Trigger.filter": {"maxLength": filter_language.MAX_LENGTH, "examples": ["data.amount > 100"]},
    "Trigger.max_in_flight": {"minimum": 1, "maximum": triggers.MAX_IN_FLIGHT},
    "Trigger.description": {"pattern": f"{texts.CHARACTER}{{0,{triggers.MAX_DESCRIPTION}}}"},
    "StartBulkActionRequest.reason": {"pattern": f"{texts.CHARACTER}{{0,{bulk.MAX_REASON}}}"},
    "RetryPolicy.min_backoff": {"pattern": r"[0-9]{1,5}(\.[0-9]{1,9})?s"},
    "RetryPolicy.max_backoff": {"pattern": r"[0-9]{1,6}(\.[0-9]{1,9})?s"},
    "RetryPolicy.schedule": {
        "maxItems": triggers.MAX_SCHEDULE,
        "items": _texts(r"[0-9]{1,6}(\.[0-9]{1,9})?s"),
    },
    "RetryPolicy.no_retry_statuses": {
        "maxItems": triggers.MAX_STATUSES,
        "items": _texts(triggers.NO_RETRY_STATUS.pattern),
    },
    "CloudEvent.id": {"pattern": f"{PLAIN}+"},
    "CloudEvent.source": {"pattern": URI},
    "CloudEvent.time": {"pattern": TIME},
    "CloudEvent.subject": {"pattern": f"{PLAIN}+"},
    "CloudEvent.datacontenttype": {"pattern": MEDIA_TYPE.pattern.replace(r"[ \t]", " ")},
    "CloudEvent.dataschema": {"pattern": f"[A-Za-z][A-Za-z0-9+.-]*:({URI})?"},
    "CloudEvent.extensions": {
        "propertyNames": _texts(f"(?!({'|'.join(sorted(cloudevents.TAKEN))})$){cloudevents.NAME.pattern}")
    },
    "Extension.text": {"pattern": f"{PLAIN}+", "minLength": 1},
}
"""By the field's name in its message."""
IN_PATH = {"QueueRequest": "project"}
"""The field of a message that it needs only alone. Inside another, the path has it."""
ONE_OF: dict[str, Schema] = {"Extension": {"minProperties": 1, "maxProperties": 1}}
"""By the name of a message that is one of its fields."""
