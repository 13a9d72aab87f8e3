"""Whether an event matches a trigger's filter: an expression that is compiled once and run within bounds.

What it may cost is known before it runs (`filter_costs.py`), and its loops are timed (`filter_watch.py`).
`store/intake/matching.py` says how much time the filters of a project get together.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from bellrope_server.errors import InvalidField
from bellrope_server.model import Micros
from bellrope_server.rules import filter_constants, filter_watch
from bellrope_server.rules import filter_language as language
from bellrope_server.rules.filter_costs import Cost, cost
from bellrope_server.rules.filter_subjects import READ, FilterFailed, Subject
from bellrope_server.rules.filter_watch import Watch

MAX_STEPS = 10_000  # of all loops together, nested ones included; this is the library's own budget
MOST_DATA = 64 * 1024  # bytes that a filter reads
MOST_DATA_IN_LOOPS = 16 * 1024  # bytes, if it loops: a step may cost as much as the size of the data
LEAST_DATA = 1024  # bytes that a filter must be able to read
LONGEST: Micros = 20_000  # processor time of one evaluation: of all loops, and of everything else
LIGHT: Micros = 200  # processor time that a light evaluation takes at most

_CONVERSION = 120  # nanoseconds for each byte that CEL gets, at most
_NEEDS_AN_OBJECT = language.LOOPS | {"has"}
_NOT_SHARED = frozenset({"options", "time", "source", "subject", "extensions"})
_LARGE = _NOT_SHARED - {"time"}
_WORD = re.compile(r"[A-Za-z_]\w*+", re.ASCII)
_KEY_OF_DATA = re.compile(r"\bdata\b(?:\s*+\.\s*+([A-Za-z_]\w*+)\s*+(?!\())?", re.ASCII)


class Filter(Protocol):
    """A compiled filter."""

    def matches(self, subject: Subject, watch: Watch | None = None) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result.

        Its loops end when the watch says so; without one, after LONGEST.
        """

    def is_light(self, subject: Subject) -> bool:
        """Return whether the evaluation takes at most LIGHT besides its loops."""


def compile(expression: str) -> Filter:
    """Return the filter, or raise InvalidField with the place and the reason.

    >>> compile("data.amount > 100 && type == 'sale'").matches(
    ...     Subject(project="shop", type="sale", id="7", options={}, data=b'{"amount": 129.5}', time=0)
    ... )
    True
    """
    made = language.compiled(expression)
    tree = language.tree(made)
    costs = cost(tree)
    if costs.of(longest=LEAST_DATA, size=LEAST_DATA) > 1000 * LONGEST:
        raise InvalidField(
            "may take too long; use fewer or smaller regular expressions and comparisons", field="filter"
        )
    filter_constants.check(made, tree)
    return _Cel(made, expression, costs)


