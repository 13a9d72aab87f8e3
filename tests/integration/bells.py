"""A service for tests, with each kind of stream."""

from bellrope.v1 import eventing_pb2
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool


def make_service() -> str:
    """Add a service with each kind of stream to the pool, and return its name."""
    file = descriptor_pb2.FileDescriptorProto(name="test/bells.proto", package="bells", syntax="proto3")
    file.dependency.append(eventing_pb2.DESCRIPTOR.name)
    line = file.message_type.add(name="Line")
    line.field.add(name="event", number=1, type=11, label=1, type_name=".bellrope.v1.QueueRequest")
    service = file.service.add(name="Bells")
    for name, path, body, client, server in (
        ("Tail", "/v1/projects/{project}/events:tail", "", False, True),
        ("Echo", "/v1/projects/{event.project}/events:echo", "event", True, True),
        ("Count", "/v1/projects/{project}/events:count", "*", True, False),
    ):
        kind = ".bells.Line" if name == "Echo" else ".bellrope.v1.QueueRequest"
        method = service.method.add(name=name, input_type=kind, client_streaming=client)
        method.output_type, method.server_streaming = ".bellrope.v1.QueueRequest", server
        rule = method.options.Extensions[annotations_pb2.http]
        setattr(rule, "post" if client else "get", path)
        rule.body = body
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return "bells.Bells"


SERVICE = make_service()
