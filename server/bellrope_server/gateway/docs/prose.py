"""The comments of the protos. Descriptors have none at run time, so `make gen` writes them to a file."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def _texts() -> dict[str, str]:
    text = resources.files(__package__).joinpath("prose.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def of(descriptor: Any) -> str:
    """Return the comment of a message, field, enum, service or RPC; empty if it has none."""
    return _texts().get(descriptor.full_name, "")


def of_value(value: Any) -> str:
    """Return the comment of an enum's value."""
    return _texts().get(f"{value.type.full_name}.{value.name}", "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a comment, without its period.

    >>> first_sentence("Queue stores an event (at 1.5 s), and answers. It is quick.")
    'Queue stores an event (at 1.5 s), and answers'
    """
    paragraph = text.partition("\n\n")[0]
    return paragraph.partition(". ")[0].removesuffix(".").removesuffix(":")
