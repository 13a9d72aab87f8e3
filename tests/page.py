"""A page of documentation whose indented blocks are run as they stand there."""

import asyncio
import os
import re
import sys
from pathlib import Path

from kit import Server
from receiver import Receiver

ROOT = Path(__file__).parents[1]
PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


class Page:
    """A page, by its path from the project's root."""

    def __init__(self, path: str) -> None:
        self._text = (ROOT / path).read_text()
        self.blocks = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", self._text, re.MULTILINE)

    def block(self, containing: str) -> str:
        """Return the one indented block of the page that contains a text."""
        found = [each for each in self.blocks if containing in each]
        assert len(found) == 1, f"{len(found)} blocks contain {containing!r}"
        return re.sub(r"^    ", "", found[0], flags=re.MULTILINE)


async def shell(script: str, server: Server, receiver: Receiver) -> str:
    """Run a block against the test's own server and receiver, and return what it printed."""
    script = script.replace("http://127.0.0.1:4122", server.http)
    script = script.replace("http://127.0.0.1:8080", receiver.url.removesuffix("/hook"))
    process = await asyncio.create_subprocess_shell(
        script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PATH": PROGRAMS, "BELLROPE_SERVER": server.grpc},
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, err.decode()
    return out.decode()
