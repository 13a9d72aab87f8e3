"""All changes that a file needs, in the order in which they are made."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bellrope.v1 import projects_pb2, triggers_pb2

from bellrope_server.api.provision import event_types, triggers
from bellrope_server.api.provision import projects as settings
from bellrope_server.api.provision.change import Ask, Change, listed
from bellrope_server.convert.declared import TRIGGERS, TYPES, DeclarationError, DeclaredProject


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What a project on the server has now; `project` is None if there is none."""

    project: projects_pb2.Project | None
    event_types: Mapping[str, projects_pb2.EventType]
    triggers: Mapping[str, triggers_pb2.Trigger]


async def plan(projects: Sequence[DeclaredProject], ask: Ask, *, prune: bool = False) -> list[Change]:
    """Return the changes to make, in order; with `prune`, delete what the file's lists do not have.

    Raises DeclarationError for the first value that no server accepts, or for all secrets that are missing.
    """
    every = listed(ask, "Projects.ListProjects", projects_pb2.ListProjectsRequest(), "projects")
    known = {each.name: each async for each in every}
    changes: list[Change] = []
    missing: list[DeclarationError] = []
    for project in projects:
        settings.check(project)
        there = await _there(project, known.get(project.name), ask)
        missing += _missing(project, there)
        if not missing:
            changes += await asyncio.to_thread(list, _changes(project, there, prune=prune))
    if missing:
        raise DeclarationError(missing[0].sentence, line=missing[0].line, more=missing[1:])
    return changes


async def _there(project: DeclaredProject, old: projects_pb2.Project | None, ask: Ask) -> There:
    """Read what the project has, of the lists that the file has."""

    async def by(key: str, method: str, request: Any, field: str) -> dict[str, Any]:
        return {getattr(each, key): each async for each in listed(ask, method, request, field)}

    types, found = {}, {}
    if old and TYPES in project.lists:
        asked = projects_pb2.ListEventTypesRequest(project=project.name)
        types = await by("type", "Projects.ListEventTypes", asked, "event_types")
    if old and TRIGGERS in project.lists:
        wanted = triggers_pb2.ListTriggersRequest(project=project.name)
        found = await by("name", "Triggers.ListTriggers", wanted, "triggers")
    return There(project=old, event_types=types, triggers=found)


def _missing(project: DeclaredProject, there: There) -> Iterator[DeclarationError]:
    """Yield an error for each secret that the file keeps and the server does not have."""
    for each in project.triggers:
        name = each.trigger.name
        for line, sentence in each.kept.missing(there.triggers.get(name)):
            yield DeclarationError(f"{project.name}/{name}: {sentence}", line=line)


def _changes(project: DeclaredProject, there: There, *, prune: bool) -> Iterator[Change]:
    yield from settings.before_the_rest(project, there.project)
    for wanted in project.event_types:
        if change := event_types.save(project, wanted, there.event_types.get(wanted.event_type.type)):
            yield change
    for each in project.triggers:
        if change := triggers.save(project, each, there.triggers.get(each.trigger.name)):
            yield change
    if prune:
        yield from _deletions(project, there)
    yield from settings.after_the_rest(project, there.project)


def _deletions(project: DeclaredProject, there: There) -> Iterator[Change]:
    """Yield the deletions; of a list that the file does not have, nothing was read."""
    for type in sorted(there.event_types.keys() - {each.event_type.type for each in project.event_types}):
        yield event_types.delete(project, type)
    for name in sorted(there.triggers.keys() - {each.trigger.name for each in project.triggers}):
        yield triggers.delete(project, name)
