"""Clients that ask for much and do not read it: the server waits for them, and then ends them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from aiohttp import web
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.whole_answer import WholeAnswer
from integration.raw_site import QUICK, Wire, get, serving
from kit import until

SIZE = 60 * 1024
MANY = 1000  # answers: much more than the system keeps for a socket
IMPATIENT = replace(QUICK, read_timeout=timedelta(seconds=0.5))

Answer = web.StreamResponse | WholeAnswer
Served = Callable[[WireRequest], Awaitable[web.StreamResponse]]


class Answers:
    """Answers of one kind, counted."""

    def __init__(self, answer: Callable[[WireRequest, "Answers"], Awaitable[Answer]]) -> None:
        self.count = 0
        self._answer = answer

    async def __call__(self, request: WireRequest) -> web.StreamResponse:
        """Answer a request."""
        self.count += 1
        return cast(web.StreamResponse, await self._answer(request, self))


async def json_answer(_request: WireRequest, _answers: Answers) -> Answer:
    """Give a small answer as nearly all are."""
    return WholeAnswer(b"x" * SIZE)


async def response(_request: WireRequest, _answers: Answers) -> Answer:
    """Give an answer as pages are."""
    return web.Response(body=b"x" * SIZE)


async def stream(request: WireRequest, answers: Answers) -> Answer:
    """Give a stream without end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    with request.unhurried():
        while True:
            await answer.write(b"x" * SIZE)
            answers.count += 1


@pytest.mark.parametrize("kind", [json_answer, response, stream])
async def test_a_client_that_does_not_read_is_ended(
    kind: Callable[[WireRequest, Answers], Awaitable[Answer]],
) -> None:
    """A client that never reads its answers gets no more than the network holds, and is disconnected."""
    answers = Answers(kind)
    async with serving(IMPATIENT, served=answers) as site:
        with socket.create_connection(("127.0.0.1", site.port)) as client:
            client.sendall(get("/") * MANY)
            await until(lambda: answers.count)
            await until(lambda: not site.connection_count)
        assert answers.count < MANY / 2


async def test_a_client_that_reads_byte_by_byte_is_ended() -> None:
    """A client that reads so slowly that it would take days is disconnected, too."""
    answers = Answers(json_answer)
    async with serving(IMPATIENT, served=answers) as site:
        with socket.create_connection(("127.0.0.1", site.port)) as client:
            client.sendall(get("/") * MANY)
            await until(lambda: answers.count)

            def gone() -> bool:
                return not (site.connection_count and client.recv(1))

            await until(gone)
        assert answers.count < MANY / 2


async def test_a_client_that_reads_slowly_gets_everything() -> None:
    """A client that goes on reading is served to the end, however long that takes altogether."""
    answers = Answers(json_answer)
    async with serving(replace(IMPATIENT, read_timeout=timedelta(seconds=1)), served=answers) as site:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", site.port))
        wire.send(get("/") * 300)
        for _ in range(300):
            assert len((await wire.answer()).body) == SIZE
            await asyncio.sleep(0.01)
        wire.close()
    assert answers.count == 300
