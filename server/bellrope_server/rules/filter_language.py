"""The language of filters: CEL with an event's attributes as variables, and without what has no useful bound.

The language: https://github.com/google/cel-spec. It has no side effects, no recursion, and no loops except
over a list or a map.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from google.protobuf.message import DecodeError

from bellrope_server.errors import InvalidField
from bellrope_server.rules import filter_syntax, filter_watch
from bellrope_server.rules.filter_faults import TOO_DEEP, complaint

MAX_LENGTH = 2048  # characters
LOOPS = frozenset({"all", "exists", "exists_one", "existsOne"})

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
_STEP = cel.FunctionDecl(
    filter_syntax.STEP, [cel.Overload("step", return_type=cel.Type.BOOL, impl=filter_watch.goes_on)]
)


def _environment(types: Mapping[str, cel.Type]) -> cel.Env:
    # CEL has a function `type`; a variable of that name is possible only as a member of the container.
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(_CONFIG),
        container="event",
        variables={f"event.{name}": type for name, type in types.items()},
        functions=[_STEP],
    )


ENVIRONMENT = _environment(_TYPES)
_EXCLUDED = re.compile(r"\.\s*+(map|filter)\s*+\(", re.ASCII)
_NOT_CODE = re.compile(
    r"""(?i:\b(?:r|rb|br))(?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|"[^"\n]*")"""
    r"""|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|//[^\n]*""",
    re.DOTALL,
)


@lru_cache(maxsize=1024)
def flat(keys: tuple[str, ...]) -> cel.Env:
    """Return an environment with a variable for each of these members of the data, instead of the data."""
    others = {name: type for name, type in _TYPES.items() if name != "data"}
    return _environment(others | {f"data.{key}": cel.Type.DYN for key in keys})


def code(expression: str) -> str:
    """Return the expression with empty texts and without comments."""
    return _NOT_CODE.sub("''", expression)


def compiled(expression: str) -> Any:
    """Return what CEL made of the expression; raise InvalidField with the place and the reason."""
    if len(expression) > MAX_LENGTH:
        raise InvalidField(f"must not be longer than {MAX_LENGTH} characters", field="filter")
    if "\0" in expression:
        raise InvalidField("must not have the character U+0000", field="filter")
    _check_excluded(expression)
    try:
        made = ENVIRONMENT.compile(expression)
    except (RuntimeError, TypeError) as error:  # TypeError: a lone surrogate is not a text for it
        raise InvalidField(complaint(str(error)), field="filter") from None
    if made.return_type() != cel.Type.BOOL:
        raise InvalidField(
            "must be true or false for every event; compare, as in `data.urgent == true`", field="filter"
        )
    return made


def tree(made: Any) -> Any:
    """Return the syntax tree of an expression; raise InvalidField if it is too deep."""
    try:
        return filter_syntax.tree(made.serialize())
    except DecodeError:  # protobuf reads a hundred levels, and writes more
        raise InvalidField(TOO_DEEP, field="filter") from None


def evaluated(made: Any, part: Any) -> Any:
    """Return CEL's value of a part that names no variable; raise InvalidField if it is too deep."""
    return _deserialized(filter_syntax.only(made.serialize(), part)).eval(data={})


def with_an_end(made: Any) -> Any:
    """Return the expression with loops that the watch ends; raise InvalidField if it is too deep."""
    return _deserialized(filter_syntax.asking(made.serialize()))


def _deserialized(made: bytes) -> Any:
    try:
        return ENVIRONMENT.deserialize(made)
    except RuntimeError:
        raise InvalidField(TOO_DEEP, field="filter") from None


def check_loops(code: str) -> None:
    """Raise InvalidField if the code of an expression that loops does what a loop must not do."""
    if "+" in code:
        raise InvalidField("must not use `+` and a loop (`exists`, `all`, `exists_one`)", field="filter")


def _check_excluded(expression: str) -> None:
    """Name what the language leaves out: the compiler would only report an unknown variable."""
    if found := _EXCLUDED.search(code(expression)):
        raise InvalidField(
            f"must not use `{found[1]}`; the loops are `exists`, `all` and `exists_one`", field="filter"
        )
