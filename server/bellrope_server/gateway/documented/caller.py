"""One HTTP caller of the config paths: its request, and the calls for it, each through its own gate."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from google.protobuf.message import Message

from bellrope_server.admission.call import Call
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.principal import Principal
from bellrope_server.api import texts
from bellrope_server.api.api import Method
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, read_json
from bellrope_server.text import strict_json

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)
Parsed = TypeVar("Parsed")

Gates = Mapping[Method, Gate]
"""The gate of each RPC, by its method."""


class Caller:
    """Makes calls for one HTTP request."""

    def __init__(
        self, request: WireRequest, principal: Principal, *, gates: Gates, limits: WireLimits
    ) -> None:
        self._request = request
        self._principal = principal
        self._gates = gates
        self._limits = limits

    async def read(self, method: Method, parse: Callable[[bytes], Parsed]) -> Parsed:
        """Return what `parse` makes of the JSON body, read for one RPC; if large, in a thread."""
        with self._visit(method) as visit:
            body = await read_json(self._request, self._limits, visit)
            visit.begin()
            return await asyncio.to_thread(parse, body) if len(body) > strict_json.LARGE else parse(body)

    async def call(self, method: Callable[[Request, Call], Awaitable[Answer]], request: Request) -> Answer:
        """Call one RPC and return its answer."""
        with self._visit(method) as visit:
            visit.begin()
            texts.check(request)
            gate = self._gates[method]
            answer = await method(request, gate.call(visit, patience=None))
            self._request.hold_answer(gate, answer)
            return answer

    def _visit(self, method: Method) -> Visit:
        return self._gates[method].visit(
            self._principal, address=self._request.address, request_id=self._request.request_id
        )
