"""The pages of docs/ work when they are followed from top to bottom.

Each page has a server of its own and a webhook. Blocks marked `sh` and `python` are run in order; a block
marked `json` or `text` right after one is what it prints: `...` stands for anything. The comment
`<!-- webhook: 500 200 -->` says what the webhook answers from there on, the last one for ever.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from kit import Server, serving
from receiver import Connection, Receiver, answer

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TESTS = Path(__file__).parents[1]
STEP = re.compile(r"^<!-- webhook: ([\d ]+) -->$|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
SHOWN = ("json", "text")


@dataclass(frozen=True)
class Step:
    """Something to run, with what it prints; or, if `kind` is `webhook`, what is answered from now on."""

    kind: str
    text: str
    shown_as: str = ""
    shown: str = ""


def steps(page: Path) -> Iterator[Step]:
    """Give what there is to do on a page."""
    found = [*STEP.finditer(page.read_text()), None]
    for match, following in pairwise(found):
        assert match
        statuses, kind, text = match.groups()
        if statuses:
            yield Step("webhook", statuses)
        elif kind in ("sh", "python"):
            printed = following and following[2] in SHOWN and _adjoin(match, following)
            yield Step(kind, text, following[2], following[3]) if following and printed else Step(kind, text)


def _adjoin(block: re.Match[str], following: re.Match[str]) -> bool:
    return block.string[block.end() : following.start()].count("\n") <= 4


class Reader:
    """Somebody who follows a page."""

    def __init__(self, folder: Path, server: Server, receiver: Receiver) -> None:
        self._folder = folder
        self._places = {
            "127.0.0.1:4122": server.http.removeprefix("http://"),
            "127.0.0.1:4123": server.grpc,
            "http://127.0.0.1:8080": receiver.url.removesuffix("/hook"),
        }
        self._server = server

    async def does(self, step: Step) -> str:
        """Run a step and return what it printed."""
        text = step.text
        for place, real in self._places.items():
            text = text.replace(place, real)
        command = ("bash", "-ec", text) if step.kind == "sh" else (sys.executable, "-c", text)
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self._folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"PATH": PROGRAMS, "BELLROPE_SERVER": self._server.grpc, "COLUMNS": "120"},
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, f"{step.text}\n{err.decode()}"
        return out.decode()


def like(said: Any, shown: Any) -> bool:
    """Say whether a value is what the page shows; a string with `...` stands for anything that begins so."""
    if isinstance(shown, str) and shown.endswith("..."):
        return str(said).startswith(shown.removesuffix("..."))
    if isinstance(shown, dict) and isinstance(said, dict):
        return list(said) == list(shown) and all(like(said[key], shown[key]) for key in shown)
    if isinstance(shown, list) and isinstance(said, list):
        return len(said) == len(shown) and all(map(like, said, shown))
    return bool(said == shown)


def check(step: Step, said: str) -> None:
    """Hold what a step printed against what the page shows."""
    if step.shown_as == "json":
        assert like(json.loads(said), json.loads(step.shown)), f"{step.text}\nsaid\n{said}"
    elif step.shown_as == "text":
        pattern = re.escape(step.shown.strip()).replace(r"\.\.\.", r"[\s\S]*?")
        assert re.fullmatch(pattern, said.strip()), f"{step.text}\nsaid\n{said}"


@pytest.mark.parametrize("page", [page for page in PAGES if list(steps(page))], ids=lambda page: page.stem)
async def test_a_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    """Every command on it does what the page says."""
    statuses = [200]

    async def react(connection: Connection) -> None:
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        await answer(status, b'{"thanks":true}')(connection)

    with serving(tmp_path) as server:
        async with Receiver(react) as receiver:
            reader = Reader(tmp_path, server, receiver)
            for step in steps(page):
                if step.kind == "webhook":
                    statuses[:] = map(int, step.text.split())
                else:
                    check(step, await reader.does(step))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_followed_by_a_test(page: Path) -> None:
    """A page whose commands are not marked for this test is named by another."""
    others = "".join(test.read_text() for test in TESTS.rglob("test_*.py") if test != Path(__file__))
    assert list(steps(page)) or f"docs/{page.name}" in others
