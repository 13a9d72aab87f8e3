"""Whether an event matches a trigger's filter: an expression in CEL, compiled once and run within bounds.

The language: https://github.com/google/cel-spec. It has no side effects, no recursion, and no loops except
over a list or a map. `store/intake/matching.py` limits by time what these bounds do not limit.

"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol

from cel_expr_python import cel
from msgspec import UNSET, Struct, UnsetType

from bellrope_server.errors import InvalidField
from bellrope_server.model import CloudEvent, Micros
from bellrope_server.rules.filter_faults import complaint
from bellrope_server.text import strict_json

MAX_LENGTH = 2048  # characters
MAX_STEPS = 10_000  # of all loops together, nested ones included; this is the library's own budget
MOST_MEMBERS = 64  # members of the data that are prepared for several filters at once
MOST_DATA = 64 * 1024  # bytes that a filter reads
MOST_DATA_IN_LOOPS = 16 * 1024  # bytes, if it loops: a step may cost as much as the size of the data

# Loops that build new lists or texts step by step have no useful bound, and no filter needs them.
_CONFIG = "name: filter\nstdlib:\n  exclude_macros: [map, filter]\n"
_TYPES = {
    "data": cel.Type.DYN,
    "type": cel.Type.STRING,
    "id": cel.Type.STRING,
    "options": cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    "project": cel.Type.STRING,
    "time": cel.Type.TIMESTAMP,
    "source": cel.Type.STRING,
    "subject": cel.Type.STRING,
    "extensions": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}


def _environment(types: Mapping[str, cel.Type]) -> cel.Env:
    # CEL has a function `type`; a variable of that name is possible only as a member of the container.
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(_CONFIG),
        container="event",
        variables={f"event.{name}": type for name, type in types.items()},
    )


_ENVIRONMENT = _environment(_TYPES)
_LOOPS = frozenset({"all", "exists", "exists_one", "existsOne"})
_NEEDS_AN_OBJECT = _LOOPS | {"has"}
_NOT_SHARED = frozenset({"options", "time", "source", "subject", "extensions"})
_EXCLUDED = re.compile(r"\.\s*+(map|filter)\s*+\(", re.ASCII)
_NOT_CODE = re.compile(
    r"""(?i:\b(?:r|rb|br))(?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|"[^"\n]*")"""
    r"""|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|//[^\n]*""",
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z_]\w*+", re.ASCII)
_KEY_OF_DATA = re.compile(r"\bdata\b(?:\s*+\.\s*+([A-Za-z_]\w*+)\s*+(?!\())?", re.ASCII)
# Not one regular expression: searching every event with it took longer than evaluating the filter.
_DIGIT_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # the library would truncate a text there
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Subject(Struct, kw_only=True):
    """An event as filters see it. Its data is parsed once, and only if a filter needs it.

    `shared` is true if several filters will read the event. Then what they read is prepared once for all.
    """

    project: str
    type: str
    id: str
    options: Mapping[str, str]
    data: bytes
    time: Micros
    cloud_event: CloudEvent | None = None
    shared: bool = False
    value: Any | UnsetType = UNSET
    ready: Any | UnsetType = UNSET

    def read(self) -> Any:
        """Return the data's value. Integers that do not fit into 64 bits become the nearest double.

        Raises FilterFailed if a text in it has the character U+0000.
        """
        if self.value is UNSET:
            if b"\\u0000" in self.data and _NUL.search(self.data):
                raise FilterFailed("error", "the data has the character U+0000, which filters do not read")
            value = strict_json.value(self.data)
            self.value = _narrowed(value) if _LONG_NUMBER in self.data.translate(_DIGIT_TO_ZERO) else value
        return self.value

    def members(self) -> Any:
        """Return the data's members and the event's own texts as variables; None if there are too many."""
        if self.ready is UNSET:
            data = self.read()
            self.ready = self._ready(data) if type(data) is dict and len(data) <= MOST_MEMBERS else None
        return self.ready

    def _ready(self, data: dict[str, Any]) -> Any:
        variables = {f"event.data.{key}": value for key, value in data.items() if key.isidentifier()}
        return _ENVIRONMENT.Activation(
            variables | {"event.type": self.type, "event.id": self.id, "event.project": self.project}
        )


class FilterFailed(Exception):
    """The filter has no result for this event, so the event does not match.

    The text may repeat parts of the event. `reason` never does.
    """

    def __init__(self, reason: str, why: str) -> None:
        """`reason` is one of `error`, `steps`, `data_too_large` and `suspended`."""
        self.reason = reason
        super().__init__(why)


