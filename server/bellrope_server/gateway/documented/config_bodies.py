"""The bodies of the documented config paths: which keys they may have, and how they are read and shown."""

from collections.abc import Iterable
from typing import Any

from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.convert import counts, names, values
from bellrope_server.convert.times import from_duration, to_duration
from bellrope_server.errors import InvalidField, ServiceError, UnknownField
from bellrope_server.rules import space_cloud_rules
from bellrope_server.text import strict_json

PROJECT_KEYS = frozenset({"id", "name"})
SCHEMA_KEYS = frozenset({"id", "type", "schema"})
LATER = ("claims", "template", "requestTemplate", "outputFormat")
WAITS = {"minBackoff": "min_backoff", "maxBackoff": "max_backoff"}
EMPTY = (b"null", b'""', b"{}")
EVENTING_KEYS = frozenset({"id", "enabled", "dbAlias"})
WAITS_REPLACED = tuple(f"retry_policy.{part}" for part in ("min_backoff", "max_backoff", "schedule"))
REPLACED = ("type", "url", "retries", "timeout", *WAITS_REPLACED, "headers", "options", "filter")
NAMED = {
    "retry_policy.min_backoff": "retryPolicy.minBackoff",
    "retry_policy.max_backoff": "retryPolicy.maxBackoff",
    "secrets": "secret",
}


def _members(body: bytes, known: frozenset[str], *, shown: frozenset[str] | None = None) -> dict[str, bytes]:
    strict_json.check(body, shown=shown)
    members = strict_json.fields(body, known=known)
    return {key: raw for key, raw in members.items() if raw not in EMPTY}


def _check_names(members: dict[str, bytes], keys: Iterable[str], name: str, *, what: str) -> None:
    """Raise InvalidField if a key of the body has another name than the path."""
    for key in keys:
        if key in members and values.text(members[key], field=key) != name:
            raise InvalidField(f"must be the {what} in the path", field=key)


def project(name: str, body: bytes) -> projects_pb2.Project:
    """Return the project of a body, which can be left out."""
    members = _members(body, PROJECT_KEYS) if body.strip() else {}
    _check_names(members, ("id",), name, what="project's name")
    return projects_pb2.Project(name=names.project(name))


def enabled(body: bytes) -> bool:
    """Return whether the project shall run: true unless `enabled` is false."""
    members = _members(body, EVENTING_KEYS) if body.strip() else {}
    for key in ("id", "dbAlias"):
        values.text(members.get(key, b'""'), field=key)
    return values.boolean(members.get("enabled", b"true"), field="enabled")


def event_type(type: str, body: bytes) -> projects_pb2.EventType:
    """Return the event type of a body; its schema is a string, or an object as it stands."""
    members = _members(body, SCHEMA_KEYS)
    _check_names(members, ("id", "type"), type, what="type of event")
    raw = members.get("schema", b'""')
    schema = values.text(raw, field="schema") if raw.startswith(b'"') else raw.decode()
    return projects_pb2.EventType(type=type, schema=schema)


def trigger(name: str, body: bytes) -> triggers_pb2.Trigger:
    """Return the trigger of a body."""
    members = _members(body, TRIGGER_KEYS, shown=TRIGGER_KEYS | WAITS.keys())
    for key in LATER:
        if key in members:
            raise InvalidField("is not supported; leave it out", field=key)
    _check_names(members, ("id", "name"), name, what="trigger's name")
    saved = triggers_pb2.Trigger(name=name)
    for key, read in READERS.items():
        if key in members:
            read(saved, members[key])
    return saved


def fields_of(saved: triggers_pb2.Trigger) -> FieldMask:
    """Return the fields that a saved trigger replaces; without a secret in the body, the old one stays."""
    return FieldMask(paths=[*REPLACED, *(["secrets"] if saved.secrets else [])])


def named(error: ServiceError) -> ServiceError:
    """Return an error in saving a trigger with the field's key in the body."""
    error.field = NAMED.get(error.field or "", error.field)
    if error.field == "timeout":
        error.message += "; this key is in milliseconds"
    return error


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


def shown(trigger: triggers_pb2.Trigger) -> dict[str, Any]:
    """Return a trigger as its path shows it; a secret is never shown."""
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
