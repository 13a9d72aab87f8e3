"""A webhook as an ASGI application: for Starlette, FastAPI, and every server of ASGI."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from bellrope.webhooks.answering import Receiver, answer_to, read_all, refused
from bellrope.webhooks.reply import HttpAnswer, Refused
from bellrope.webhooks.signature import checked

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def for_asgi(secret: str | Sequence[str], receiver: Receiver) -> "Webhook":
    """Return an application that answers deliveries: `app.add_route("/hook", for_asgi(secret, hook))`.

    It is a route of Starlette and FastAPI, can be mounted, and can be served alone. `secret` is the
    trigger's, or several while one replaces another. Raises ValueError if one is none.
    """
    return Webhook(checked(secret), receiver)


class Webhook:
    """An application of ASGI. As a route of Starlette and FastAPI it is an endpoint like a class."""

    def __init__(self, secrets: Sequence[str], receiver: Receiver) -> None:
        self._secrets = secrets
        self._receiver = receiver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"a webhook answers HTTP, and not {scope['type']!r}")
        try:
            answered = await self._answer(scope, receive)
        except _Disconnected:
            return
        headers = dict(answered.headers)
        if answered.status != 204:
            headers["content-length"] = str(len(answered.body))
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answered.status, "headers": pairs})
        await send({"type": "http.response.body", "body": answered.body})

    async def _answer(self, scope: Scope, receive: Receive) -> HttpAnswer:
        try:
            body = await read_all(_chunks(receive))
        except Refused as error:
            return refused(error)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return await answer_to(body, headers=headers, secrets=self._secrets, receiver=self._receiver)


class _Disconnected(Exception):
    """Nobody is there to answer."""


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Disconnected
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
