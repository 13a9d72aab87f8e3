"""Who may call, and what callers can see; sorted by the ids of the faults."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from bellrope.v1 import projects_pb2
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope_server.api.api import SERVICES
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from integration.grpc_calls import (
    KEY,
    METHODS,
    NOT_A_MESSAGE,
    PROJECT,
    SERVING,
    as_bytes,
    health,
    reason,
    refused,
)
from kit import Server, app_here, get, post


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
async def test_every_method_needs_the_key(locked: Server, method: Any) -> None:
    """With a key every method requires it: no key, a wrong one and another scheme are UNAUTHENTICATED."""
    wrong = (None, "Bearer wrong", f"Bearer {KEY[:-1]}", f"Bearer {KEY}x", f"Basic {KEY}", KEY, "Bearer", "")
    async with grpc.aio.insecure_channel(locked.grpc) as channel:
        call = as_bytes(channel, method)
        for value in wrong:
            metadata = () if value is None else (("authorization", value),)
            for message in (b"", NOT_A_MESSAGE):
                error = await refused(call(message, metadata=metadata))
                assert (error.code(), reason(error)) == (grpc.StatusCode.UNAUTHENTICATED, "KEY_REQUIRED")
                assert error.details().startswith("This call needs the header")
        error = await refused(call(NOT_A_MESSAGE, metadata=(("authorization", f"bearer {KEY}"),)))
        assert reason(error) == "MALFORMED_REQUEST"


def test_g2_over_http_every_wrong_key_is_answered_alike(locked: Server) -> None:
    """G2: However a key is wrong, and however much of it is right, the answer is the same."""
    wrong = ("", "Bearer", f"Bearer {KEY[:-1]}", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}x", f"Basic {KEY}")
    url = f"{locked.http}/v1/config/projects"
    answers = [get(url), *(get(url, Authorization=value) for value in wrong)]
    for _, answer in answers:
        del answer["requestId"]
    assert {status for status, _ in answers} == {401}
    assert [answer for _, answer in answers] == [answers[0][1]] * len(answers)
    assert get(url, Authorization=f"Bearer {KEY}")[0] == 200


async def test_with_the_key_calls_are_answered(locked: Server) -> None:
    """The right key opens every method; health needs none."""
    async with grpc.aio.insecure_channel(locked.grpc) as channel:
        metadata = (("authorization", f"Bearer {KEY}"),)
        projects = ProjectsStub(channel)
        answer = await projects.ListProjects(projects_pb2.ListProjectsRequest(), metadata=metadata)
        assert list(answer.projects) == []
        assert await health(channel) == SERVING


async def shown(address: str) -> set[str]:
    """Return the services that gRPC reflection shows."""
    async with grpc.aio.insecure_channel(address) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        return {service.name for service in (await call.read()).list_services_response.service}


async def reflection_code(address: str) -> grpc.StatusCode:
    """Return the code that a call to gRPC reflection ends with, if it ends at once."""
    async with grpc.aio.insecure_channel(address) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        code: grpc.StatusCode = await asyncio.wait_for(call.code(), 10)
        return code


SHOWN = {*SERVICES, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


async def test_c24_reflection_is_there_on_an_open_server(server: Server) -> None:
    """C24: Without a key reflection shows the services, for grpcurl and similar tools."""
    assert await shown(server.grpc) == SHOWN


async def test_c24_reflection_is_off_with_a_key(locked: Server) -> None:
    """C24: With a key there is no reflection."""
    assert await reflection_code(locked.grpc) == grpc.StatusCode.UNIMPLEMENTED


async def test_c24_reflection_can_be_asked_for_and_refused(tmp_path: Path) -> None:
    """C24: --reflection turns it on with a key, --no-reflection turns it off without one."""
    async with app_here(tmp_path, admin_key=KEY, reflection=True) as app:
        assert await shown(app.grpc_address) == SHOWN
    async with app_here(tmp_path, reflection=False) as app:
        assert await reflection_code(app.grpc_address) == grpc.StatusCode.UNIMPLEMENTED


async def test_an_unknown_method_is_unimplemented(channel: grpc.aio.Channel) -> None:
    """A method that is not in the proto is UNIMPLEMENTED."""
    error = await refused(channel.unary_unary("/bellrope.v1.Eventing/Nope")(b""))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "192.168.1.1"},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
    ],
    ids=["name", "address", "origin", "null"],
)
def test_an_open_server_answers_nobody_elses_pages(server: Server, headers: dict[str, str]) -> None:
    """Without a key, a page that reached this server under another host's name gets 403, nothing stored."""
    url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
    status, answer = post(url, {"type": "rebound", "id": "rebound"}, **headers)
    assert (status, answer["reason"]) == (403, "FOREIGN_ORIGIN")
    assert "`--cors-origin` allows other pages" in answer["error"]
    assert get(f"{server.http}/v1/config/projects", **headers)[0] == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Host": "localhost"}, {"Host": "[::1]:4122"}, {"Origin": "http://localhost:3000"}]
)
def test_an_open_server_answers_this_machine(server: Server, headers: dict[str, str]) -> None:
    """A page that this machine serves may call."""
    url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
    assert post(url, {"type": "at-home"}, **headers)[0] == 200
