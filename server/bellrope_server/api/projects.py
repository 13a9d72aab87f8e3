"""The service Projects."""

from bellrope.v1 import projects_pb2 as pb
from google.protobuf.empty_pb2 import Empty

from bellrope_server.admission.call import Call
from bellrope_server.admission.limits import Limits
from bellrope_server.api.pages import next_token, page
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.api.schema_trials import SchemaTrials
from bellrope_server.convert import names
from bellrope_server.convert import projects as convert
from bellrope_server.convert.times import to_timestamp
from bellrope_server.model import EventType
from bellrope_server.store.settings.event_types import SaveType
from bellrope_server.store.store import Store


class Projects:
    """Manages projects and event types."""

    def __init__(self, store: Store, checks: SchemaChecks, limits: Limits) -> None:
        self._store = store
        self._checks = checks
        self._trials = SchemaTrials(store, checks, limits)

    async def CreateProject(self, request: pb.CreateProjectRequest, call: Call) -> pb.Project:
        """Create an empty project."""
        name, kept = names.project(request.project.name, field="name"), convert.retention(request.project)
        return convert.to_proto(await self._store.settings.create_project(name, kept))

    async def GetProject(self, request: pb.GetProjectRequest, call: Call) -> pb.Project:
        """Return one project."""
        return convert.to_proto(await self._store.settings.get_project(names.project(request.project)))

    async def ListProjects(self, request: pb.ListProjectsRequest, call: Call) -> pb.ListProjectsResponse:
        """List the projects."""
        wanted = page(request.page_size, request.page_token, bound_to="projects")
        found = await self._store.settings.list_projects(wanted)
        return pb.ListProjectsResponse(
            projects=[convert.to_proto(project) for project in found],
            next_page_token=next_token(found.next, bound_to="projects"),
        )

    async def UpdateProject(self, request: pb.UpdateProjectRequest, call: Call) -> pb.Project:
        """Change how long a project keeps what is finished."""
        edit = convert.edit(request.project, request.update_mask.paths)
        return convert.to_proto(
            await self._store.settings.update_project(names.project(request.project.name, field="name"), edit)
        )

    async def PauseProject(self, request: pb.PauseProjectRequest, call: Call) -> pb.Project:
        """Stop attempts for a project."""
        return convert.to_proto(
            await self._store.settings.pause_project(names.project(request.project), paused=True)
        )

    async def ResumeProject(self, request: pb.ResumeProjectRequest, call: Call) -> pb.Project:
        """Start attempts for a project again."""
        return convert.to_proto(
            await self._store.settings.pause_project(names.project(request.project), paused=False)
        )

    async def DeleteProject(self, request: pb.DeleteProjectRequest, call: Call) -> Empty:
        """Delete a project and its triggers."""
        await self._store.settings.delete_project(names.project(request.project))
        return Empty()

    async def GetEventType(self, request: pb.GetEventTypeRequest, call: Call) -> pb.EventType:
        """Return an event type and its schema."""
        project = names.project(request.project)
        return _type_to_proto(await self._store.settings.get_event_type(project, request.type))

    async def ListEventTypes(
        self, request: pb.ListEventTypesRequest, call: Call
    ) -> pb.ListEventTypesResponse:
        """List the event types that have a schema."""
        bound_to = f"event types of {request.project}"
        wanted = page(request.page_size, request.page_token, bound_to=bound_to)
        found = await self._store.settings.list_event_types(names.project(request.project), wanted)
        return pb.ListEventTypesResponse(
            event_types=[_type_to_proto(each) for each in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def UpdateEventType(self, request: pb.UpdateEventTypeRequest, call: Call) -> pb.EventType:
        """Save the schema of an event type."""
        project, type = names.project(request.project), names.schema_type(request.event_type.type)
        schema = request.event_type.schema
        enforced = await self._checks.enforced(schema, project=project, event_type=type)
        save = SaveType(
            project=project,
            type=type,
            schema=schema,
            json_schema=enforced.text,
            create=request.allow_missing,
        )
        return _type_to_proto(await self._store.settings.save_event_type(save))

    async def TestEventType(self, request: pb.TestEventTypeRequest, call: Call) -> pb.TestEventTypeResponse:
        """Return which data a schema would refuse."""
        return await self._trials.test(request)

    async def DeleteEventType(self, request: pb.DeleteEventTypeRequest, call: Call) -> Empty:
        """Delete the schema of an event type; its events are no longer checked."""
        await self._store.settings.delete_event_type(names.project(request.project), request.type)
        return Empty()


def _type_to_proto(event_type: EventType) -> pb.EventType:
    return pb.EventType(
        project=event_type.project,
        type=event_type.type,
        schema=event_type.schema,
        json_schema=event_type.json_schema,
        create_time=to_timestamp(event_type.create_time),
        update_time=to_timestamp(event_type.update_time),
    )
