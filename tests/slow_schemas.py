"""Schemas of every kind that takes long to check, each with data for it."""

from typing import Any


def nested(times: int, **also: Any) -> dict[str, Any]:
    """Return a schema whose parts each contain one more, next to `also`."""
    schema: dict[str, Any] = {"properties": {"a": {}}}
    for _ in range(times):
        schema = {"allOf": [schema], **also}
    return schema


SLOW: dict[str, tuple[dict[str, Any], Any]] = {
    "alternatives": ({"items": {"anyOf": [{"const": n} for n in range(300)]}}, [299] * 900),
    "alternatives at the top": ({"anyOf": [{"items": {"const": n}} for n in range(90)]}, [0] * 900),
    "alternatives by reference": (
        {"items": {"oneOf": [{"$ref": "#/$defs/a"}] * 300}, "$defs": {"a": {"not": {"const": 1}}}},
        [1] * 900,
    ),
    "listed values": ({"items": {"enum": [[n] for n in range(900)]}}, [[899]] * 900),
    "what is not evaluated": (nested(15, unevaluatedProperties=False), {"a": 1}),
    "fractions": ({"items": {"multipleOf": 1e-300}}, [1.7e308] * 5_000),
    "a long pattern": ({"pattern": "[ab]*a[ab]{1500}[cd]"}, "ab" * 9_000),
    "nested repetitions": ({"pattern": "^(((a|b)?){60}b?){60}[cd]$"}, "ab" * 100),
    "patterns for names": (
        {"patternProperties": {f"k|x{n}$": {} for n in range(300)}},
        {f"k{n}": 0 for n in range(900)},
    ),
    "many patterns": ({"allOf": [{"pattern": f"\\w{{99}}x{n}"} for n in range(300)]}, "x"),
    "unique large numbers": ({"uniqueItems": True}, [2**63 + n for n in range(3_000)]),
    "large data": ({"items": {"type": "integer"}}, [0] * 90_000),
}
