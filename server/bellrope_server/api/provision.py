"""Makes projects and triggers match a file: finds the differences, and makes the calls."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict

from bellrope_server.convert.declared import DeclarationError, DeclaredProject, DeclaredTrigger
from bellrope_server.convert.message_reader import is_secret
from bellrope_server.convert.triggers import TriggerReader, to_proto
from bellrope_server.errors import ServiceError
from bellrope_server.model import Trigger
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import read_url

Proto = triggers_pb2.Trigger
Ask = Callable[[str, Any], Awaitable[Any]]
"""Makes a call, named like `Triggers.UpdateTrigger`, and returns its answer, or raises Refused."""

ANY_URL = (
    "https://example.com/"  # replaces the URL while a trigger is read: only the server knows what it allows
)
SHOWN_BY_NAME = {"project", "name", "createTime", "updateTime", "signed", "secrets"}
SECRET = {each.json_name for each in Proto.DESCRIPTOR.fields if is_secret(each)}
READER = TriggerReader(EgressPolicy.parse(()))


class Refused(Exception):
    """The server refused a call; `field` is the field at fault, or empty."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call to make, what it changes, and the trigger of the file that needs it."""

    sign: str
    """`+` creates, `~` changes, `-` deletes."""
    name: str
    method: str
    request: Any
    line: int
    differences: tuple[str, ...] = ()
    trigger: DeclaredTrigger | None = None
    before: Proto | None = None

    def text(self) -> str:
        """Return the change as text: its name, then a line for each field."""
        return "\n".join([f"{self.sign} {self.name}", *(f"    {each}" for each in self.differences)])


async def plan(projects: Sequence[DeclaredProject], ask: Ask, *, prune: bool = False) -> list[Change]:
    """Return the changes to make, in order; with `prune`, delete triggers that are not in the file.

    Raises DeclarationError if the file has a value that no server accepts.
    """
    there = {each.name async for each in _all(ask, "Projects", projects_pb2.ListProjectsRequest())}
    changes: list[Change] = []
    for project in projects:
        if project.name not in there:
            changes.append(_new_project(project))
        before = await _triggers(ask, project.name) if project.name in there else {}
        changes += [each for trigger in project.triggers if (each := _save(project, trigger, before))]
        changes += list(_deletions(project, before)) if prune else []
    return changes


async def _triggers(ask: Ask, project: str) -> dict[str, Proto]:
    every = triggers_pb2.ListTriggersRequest(project=project)
    return {each.name: each async for each in _all(ask, "Triggers", every)}


async def _all(ask: Ask, service: str, request: Any) -> Any:
    """Yield the rows of every page of a list."""
    while True:
        page = await ask(f"{service}.List{service}", request)
        for each in getattr(page, service.lower()):
            yield each
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def _new_project(project: DeclaredProject) -> Change:
    request = projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=project.name))
    return Change(
        sign="+", name=project.name, method="Projects.CreateProject", request=request, line=project.line
    )


def _save(project: DeclaredProject, wanted: DeclaredTrigger, before: Mapping[str, Proto]) -> Change | None:
    """Return the change that makes a trigger as declared, or None if it is already so."""
    name = wanted.trigger.name
    after = _as_it_would_be(wanted)
    old = before.get(name)
    differences = tuple(_differences(old, after, wanted))
    if old and not differences:
        return None
    request = triggers_pb2.UpdateTriggerRequest(
        project=project.name,
        trigger=wanted.trigger,
        update_mask=FieldMask(paths=wanted.fields),
        allow_missing=True,
    )
    return Change(
        sign="~" if old else "+",
        name=f"{project.name}/{name}",
        method="Triggers.UpdateTrigger",
        request=request,
        line=wanted.line,
        differences=differences,
        trigger=wanted,
        before=old,
    )


def _as_it_would_be(wanted: DeclaredTrigger) -> Proto:
    """Return the trigger with every default filled in, or raise DeclarationError with the line at fault."""
    read = Proto()
    read.CopyFrom(wanted.trigger)
    read.url = ANY_URL
    try:
        spec = READER.spec(read)
    except ServiceError as error:
        line = wanted.line_of(error.field or "")
        raise DeclarationError(wanted.reader.as_written(error).sentence, line=line) from None
    stored = Trigger(
        id=0, project_id=0, project="", spec=spec, version=0, create_time=0, update_time=0, endpoint=""
    )
    after = to_proto(stored)
    after.url = _as_called(wanted.trigger.url)
    return after


def _as_called(url: str) -> str:
    """Return a URL as the server saves it, or as it is if the server will refuse it."""
    try:
        return read_url(url).url
    except ServiceError:
        return url


def _differences(old: Proto | None, new: Proto, wanted: DeclaredTrigger) -> Iterator[str]:
    """Yield a line for each removed and each added value; of secrets and headers no value is shown."""
    before, after = _flat(old) if old else {}, _flat(new)
    if "paused" not in wanted.fields:
        before.pop("paused", None)
        after.pop("paused", None)
    for key in sorted(before.keys() | after.keys()):
        old_value, new_value = before.get(key), after.get(key)
        if old_value is not None and old_value != new_value:
            yield f"- {key}: {_shown(key, old_value)}"
        if new_value is not None and old_value != new_value:
            yield f"+ {key}: {_shown(key, new_value)}"
    if wanted.trigger.secrets:
        again = "? secrets: written again; the server does not show whether it has the same"
        yield again if old and old.signed else "+ secrets: given"


def _shown(key: str, value: str) -> str:
    return "[hidden]" if key.partition(".")[0] in SECRET else value


def _flat(trigger: Proto) -> dict[str, str]:
    """Return a trigger's values as text, by keys like `retryPolicy.minBackoff`."""
    members = MessageToDict(trigger, always_print_fields_with_no_presence=True)
    flat: dict[str, str] = {}
    for key, value in members.items():
        if key in SHOWN_BY_NAME:
            continue
        nested = {f"{key}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {}
        flat |= {name: str(each) for name, each in (nested or {key: value}).items() if each not in ({}, [])}
    return flat


def _deletions(project: DeclaredProject, before: Mapping[str, Proto]) -> Iterator[Change]:
    for name in sorted(before.keys() - {each.trigger.name for each in project.triggers}):
        request = triggers_pb2.DeleteTriggerRequest(project=project.name, trigger=name)
        yield Change(
            sign="-",
            name=f"{project.name}/{name}",
            method="Triggers.DeleteTrigger",
            request=request,
            line=project.line,
        )


async def apply(change: Change, ask: Ask) -> bool:
    """Make a change and return whether it changed anything; raise DeclarationError if it is refused."""
    try:
        answer = await ask(change.method, change.request)
    except Refused as refused:
        line = change.trigger.line_of(refused.field) if change.trigger else change.line
        raise DeclarationError(refused.sentence, line=line) from None
    return change.before is None or bool(answer.update_time != change.before.update_time)
