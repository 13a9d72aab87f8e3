"""The cases of clients/conformance: what a runner is given, and what must then be so."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "clients" / "conformance"

Json = Any
"""A decoded JSON value."""

MEMBERS = {
    *("case", "about", "smoke", "needs", "caught", "settings", "env", "project", "triggers", "webhook"),
    *("proxy", "wire", "each_stack", "steps", "do", "expect", "requests", "posts", "stored", "seconds"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `body` is its object in the file."""

    group: str
    body: Mapping[str, Json]

    @property
    def name(self) -> str:
        """The name, with the group before it."""
        return f"{self.group}/{self.body['case']}"

    @property
    def smoke(self) -> bool:
        """Whether it runs in every `make test`."""
        return bool(self.body.get("smoke"))

    @property
    def needs(self) -> str:
        """What a language must have, because the input cannot be given without it; empty for most cases."""
        return str(self.body.get("needs", ""))

    @property
    def caught(self) -> frozenset[str]:
        """The runners, wrong on purpose, that must fail it."""
        return frozenset(self.body.get("caught", ()))

    @property
    def seconds(self) -> float:
        """How long the runner may take for each answer."""
        return float(self.body.get("seconds", 30))

    @property
    def steps(self) -> Sequence[Mapping[str, Json]]:
        """What is done, in order; a case with one step writes it without the list."""
        if "steps" in self.body:
            return list(self.body["steps"])
        return [{"do": self.body["do"], "expect": self.body["expect"]}]


def all_cases() -> list[Case]:
    """Return every case, in the order of the files' names. Raises ValueError for what no case can say."""
    return [case for file in sorted(FOLDER.glob("*.json")) for case in _of(file)]


def _of(file: Path) -> Iterator[Case]:
    for body in json.loads(file.read_text())["cases"]:
        unknown = body.keys() - MEMBERS
        if unknown:
            raise ValueError(f"{file.name}: {body.get('case')} has {sorted(unknown)}")
        yield Case(file.stem, body)
