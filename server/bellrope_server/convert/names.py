"""Checks the names that callers choose."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bellrope_server.convert import counts
from bellrope_server.errors import InvalidField
from bellrope_server.rules.type_patterns import ALL, ENDING, RESERVED, is_pattern

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
TYPE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]{1,255}")
MAX_OPTIONS = counts.OPTIONS
MAX_OPTION_LENGTH = 256


@lru_cache(maxsize=1024)
def project(name: str, *, field: str = "project") -> str:
    """Return a project's name, or raise InvalidField."""
    return _name(name, field)


def trigger(name: str, *, field: str = "trigger") -> str:
    """Return a trigger's name, or raise InvalidField."""
    return _name(name, field)


def _name(name: str, field: str) -> str:
    if not NAME.fullmatch(name):
        raise InvalidField(
            "must be a letter or digit, then up to 62 letters, digits, `.`, `_` or `-`", field=field
        )
    return name


def event_id(id: str, *, field: str = "id") -> str:
    """Return an event's id as its sender gave it, or raise InvalidField."""
    if not EVENT_ID.fullmatch(id):
        raise InvalidField("must be 1 to 128 letters, digits, `_` or `-`", field=field)
    return id


@lru_cache(maxsize=1024)
def event_type(type: str, *, reserved: bool = False) -> str:
    """Return a type of event, or raise InvalidField; `reserved` types can be matched but not queued."""
    if not type:
        raise InvalidField("is required", field="type")
    if not TYPE.fullmatch(type):
        raise InvalidField(
            "must be 1 to 255 characters, without white space or control characters", field="type"
        )
    if type.startswith(RESERVED) and not reserved:
        raise InvalidField(
            f"must not begin with `{RESERVED}`: only the server queues these types", field="type"
        )
    return type


def trigger_type(type: str) -> str:
    """Return the type of a trigger: a type of event or a pattern. Raise InvalidField for anything else."""
    event_type(type, reserved=True)
    prefix = type.removesuffix(ENDING)
    if type != ALL and ("*" in prefix or not prefix):
        raise InvalidField("may have `*` only alone, or after a dot at the end: `order.*`", field="type")
    return type


def schema_type(type: str) -> str:
    """Return the type of event that a schema is for, or raise InvalidField."""
    if is_pattern(type):
        raise InvalidField("must be one type of event; a schema does not take patterns", field="type")
    return event_type(type)


def options(options: Mapping[str, str]) -> dict[str, str]:
    """Return options, or raise InvalidField for too many or too long ones."""
    if not options:
        return {}
    if len(options) > MAX_OPTIONS:
        raise InvalidField(f"must not have more than {MAX_OPTIONS} entries", field="options")
    if any(max(len(key), len(value)) > MAX_OPTION_LENGTH for key, value in options.items()):
        raise InvalidField(
            f"must not have a key or value over {MAX_OPTION_LENGTH} characters", field="options"
        )
    if any("\0" in key or "\0" in value for key, value in options.items()):
        raise InvalidField("must not have the character U+0000", field="options")
    return dict(options)
