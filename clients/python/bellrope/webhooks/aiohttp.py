"""A webhook for the server of aiohttp."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bellrope.webhooks.answering import Receiver, answer_to, read_all, refused
from bellrope.webhooks.reply import Refused
from bellrope.webhooks.signature import checked


def for_aiohttp(
    secret: str | Sequence[str], receiver: Receiver
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that answers deliveries: `app.router.add_post("/hook", for_aiohttp(secret, hook))`.

    `secret` is the trigger's, or several while one replaces another. Raises ValueError if one is none.
    """
    secrets = checked(secret)

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await _body(request)
        except Refused as error:
            answered = refused(error)
        else:
            answered = await answer_to(body, headers=request.headers, secrets=secrets, receiver=receiver)
        return web.Response(status=answered.status, headers=answered.headers, body=answered.body or None)

    return handle


async def _body(request: web.Request) -> bytes:
    """Return the body, even if a middleware has read it. The application's own limit does not count."""
    if request.content.at_eof():
        return await request.read()
    return await read_all(request.content.iter_any())
