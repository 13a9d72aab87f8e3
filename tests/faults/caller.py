"""A client for much traffic: HTTP over connections that stay open."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

QUEUE = "/v1/api/default/eventing/queue"
TRIGGERS = "/v1/config/projects/default/eventing/triggers"


class Caller:
    """One connection to a server, opened when it is needed."""

    def __init__(self, url: str, *, key: str = "") -> None:
        """`key` is the admin key, if the server has one."""
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._head = f"Host: {parts.netloc}\r\nContent-Type: application/json\r\n"
        if key:
            self._head += f"Authorization: Bearer {key}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        """Return the status and the decoded answer; raise ConnectionError if none came."""
        text = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: {len(text)}\r\n\r\n"
        try:
            reader, writer = self._streams = self._streams or await asyncio.open_connection(*self._address)
            writer.write(head.encode() + text)
            return await _read_answer(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise ConnectionError(str(error)) from error

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.lower().split("\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
    return int(head[9:12]), json.loads(await reader.readexactly(length))


async def save_trigger(server: str, name: str, /, *, key: str = "", **fields: object) -> None:
    """Save a trigger over the config path; by default its type is its name, and it never retries."""
    caller = Caller(server, key=key)
    status, answer = await caller.post(f"{TRIGGERS}/{name}", {"type": name, "retries": 0} | fields)
    caller.close()
    assert status == 200, answer


async def queue_all(
    url: str, events: Iterable[dict[str, object]], *, connections: int = 32, key: str = ""
) -> list[Any]:
    """Queue the events over this many connections at once; return the answers in no particular order."""
    left = iter(events)
    answers: list[Any] = []
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_queue_some(Caller(url, key=key), left, answers))
    return answers


async def _queue_some(caller: Caller, left: Iterator[dict[str, object]], answers: list[Any]) -> None:
    for event in left:
        status, answer = await caller.post(QUEUE, event)
        assert status == 200, answer
        answers.append(answer)
    caller.close()


def due_event(number: int, *, due: int, type: str = "timed") -> dict[str, Any]:
    """Return an event that is due at this time of the wall clock."""
    return {"type": type, "id": f"event-{number}", "timestamp": due / 1000}
