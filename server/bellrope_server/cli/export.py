"""`bellrope export`: write what is there as a file that `bellrope apply` reads."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from bellrope.v1 import projects_pb2, triggers_pb2

from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.convert import exported
from bellrope_server.text import file_text, strict_yaml
from bellrope_server.text.yaml_text import Tree, count, yaml_text

HEAD = """\
# Written by `bellrope export`, for `bellrope apply`. Secrets and the values of headers are not in it:
# `keepHeaders` and `keepSecret` say which ones stay as the server has them.
"""


@partial(remotely, without=("project", "json"))  # it has its own --project, and YAML is what it prints
def export(
    remote: Remote,
    only: Annotated[
        list[str] | None,
        typer.Option("--project", metavar="NAME", help="Only this project; by default all. Repeatable."),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file; `-` is standard output.")
    ] = "-",
) -> None:
    """Write all projects as a file that `apply` reads: their settings, schemas and triggers.

    It is sorted by name, without secrets and the values of headers. Nothing is written unless everything was
    read.
    """
    projects = _projects(remote, only or ())
    tree: Tree = {name: _project(remote, project) for name, project in sorted(projects.items())}
    text = (HEAD + yaml_text({"projects": tree})).encode()
    _write(text, output)
    if len(text) > file_text.MOST or count(tree) > strict_yaml.MAX_VALUES:
        print(
            "bellrope: this is more than `bellrope apply` reads; export fewer projects with --project",
            file=sys.stderr,
        )


def _projects(remote: Remote, only: Sequence[str]) -> dict[str, projects_pb2.Project]:
    """Return the projects by name; all of them if `only` is empty."""
    if only:
        asked = (projects_pb2.GetProjectRequest(project=name) for name in only)
        return {each.project: remote.ask(remote.projects.GetProject, each) for each in asked}
    every = remote.pages(remote.projects.ListProjects, projects_pb2.ListProjectsRequest(), "projects")
    return {each.name: each for each in every}


def _project(remote: Remote, project: projects_pb2.Project) -> Tree:
    types = projects_pb2.ListEventTypesRequest(project=project.name)
    triggers = triggers_pb2.ListTriggersRequest(project=project.name)
    return exported.project(
        project,
        remote.pages(remote.projects.ListEventTypes, types, "event_types"),
        remote.pages(remote.triggers.ListTriggers, triggers, "triggers"),
    )


def _write(text: bytes, file: str) -> None:
    if file == "-":
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
        return
    try:
        Path(file).write_bytes(text)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--output") from None
