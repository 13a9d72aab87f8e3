"""The outcomes of all languages as a table, with what differed below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A language: the differences of each case by its name, or why none was run."""

    language: str
    outcomes: Mapping[str, Sequence[str]]
    not_run: str = ""
    exempt: frozenset[str] = frozenset()
    """The cases whose input the language cannot have."""

    @property
    def passes(self) -> bool:
        """Whether every case passed. Nothing that was not run passes."""
        return not self.not_run and not any(self.outcomes.values())


def table(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return a line for each group of cases: how many passed of how many, for each language."""
    groups = list(dict.fromkeys(group_of(name) for name in names))
    width = max(len(group) for group in [*groups, "total"])
    columns = [max(len(row.language), len("000/000")) for row in rows]
    lines = [_line("", [row.language for row in rows], width, columns)]
    for group in groups:
        of_group = [name for name in names if group_of(name) == group]
        lines.append(_line(group, [_passed(row, of_group) for row in rows], width, columns))
    lines.append(_line("total", [_passed(row, names) for row in rows], width, columns))
    return "\n".join([*lines, *(line for row in rows for line in _failures(row))])


def group_of(name: str) -> str:
    """Return the group of a case."""
    return name.partition("/")[0]


def _line(name: str, cells: Sequence[str], width: int, columns: Sequence[int]) -> str:
    aligned = (cell.rjust(column) for cell, column in zip(cells, columns, strict=True))
    return "  ".join([name.ljust(width), *aligned]).rstrip()


def _passed(row: Row, names: Sequence[str]) -> str:
    if row.not_run:
        return "not run"
    held = [name for name in names if name not in row.exempt]
    passed = sum(1 for name in held if row.outcomes.get(name) == [])
    return f"{passed}/{len(held)}"


def _failures(row: Row) -> Iterator[str]:
    if row.not_run:
        yield f"\n{row.language} was not run: {row.not_run}"
    if row.exempt:
        yield f"\n{row.language} cannot have the input of {', '.join(sorted(row.exempt))}"
    failed = {name: found for name, found in row.outcomes.items() if found}
    if failed:
        yield f"\n{row.language}: {len(failed)} failed"
    for name, found in failed.items():
        yield f"  {name}"
        yield from (f"    {each}" for each in found)
