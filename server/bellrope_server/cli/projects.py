"""`bellrope projects ...`: the service Projects from a shell."""

from typing import Annotated

import typer
from bellrope.v1 import projects_pb2 as pb

from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, confirm, moment
from bellrope_server.cli.remote import Remote, command

program = group("Make, list and delete projects.")

COLUMNS: Columns[pb.Project] = {
    "NAME": lambda project: project.name,
    "STATE": lambda project: "paused" if project.paused else "running",
    "CREATED": lambda project: moment(project, "create_time"),
}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The project's name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@command(program)
def create(remote: Remote, name: Name) -> None:
    """Make an empty project."""
    request = pb.CreateProjectRequest(project=pb.Project(name=name))
    remote.show(remote.ask(remote.projects.CreateProject, request), COLUMNS)


@command(program, "list")
def list_projects(remote: Remote) -> None:
    """List the projects, newest first."""
    projects = remote.pages(remote.projects.ListProjects, pb.ListProjectsRequest(), "projects")
    remote.show_all(projects, COLUMNS)


@command(program)
def get(remote: Remote, name: Name) -> None:
    """Show one project."""
    remote.show(remote.ask(remote.projects.GetProject, pb.GetProjectRequest(project=name)), COLUMNS)


@command(program)
def pause(remote: Remote, name: Name) -> None:
    """Make no more attempts for any of its triggers; events still match and wait."""
    remote.show(remote.ask(remote.projects.PauseProject, pb.PauseProjectRequest(project=name)), COLUMNS)


@command(program)
def resume(remote: Remote, name: Name) -> None:
    """Let what waited go out."""
    remote.show(remote.ask(remote.projects.ResumeProject, pb.ResumeProjectRequest(project=name)), COLUMNS)


@command(program)
def delete(remote: Remote, name: Name, yes: Yes = False) -> None:
    """Delete a project and its triggers; what they still owe is cancelled."""
    confirm(f"Delete the project {name}, its triggers, and what they still owe?", yes=yes)
    remote.ask(remote.projects.DeleteProject, pb.DeleteProjectRequest(project=name))
    remote.say(f"deleted {name}")
