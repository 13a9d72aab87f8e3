"""The pages of docs/ work when they are followed from top to bottom.

Each page has a server of its own on a new database. Where the page says `python3 docs/webhook.py 500 200`,
the webhook is started with these arguments and replaces the one before. Blocks marked `sh` and `python` run
in order; a block marked `json` or `text` right after one is its expected output, in which `...` stands for
anything. If a page exports a key, its server has one.
"""

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from forked import on_path
from kit import Server, lent
from ports import lasting_port

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TESTS = Path(__file__).parents[1]
START = (
    "To try this page, open three terminals ([how](quickstart.md#three-terminals)). In the first, start a\n"
    "new server: `bellrope serve --database sqlite:///$(mktemp -d)/x.db`. In the second, start the\n"
    "webhook: `python3 docs/webhook.py`. Run the commands below in the third.\n"
)
WEBHOOK = r"(?:^    |`)(python3 docs/webhook\.py[\d ]*)(?:`|$)"
STEP = re.compile(rf"{WEBHOOK}|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = ("json", "text")
KEY = "BELLROPE_ADMIN_KEY"
COLUMNS = re.compile(" {2,}")  # how wide they are depends on the test's ports


@dataclass(frozen=True)
class Step:
    """Something to run, and what it prints; or, if `kind` is `webhook`, the webhook's new command line."""

    kind: str
    text: str
    shown_as: str = ""
    shown: str = ""


def steps(page: Path) -> Iterator[Step]:
    """Give the steps of a page."""
    found = [*STEP.finditer(page.read_text()), None]
    for match, following in pairwise(found):
        assert match
        webhook, kind, text = match.groups()
        if webhook:
            yield Step("webhook", webhook)
        elif kind in ("sh", "python"):
            printed = following and following[2] in SHOWN and _adjoin(match, following)
            yield Step(kind, text, following[2], following[3]) if following and printed else Step(kind, text)


def _adjoin(block: re.Match[str], following: re.Match[str]) -> bool:
    return block.string[block.end() : following.start()].count("\n") <= 4


def key_of(page: Path) -> dict[str, str]:
    """Return the variable with the server's key, if the page exports one."""
    return {KEY: "0123456789abcdef"} if f"export {KEY}=" in page.read_text() else {}


class Reader:
    """Follows a page as a reader would."""

    def __init__(self, folder: Path, server: Server, webhook: "Webhook", key: dict[str, str]) -> None:
        self._folder = folder
        self._places = {
            "127.0.0.1:4122": server.http.removeprefix("http://"),
            "127.0.0.1:4123": server.grpc,
            "127.0.0.1:8080": f"127.0.0.1:{webhook.port}",
        }
        self._server = server
        self._key = key

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
            env=os.environ | on_path() | {"BELLROPE_SERVER": self._server.grpc, "COLUMNS": "120"} | self._key,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == 0, f"{step.text}\n{err.decode()}"
        printed = out.decode()
        for place, real in self._places.items():
            printed = printed.replace(real, place)
        return printed


def like(said: Any, shown: Any) -> bool:
    """Return whether a value is what the page shows; a string that ends in `...` only has to begin so."""
    if isinstance(shown, str) and shown.endswith("..."):
        return str(said).startswith(shown.removesuffix("..."))
    if isinstance(shown, dict) and isinstance(said, dict):
        return list(said) == list(shown) and all(like(said[key], shown[key]) for key in shown)
    if isinstance(shown, list) and isinstance(said, list):
        return len(said) == len(shown) and all(map(like, said, shown))
    return bool(said == shown)


def check(step: Step, said: str) -> None:
    """Compare what a step printed with what the page shows."""
    if step.shown_as == "json":
        assert like(json.loads(said), json.loads(step.shown)), f"{step.text}\nsaid\n{said}"
    elif step.shown_as == "text":
        shown, printed = (COLUMNS.sub("  ", text.strip()) for text in (step.shown, said))
        pattern = re.escape(shown).replace(r"\.\.\.", r"[\s\S]*?")
        assert re.fullmatch(pattern, printed), f"{step.text}\nsaid\n{said}"


class Webhook:
    """The webhook's terminal: `docs/webhook.py`, stopped and started again as the page says."""

    def __init__(self) -> None:
        """Choose a port, which stays the same."""
        self.port = lasting_port()
        self._process: subprocess.Popen[str] | None = None

    def start(self, command: str) -> None:
        """Stop the webhook before, and start one with a command line from the page."""
        self.stop()
        self._process = subprocess.Popen(
            [sys.executable, *shlex.split(command)[1:]],
            cwd=ROOT,
            env=os.environ | {"PORT": str(self.port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        assert self._process.stdout.readline().startswith(f"listening on http://127.0.0.1:{self.port};")

    def call(self, path: str) -> None:
        """Send a request whose body is its path."""
        urlopen(f"http://127.0.0.1:{self.port}/{path}", data=path.encode()).close()

    def stop(self) -> str:
        """Press Ctrl-C, check that it ended as it should, and return what it printed."""
        printed = ""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            printed, _ = self._process.communicate(timeout=10)
            assert printed.endswith("stopped\n")
            self._process = None
        return printed


FOLLOWED = [page for page in PAGES if list(steps(page))]


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
async def test_a_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    """Every command on it does what the page says."""
    webhook = Webhook()
    key = key_of(page)
    with lent(tmp_path, **key) as server, contextlib.ExitStack() as stack:
        stack.callback(webhook.stop)
        reader = Reader(tmp_path, server, webhook, key)
        for step in steps(page):
            if step.kind == "webhook":
                webhook.start(step.text)
            else:
                check(step, await reader.does(step))


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
def test_a_page_says_first_what_to_start(page: Path) -> None:
    """The quickstart shows how to start a server and the webhook; every other page says at its top to do so.

    The exception is a page that exports a key, and so starts a server of its own.
    """
    assert page.stem == "quickstart" or key_of(page) or page.read_text().split("\n\n")[1] + "\n" == START


def test_a_webhook_whose_port_is_taken_says_how_to_take_another() -> None:
    """If its port is taken, `docs/webhook.py` ends with a message, before it says that it listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, ROOT / "docs/webhook.py", "500"],
            env=os.environ | {"PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"port {port} cannot be used: Address already in use; ")
    assert "docs/webhook.py 500, and 8081 in place of 8080" in ended.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_followed_by_a_test(page: Path) -> None:
    """If no command on a page is marked for this test, another test names the page."""
    others = "".join(test.read_text() for test in TESTS.rglob("test_*.py") if test != Path(__file__))
    assert list(steps(page)) or f"docs/{page.name}" in others


def test_requests_that_come_at_once_are_printed_one_after_the_other() -> None:
    """What `docs/webhook.py` prints of a request is in one piece, whatever comes meanwhile."""
    webhook = Webhook()
    webhook.start("python3 docs/webhook.py")
    try:
        with ThreadPoolExecutor(16) as pool:
            for sent in [pool.submit(webhook.call, str(number)) for number in range(150)]:
                sent.result()
    finally:
        printed = webhook.stop()
    pieces = re.findall(r"POST /(\d+) -> 200\n(?:[\w-]+: .*\n)+\n(\d+)\n\n", printed)
    assert sorted(pieces) == sorted((str(number), str(number)) for number in range(150))
