"""A case of each group with the client of each language; `make clients` runs all cases."""

import asyncio
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.clients.conformance.cases import all_cases
from tests.clients.conformance.drive import Driver, each_case
from tests.clients.conformance.languages import LANGUAGES, Language, NotRun
from tests.clients.conformance.stage import staged

SMOKE = [case for case in all_cases() if case.smoke]
BUILDS = 1800  # seconds that a first build of a client may take


def of_language(name: str, group: str) -> object:
    """Return a parameter; those of a language stay in one process, which starts its runner once."""
    marks = [pytest.mark.xdist_group(f"conformance-{name}"), pytest.mark.timeout(BUILDS)]
    return pytest.param(name, group, marks=marks, id=f"{name}-{group}")


@pytest.mark.parametrize(
    ("name", "group"),
    [of_language(name, group) for name in LANGUAGES for group in dict.fromkeys(case.group for case in SMOKE)],
)
def test_a_case_of_each_group_passes(name: str, group: str) -> None:
    """Each client does what clients/conformance says; a failure names the case and what differs."""
    try:
        LANGUAGES[name].prepare()
    except NotRun as error:
        pytest.skip(str(error))
    outcomes = outcomes_of(LANGUAGES[name])
    assert {case: found for case, found in outcomes.items() if found and case.startswith(f"{group}/")} == {}


@functools.cache
def outcomes_of(language: Language) -> Mapping[str, Sequence[str]]:
    """Return the differences of each smoke case."""
    return asyncio.run(_outcomes(language))


async def _outcomes(language: Language) -> Mapping[str, Sequence[str]]:
    with TemporaryDirectory(prefix="conformance-") as folder:
        async with staged(Path(folder)) as stage:
            driver = Driver(language, stage, Path(folder))
            return {case.name: found async for case, found in each_case(driver, SMOKE)}
