"""The table of URLs and names that lead to forbidden addresses, and a project to try them in."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.caller import Caller

TABLE = Path(__file__).parents[2].parent / "shared" / "data" / "ssrf-urls.tsv"
KEY = "a-key-so-that-nothing-is-open"
PROJECT = "/v1/config/projects/default"
PUBLIC = "93.184.216.34"


class Row(NamedTuple):
    """One line of the table: what must happen to a URL, or to a name with these answers."""

    number: str
    expected: str
    kind: str
    value: str
    answers: str
    about: str

    @property
    def url(self) -> str:
        r"""The value with its escapes replaced; `x{...x320}` stands for 320 times the x."""
        long = re.sub(r"(.)\{\.\.\.x(\d+)\}", lambda match: match[1] * int(match[2]), self.value)
        return long.encode("ascii").decode("unicode_escape")


def table(kind: str, expected: str) -> list[Row]:
    """Return the rows of one kind with this expectation, or skip the test."""
    if not TABLE.exists():
        pytest.skip(f"there is no {TABLE}")
    lines = [line for line in TABLE.read_text().split("\n") if line and not line.startswith("#")]
    found = [Row(*line.split("\t")) for line in lines]
    return [row for row in found if (row.kind, row.expected) == (kind, expected)]


async def make_project(server: str) -> None:
    """Create the project `default` on a server with a key."""
    caller = Caller(server, key=KEY)
    assert (await caller.post(PROJECT, {}))[0] == 200
    caller.close()
