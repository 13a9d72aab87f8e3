"""Projects as a tree for a YAML file that `bellrope apply` reads. No secret is in it."""

from collections.abc import Iterable
from typing import Any

from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.json_format import MessageToDict

from bellrope_server.convert.declared import FIELDS, TRIGGERS, TYPES
from bellrope_server.convert.declared_lengths import in_words
from bellrope_server.convert.kept_secrets import KEEP_HEADERS, KEEP_SECRET
from bellrope_server.convert.message_reader import is_secret
from bellrope_server.convert.triggers import as_stored
from bellrope_server.model import TriggerSpec
from bellrope_server.text.yaml_text import Tree

Members = dict[str, Any]

DEFAULTS: Members = MessageToDict(as_stored(TriggerSpec(name="", type="", url="")))
SECRET = {each.json_name for each in triggers_pb2.Trigger.DESCRIPTOR.fields if is_secret(each)}


def project(
    project: projects_pb2.Project,
    event_types: Iterable[projects_pb2.EventType],
    triggers: Iterable[triggers_pb2.Trigger],
) -> Tree:
    """Return a project with all that it has, sorted by name. Both lists are there, even if they are empty."""
    found: dict[str, Tree] = {"paused": True} if project.paused else {}
    if kept := in_words(project.retention):
        found["retention"] = kept
    schemas = {each.type: {"schema": each.schema} for each in event_types}
    by_name = {each.name: trigger(each) for each in triggers}
    return found | {TYPES: dict(sorted(schemas.items())), TRIGGERS: dict(sorted(by_name.items()))}


def trigger(trigger: triggers_pb2.Trigger) -> Tree:
    """Return the settings of a trigger that differ from the defaults; headers and secret by name only."""
    members = MessageToDict(trigger)
    found: dict[str, Tree] = {}
    for key in FIELDS:
        if key not in SECRET and (value := _differing(members.get(key), DEFAULTS.get(key))) is not None:
            found[key] = dict(sorted(value.items())) if key == "options" else value
    if trigger.headers:
        found[KEEP_HEADERS] = sorted(trigger.headers)
    if trigger.signed:
        found[KEEP_SECRET] = True
    return found


def _differing(value: Any, default: Any) -> Any:
    """Return a value, or of an object its members, where it differs from the default; None if it does not."""
    if isinstance(value, dict) and isinstance(default, dict):
        parts = {key: each for key, each in value.items() if each != default.get(key)}
        return parts or None
    return None if value == default else value
