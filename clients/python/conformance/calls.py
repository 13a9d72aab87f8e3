"""The clients of the settings that a runner has met, in either form, and how their calls are made."""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import bellrope
from bellrope import aio

Line = dict[str, Any]
ASYNCIO = "--asyncio" in sys.argv
SECONDS = 1000


class WrongSetting(Exception):
    """No client can be made of the settings."""


class Clients:
    """Makes a client of each different settings once."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._made: dict[str, Any] = {}

    def of(self, line: Line) -> Any:
        """Return the client of the settings of a line. Raises WrongSetting."""
        key = json.dumps(line["settings"])
        if key not in self._made:
            self._made[key] = self.new(line)
        return self._made[key]

    def new(self, line: Line) -> Any:
        """Return another client. Raises WrongSetting."""
        given = line["settings"]
        server = [given["server"]] if "server" in given else []
        arguments = {name: given[name] for name in ("project", "key", "key_without_tls") if name in given}
        if "timeout_ms" in given:
            arguments["timeout"] = given["timeout_ms"] / SECONDS
        if "ca_file" in given:
            arguments["ca"] = given["ca_file"]
        try:
            return self.now(made(server, arguments)) if ASYNCIO else bellrope.Client(*server, **arguments)
        except (OSError, ValueError) as error:
            raise WrongSetting(str(error)) from error

    def now(self, call: Any) -> Any:
        """Return what a call returns, in either form."""
        return self._loop.run_until_complete(call) if inspect.isawaitable(call) else call

    def each(self, stream: Any) -> Iterator[Any]:
        """Yield what a stream yields, in either form."""
        if not ASYNCIO:
            yield from stream
            return
        try:
            while (item := self.now(anext(stream, None))) is not None:
                yield item
        finally:
            self.now(stream.aclose())

    def pages(self, method: Callable[[Any], Any], request: Any) -> Iterator[Any]:
        """Yield the pages of a list."""
        yield from self.each(aio.pages(method, request)) if ASYNCIO else bellrope.pages(method, request)


async def made(server: list[str], arguments: Line) -> aio.Client:
    """Return a client of the running loop."""
    return aio.Client(*server, **arguments)


def say(line: Line) -> None:
    """Write a line."""
    print(json.dumps(line), flush=True)
