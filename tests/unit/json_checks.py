"""What the tests of strict JSON share: the check as a question, a slow reader to compare with, and values."""

import pytest
from bellrope_server.errors import MalformedJson
from bellrope_server.text import strict_json
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

KNOWN = frozenset({"type", "data", "payload", "delay", "timestamp", "id", "options"})
MIB = 1024 * 1024
LAW = settings(suppress_health_check=[HealthCheck.too_slow])
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=30,
)


def accepted(text: bytes) -> bool:
    """Return the result of the check of a text."""
    try:
        strict_json.check(text)
    except MalformedJson:
        return False
    return True


def refusal(text: bytes, *, field: str = "") -> str:
    """Return the error for a refused text."""
    with pytest.raises(MalformedJson) as caught:
        strict_json.check(text, field=field)
    return caught.value.message


class Pairs(list[tuple[str, object]]):
    """An object as the standard library reads it, with its duplicates."""


def has_duplicates(value: object) -> bool:
    """Return True if an object anywhere in a tree of Pairs has one key twice."""
    if isinstance(value, Pairs):
        return len(dict(value)) < len(value) or any(has_duplicates(item) for _, item in value)
    return isinstance(value, list) and any(has_duplicates(item) for item in value)
