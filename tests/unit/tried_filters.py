"""What a filter says of an event, or why it has no result or cannot be saved."""

from typing import Any

import orjson
import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.filter_subjects import FilterFailed, Subject
from bellrope_server.rules.filters import compile


def subject(data: Any = None, *, raw: bytes | None = None, **fields: Any) -> Subject:
    """Return an event as filters see it."""
    given = {"project": "shop", "type": "sale", "id": "order-7", "options": {}, "time": 1_795_434_627_000_000}
    return Subject(data=orjson.dumps(data) if raw is None else raw, **(given | fields))


def said(expression: str, event: Subject) -> bool | tuple[str, str]:
    """Return the result of a filter, or the reason that it has none."""
    try:
        return compile(expression).matches(event)
    except FilterFailed as failure:
        return failure.reason, str(failure)


def outcome(expression: str, data: Any = None, **fields: Any) -> bool | tuple[str, str]:
    """Return the result of a filter, which is the same alone and with other filters."""
    alone = said(expression, subject(data, **fields))
    assert said(expression, subject(data, shared=True, **fields)) == alone
    return alone


def matches(expression: str, data: Any = None, **fields: Any) -> bool:
    """Compile and run a filter that has a result."""
    answer = outcome(expression, data, **fields)
    assert isinstance(answer, bool), answer
    return answer


def refused(expression: str) -> str:
    """Return the error for saving such a filter."""
    with pytest.raises(InvalidField) as refusal:
        compile(expression)
    assert refusal.value.field == "filter"
    return refusal.value.sentence


def failed(expression: str, data: Any = None, **fields: Any) -> tuple[str, str]:
    """Return why a filter has no result."""
    failure = outcome(expression, data, **fields)
    assert isinstance(failure, tuple), failure
    return failure
