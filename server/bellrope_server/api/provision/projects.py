"""What makes a project's own settings as the file declares them."""

from collections.abc import Iterator

from bellrope.v1 import projects_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.api.provision.change import Change, differences
from bellrope_server.convert import names
from bellrope_server.convert import projects as convert
from bellrope_server.convert.declared import DeclaredProject
from bellrope_server.convert.declared_lengths import in_words
from bellrope_server.errors import ServiceError

Proto = projects_pb2.Project


def check(wanted: DeclaredProject) -> None:
    """Raise DeclarationError if the project has a value that no server accepts."""
    try:
        names.project(wanted.name)
        convert.retention(wanted.project)
    except ServiceError as error:
        raise wanted.written.fault(error) from None


def before_the_rest(wanted: DeclaredProject, old: Proto | None) -> Iterator[Change]:
    """Yield what comes first: a project must be there, and a pause must hold before triggers change."""
    if old is None:
        project = Proto(name=wanted.name, retention=wanted.project.retention)
        request = projects_pb2.CreateProjectRequest(project=project)
        yield _change("+", wanted, "CreateProject", request, tuple(_kept(None, wanted.project)))
    elif wanted.written.has("retention") and (found := tuple(_kept(old, wanted.project))):
        mask = FieldMask(paths=["retention"])
        update = projects_pb2.UpdateProjectRequest(project=wanted.project, update_mask=mask)
        yield _change("~", wanted, "UpdateProject", update, found)
    if wanted.project.paused and not (old and old.paused):
        pause = projects_pb2.PauseProjectRequest(project=wanted.name)
        yield _change("~", wanted, "PauseProject", pause, ("- paused: false", "+ paused: true"))


def after_the_rest(wanted: DeclaredProject, old: Proto | None) -> Iterator[Change]:
    """Yield what comes last: what waits goes out when all triggers are as declared."""
    if old and old.paused and wanted.written.has("paused") and not wanted.project.paused:
        resume = projects_pb2.ResumeProjectRequest(project=wanted.name)
        yield _change("~", wanted, "ResumeProject", resume, ("- paused: true", "+ paused: false"))


def _kept(old: Proto | None, new: Proto) -> Iterator[str]:
    before, after = (in_words(each.retention) if each else {} for each in (old, new))
    yield from differences(
        *({f"retention.{kind}": each for kind, each in it.items()} for it in (before, after))
    )


def _change(
    sign: str, wanted: DeclaredProject, method: str, request: object, found: tuple[str, ...]
) -> Change:
    return Change(
        sign=sign,
        name=wanted.name,
        method=f"Projects.{method}",
        request=request,
        written=wanted.written,
        differences=found,
    )
