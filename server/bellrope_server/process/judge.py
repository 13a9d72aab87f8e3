"""Checks data against schemas, and tries filters, in a process that ends itself when that takes too long.

The libraries hold the interpreter's lock meanwhile, and nothing can stop them. So a thread would not help.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple, TypeVar
from weakref import WeakValueDictionary

import orjson

from bellrope_server.errors import InvalidField, Overloaded
from bellrope_server.process.questions import Fits, Wanted, encode
from bellrope_server.rules.event_schemas import MISFIT, EventSchema
from bellrope_server.rules.filter_subjects import Subject
from bellrope_server.telemetry import facts

R = TypeVar("R")

SECONDS = 1.0  # of processor time for one check
LONGEST = 60.0  # seconds, if the process gets hardly any processor time
MOST_ANSWER = 1024 * 1024  # bytes
PROGRAM = "bellrope_server.process.judge_process"
TOO_MUCH = {-signal.SIGPROF: "time", -signal.SIGABRT: "memory"}
INTERRUPTED = "The data could not be checked against its schema. Nothing was stored. Retry the call."
UNTRIED = "The filters could not be tried. Retry the call."


class Misfit(NamedTuple):
    """The first of several data that does not match: where it is, from 0, and the error about it."""

    at: int
    error: InvalidField


class _About(NamedTuple):
    """What a question is about: the field of the request that is checked, and its project."""

    field: str
    project: str


class Judge:
    """The process, started when it is first needed, and the callers that wait for it.

    It checks for one caller at a time. Each project has at most one caller in the queue for it, so a project
    whose checks take long leaves the others their turns.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """A check may take `seconds` of processor time."""
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._process: Process | None = None

    async def compile(self, schema: EventSchema, *, project: str) -> None:
        """Raise InvalidField unless this is a JSON Schema that can be compiled in time."""
        if found := await self._fits(schema, (), project=project):
            raise found.error

    async def misfit(self, schema: EventSchema, data: Sequence[bytes], *, project: str) -> Misfit | None:
        """Return the first of these data that does not match the schema. They are checked as one.

        Raises InvalidField if that takes too long, and Overloaded if the process was ended by others.
        """
        return await self._fits(schema, data, project=project)

    async def tried(self, filters: Sequence[str], subject: Subject, *, project: str) -> list[bool | str]:
        """Return whether the event matches each filter, or why a filter has no result.

        If they take long together, the last ones are missing, but never all. Raises Overloaded if the process
        was ended by others.
        """
        if not filters:
            return []
        ask = partial(self._try, encode(Wanted(list(filters), subject)), project)
        return await self._asked(ask, project=project, interrupted=UNTRIED)

    async def stop(self) -> None:
        """End the process, if it runs."""
        if process := self._process:
            self._process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _fits(self, schema: EventSchema, data: Sequence[bytes], *, project: str) -> Misfit | None:
        question = encode(Fits(schema.text, list(data)))
        ask = partial(self._check, question, _About("data" if data else "schema", project))
        return await self._asked(ask, project=project, interrupted=INTERRUPTED)

    async def _asked(self, ask: Callable[[], Awaitable[R]], *, project: str, interrupted: str) -> R:
        turn_of_project = self._turns.setdefault(project, asyncio.Lock())
        async with turn_of_project, self._turn:
            answered = False
            try:
                async with asyncio.timeout(LONGEST):
                    found = await ask()
                answered = True
                return found
            except (OSError, TimeoutError):
                raise Overloaded(interrupted, retry_after=1) from None
            finally:
                if not answered:  # a later caller must not get this answer
                    await self.stop()

    async def _sent(self, question: bytes) -> Process:
        """Send a question, and return the process that answers it."""
        process = self._process = self._process or await self._started()
        assert process.stdin
        with suppress(ConnectionError):  # then it has died, and there is no answer
            process.stdin.write(len(question).to_bytes(4))
            process.stdin.write(question)
            await process.stdin.drain()
        return process

    async def _try(self, question: bytes, project: str) -> list[bool | str]:
        process, found = await self._sent(question), list[bool | str]()
        assert process.stdout
        while line := await process.stdout.readline():
            if line == b"\n":
                return found
            found.append(orjson.loads(line))
        return [*found, f"it takes too much {await self._too_much(process, _About('filter', project))}"]

    async def _check(self, question: bytes, about: _About) -> Misfit | None:
        process = await self._sent(question)
        assert process.stdout
        if not (index := await process.stdout.readline()):
            what = "to check against the event type's schema" if about.field == "data" else "to compile"
            much = await self._too_much(process, about)
            raise InvalidField(f"takes too much {much} {what}; simplify the schema", field=about.field)
        if (misfit := int(index)) < 0:
            return None
        if error := await process.stdout.readline():
            field, message = orjson.loads(error)
            return Misfit(misfit, InvalidField(message, field=field))
        await self._ended(process)  # to find the reason took too long
        return Misfit(misfit, InvalidField(MISFIT, field="data"))

    async def _started(self) -> Process:
        variables = {name: value for name, value in os.environ.items() if not name.startswith("BELLROPE_")}
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        command = sys.executable, "-m", PROGRAM, str(self._seconds)
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=variables, limit=MOST_ANSWER
        )

    async def _ended(self, process: Process) -> int:
        self._process = None
        return await process.wait()

    async def _too_much(self, process: Process, about: _About) -> str:
        """Return what the process took too much of; raise Overloaded if something else ended it."""
        code = await self._ended(process)
        facts.say("judge.ended", code=code, checked=about.field, project=about.project)
        if code not in TOO_MUCH:
            raise Overloaded(UNTRIED if about.field == "filter" else INTERRUPTED, retry_after=1)
        return TOO_MUCH[code]
