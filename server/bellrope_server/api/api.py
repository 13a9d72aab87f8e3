"""The whole API, as gRPC and the HTTP gateway call it: a servicer for each service, a method for each RPC."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2, server_pb2, triggers_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from bellrope_server.admission.admission import EVENTS
from bellrope_server.admission.call import Call
from bellrope_server.api import texts
from bellrope_server.api.deliveries import Deliveries
from bellrope_server.api.eventing import Eventing
from bellrope_server.api.projects import Projects
from bellrope_server.api.server import Server
from bellrope_server.api.traced import TracedEventing
from bellrope_server.api.triggers import Triggers

Method: TypeAlias = Callable[[Any, Call], Any]
"""Answers an RPC with an awaitable message, or with an asynchronous iterator if it streams."""
MethodOf: TypeAlias = Callable[[MethodDescriptor], Method]
"""Returns the method of an RPC."""

SERVICES: Mapping[str, ServiceDescriptor] = {
    service.full_name: service
    for service in (
        eventing_pb2.DESCRIPTOR.services_by_name["Eventing"],
        triggers_pb2.DESCRIPTOR.services_by_name["Triggers"],
        deliveries_pb2.DESCRIPTOR.services_by_name["Deliveries"],
        projects_pb2.DESCRIPTOR.services_by_name["Projects"],
        server_pb2.DESCRIPTOR.services_by_name["Server"],
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The servicer of each service."""

    eventing: Eventing | TracedEventing
    triggers: Triggers
    deliveries: Deliveries
    projects: Projects
    server: Server

    def method(self, rpc: MethodDescriptor) -> Method:
        """Return the method of an RPC, by its descriptor."""
        servicer = getattr(self, rpc.containing_service.name.lower())
        method: Method = getattr(servicer, rpc.name)
        return method

    def checked(self, rpc: MethodDescriptor) -> Method:
        """Return the method of an RPC; it refuses texts that not every database can keep.

        Those of events have rules of their own, and are too many to look at twice.
        """
        method = self.method(rpc)
        return method if rpc.containing_service.name == EVENTS else _checking(method)


def _checking(method: Method) -> Method:
    def checking(request: Any, call: Call) -> Any:
        texts.check(request)
        return method(request, call)

    return checking


def descriptor(service: str, name: str) -> MethodDescriptor:
    """Return the descriptor of an RPC, for example of `Queue` in `Eventing`."""
    return SERVICES[f"bellrope.v1.{service}"].methods_by_name[name]
