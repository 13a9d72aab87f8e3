"""Writes the figures of docs/performance.md, and draws its pictures, from what the bench has saved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.bar import SCENARIOS
from bench.large.run import DISK
from bench.picture import draw
from bench.samples import ACKS, CPU, DELIVERIES, END_P50, END_P99, MEMORY, shown
from bench.server import DATABASES, HERE
from bench.verdict import Round, Sample, median_of

PAGE = HERE / "docs/performance.md"
BEGIN, END = "<!-- figures: written by `make bench-page` -->\n", "<!-- end of figures -->\n"
COSTS = (ACKS, DELIVERIES, END_P50, END_P99, CPU, MEMORY)
PICTURES = {
    "latency": "Latency against throughput, on SQLite and on PostgreSQL",
    "cost": "What an event costs, against the rate",
    "lateness": "How late scheduled events come",
    "backlog": "What a claim costs, against the rows in the database",
}


def write(whole: Path, large: Path, page: Path = PAGE) -> None:
    """Put the figures into the page, and the pictures beside it."""
    short, long = (json.loads(path.read_text()) for path in (whole, large))
    if long["scale"] != 1:
        raise SystemExit(f"{large} is of smaller tables: run `make bench-long`.")
    rounds = rounds_of(short)
    draw(page.parent, rounds, long["backlog"])
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    text = "\n\n".join(_parts(short, long, rounds))
    page.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{after}")


def rounds_of(saved: Mapping[str, Any]) -> list[Round]:
    """Return the rounds that were saved."""
    return [{name: Sample(**each) for name, each in one.items()} for one in saved["rounds"]]


def _parts(short: Mapping[str, Any], long: Mapping[str, Any], rounds: Sequence[Round]) -> Iterator[str]:
    machine = short["machine"]
    yield (
        f"Machine: {machine['cores']} cores, {machine['processor']}.\n"
        f"{machine['system']}, Python {machine['python']}."
    )
    for name, words in PICTURES.items():
        yield f"![{words}](performance-{name}.svg)"
    yield "### The bar"
    yield _lines([*short["lines"], *long["lines"]])
    yield _disk(rounds_of(long))
    yield "### What each load gives and costs"
    yield _costs(rounds)


def _lines(lines: Sequence[Mapping[str, str]]) -> str:
    head = "| figure | against | | | ratio | bound | |\n|---|---|---|---|---|---|---|\n"
    return head + "\n".join("| " + " | ".join(line.values()) + " |" for line in lines)


def _disk(rounds: Sequence[Round]) -> str:
    sizes = (f"{median_of(f'{each}: {DISK}', rounds):,.0f} bytes on {each}" for each in DATABASES.values())
    return f"An event of 1 KiB with its delivery and attempt takes {' and '.join(sizes)}."


def _costs(rounds: Sequence[Round]) -> str:
    head = f"| | {' | '.join(COSTS)} |\n|---|{'---|' * len(COSTS)}\n"
    return head + "\n".join(_cost(f"{database}, {each}", rounds) for each, database in _measured(rounds))


def _measured(rounds: Sequence[Round]) -> Iterator[tuple[str, str]]:
    for scenario in SCENARIOS:
        for database in DATABASES.values():
            if f"{database}, {scenario}: {CPU}" in rounds[0]:
                yield scenario, database


def _cost(name: str, rounds: Sequence[Round]) -> str:
    values = (shown(median_of(f"{name}: {value}", rounds)) for value in COSTS)
    return f"| {name} | {' | '.join(values)} |"
