"""Projects between the proto and the model, with how long they keep what is finished."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace

from bellrope.v1 import projects_pb2 as pb

from bellrope_server.convert import masks
from bellrope_server.convert.times import from_duration, to_duration, to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import Micros, OwnRetention, Project

SHORTEST: Micros = 1_000_000
KINDS = tuple(asdict(OwnRetention()))
PATHS = {"retention": KINDS} | {f"retention.{kind}": (kind,) for kind in KINDS}


def to_proto(project: Project) -> pb.Project:
    """Return the project as a message."""
    lengths = {
        kind: to_duration(each) for kind, each in asdict(project.retention).items() if each is not None
    }
    return pb.Project(
        name=project.name,
        create_time=to_timestamp(project.create_time),
        paused=project.paused,
        retention=pb.Retention(**lengths) if lengths else None,
    )


def retention(project: pb.Project) -> OwnRetention:
    """Return how long a project keeps what is finished, or raise InvalidField."""
    given = [kind for kind in KINDS if project.retention.HasField(kind)]
    return OwnRetention(**{kind: _length(project.retention, kind) for kind in given})


def edit(project: pb.Project, paths: Iterable[str]) -> Callable[[OwnRetention], OwnRetention]:
    """Return the change of these fields, or raise InvalidField. No paths or `*` mean all fields."""
    wanted = list(paths)
    if not wanted or wanted == ["*"]:
        wanted = ["retention"]
    masks.check(wanted, PATHS)
    said = retention(project)
    values = {kind: getattr(said, kind) for path in wanted for kind in PATHS[path]}
    return lambda before: replace(before, **values)


def _length(lengths: pb.Retention, kind: str) -> Micros:
    where = f"retention.{kind}"
    length = from_duration(getattr(lengths, kind), field=where)
    if length < SHORTEST:
        raise InvalidField("must be at least a second", field=where)
    return length
