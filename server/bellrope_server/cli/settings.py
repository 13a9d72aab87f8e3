"""The settings of a server as flags and variables. They are read once, here."""

import inspect
import os
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from bellrope_server.cli.environment import IN_FILE, with_files, without_links
from bellrope_server.config import LISTS, PREFIX, Config, ConfigError

# Read by the commands that call a server, and by the clients.
ELSEWHERE = {"BELLROPE_SERVER", "BELLROPE_PROJECT", "BELLROPE_URL", "BELLROPE_KEY"}
WORDS = {  # in place of pydantic's
    "float_parsing": "must be a number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "finite_number": "must be a number",
}
PHRASES = {
    "Value error, ": "",
    "Input ": "",
    "String ": "",
    "should": "must",
    "be greater than or equal to": "be at least",
    "be less than or equal to": "be at most",
}
METAVARS = {
    "database": "URL",
    "database_direct": "URL",
    "http": "HOST:PORT",
    "grpc": "HOST:PORT",
    "admin_key": "KEY",
    "egress_allow": "ADDRESS",
    "egress_proxy": "URL",
    "egress_no_proxy": "ADDRESS",
    "cors_origin": "ORIGIN",
    "config": "FILE",
    "drain_grace": "SECONDS",
    "retain_succeeded": "LENGTH",
    "retain_dead_letters": "LENGTH",
    "retain_attempts": "LENGTH",
    "retain_unmatched": "LENGTH",
    "retain_statistics": "LENGTH",
}


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


IN_FILES = [name for name, field in Config.model_fields.items() if not field.repr]  # each may hold a secret
FILE_VARIABLES = [_variable(name) + IN_FILE for name in IN_FILES]


def with_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Add a flag for each setting of the server to a command; a flag that is not given is None."""
    options = [_option(name) for name in Config.model_fields]
    command: Any = function
    command.__signature__ = inspect.Signature(options)
    command.__annotations__ = {option.name: option.annotation for option in options}
    return function


def chosen(flags: dict[str, Any]) -> dict[str, Any]:
    """Return the flags that were given; an empty list counts as not given."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in flags.items()}
    return {name: value for name, value in given.items() if value != ()}


def read(flags: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Config:
    """Return the configuration. Flags win over variables, and variables over defaults.

    A flag that was not given is None. Raises ConfigError with all faults, also for unknown variables.
    """
    environment = without_links(os.environ if environment is None else environment)
    given = {name: value for name, value in flags.items() if value is not None}
    resolved, faults = with_files(environment, [_variable(name) for name in IN_FILES if name not in given])
    variables, unknown = _variables(resolved)
    faults += [f"{variable} is not a known variable{_nearest(variable)}" for variable in unknown]
    faults += [f"{_variable(name)} must be UTF-8" for name, text in variables.items() if _is_odd(text)]
    variables = {name: text for name, text in variables.items() if not _is_odd(text)}
    try:
        config = Config(**variables | given)
    except ValidationError as error:
        faults += [_line(fault, variables.keys() - given.keys(), environment) for fault in error.errors()]
    if faults:
        raise ConfigError("\n".join(faults))
    return config


def help_of(name: str) -> str:
    """Return the help of a setting: its description, its default if it has one, and its variable."""
    field = Config.model_fields[name]
    default = "" if field.default is None else f" [default: {field.default}]"
    return f"{field.description}{default} [env: {_variable(name)}]"


def _option(name: str) -> inspect.Parameter:
    """Return the flag of one setting. Values are checked later, all at once."""
    field = Config.model_fields[name]
    flag = f"--{name.replace('_', '-')}"
    kind: Any = list[str] if name in LISTS else str
    metavar: str | None = _metavar(name)
    if field.annotation in (bool, bool | None):
        kind, flag, metavar = bool, f"{flag}/--no-{name.replace('_', '-')}", None
    option = typer.Option(flag, help=help_of(name), show_default=False, metavar=metavar)
    annotation = Annotated[kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=None)


def _metavar(name: str) -> str:
    """Return the placeholder for the value in `--flag VALUE`."""
    kind = Config.model_fields[name].annotation
    choices = [choice for choice in get_args(kind) if isinstance(choice, str)]
    return METAVARS.get(name) or "|".join(choices) or ("NUMBER" if kind in (int, float) else "TEXT")


def _variables(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of our variables by setting, and the variables that belong to no setting."""
    known: dict[str, Any] = {}
    unknown: list[str] = []
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or variable in (*ELSEWHERE, *FILE_VARIABLES):
            continue
        if name in Config.model_fields:
            known[name] = text.split(",") if name in LISTS else text
        else:
            unknown.append(variable)
    return known, unknown


def _is_odd(value: str | list[str]) -> bool:
    """Return True if the value has bytes that are not UTF-8, which Python keeps as surrogates."""
    return any("\ud800" <= character <= "\udfff" for text in value for character in text)


def _nearest(variable: str) -> str:
    """Return a suggestion for a mistyped variable, or an empty string."""
    known = [*map(_variable, Config.model_fields), *sorted(ELSEWHERE), *FILE_VARIABLES]
    near = get_close_matches(variable, known, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""


def _line(fault: Any, in_variables: Collection[str], environment: Collection[str]) -> str:
    """Return one fault as a line. The value is left out because it may be a key."""
    name = str(fault["loc"][0])
    variable = _variable(name) if _variable(name) in environment else _variable(name) + IN_FILE
    where = variable if name in in_variables else f"--{name.replace('_', '-')}"
    sentence = WORDS.get(fault["type"]) or str(fault["msg"])
    for theirs, ours in PHRASES.items():
        sentence = sentence.replace(theirs, ours)
    return f"{where} {sentence}"
