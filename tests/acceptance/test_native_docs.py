"""The examples in docs/native-api.md work as they are."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from kit import Server, serving, until
from receiver import Receiver, answer

PAGE = (Path(__file__).parents[2] / "docs" / "native-api.md").read_text()
LINE = re.compile(r"^    (curl (?:.*\\\n)*.*)$", re.MULTILINE)


def commands() -> list[str]:
    """Return the page's commands, in order."""
    return [found[1] for found in LINE.finditer(PAGE)]


async def run(command: str, server: Server, receiver: Receiver) -> Any:
    """Run a command against the test's own server and receiver, and return the answer."""
    command = command.replace("http://127.0.0.1:4122", server.http)
    command = command.replace("http://127.0.0.1:8080", receiver.url.rstrip("/"))
    process = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    lines = [json.loads(line) for line in out.splitlines()]
    return lines if "tail?" in command else lines[0]


async def test_the_commands_of_the_page(tmp_path: Path) -> None:
    """The commands, copied line by line, do what the page says."""
    with serving(tmp_path) as server:
        async with Receiver(answer(200, b'{"thanks": 1.0}')) as receiver:
            answers = [await run(command, server, receiver) for command in commands()[:7]]
            await until(lambda: len(server.facts("delivery.attempted")) == 2)
            answers += [await run(command, server, receiver) for command in commands()[7:]]
    *answers, tail, connected = answers
    assert [each.get("error") for each in answers] == [None] * 9
    made, read, edited, paused, resumed, queued, triggered, event, log = answers
    assert (made, made["timeout"], edited["retries"]) == (read, "3.500s", 5)
    assert (paused["paused"], resumed["paused"]) == (True, False)
    assert (queued["eventId"], queued["deliveryCount"]) == ("mail-7", 1)
    assert triggered["result"] == {"thanks": 1.0}
    assert event["data"] == {"to": "user1@email.com"}
    assert [(each["eventId"], each["state"]) for each in log["deliveries"]] == [("mail-7", "SUCCEEDED")]
    assert (connected["deliveryCount"], "duplicate" in connected) == (1, False)
    assert [each.get("kind", each.get("reason")) for each in tail] == ["KIND_UNSPECIFIED", "DEADLINE_PASSED"]


def test_the_error_of_the_page_has_the_shape_of_errors() -> None:
    """The page's error is JSON with the keys of every error."""
    block = PAGE[PAGE.index('    {"error"') : PAGE.index("A 2xx means stored")]
    assert list(json.loads(block)) == ["error", "status", "reason", "details", "requestId"]
