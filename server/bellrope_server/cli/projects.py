"""`bellrope projects ...`: manage projects."""

from typing import Annotated

import typer
from bellrope.v1 import projects_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.cli.confirm import Yes, confirm
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import in_words, kept_for

program = group("Create, list and delete projects.")

COLUMNS: Columns[pb.Project] = {
    "NAME": lambda project: project.name,
    "STATE": lambda project: "paused" if project.paused else "running",
    "CREATED": lambda project: moment(project, "create_time"),
    "KEEPS": lambda project: _kept(project.retention),
}
NOT_READ = ("project",)  # the argument names the project
KINDS = tuple(field.name for field in pb.Retention.DESCRIPTOR.fields)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The project's name.")]


Length = Annotated[
    str | None,
    typer.Option(
        metavar="LENGTH", help="A number with s, m, h or d, `forever`, or `default` for the server's default."
    ),
]


@command(program, without=NOT_READ)
def create(remote: Remote, name: Name) -> None:
    """Create an empty project."""
    request = pb.CreateProjectRequest(project=pb.Project(name=name))
    remote.show(remote.ask(remote.projects.CreateProject, request), COLUMNS)


@command(program, "list", without=NOT_READ)
def list_projects(remote: Remote) -> None:
    """List the projects, newest first."""
    projects = remote.pages(remote.projects.ListProjects, pb.ListProjectsRequest(), "projects")
    remote.show_all(projects, COLUMNS)


@command(program, without=NOT_READ)
def get(remote: Remote, name: Name) -> None:
    """Show one project."""
    remote.show(remote.ask(remote.projects.GetProject, pb.GetProjectRequest(project=name)), COLUMNS)


@command(program, without=NOT_READ)
def update(
    remote: Remote,
    name: Name,
    retain_succeeded: Length = None,
    retain_dead_letters: Length = None,
    retain_attempts: Length = None,
    retain_unmatched: Length = None,
) -> None:
    """Change how long a project keeps what is finished.

    What is not given stays as it is.
    """
    given = (retain_succeeded, retain_dead_letters, retain_attempts, retain_unmatched)
    said = {kind: text for kind, text in zip(KINDS, given, strict=True) if text is not None}
    if not said:
        raise typer.BadParameter("say what to change, for example --retain-succeeded 30d")
    lengths = {
        kind: kept_for(text, flag=f"--retain-{kind.replace('_', '-')}")
        for kind, text in said.items()
        if text != "default"
    }
    request = pb.UpdateProjectRequest(
        project=pb.Project(name=name, retention=pb.Retention(**lengths)),
        update_mask=FieldMask(paths=[f"retention.{kind}" for kind in said]),
    )
    remote.show(remote.ask(remote.projects.UpdateProject, request), COLUMNS)


@command(program, without=NOT_READ)
def pause(remote: Remote, name: Name) -> None:
    """Stop attempts for all of a project's triggers.

    Events still match, and their deliveries wait.
    """
    remote.show(remote.ask(remote.projects.PauseProject, pb.PauseProjectRequest(project=name)), COLUMNS)


@command(program, without=NOT_READ)
def resume(remote: Remote, name: Name) -> None:
    """Start attempts again; what waited is sent."""
    remote.show(remote.ask(remote.projects.ResumeProject, pb.ResumeProjectRequest(project=name)), COLUMNS)


@command(program, without=NOT_READ)
def delete(remote: Remote, name: Name, yes: Yes = False) -> None:
    """Delete a project and its triggers, and cancel what they still owe."""
    if not yes:
        remote.ask(remote.projects.GetProject, pb.GetProjectRequest(project=name))
    confirm(f"Delete the project {name}, its triggers, and what they still owe?", yes=yes)
    remote.ask(remote.projects.DeleteProject, pb.DeleteProjectRequest(project=name))
    remote.say(f"deleted {name}")


def _kept(retention: pb.Retention) -> str:
    """Return how long a project keeps what is finished, where it differs from the server."""
    said = [f"{kind} {in_words(getattr(retention, kind))}" for kind in KINDS if retention.HasField(kind)]
    return ", ".join(said).replace("_", " ") or "as the server"
