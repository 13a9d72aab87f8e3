"""A case of each group with the client of each language; `make clients` runs all cases."""

import asyncio
import functools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.clients.conformance import load
from tests.clients.conformance.cases import Case, all_cases
from tests.clients.conformance.drive import Driver, each_case
from tests.clients.conformance.languages import LANGUAGES, WRONG, Language, NotRun
from tests.clients.conformance.stage import staged

FULL = os.environ.get("BELLROPE_FULL") == "1"
CASES = all_cases()
SMOKE = [case for case in CASES if case.smoke]
GROUPS = list(dict.fromkeys(case.group for case in CASES))
BUILDS = 1800  # seconds that a first build of a client may take


def of_language(name: str, group: str) -> object:
    """Return a parameter; those of a language stay in one process, which starts its runner once."""
    marks = [pytest.mark.xdist_group(f"conformance-{name}"), pytest.mark.timeout(BUILDS)]
    return pytest.param(name, group, marks=marks, id=f"{name}-{group}")


@pytest.mark.parametrize(
    ("name", "group"), [of_language(name, group) for name in LANGUAGES for group in GROUPS]
)
def test_a_client_does_what_the_cases_say(name: str, group: str) -> None:
    """Each client does what clients/conformance says; a failure names the case and what differs."""
    try:
        LANGUAGES[name].prepare()
    except NotRun as error:
        pytest.skip(str(error))
    outcomes = outcomes_of(LANGUAGES[name])
    of_group = {case: found for case, found in outcomes.items() if case.startswith(f"{group}/")}
    assert of_group == {case.name: [] for case in LANGUAGES[name].can_have(SMOKE) if case.group == group}
    assert of_group


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_runner_fails_the_cases_that_name_it(name: str) -> None:
    """A client that sends base64, or takes a new id for a retry, fails where a case says so, nowhere else."""
    cases = [case for case in CASES if FULL or case.smoke or name in case.caught]
    outcomes = asyncio.run(run(WRONG[name], cases))
    failed = {case for case, found in outcomes.items() if found}
    assert failed == {case.name for case in cases if name in case.caught}


@pytest.mark.parametrize("name", load.NAMES)
async def test_many_calls_leave_the_events_whose_ids_come_back(name: str, tmp_path: Path) -> None:
    """If a proxy resets every third call, or cuts the connection, no event is lost or comes twice."""
    async with staged(tmp_path) as stage:
        assert await load.differences(name, LANGUAGES["python"], stage, tmp_path, calls=200) == []


async def test_a_new_id_for_each_try_leaves_an_event_for_each_lost_answer(tmp_path: Path) -> None:
    """The control: without an id of its own an event is stored again whenever its answer gets lost."""
    async with staged(tmp_path) as stage:
        left = await load.control(stage, tmp_path)
    assert (len(left.held), len(left.stored)) == (30, 30 + left.lost)
    assert left.lost > 10


def test_no_case_comes_twice() -> None:
    """Each case has a name of its own and says what it shows."""
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert [case.name for case in CASES if not case.body.get("about", "").endswith(".")] == []


@functools.cache
def outcomes_of(language: Language) -> Mapping[str, Sequence[str]]:
    """Return the differences of each smoke case."""
    return asyncio.run(run(language, language.can_have(SMOKE)))


async def run(language: Language, cases: Sequence[Case]) -> Mapping[str, Sequence[str]]:
    """Run cases; return the differences of each."""
    with TemporaryDirectory(prefix="conformance-") as folder:
        async with staged(Path(folder)) as stage:
            driver = Driver(language, stage, Path(folder))
            return {case.name: found async for case, found in each_case(driver, list(cases))}
