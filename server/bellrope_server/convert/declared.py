"""Projects and triggers as a YAML file declares them, each with its line."""

from dataclasses import dataclass, field

from bellrope.v1 import triggers_pb2

from bellrope_server.convert.message_reader import MessageReader
from bellrope_server.convert.yaml_message import YamlMessage
from bellrope_server.errors import ServiceError
from bellrope_server.text.strict_yaml import Node, document, members
from bellrope_server.text.yaml_faults import MalformedYaml

SET_BY_SERVER = {"project", "name", "create_time", "update_time", "signed"}
FIELDS = {
    each.json_name: each.name
    for each in triggers_pb2.Trigger.DESCRIPTOR.fields
    if each.name not in SET_BY_SERVER
}


class DeclarationError(Exception):
    """The file has an error; `line` is its line, from 1."""

    def __init__(self, sentence: str, *, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTrigger:
    """A declared trigger, the line where it begins, and how the file wrote it."""

    trigger: triggers_pb2.Trigger
    line: int
    written: YamlMessage
    reader: MessageReader

    @property
    def fields(self) -> list[str]:
        """The fields that the file sets: all of them, but `secrets` and `paused` only if it has them."""
        kept = {name for name in ("secrets", "paused") if self.reader.wrote(name) is None}
        return [name for name in FIELDS.values() if name not in kept]

    def line_of(self, path: str) -> int:
        """Return the line of a field by its path as in the protos, like `retry_policy.schedule`."""
        written = self.reader.written(path)
        return self.written.line_of(written) if written else self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredProject:
    """A project, its triggers, and the line where it begins."""

    name: str
    line: int
    triggers: list[DeclaredTrigger] = field(default_factory=list)


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
    found = members(node, f"the project `{name}`", known={"triggers"})
    project = DeclaredProject(name=name, line=line)
    if "triggers" in found:
        triggers = members(found["triggers"][1], "`triggers`")
        project.triggers.extend(_trigger(each, at, value) for each, (at, value) in triggers.items())
    return project


def _trigger(name: str, line: int, node: Node) -> DeclaredTrigger:
    what = f"the trigger `{name}`"
    members(node, what, known=FIELDS)
    trigger, reader = triggers_pb2.Trigger(name=name), MessageReader()
    written = YamlMessage(node, trigger, what=what)
    try:
        reader.read(trigger, written.json)
    except ServiceError as error:
        raise DeclarationError(error.sentence, line=written.line_of(error.field or "")) from None
    return DeclaredTrigger(trigger=trigger, line=line, written=written, reader=reader)
