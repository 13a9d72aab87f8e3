"""A page of documentation whose indented blocks run as they are written."""

import asyncio
import os
import re
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from forked import on_path
from kit import Server
from ports import lasting_port
from receiver import Receiver

ROOT = Path(__file__).parents[1]


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


class Webhook:
    """A running docs/webhook.py."""

    def __init__(self, url: str, process: Process) -> None:
        self.url = url
        self._process = process

    async def next_path(self) -> str:
        """Wait for the next request and return its path."""
        assert self._process.stdout
        while line := await asyncio.wait_for(self._process.stdout.readline(), 60):
            if line.startswith(b"POST "):
                return line.split()[1].decode()
        raise AssertionError("the webhook ended")


@asynccontextmanager
async def webhook(command: str, folder: Path) -> AsyncIterator[Webhook]:
    """Run a page's `python3 docs/webhook.py ...` on a free port."""
    port = str(lasting_port())
    program = folder / "webhook.py"
    program.write_text((ROOT / "docs/webhook.py").read_text().replace("8080", port))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-ec", "exec " + command.replace("docs/webhook.py", str(program))),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | on_path(),
    )
    try:
        assert process.stdout
        said = await asyncio.wait_for(process.stdout.readline(), 60)
        assert said.startswith(b"listening on")
        yield Webhook(f"http://127.0.0.1:{port}", process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def shell(script: str, server: Server, receiver: Receiver | Webhook) -> str:
    """Run a block against the test's own server and receiver, and return what it printed."""
    script = script.replace("http://127.0.0.1:4122", server.http)
    script = script.replace("http://127.0.0.1:8080", receiver.url.removesuffix("/hook"))
    process = await asyncio.create_subprocess_shell(
        script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | on_path() | {"BELLROPE_SERVER": server.grpc},
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    return out.decode()