class _Cel:
    """A filter that Google's CEL runs.

    CEL handles an object slower than its members one by one. So an expression that reads only named members
    is compiled twice: once with a variable for each, and once unchanged. The second form runs if the first
    has no result, and gives the reason. Several filters on one event share these variables, because passing
    them to CEL costs most.
    """

    def __init__(self, made: Any, expression: str, costs: Cost) -> None:
        code = language.code(expression)
        words = set(_WORD.findall(code))
        self._variables = tuple((f"event.{name}", READ[name]) for name in READ if name in words)
        self._reads_data = "data" in words
        self._reads_large = bool(words & _LARGE) and costs != Cost()
        self._keys = _keys(code)
        self._loops = bool(words & language.LOOPS)
        if self._loops:
            language.check_loops(code)
        self._compiled = language.with_an_end(made) if self._loops else made
        self._costs = costs
        self._most_data = MOST_DATA_IN_LOOPS if self._loops else MOST_DATA
        self._safe_data = min(self._most_data, _bytes(LONGEST, costs))
        self._light_data = _bytes(LIGHT, costs._replace(each=costs.each + _CONVERSION))
        flat = self._keys is not None and not words & _NEEDS_AN_OBJECT
        self._members = tuple((f"event.data.{key}", key) for key in self._keys or ()) if flat else ()
        self._flat = language.flat(self._keys or ()).compile(expression) if flat else None
        self._shares = bool(self._members) and not words & _NOT_SHARED
        self._plan()

    def _plan(self) -> None:
        """Let CEL do now what it would do for the first event, but no step of a loop."""
        filter_watch.ask(Watch(0))
        for form in filter(None, (self._compiled, self._flat)):
            _answer(form, data={})

    def matches(self, subject: Subject, watch: Watch | None = None) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result."""
        if (self._reads_data and len(subject.data) > self._safe_data) or self._reads_large:
            self._check_size(subject)
        if subject.shared and self._shares and (ready := subject.members()):
            answer = _answer(self._flat, ready)
            if answer is True or answer is False:
                return answer
        values = {variable: read(subject) for variable, read in self._variables}
        if not self._reads_data:
            return self._evaluate(values, watch)
        data = subject.read()
        if self._flat and type(data) is dict and not subject.shared:
            members = {variable: data[key] for variable, key in self._members if key in data}
            answer = _answer(self._flat, data=members | values if values else members)
            if answer is True or answer is False:
                return answer
        values["event.data"] = self._named(data)
        return self._evaluate(values, watch)

    def is_light(self, subject: Subject) -> bool:
        """Return whether the evaluation takes at most LIGHT besides its loops."""
        return self._size(subject) <= self._light_data

    def _size(self, subject: Subject) -> int:
        """Return how many bytes of the event the expression reads at most."""
        size = len(subject.data) if self._reads_data else 0
        return size + subject.size_of_attributes() if self._reads_large else size

    def _check_size(self, subject: Subject) -> None:
        """Raise FilterFailed if the evaluation may take longer than LONGEST besides its loops."""
        if self._reads_data and len(subject.data) > self._most_data:
            raise FilterFailed("data_too_large", f"the data is over {self._most_data} bytes")
        size = self._size(subject)
        if size <= self._safe_data:
            return
        longest = _longest_text(self._named(subject.read())) if self._reads_data else 0
        if self._reads_large:
            longest = max(longest, subject.size_of_attributes())
        if self._costs.of(longest=longest, size=size) > 1000 * LONGEST:
            why = f"the data is over {self._safe_data} bytes, for which this expression may take too long"
            raise FilterFailed("data_too_large", why)

    def _evaluate(self, values: dict[str, Any], watch: Watch | None) -> bool:
        if self._loops:
            watch = watch or Watch(LONGEST)
            filter_watch.ask(watch)
        answer = _answer(self._compiled, data=values)
        if watch and watch.over:
            raise FilterFailed("time", f"its loops take more than {LONGEST // 1000} ms of processor time")
        if answer is True or answer is False:
            return answer
        if isinstance(answer, RuntimeError):
            raise _failure(str(answer)) from None
        raise FilterFailed("error", str(answer).partition(": ")[2] or str(answer))

    def _named(self, data: Any) -> Any:
        """Return only the data's members that the filter names: passing members to CEL is slow."""
        if self._keys is None or type(data) is not dict:
            return data
        return {key: data[key] for key in self._keys if key in data}


def _answer(compiled: Any, *ready: Any, **values: Any) -> Any:
    """Return the result of an expression, or the error that prevented it."""
    try:
        return compiled.eval(*ready, **values).value()
    except RuntimeError as error:
        return error


def _bytes(limit: Micros, costs: Cost) -> int:
    """Return how many bytes the data may have, of any kind, for an evaluation within a limit."""
    return max(0, 1000 * limit - costs.once) // max(1, costs.each_of_text + costs.each)


def _longest_text(value: Any) -> int:
    """Return how many bytes the longest text in a value has at most."""
    if type(value) is str:
        return len(value) if value.isascii() else 4 * len(value)
    if type(value) is dict:
        value = [*value, *value.values()]
    return max(map(_longest_text, value), default=0) if type(value) is list else 0


def _keys(code: str) -> tuple[str, ...] | None:
    """Return which members of the data an expression can read; None if it may read any.

    >>> _keys("data.to == '' && has(data.cc)"), _keys("data.size() > 1"), _keys("data == null")
    (('cc', 'to'), None, None)
    """
    found = set(_KEY_OF_DATA.findall(code))
    return None if "" in found or "`" in code else tuple(sorted(found))


def _failure(text: str) -> FilterFailed:
    if "budget" in text:
        return FilterFailed("steps", f"its loops take more than {MAX_STEPS} steps")
    return FilterFailed("error", "it cannot be evaluated")


def options_match(wanted: Mapping[str, str], options: Mapping[str, str]) -> bool:
    """Return whether the event's options have each of the trigger's options, with one of its values."""
    return all(
        options.get(key) in [value.strip() for value in listed.split(",")] for key, listed in wanted.items()
    )
