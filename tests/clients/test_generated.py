"""Clients made from /openapi.json: they have the right types, and the programs of the README work."""

import json
import re
from pathlib import Path

import pytest

from tests.clients.generators import (
    OPENAPI,
    check_python,
    check_typescript,
    make_python,
    make_typescript,
    python,
)
from tests.clients.typescript import needs_node, program, run
from tests.clients.webhook import Webhook
from tests.kit import Server, get, lent

pytestmark = pytest.mark.xdist_group("generated")

README = (OPENAPI / "README.md").read_text()
TYPES = Path(__file__).with_name("generated_types.ts")
STREAMS = ["events:queueStream", "{bulkAction}:watch", "{project}/tail"]


def block(language: str) -> str:
    """Return the program of the README in this language."""
    [found] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return str(found)


def promised(source: str) -> str:
    """Return what the comments of a program say that it prints."""
    return "".join(f"{each}\n" for each in re.findall(r"(?:#|//) prints (.*)", source))


def placed(source: str, server: Server, webhook: Webhook) -> str:
    """Return a program for this server and this webhook."""
    return source.replace("http://127.0.0.1:4122", server.http).replace("http://127.0.0.1:8000/", webhook.url)


def described(server: Server, folder: Path) -> Path:
    """Return a file with the server's description."""
    file = folder / "openapi.json"
    file.write_text(json.dumps(get(f"{server.http}/openapi.json")[1]))
    return file


@needs_node
async def test_a_client_in_typescript_knows_what_is_there(tmp_path: Path, webhook: Webhook) -> None:
    """The types say which fields are always there, what a request needs, and which errors there are.

    The program of the README compiles with strict settings, and prints what it says.
    """
    with lent(tmp_path) as server:
        await make_typescript(described(server, tmp_path), tmp_path)
        source = block("ts")
        (tmp_path / "program.ts").write_text(placed(source, server, webhook))
        (tmp_path / "types.ts").write_text(TYPES.read_text())
        (tmp_path / "package.json").write_text('{"type": "module"}')
        assert await check_typescript(tmp_path) == ""
        assert await run(program("node"), "program.ts", cwd=tmp_path) == (0, promised(source))


async def test_a_client_in_python_knows_what_is_there(tmp_path: Path, webhook: Webhook) -> None:
    """All of the client has the right types with strict settings, but for one call that the README names.

    The program of the README prints what it says. The generator warns of streams only.
    """
    with lent(tmp_path) as server:
        warned = await make_python(described(server, tmp_path), tmp_path)
        source = block("python")
        (tmp_path / "program.py").write_text(placed(source, server, webhook))
        [said] = await check_python(tmp_path / "program.py")
        assert said.startswith("bellrope_client/api/cloud_events/send_cloud_event.py")
        assert await run(python(), "program.py", cwd=tmp_path) == (0, promised(source))
    assert [path for path in STREAMS if path in warned] == STREAMS
    assert warned.count("WARNING") == len(STREAMS)
