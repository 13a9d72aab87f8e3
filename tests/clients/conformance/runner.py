"""A language's runner: a process that gets a line for each step, and answers with a line."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.clients.conformance.languages import Language

LINE = 64 * 1024 * 1024  # bytes; thousands of outcomes are one line
STARTS = 60.0  # seconds that a runtime may take until its first answer
SHOWN = 2000  # characters of what a runner that ended had to say


class NoAnswer(Exception):
    """The runner did not answer: it ended, it took too long, or its line is no answer."""


class Runner:
    """One process."""

    def __init__(self, process: Process, stderr: Path) -> None:
        """`stderr` is the file that gets its standard error."""
        self._process = process
        self._stderr = stderr
        self._patience = STARTS

    async def tell(self, line: Mapping[str, Any]) -> None:
        """Send it a line."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        with suppress(ConnectionError):  # that it ended is seen when its answer is read
            await self._process.stdin.drain()

    async def answer(self, name: str, *, seconds: float) -> dict[str, Any]:
        """Return its next line, which must repeat the name of the case. Raises NoAnswer."""
        assert self._process.stdout
        try:
            async with asyncio.timeout(seconds + self._patience):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise NoAnswer(f"no answer within {seconds:g} s") from None
        self._patience = 0.0
        if not line:
            raise NoAnswer(f"the runner ended: {self._said()}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise NoAnswer(f"its line is no JSON: {line[:200]!r}") from None
        if not isinstance(answer, dict) or answer.get("case") != name:
            raise NoAnswer(f"it answered another case: {line[:200]!r}")
        return answer

    def _said(self) -> str:
        return self._stderr.read_text(errors="replace")[-SHOWN:].strip() or "it said nothing"


@asynccontextmanager
async def running(language: Language, folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Runner]:
    """Run a language's runner; end it at the end of its input, or by force."""
    stderr = folder / f"{language.name}.stderr"
    with stderr.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *language.command,
            cwd=language.folder,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=said,
            limit=LINE,
        )
    try:
        yield Runner(process, stderr)
    finally:
        await _ended(process)


async def _ended(process: Process) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        async with asyncio.timeout(2):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
