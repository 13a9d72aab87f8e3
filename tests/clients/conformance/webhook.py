"""The webhook of a case: it keeps each request, and answers what the case says."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Answers = Sequence[dict[str, Any]] | Mapping[str, Sequence[dict[str, Any]]]

FINE = {"json": '{"fine": true}'}
LARGEST = 64 * 1024 * 1024


class Webhook:
    """One receiver for all cases; each has a path of its own."""

    def __init__(self) -> None:
        self.url = ""
        self._posts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._answers: dict[str, Sequence[dict[str, Any]]] = {}
        self._news = asyncio.Condition()

    def begin(self, path: str, answers: Answers) -> str:
        """Return the URL of a case, whose requests get these answers; the last one repeats.

        Answers by name are those of the URL with a hyphen and the name behind it.
        """
        by_name = answers if isinstance(answers, Mapping) else {"": answers}
        for name, each in by_name.items():
            self._answers[f"{path}-{name}" if name else path] = each or [FINE]
        return f"{self.url}/{path}"

    async def posts(self, path: str, count: int, *, seconds: float) -> list[dict[str, Any]]:
        """Return the requests of a case, once there are `count`, or `seconds` are over."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: len(self._posts[path]) >= count)
        except TimeoutError:
            pass
        return self._posts[path]

    async def receive(self, request: web.Request) -> web.Response:
        """Keep a request, and answer it."""
        path, body = request.match_info["path"], await request.read()
        posts, answers = self._posts[path], self._answers.get(path, [FINE])
        async with self._news:
            posts.append(_shown(request, body))
            self._news.notify_all()
        answer = answers[min(len(posts), len(answers)) - 1]
        await asyncio.sleep(answer.get("hold_ms", 0) / 1000)
        return _answered(answer)


def _shown(request: web.Request, body: bytes) -> dict[str, Any]:
    """Return a request as cases write it; `data` is the text of the event's data, byte for byte."""
    text = body.decode(errors="backslashreplace")
    shown: dict[str, Any] = {"headers": {name.lower(): value for name, value in request.headers.items()}}
    shown["text"] = text
    try:
        shown["body"] = json.loads(body)
    except ValueError:
        return shown
    if isinstance(shown["body"], dict) and "specversion" in shown["body"]:
        shown["data"] = text.partition('"data":')[2][:-1]
    return shown


def _answered(answer: dict[str, Any]) -> web.Response:
    """Return an answer: `status`, `headers`, and as body `json`, `text`, `base64`, or `size` characters."""
    headers = dict(answer.get("headers", {}))
    if "json" in answer:
        headers.setdefault("Content-Type", "application/json")
    text = answer.get("json", answer.get("text", ""))
    body = base64.b64decode(answer["base64"]) if "base64" in answer else text.encode()
    if "size" in answer:
        body = b'"' + b"x" * (answer["size"] - 2) + b'"'
    return web.Response(status=answer.get("status", 200), headers=headers, body=body)


@asynccontextmanager
async def receiving() -> AsyncIterator[Webhook]:
    """Give a webhook that listens."""
    webhook = Webhook()
    program = web.Application(client_max_size=LARGEST)
    program.router.add_post("/{path}", webhook.receive)
    runner = web.AppRunner(program, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    webhook.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield webhook
    finally:
        await runner.cleanup()
