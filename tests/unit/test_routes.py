"""Which RPC a path and a method call, and what the path's variables are."""

import pytest
from bellrope_server.errors import InvalidField, NoSuchPath
from bellrope_server.gateway.native.path_template import PathTemplate
from bellrope_server.gateway.native.routes import Table
from bellrope_server.gateway.wire.answers import MethodNotAllowed, error_response, http_status
from rest import SERVICES

TABLE = Table(SERVICES)


def match(template: str, path: str) -> object:
    """Return what a template makes of a path."""
    return PathTemplate(template).match(path)


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/v1/a", "/v1/a", {}),
        ("/v1/a", "/v1/A", None),
        ("/v1/a", "/v1/a/", None),
        ("/v1/{name}", "/v1/x", {"name": "x"}),
        ("/v1/{name}", "/v1/", None),
        ("/v1/{name}", "/v1/x/y", None),
        ("/v1/{name}", "/v1/x%2Fy", {"name": "x/y"}),
        ("/v1/{name}", "/v1/x%20y+z", {"name": "x y+z"}),
        ("/v1/{name}", "/v1/%25", {"name": "%"}),
        ("/v1/{trigger.name}", "/v1/x", {"trigger.name": "x"}),
        ("/v1/{name=shelves/*}", "/v1/shelves/1", {"name": "shelves/1"}),
        ("/v1/{name=shelves/*}/b", "/v1/shelves/1%2F2/b", {"name": "shelves/1%2F2"}),
        ("/v1/{name=**}", "/v1/a/b", {"name": "a/b"}),
        ("/v1/*/{x}", "/v1/a/b", {"x": "b"}),
        ("/v1/a.b", "/v1/a-b", None),
    ],
)
def test_a_template_matches_whole_segments(template: str, path: str, expected: object) -> None:
    """A variable matches one segment, or the segments of its pattern; `%2F` is not a separator."""
    assert match(template, path) == expected


def test_a_variable_that_is_not_utf_8_is_refused() -> None:
    """A variable that is not UTF-8 is refused, because no answer could name it."""
    with pytest.raises(InvalidField) as raised:
        match("/v1/{name}", "/v1/%ff")
    assert raised.value.field == "name"


@pytest.mark.parametrize(
    ("http_method", "path", "rpc", "values"),
    [
        ("POST", "/v1/projects/p/events:queue", "Queue", {"project": "p"}),
        ("GET", "/v1/projects/p/events/e", "GetEvent", {"project": "p", "event_id": "e"}),
        ("GET", "/v1/projects/p/events/a:b", "GetEvent", {"project": "p", "event_id": "a:b"}),
        ("GET", "/v1/projects/p/events/a%3Aqueue", "GetEvent", {"project": "p", "event_id": "a:queue"}),
        ("PATCH", "/v1/projects/p/triggers/t", "UpdateTrigger", {"project": "p", "trigger.name": "t"}),
        ("DELETE", "/v1/projects/p/triggers/t", "DeleteTrigger", {"project": "p", "trigger": "t"}),
        ("POST", "/v1/projects/p/triggers/t:pause", "PauseTrigger", {"project": "p", "trigger": "t"}),
        ("POST", "/v1/projects/p%2Fq/triggers", "CreateTrigger", {"project": "p/q"}),
    ],
)
def test_a_path_calls_an_rpc(http_method: str, path: str, rpc: str, values: object) -> None:
    """The verb after the last colon is part of the path, unless no RPC has it."""
    route, found = TABLE.find(http_method, path)
    assert (route.rpc.name, found) == (rpc, values)


@pytest.mark.parametrize(
    "path", ["/", "/v1/projects/", "/v1/projects/p/events:", "/v1/projects/p/events:ring", "/v2/projects"]
)
def test_an_unknown_path(path: str) -> None:
    """An unknown path is not found, with any method."""
    with pytest.raises(NoSuchPath) as raised:
        TABLE.find("GET", path)
    assert http_status(raised.value) == 404


def test_another_method_is_told_the_right_ones() -> None:
    """A wrong method is answered with 405 and `Allow` (RFC 9110, 15.5.6)."""
    with pytest.raises(MethodNotAllowed) as raised:
        TABLE.find("PUT", "/v1/projects/p/triggers/t")
    answer = error_response(raised.value, request_id="r")
    assert (answer.status, answer.headers["Allow"]) == (405, "DELETE, GET, PATCH, HEAD")


def test_every_rpc_has_a_path() -> None:
    """Every RPC can be called over HTTP."""
    assert {route.rpc.name for route in TABLE.routes} >= {
        "Queue",
        "TriggerSync",
        "GetEvent",
        "ReplayDelivery",
    }
    fixed = {route.template.text for route in TABLE.routes if not route.template.variables}
    assert fixed == {"/v1/projects", "/v1/server/status"}


def test_what_is_more_exact_is_asked_first() -> None:
    """A literal wins over a variable, and a variable over a rest of any length."""
    texts = ["/v1/{a=**}", "/v1/{a}", "/v1/x", "/v1/{a}/y", "/v1/x/{b}"]
    ranked = sorted(map(PathTemplate, texts), key=lambda template: template.rank)
    assert [template.text for template in ranked] == [
        "/v1/x",
        "/v1/x/{b}",
        "/v1/{a}",
        "/v1/{a}/y",
        "/v1/{a=**}",
    ]
