"""docs/performance.md: the bench writes its figures, and the commands that it names exist."""

import json
import re
import shutil
from pathlib import Path

import pytest
from bench.__main__ import app
from bench.bar import SCENARIOS, bar
from bench.large import run as large
from bench.page import BEGIN, END, PAGE, PICTURES, write
from bench.report import judged
from bench.samples import METRICS
from bench.scenarios import LATENESS, PARTS
from bench.server import DATABASES
from bench.verdict import Sample
from typer.main import get_command

MACHINE = {"processor": "a processor", "cores": 2, "system": "a system", "python": "3.11"}


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path, Path]:
    """What `make bench` and `make bench-long` would save, with all values 1, and a copy of the page."""
    metrics = [
        *(each for part in METRICS for each in part),
        *(LATENESS.format(f"p{part:g}") for part in PARTS),
    ]
    names = {
        f"{each}, {scenario}: {one}"
        for each in DATABASES.values()
        for scenario in SCENARIOS
        for one in metrics
    }
    names |= {name for line in bar() for name in (line.figure, line.denominator) if name}
    long = {name for line in large.bar() for name in (line.figure, line.denominator)}
    long |= {f"{each}: {large.DISK}" for each in DATABASES.values()}
    backlog = {each: [(1_000, 1.0), (10_000, 1.0)] for each in DATABASES}
    paths = tmp_path / "short.json", tmp_path / "long.json", tmp_path / "performance.md"
    for path, found, lines in ((paths[0], names, bar()), (paths[1], long, large.bar())):
        rounds = [{name: Sample(1.0) for name in found}]
        plain = [{name: {"value": 1.0, "busy": 0.0} for name in found}]
        text = {
            "machine": MACHINE,
            "rounds": plain,
            "lines": judged(lines, rounds),
            "backlog": backlog,
            "scale": 1,
        }
        path.write_text(json.dumps(text))
    shutil.copy(PAGE, paths[2])
    return paths


def test_the_page_gets_every_line_and_every_picture(saved: tuple[Path, Path, Path]) -> None:
    """One command writes all figures and pictures; what people wrote stays, however often it runs."""
    whole, long, page = saved
    before = page.read_text()
    write(whole, long, page)
    once = page.read_text()
    write(whole, long, page)
    assert page.read_text() == once
    assert once.split(BEGIN)[0] == before.split(BEGIN)[0]
    assert once.split(END)[1] == before.split(END)[1]
    assert once.count("| at least ") + once.count("| at most ") == len(bar()) + len(large.bar())
    assert {path.stem for path in page.parent.glob("*.svg")} == {f"performance-{name}" for name in PICTURES}


def test_figures_of_smaller_tables_do_not_get_into_the_page(saved: tuple[Path, Path, Path]) -> None:
    """What was only tried out is not shown as if it were the real thing."""
    whole, long, page = saved
    long.write_text(json.dumps(json.loads(long.read_text()) | {"scale": 0.1}))
    before = page.read_text()
    with pytest.raises(SystemExit, match="smaller tables"):
        write(whole, long, page)
    assert page.read_text() == before


def test_the_commands_on_the_page_exist() -> None:
    """Each `python -m bench` command and each option that docs/performance.md names is there."""
    text = PAGE.read_text()
    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {each for command in commands.values() for one in command.params for each in one.opts}
    assert {"closed-loop", "sync", "quiet"} <= set(commands)
    assert set(re.findall(r"python -m bench ([\w-]+)", text)) <= set(commands)
    assert set(re.findall(r"(--[a-z]+)", text)) <= options
