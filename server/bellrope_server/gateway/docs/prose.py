"""The comments of the protos, with fields named as in JSON. `make gen` writes them to a file for this."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any

_CODE = re.compile(r"`[^`]+`|\b[A-Z]\w+(?:\.\w+)+")  # `delivery_count`, Trigger.chain_events
_WORD = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


@cache
def _texts() -> dict[str, str]:
    text = resources.files(__package__).joinpath("prose.json").read_text(encoding="utf-8")
    texts: dict[str, str] = json.loads(text)
    fields = frozenset(name.rpartition(".")[2] for name in texts)
    return {name: _named_as_in_json(said, fields) for name, said in texts.items()}


def _named_as_in_json(text: str, fields: frozenset[str]) -> str:
    """Return a text with its fields in lowerCamelCase; other words in code stay.

    >>> _named_as_in_json("`filter.due_time` is not `cancel_asked`", frozenset({"due_time"}))
    '`filter.dueTime` is not `cancel_asked`'
    """

    def spelled(word: re.Match[str]) -> str:
        first, *others = word[0].split("_")
        return first + "".join(map(str.capitalize, others)) if word[0] in fields else word[0]

    return _CODE.sub(lambda code: _WORD.sub(spelled, code[0]), text)


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
