"""Runs every case with the clients of all languages, or of those in LANGUAGES, and prints a table."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.clients.conformance import load
from tests.clients.conformance.cases import Case, all_cases
from tests.clients.conformance.drive import Driver, each_case
from tests.clients.conformance.languages import LANGUAGES, Language, NotRun
from tests.clients.conformance.stage import Stage, staged
from tests.clients.conformance.table import Row, table


def main() -> int:
    """Return the exit code: 0 if every case of every language passes."""
    prefix = os.environ.get("CASES", "")
    cases = [case for case in all_cases() if case.name.startswith(prefix)]
    loaded = [name for name in load.NAMES if name.startswith(prefix)]
    rows = [row_of(language, cases, loaded) for language in asked(os.environ.get("LANGUAGES", ""))]
    print(table(rows, [*(case.name for case in cases), *loaded]))
    controlled = not loaded or asyncio.run(_control())
    return 0 if controlled and all(row.passes for row in rows) else 1


def asked(names: str) -> Sequence[Language]:
    """Return the languages of a list with commas, all their forms; of an empty one all."""
    wanted = [name for name in names.split(",") if name]
    unknown = [name for name in wanted if name not in LANGUAGES]
    if unknown:
        sys.exit(f"no client is written in {', '.join(unknown)}; there are {', '.join(LANGUAGES)}")
    return [each for each in LANGUAGES.values() if not wanted or {each.name, each.folder.name} & set(wanted)]


def row_of(language: Language, cases: Sequence[Case], loaded: Sequence[str]) -> Row:
    """Run the cases, and perhaps the loads, with a language."""
    say(f"{language.name}: preparing")
    begun = time.monotonic()
    try:
        language.prepare()
    except NotRun as error:
        say(f"{language.name}: not run: {error}")
        return Row(language.name, {}, not_run=str(error))
    say(f"{language.name}: prepared in {time.monotonic() - begun:.0f} s")
    return asyncio.run(_row(language, cases, loaded))


async def _row(language: Language, cases: Sequence[Case], loaded: Sequence[str]) -> Row:
    outcomes: dict[str, Sequence[str]] = {}
    async with _stage() as (stage, folder):
        held = language.can_have(cases)
        async for case, found in each_case(Driver(language, stage, folder), held):
            outcomes[case.name] = found
            say(f"{language.name}: {len(outcomes)} of {len(held)}: {case.name}", *found)
        for name in loaded:
            say(f"{language.name}: {name}, {load.CALLS} calls")
            outcomes[name] = await load.differences(name, language, stage, folder, calls=load.CALLS)
    exempt = frozenset(case.name for case in cases if case not in held)
    return Row(language.name, outcomes, exempt=exempt)


async def _control() -> bool:
    """Show that the loads notice a client that takes a new id for each try."""
    async with _stage() as (stage, folder):
        left = await load.control(stage, folder)
    print(f"\ncontrol: with a new id for each try, {len(left.held)} calls leave {len(left.stored)} events")
    return len(left.stored) > len(left.held)


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[Stage, Path]]:
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        async with staged(Path(folder)) as stage:
            yield stage, Path(folder)


def say(line: str, *differences: str) -> None:
    """Show progress on standard error; a terminal keeps only what failed."""
    end = "\n" if differences or not sys.stderr.isatty() else "\033[K\r"
    for each in (line, *(f"    {each}" for each in differences)):
        print(each, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
