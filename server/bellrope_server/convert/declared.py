"""Projects as a YAML file declares them, each part with its line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.message import Message

from bellrope_server.convert import declared_lengths
from bellrope_server.convert.kept_secrets import KEYS, Kept
from bellrope_server.convert.message_reader import MessageReader
from bellrope_server.convert.yaml_message import YamlMessage
from bellrope_server.errors import ServiceError
from bellrope_server.text.strict_yaml import Members, Node, Scalar, document, members
from bellrope_server.text.yaml_faults import MalformedYaml

SET_BY_SERVER = {"project", "name", "create_time", "update_time", "signed"}
FIELDS = {
    each.json_name: each.name
    for each in triggers_pb2.Trigger.DESCRIPTOR.fields
    if each.name not in SET_BY_SERVER
}
TYPES, TRIGGERS = "eventTypes", "triggers"
OF_PROJECT = ("paused", "retention", TYPES, TRIGGERS)


class DeclarationError(Exception):
    """The file has an error; `line` is its line, from 1. `more` are further errors that are known."""

    def __init__(self, sentence: str, *, line: int, more: Sequence["DeclarationError"] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line
        self.more = more

    def lines(self, file: str) -> list[str]:
        """Return a line for each error."""
        return [f"{file}:{each.line}: {each.sentence}" for each in (self, *self.more)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How the file wrote a message: the line where it begins, and the line of each field."""

    line: int
    yaml: YamlMessage
    reader: MessageReader

    def has(self, field: str) -> bool:
        """Return whether the file sets this field."""
        return self.reader.wrote(field) is not None

    def line_of(self, path: str) -> int:
        """Return the line of a field by its path as in the protos, like `retry_policy.schedule`."""
        written = self.reader.written(path)
        return self.yaml.line_of(written) if written else self.line

    def fault(self, error: ServiceError) -> DeclarationError:
        """Return the error of a value that no server accepts, with its line and the file's own words."""
        written = self.reader.written(error.field or "")
        line = self.yaml.line_of(written + error.step) if written else self.line
        return DeclarationError(self.reader.as_written(error).sentence, line=line)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTrigger:
    """A declared trigger, and which of its secrets stay as the server has them."""

    trigger: triggers_pb2.Trigger
    written: Written
    kept: Kept

    @property
    def fields(self) -> list[str]:
        """The fields that the file sets: all of them, but `secrets` and `paused` only if it has them."""
        kept = {name for name in ("secrets", "paused") if not self.written.has(name)}
        return [name for name in FIELDS.values() if name not in kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredType:
    """A declared type of event, with its schema."""

    event_type: projects_pb2.EventType
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredProject:
    """A project, its settings as far as the file has them, and what it contains.

    `lists` are the keys of what it contains that the file has: `eventTypes`, `triggers`.
    """

    project: projects_pb2.Project
    written: Written
    lists: Collection[str]
    event_types: Sequence[DeclaredType]
    triggers: Sequence[DeclaredTrigger]

    @property
    def name(self) -> str:
        """The project's name."""
        return self.project.name


def declared(text: str) -> list[DeclaredProject]:
    """Return the projects of a file, or raise DeclarationError for the first error in it."""
    try:
        return _declared(document(text))
    except MalformedYaml as error:
        raise DeclarationError(error.sentence, line=error.line) from None


def _declared(root: Node | None) -> list[DeclaredProject]:
    found = members(root, "the file", known={"projects"}) if root else {}
    if "projects" not in found:
        raise DeclarationError("the file must have `projects`", line=1)
    projects = members(found["projects"][1], "`projects`")
    return [_project(name, line, node) for name, (line, node) in projects.items()]


def _project(name: str, line: int, node: Node) -> DeclaredProject:
    found = members(node, f"the project `{name}`", known=OF_PROJECT)
    lists = {key: members(found.pop(key)[1], f"`{key}`") for key in (TYPES, TRIGGERS) if key in found}
    if "retention" in found:
        found["retention"] = declared_lengths.in_seconds(*found["retention"])
    project = projects_pb2.Project(name=name)
    return DeclaredProject(
        project=project,
        written=_read(project, found, line=line, first=node.line),
        lists=lists.keys(),
        event_types=[_type(each, at, value) for each, (at, value) in lists.get(TYPES, {}).items()],
        triggers=[_trigger(each, at, value) for each, (at, value) in lists.get(TRIGGERS, {}).items()],
    )


def _type(name: str, line: int, node: Node) -> DeclaredType:
    found = members(node, f"the event type `{name}`", known=("schema",))
    at, schema = found.get("schema", (line, node))
    if "schema" not in found or not isinstance(schema, Scalar):
        raise DeclarationError(
            f"the event type `{name}` must have a `schema` that is text: write `schema: |`,"
            " and below it the schema, indented",
            line=at,
        )
    event_type = projects_pb2.EventType(type=name)
    return DeclaredType(event_type=event_type, written=_read(event_type, found, line=line, first=node.line))


def _trigger(name: str, line: int, node: Node) -> DeclaredTrigger:
    found = members(node, f"the trigger `{name}`", known=(*FIELDS, *KEYS))
    trigger = triggers_pb2.Trigger(name=name)
    kept = Kept.taken_from(found)
    written = _read(trigger, found, line=line, first=node.line)
    kept.check(trigger)
    return DeclaredTrigger(trigger=trigger, written=written, kept=kept)


def _read(message: Message, found: Members, *, line: int, first: int) -> Written:
    """Fill the message; `first` is the line of what is wrong with it as a whole."""
    yaml, reader = YamlMessage(found, message, line=first), MessageReader()
    try:
        reader.read(message, yaml.json)
    except ServiceError as error:
        line = yaml.line_of((error.field or "") + error.step)
        raise DeclarationError(error.sentence, line=line) from None
    return Written(line=line, yaml=yaml, reader=reader)