class Filter(Protocol):
    """A compiled filter."""

    def matches(self, subject: Subject) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result."""


def compile(expression: str) -> Filter:
    """Return the filter, or raise InvalidField with the place and the reason.

    >>> compile("data.amount > 100 && type == 'sale'").matches(
    ...     Subject(project="shop", type="sale", id="7", options={}, data=b'{"amount": 129.5}', time=0)
    ... )
    True
    """
    if len(expression) > MAX_LENGTH:
        raise InvalidField(f"must not be longer than {MAX_LENGTH} characters", field="filter")
    _check_excluded(expression)
    try:
        compiled = _ENVIRONMENT.compile(expression)
    except (RuntimeError, TypeError) as error:  # TypeError: a lone surrogate is not a text for it
        raise InvalidField(complaint(str(error)), field="filter") from None
    if compiled.return_type() != cel.Type.BOOL:
        raise InvalidField(
            "must be true or false for every event; compare, as in `data.urgent == true`", field="filter"
        )
    return _Cel(compiled, expression)


class _Cel:
    """A filter that Google's CEL runs.

    CEL handles an object slower than its members one by one. So an expression that reads only named members
    is compiled twice: once with a variable for each, and once unchanged. The second form runs if the first
    has no result, and gives the reason. Several filters on one event share these variables, because passing
    them to CEL costs most.
    """

    def __init__(self, compiled: Any, expression: str) -> None:
        self._compiled = compiled
        code = _NOT_CODE.sub("''", expression)
        words = set(_WORD.findall(code))
        self._variables = tuple((f"event.{name}", _READ[name]) for name in _READ if name in words)
        self._reads_data = "data" in words
        self._keys = _keys(code)
        self._most_data = MOST_DATA
        if words & _LOOPS:
            _check_loops(code)
            self._most_data = MOST_DATA_IN_LOOPS
        flat = self._keys is not None and not words & _NEEDS_AN_OBJECT
        self._members = tuple((f"event.data.{key}", key) for key in self._keys or ()) if flat else ()
        self._flat = _flat(self._keys or ()).compile(expression) if flat else None
        self._shares = bool(self._members) and not words & _NOT_SHARED

    def matches(self, subject: Subject) -> bool:
        """Return whether the event matches; raise FilterFailed if there is no result."""
        if self._reads_data and len(subject.data) > self._most_data:
            raise FilterFailed("data_too_large", f"the data is over {self._most_data} bytes")
        if subject.shared and self._shares and (ready := subject.members()):
            answer = _answer(self._flat, ready)
            if answer is True or answer is False:
                return answer
        values = {variable: read(subject) for variable, read in self._variables}
        if not self._reads_data:
            return self._evaluate(values)
        data = subject.read()
        if self._flat and type(data) is dict and not subject.shared:
            members = {variable: data[key] for variable, key in self._members if key in data}
            answer = _answer(self._flat, data=members | values if values else members)
            if answer is True or answer is False:
                return answer
        values["event.data"] = self._named(data)
        return self._evaluate(values)

    def _evaluate(self, values: dict[str, Any]) -> bool:
        answer = _answer(self._compiled, data=values)
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


@lru_cache(maxsize=1024)
def _flat(keys: tuple[str, ...]) -> cel.Env:
    """Return an environment with a variable for each of these members of the data, instead of the data."""
    others = {name: type for name, type in _TYPES.items() if name != "data"}
    return _environment(others | {f"data.{key}": cel.Type.DYN for key in keys})


def _time(subject: Subject) -> datetime:
    return _EPOCH + timedelta(microseconds=subject.time)


def _options(subject: Subject) -> dict[str, str]:
    options = dict(subject.options)
    if any("\0" in text for pair in options.items() for text in pair):
        raise FilterFailed("error", "the options have the character U+0000, which filters do not read")
    return options


_READ: Mapping[str, Callable[[Subject], Any]] = {
    "type": attrgetter("type"),
    "id": attrgetter("id"),
    "options": _options,
    "project": attrgetter("project"),
    "time": _time,
    "source": lambda subject: subject.cloud_event.source if subject.cloud_event else "",
    "subject": lambda subject: subject.cloud_event.subject if subject.cloud_event else "",
    "extensions": lambda subject: dict(subject.cloud_event.extensions) if subject.cloud_event else {},
}


def _keys(code: str) -> tuple[str, ...] | None:
    """Return which members of the data an expression can read; None if it may read any.

    >>> _keys("data.to == '' && has(data.cc)"), _keys("data.size() > 1"), _keys("data == null")
    (('cc', 'to'), None, None)
    """
    found = set(_KEY_OF_DATA.findall(code))
    return None if "" in found or "`" in code else tuple(sorted(found))


def _check_excluded(expression: str) -> None:
    """Name what the language leaves out: the compiler would only report an unknown variable."""
    if found := _EXCLUDED.search(_NOT_CODE.sub("''", expression)):
        raise InvalidField(
            f"must not use `{found[1]}`; the loops are `exists`, `all` and `exists_one`", field="filter"
        )


def _check_loops(code: str) -> None:
    if "+" in code:
        raise InvalidField("must not use `+` and a loop (`exists`, `all`, `exists_one`)", field="filter")


def _failure(text: str) -> FilterFailed:
    if "budget" in text:
        return FilterFailed("steps", f"its loops take more than {MAX_STEPS} steps")
    return FilterFailed("error", "it cannot be evaluated")


def _narrowed(value: Any) -> Any:
    """Return the value with integers beyond 64 bits as doubles, as other JSON readers have them."""
    if type(value) is dict:
        return {key: _narrowed(each) for key, each in value.items()}
    if type(value) is list:
        return [_narrowed(each) for each in value]
    return float(value) if type(value) is int and not -(2**63) <= value < 2**63 else value


def options_match(wanted: Mapping[str, str], options: Mapping[str, str]) -> bool:
    """Return whether the event's options have each of the trigger's options, with one of its values."""
    return all(
        options.get(key) in [value.strip() for value in listed.split(",")] for key, listed in wanted.items()
    )
