"""The service Projects."""

from bellrope.v1 import projects_pb2 as pb
from google.protobuf.empty_pb2 import Empty

from bellrope_server.call import Call
from bellrope_server.convert import names
from bellrope_server.convert.times import to_timestamp
from bellrope_server.model import Project
from bellrope_server.rpc.pages import next_token, page
from bellrope_server.store import Store


class Projects:
    """Keeps the tenants."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def CreateProject(self, request: pb.CreateProjectRequest, call: Call) -> pb.Project:
        """Make an empty project."""
        return _to_proto(await self._store.create_project(names.project(request.project.name)))

    async def GetProject(self, request: pb.GetProjectRequest, call: Call) -> pb.Project:
        """Return one project."""
        return _to_proto(await self._store.get_project(names.project(request.project)))

    async def ListProjects(self, request: pb.ListProjectsRequest, call: Call) -> pb.ListProjectsResponse:
        """List the projects."""
        wanted = page(request.page_size, request.page_token, bound_to="projects")
        found = await self._store.list_projects(wanted)
        return pb.ListProjectsResponse(
            projects=[_to_proto(project) for project in found],
            next_page_token=next_token(found.next, bound_to="projects"),
        )

    async def DeleteProject(self, request: pb.DeleteProjectRequest, call: Call) -> Empty:
        """Delete a project and its triggers."""
        await self._store.delete_project(names.project(request.project))
        return Empty()


def _to_proto(project: Project) -> pb.Project:
    return pb.Project(name=project.name, create_time=to_timestamp(project.create_time))
