"""PromQL: which samples an expression asks for, and its value for two scrapes of a server."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import promql_parser  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families
from promql_parser import MatchOp

Labels: TypeAlias = frozenset[tuple[str, str]]
Vector: TypeAlias = dict[Labels, float]
Value: TypeAlias = Vector | float

BINARY: dict[str, Callable[[float, float], float]] = {"*": operator.mul, "/": operator.truediv}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "==": operator.eq,
}
AGGREGATED: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "max": max, "min": min}


@dataclass(frozen=True)
class Scrape:
    """The samples of a scrape, by name and labels, with those that Prometheus adds."""

    time: float
    samples: dict[str, Vector]

    @classmethod
    def of(cls, text: str, *, time: float, **added: str) -> "Scrape":
        """Read the text of /metrics; `added` are labels that every sample gets."""
        samples: dict[str, Vector] = {"up": {frozenset(added.items()): 1.0}}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = frozenset((sample.labels | added).items())
                samples.setdefault(sample.name, {})[labels] = sample.value
        return cls(time, samples)


def parsed(expression: str) -> Any:
    """Return the tree of an expression; raise ValueError if it is not PromQL."""
    return promql_parser.parse(expression)


def selectors(tree: Any) -> Iterator[Any]:
    """Give every selector of samples in an expression."""
    match type(tree).__name__:
        case "VectorSelector":
            yield tree
        case "MatrixSelector":
            yield tree.vector_selector
        case "BinaryExpr":
            yield from selectors(tree.lhs)
            yield from selectors(tree.rhs)
        case "AggregateExpr" | "ParenExpr":
            yield from selectors(tree.expr)
        case "Call":
            for argument in tree.args:
                yield from selectors(argument)


def grouped(tree: Any) -> Iterator[tuple[Any, list[str]]]:
    """Give each aggregation in an expression, with the labels that it keeps."""
    if type(tree).__name__ == "AggregateExpr" and tree.modifier:
        yield tree, tree.modifier.labels
    for part in ("lhs", "rhs", "expr"):
        if hasattr(tree, part):
            yield from grouped(getattr(tree, part))
    for argument in getattr(tree, "args", ()):
        yield from grouped(argument)


def labels_of(tree: Any, scrape: Scrape) -> set[str]:
    """Return the labels that an expression's result has."""
    match type(tree).__name__:
        case "VectorSelector":
            return {label for labels in scrape.samples[tree.name] for label, _ in labels}
        case "MatrixSelector":
            return labels_of(tree.vector_selector, scrape)
        case "BinaryExpr":
            return labels_of(tree.lhs, scrape)
        case "Call":
            return labels_of(tree.args[-1], scrape)
        case "AggregateExpr" if str(tree.op) != "topk":
            return set(tree.modifier.labels if tree.modifier else ())
    return labels_of(tree.expr, scrape)


def matches(selector: Any, labels: Labels) -> bool:
    """Return whether a selector takes a sample with these labels."""
    of = dict(labels)
    return all(_fits(each, of.get(each.name, "")) for each in selector.matchers.matchers)


def _fits(matcher: Any, text: str) -> bool:
    if matcher.op in (MatchOp.Equal, MatchOp.NotEqual):
        return bool((text == matcher.value) is (matcher.op == MatchOp.Equal))
    return bool(re.fullmatch(matcher.value, text)) is (matcher.op == MatchOp.Re)


def value(tree: Any, first: Scrape, last: Scrape) -> Value:
    """Return the value at the time of the last scrape. Every range reaches back to the first."""
    match type(tree).__name__:
        case "NumberLiteral":
            return float(tree.val)
        case "ParenExpr":
            return value(tree.expr, first, last)
        case "VectorSelector":
            return _selected(tree, last)
        case "Call":
            return _call(tree, first, last)
        case "AggregateExpr":
            return _aggregate(tree, _vector(tree.expr, first, last))
        case "BinaryExpr":
            return _binary(str(tree.op), value(tree.lhs, first, last), value(tree.rhs, first, last))
    raise NotImplementedError(type(tree).__name__)


def _vector(tree: Any, first: Scrape, last: Scrape) -> Vector:
    found = value(tree, first, last)
    assert isinstance(found, dict)
    return found


def _selected(selector: Any, scrape: Scrape) -> Vector:
    samples = scrape.samples.get(selector.name, {})
    return {labels: number for labels, number in samples.items() if matches(selector, labels)}


def _call(call: Any, first: Scrape, last: Scrape) -> Vector:
    [argument] = call.args
    if call.func.name == "absent":
        return {} if _vector(argument, first, last) else {frozenset(): 1.0}
    before, after = (_selected(argument.vector_selector, scrape) for scrape in (first, last))
    both = {labels: after[labels] - before[labels] for labels in before.keys() & after.keys()}
    if call.func.name == "changes":
        return {labels: float(bool(change)) for labels, change in both.items()}
    seconds = {"increase": 1.0, "rate": last.time - first.time}[call.func.name]
    return {labels: change / seconds for labels, change in both.items()}


def _aggregate(tree: Any, vector: Vector) -> Vector:
    kept = set(tree.modifier.labels if tree.modifier else ())
    groups: dict[Labels, list[float]] = {}
    for labels, number in vector.items():
        group = frozenset((name, text) for name, text in labels if name in kept)
        groups.setdefault(group, []).append(number)
    return {group: AGGREGATED[str(tree.op)](numbers) for group, numbers in groups.items()}


def _binary(op: str, left: Value, right: Value) -> Value:
    if isinstance(left, dict) and isinstance(right, dict):
        return _joined(op, left, right)
    if isinstance(left, dict):
        assert isinstance(right, float)
        return _joined(op, left, dict.fromkeys(left, right))
    assert isinstance(right, dict)
    return {labels: BINARY[op](left, number) for labels, number in right.items()}


def _joined(op: str, left: Vector, right: Vector) -> Vector:
    if op == "or":
        return right | left
    if op == "unless":
        return {labels: number for labels, number in left.items() if labels not in right}
    both = {labels: (left[labels], right[labels]) for labels in left.keys() & right.keys()}
    if op in COMPARED:
        return {labels: one for labels, (one, other) in both.items() if COMPARED[op](one, other)}
    return {labels: BINARY[op](one, other) for labels, (one, other) in both.items() if other}
