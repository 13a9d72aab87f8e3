"""Runs every case with the clients of all languages, or of those in LANGUAGES, and prints a table."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.clients.conformance.cases import Case, all_cases
from tests.clients.conformance.drive import Driver, each_case
from tests.clients.conformance.languages import LANGUAGES, Language, NotRun
from tests.clients.conformance.stage import staged
from tests.clients.conformance.table import Row, table


def main() -> int:
    """Return the exit code: 0 if every case of every language passes."""
    cases = chosen(all_cases(), os.environ.get("CASES", ""))
    rows = [row_of(language, cases) for language in asked(os.environ.get("LANGUAGES", ""))]
    print(table(rows, cases))
    return 0 if all(row.passes for row in rows) else 1


def asked(names: str) -> Sequence[Language]:
    """Return the languages of a list with commas, all their forms; of an empty one all."""
    wanted = [name for name in names.split(",") if name]
    unknown = [name for name in wanted if name not in LANGUAGES]
    if unknown:
        sys.exit(f"no client is written in {', '.join(unknown)}; there are {', '.join(LANGUAGES)}")
    return [each for each in LANGUAGES.values() if not wanted or {each.name, each.folder.name} & set(wanted)]


def chosen(cases: Sequence[Case], prefix: str) -> Sequence[Case]:
    """Return the cases whose names begin like this."""
    return [case for case in cases if case.name.startswith(prefix)]


def row_of(language: Language, cases: Sequence[Case]) -> Row:
    """Run the cases with a language."""
    say(f"{language.name}: preparing")
    try:
        language.prepare()
    except NotRun as error:
        say(f"{language.name}: not run: {error}")
        return Row(language.name, {}, not_run=str(error))
    return asyncio.run(_row(language, cases))


async def _row(language: Language, cases: Sequence[Case]) -> Row:
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        async with staged(Path(folder)) as stage:
            driver = Driver(language, stage, Path(folder))
            async for case, found in each_case(driver, list(cases)):
                outcomes[case.name] = found
                say(f"{language.name}: {len(outcomes)} of {len(cases)}: {case.name}", *found)
    return Row(language.name, outcomes)


def say(*lines: str) -> None:
    """Show progress on standard error; a terminal keeps only what failed."""
    first, *others = lines
    end = "\n" if others or not sys.stderr.isatty() else "\033[K\r"
    for line in (first, *(f"    {each}" for each in others)):
        print(line, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
