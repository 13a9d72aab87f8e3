"""The table of routes: which RPC an HTTP request calls, from the google.api.http options."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.api import annotations_pb2
from google.protobuf import descriptor_pool, message_factory
from msgspec import Struct

from bellrope_server.errors import NoSuchPath
from bellrope_server.gateway.native.path_template import PathTemplate
from bellrope_server.gateway.wire.answers import MethodNotAllowed

WHOLE = "*"  # as a rule's body: the whole request message


class Route(Struct, frozen=True):
    """One rule: an HTTP method and a path that call an RPC. `rpc` is the RPC's descriptor."""

    rpc: Any
    http_method: str
    template: PathTemplate
    body: str
    """The field that the body fills; WHOLE for the whole message; empty for no body."""
    message: Any
    """The class of the request message."""


class Table:
    """The routes of services."""

    def __init__(self, services: Iterable[str]) -> None:
        """`services` are full names; raise ValueError for a rule that cannot be served."""
        self.routes: list[Route] = []
        for name in services:
            for rpc in descriptor_pool.Default().FindServiceByName(name).methods:
                self.routes += _routes(rpc)
        self._by_verb: dict[str, list[Route]] = {}
        for route in sorted(self.routes, key=lambda route: route.template.rank):
            self._by_verb.setdefault(route.template.verb, []).append(route)
        self._refuse_equals()

    def find(self, http_method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Return the route of a raw path without its query, and the values of the path's variables.

        Raises NoSuchPath; or MethodNotAllowed with the allowed methods, if only the method is wrong.
        """
        matches = list(self._matches(path))
        if not matches:
            raise NoSuchPath
        for route, values in matches:
            if route.http_method == http_method:
                return route, values
        raise MethodNotAllowed(*sorted({route.http_method for route, _ in matches}))

    def _matches(self, path: str) -> Iterator[tuple[Route, Mapping[str, str]]]:
        head, colon, verb = path.rpartition(":")
        if not (verb and colon and verb in self._by_verb):
            head, verb = path, ""
        for route in self._by_verb.get(verb, ()):
            values = route.template.match(head)
            if values is not None:
                yield route, values

    def _refuse_equals(self) -> None:
        seen: dict[tuple[str, str], Route] = {}
        for route in self.routes:
            shape = (route.http_method, route.template.shape)
            if shape in seen:
                raise ValueError(f"{route.rpc.full_name} has the path of {seen[shape].rpc.full_name}")
            seen[shape] = route


def _routes(rpc: Any) -> Iterator[Route]:
    rule = rpc.GetOptions().Extensions[annotations_pb2.http]
    message = message_factory.GetMessageClass(rpc.input_type)
    for each in (rule, *rule.additional_bindings):
        pattern = each.WhichOneof("pattern")
        if pattern is None:
            continue
        if each.response_body:
            raise ValueError(f"{rpc.full_name}: response_body is not served")
        custom = pattern == "custom"
        path = each.custom.path if custom else getattr(each, pattern)
        http_method = each.custom.kind if custom else pattern.upper()
        yield Route(rpc, http_method, PathTemplate(path), each.body, message)
