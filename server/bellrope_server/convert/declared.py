"""Projects and triggers as a YAML file declares them, each with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml
from bellrope.v1 import triggers_pb2
from google.protobuf.json_format import ParseDict, ParseError

SET_BY_SERVER = {"project", "name", "create_time", "update_time", "signed"}
FIELDS = {
    each.json_name: each.name
    for each in triggers_pb2.Trigger.DESCRIPTOR.fields
    if each.name not in SET_BY_SERVER
}

Members = dict[str, tuple[int, yaml.Node]]


class DeclarationError(Exception):
    """The file has an error; `line` is its line, from 1."""

    def __init__(self, sentence: str, *, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTrigger:
    """A declared trigger, the line where it begins, and the line of each of its keys."""

    trigger: triggers_pb2.Trigger
    line: int
    lines: Mapping[str, int]

    @property
    def fields(self) -> list[str]:
        """The fields that the file sets: all of them, but `secrets` and `paused` only if it has them."""
        kept = {"secrets", "paused"} - {FIELDS[key] for key in self.lines}
        return [name for name in FIELDS.values() if name not in kept]

    def line_of(self, path: str) -> int:
        """Return the line of the first key of a field's path, like `retry_policy.schedule`."""
        first = path.partition(".")[0]
        return next((line for key, line in self.lines.items() if FIELDS[key] == first), self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredProject:
    """A project, its triggers, and the line where it begins."""

    name: str
    line: int
    triggers: list[DeclaredTrigger] = field(default_factory=list)


def declared(text: str) -> list[DeclaredProject]:
    """Return the projects of a file, or raise DeclarationError for the first error in it."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DeclarationError(str(error.problem), line=mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise DeclarationError(str(error).partition("\n")[0], line=1) from None
    if root is None:
        raise DeclarationError("must have `projects`", line=1)
    members = _members(root, "the file", known=["projects"])
    if "projects" not in members:
        raise DeclarationError("must have `projects`", line=1)
    projects = _members(members["projects"][1], "`projects`")
    return [_project(name, line, node) for name, (line, node) in projects.items()]


def _project(name: str, line: int, node: yaml.Node) -> DeclaredProject:
    members = _members(node, f"the project `{name}`", known=["triggers"])
    project = DeclaredProject(name=name, line=line)
    if "triggers" in members:
        triggers = _members(members["triggers"][1], "`triggers`")
        project.triggers.extend(_trigger(each, at, value) for each, (at, value) in triggers.items())
    return project


def _trigger(name: str, line: int, node: yaml.Node) -> DeclaredTrigger:
    members = _members(node, f"the trigger `{name}`", known=list(FIELDS))
    trigger = triggers_pb2.Trigger(name=name)
    for key, (at, value) in members.items():
        try:
            ParseDict({key: _plain(value)}, trigger)
        except ParseError as error:
            raise DeclarationError(_reason(key, error), line=at) from None
    return DeclaredTrigger(trigger=trigger, line=line, lines={key: at for key, (at, _) in members.items()})


def _reason(key: str, error: ParseError) -> str:
    detail = str(error).removeprefix(f"Failed to parse {key} field: ").rstrip(".")
    return f"`{key}` cannot be read: {detail}"


def _plain(node: yaml.Node) -> Any:
    """Return a value as JSON would have it; each key must be a string and come once."""
    for _ in _below(node):
        pass
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise DeclarationError(str(error.problem), line=node.start_mark.line + 1) from None
    finally:
        loader.dispose()


def _below(node: yaml.Node) -> Iterator[yaml.Node]:
    """Visit a value and everything in it; raise DeclarationError for a key that comes twice."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in _members(node, "this").values():
            yield from _below(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _below(each)


def _members(node: yaml.Node, what: str, *, known: list[str] | None = None) -> Members:
    """Return the values of a mapping by key, each with the line of its key."""
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise DeclarationError(f"{what} must be a mapping of keys to values", line=line)
    members: Members = {}
    for key, value in node.value:
        at, name = key.start_mark.line + 1, str(key.value)
        if not isinstance(key, yaml.ScalarNode) or name in members:
            raise DeclarationError(f"`{name}` comes twice, or is not a plain key", line=at)
        if known is not None and name not in known:
            raise DeclarationError(_unknown(name, what, known), line=at)
        members[name] = (at, value)
    return members


def _unknown(name: str, what: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(known)}"
    return f"{what} has no key `{name}`; {hint}"
