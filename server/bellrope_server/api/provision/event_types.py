"""What makes the schema of a type of event as the file declares it."""

from bellrope.v1 import projects_pb2

from bellrope_server.api.provision.change import Change, differences
from bellrope_server.convert import names
from bellrope_server.convert.declared import TYPES, DeclaredProject, DeclaredType
from bellrope_server.errors import ServiceError
from bellrope_server.rules.event_schemas import enforced_schema

Proto = projects_pb2.EventType


def save(project: DeclaredProject, wanted: DeclaredType, old: Proto | None) -> Change | None:
    """Return the change that saves a schema, or None if it is there, letter for letter.

    Raises DeclarationError if no server accepts it.
    """
    event_type = wanted.event_type
    if old and old.schema == event_type.schema:
        return None
    try:
        enforced_schema(event_type.schema, event_type=names.schema_type(event_type.type))
    except ServiceError as error:
        raise wanted.written.fault(error) from None
    return Change(
        sign="~" if old else "+",
        name=_name(project, event_type.type),
        method="Projects.UpdateEventType",
        request=projects_pb2.UpdateEventTypeRequest(
            project=project.name, event_type=event_type, allow_missing=True
        ),
        written=wanted.written,
        differences=tuple(differences({"schema": old.schema} if old else {}, {"schema": event_type.schema})),
    )


def delete(project: DeclaredProject, type: str) -> Change:
    """Return the change that deletes a schema."""
    return Change(
        sign="-",
        name=_name(project, type),
        method="Projects.DeleteEventType",
        request=projects_pb2.DeleteEventTypeRequest(project=project.name, type=type),
        written=project.written,
    )


def _name(project: DeclaredProject, type: str) -> str:
    """Return a name that no trigger has."""
    return f"{project.name}/{TYPES}/{type}"
