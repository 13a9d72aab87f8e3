"""The commands in docs/command-line.md work, and docs/configuration.md agrees with the code."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forked import on_path
from kit import Server, environment, lent
from receiver import Receiver
from shell import run

FULL = os.environ.get("BELLROPE_FULL") == "1"
ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/command-line.md").read_text()
BLOCKS = [
    re.sub(r"^    ", "", block, flags=re.MULTILINE)
    for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", DOCUMENT, re.MULTILINE)
]


@pytest.fixture
def own_server(tmp_path: Path, database: list[str]) -> Iterator[Server]:
    """A server that no other test shares, because the document uses the project `default`."""
    with lent(tmp_path, *database) as server:
        yield server


@pytest.mark.parametrize("database", ["sqlite", "postgres"] if FULL else ["sqlite"], indirect=True)
async def test_every_command_of_the_document_works(own_server: Server, tmp_path: Path) -> None:
    """Each block runs in a shell that stops at the first failure, and prints what its comments promise."""
    variables = {
        **on_path(),
        "BELLROPE_SERVER": own_server.grpc,
        "BELLROPE_URL": own_server.http,
        "BELLROPE_DATABASE": f"sqlite:///{own_server.database}",
        "BELLROPE_HTTP": own_server.http.removeprefix("http://"),
        "BELLROPE_GRPC": own_server.grpc,
    }
    said = ""
    async with Receiver() as receiver:
        for block in BLOCKS:
            script = re.sub(r"^export .*$", "", block, flags=re.MULTILINE)
            script = script.replace("http://127.0.0.1:8080", receiver.url.rstrip("/"))
            process = await asyncio.create_subprocess_exec(
                *("bash", "-ec", script),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=tmp_path,
                env=environment(**variables),
            )
            out, err = await asyncio.wait_for(process.communicate(), 120)
            assert process.returncode == 0, f"{block}\n{out.decode()}\n{err.decode()}"
            said += out.decode()
    for promise in (
        "(accepted before)",
        "0 stored, 2 accepted before",
        "nothing to change",
    ):
        assert promise in said


def test_every_command_is_in_the_document() -> None:
    """The document has every command."""
    listed = run("--help").stdout
    names = re.findall(r"^  ([\w-]+) ", listed.partition("Commands:")[2], re.MULTILINE)
    assert [name for name in names if name not in DOCUMENT and name != "migrate"] == []


def test_the_configuration_is_what_the_code_says() -> None:
    """docs/configuration.md has every setting, its variable, its default and its limits."""
    check = [sys.executable, str(ROOT / "docs/reference.py"), "--check"]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
