"""The table of faults: each row says what the fault is, and names its tests or the reason for having none."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
TABLE = TESTS / "faults" / "rows.tsv"
NOT_YET = "not built yet"


class Row(NamedTuple):
    """One fault, in words that need no other document; `missing` is what no test shows, and why."""

    id: str
    fault: str
    tests: list[str]
    missing: str


def read() -> list[Row]:
    """Return the rows of the table."""
    lines = [line.split("\t") for line in TABLE.read_text().splitlines()[1:]]
    return [
        Row(id, fault, tests.split(), missing)
        for id, fault, tests, missing in (_filled(line) for line in lines)
    ]


def _filled(cells: list[str]) -> list[str]:
    return cells + [""] * (4 - len(cells))


ROWS = read()


@cache
def names_in(file: str) -> list[str]:
    """Return the names of a file's tests, in the order pytest collects them."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse((TESTS / file).read_text()).body
    return [node.name for node in body if isinstance(node, functions) and node.name.startswith("test_")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_shown_or_says_why_not(row: Row) -> None:
    """Each test that a row names exists, once; a row without tests says what is not built yet."""
    assert len(set(row.tests)) == len(row.tests)
    for test in row.tests:
        file, _, name = test.partition("::")
        assert names_in(file).count(name) == 1, f"there is no {test}"
    assert row.tests or row.missing.startswith(NOT_YET)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_says_what_the_fault_is(row: Row) -> None:
    """Each row has a sentence of its own, so that a test's name can be understood from the table alone."""
    assert re.fullmatch(r"[A-Z1].{19,}\.", row.fault)
    assert [other.fault for other in ROWS].count(row.fault) == 1


def test_no_row_is_there_twice() -> None:
    """Each fault has one row."""
    assert [id for id, count in Counter(row.id for row in ROWS).items() if count > 1] == []


def test_the_ids_in_the_names_of_tests_are_rows() -> None:
    """A test that is named after a fault is in that fault's row."""
    named = [
        (id.upper(), f"{path.relative_to(TESTS)}::{name}")
        for path in TESTS.rglob("test_*.py")
        for name in names_in(str(path.relative_to(TESTS)))
        for id in re.findall(r"(?<=_)([a-i]\d+a?)(?=_)", name, re.IGNORECASE)
    ]
    tests = {row.id.upper(): row.tests for row in ROWS}
    assert named
    assert [each for each in named if each[1] not in tests.get(each[0], [])] == []
