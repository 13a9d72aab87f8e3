"""What a filter costs at most, worked out from its expression: CEL cannot be stopped, so it must not begin.

The factors are what we measured, in nanoseconds on a slow core, with the data that takes each function
longest. Loops are not counted: their steps are timed.
"""

from typing import Any, NamedTuple

from bellrope_server.errors import InvalidField
from bellrope_server.rules import filter_syntax
from bellrope_server.rules.pattern_costs import pattern_cost

# These look at a few bytes, or compare two texts.
_QUICK = frozenset(
    (
        *("_&&_", "_||_", "!_", "_?_:_", "@not_strictly_false", "_<_", "_<=_", "_>_", "_>=_", "_[_]"),
        *("-_", "_-_", "_*_", "_/_", "_%_", "startsWith", "endsWith"),
    )
)
_EACH = {"size": 2}  # nanoseconds for each byte
_OTHER = 12  # of any other function: conversions
_EQUAL, _IN, _ADD, _BUILD = 20, 20, 25, 250
_FIND = 6  # `contains` a short text
_FIND_LONGER = 64  # characters that cost one nanosecond more
_LONGEST_CONSTANT = 2048  # characters
_FIND_ANY = 165  # `contains` a text of the event: the cost grows with the square of the size
_NUMBERS = ("int64_value", "uint64_value", "double_value")


class Cost(NamedTuple):
    """Nanoseconds at most: in any case, for each byte of the longest text, and for each byte of the data."""

    once: int = 0
    each_of_text: int = 0
    each: int = 0

    def of(self, *, longest: int, size: int) -> int:
        """Return the nanoseconds for data of a size, whose longest text has `longest` bytes."""
        return self.once + self.each_of_text * longest + self.each * size


def cost(expr: Any) -> Cost:
    """Return what the expression costs; raise InvalidField if that cannot be known."""
    costs = [Cost()]
    _measure(expr, costs)
    return Cost(*(sum(column) for column in zip(*costs, strict=True)))


def _measure(expr: Any, costs: list[Cost]) -> int:
    """Add what each function costs, and return how many variables are named: each may be the whole event."""
    if expr.HasField("ident_expr"):
        return 1
    parts = filter_syntax.parts(expr)
    reads = [_measure(part, costs) for part in parts]
    if expr.HasField("call_expr"):
        costs.append(_of_call(expr.call_expr.function, parts, reads))
    elif expr.HasField("struct_expr"):
        costs.append(Cost(each=_BUILD * sum(reads)))
    return sum(reads)


def _of_call(name: str, operands: list[Any], reads: list[int]) -> Cost:
    """Return the cost of a function whose operands name so many variables."""
    if name in _QUICK:
        return Cost()
    if name in _OF_TWO and len(operands) == 2:
        return _OF_TWO[name](*operands, *reads)
    return Cost(each=_EACH.get(name, _OTHER) * sum(reads))


def _equal(_a: Any, _b: Any, a: int, b: int) -> Cost:
    """A comparison ends with the smaller side, and a constant is small."""
    return Cost(each=_EQUAL * (a + b) if a and b else 0)


def _in(_one: Any, _others: Any, one: int, others: int) -> Cost:
    return Cost(each=_IN * (one + others) if others else 0)


def _add(left: Any, right: Any, reads_left: int, reads_right: int) -> Cost:
    if any(side.const_expr.HasField(number) for side in (left, right) for number in _NUMBERS):
        return Cost()
    return Cost(each=_ADD * (reads_left + reads_right))


def _contains(_text: Any, wanted: Any, text: int, reads: int) -> Cost:
    if reads:
        return Cost(each_of_text=_FIND_ANY * text * reads)
    constant = wanted.const_expr
    length = len(constant.string_value) if constant.HasField("string_value") else _LONGEST_CONSTANT
    return Cost(each_of_text=text * (_FIND + length // _FIND_LONGER))


def _matches(_text: Any, pattern: Any, text: int, _reads: int) -> Cost:
    if not pattern.const_expr.HasField("string_value"):
        raise InvalidField("must have the pattern of `matches` as a text in quotes", field="filter")
    once, each = pattern_cost(pattern.const_expr.string_value)
    return Cost(once=once, each_of_text=each * max(1, text))


_OF_TWO = {
    "_==_": _equal,
    "_!=_": _equal,
    "@in": _in,
    "_+_": _add,
    "contains": _contains,
    "matches": _matches,
}
