"""From a request to its answer, in any framework with asyncio."""

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Sequence
from inspect import isawaitable, iscoroutinefunction
from typing import Any

from bellrope.webhooks.headers import Headers
from bellrope.webhooks.received import NotAnEvent, Received, parse
from bellrope.webhooks.reply import NO_RETRY, HttpAnswer, Refused, answer, refusal
from bellrope.webhooks.signature import SignatureInvalid, verify

Receiver = Callable[[Received], Any]
"""What is done about an event: a function, or a coroutine function.

What it returns is the answer for a caller that waits: any value that JSON can hold, None, or a `reply` that
also queues events. If it raises Refused, the delivery is refused for good. If it raises anything else, the
answer is 500, and the delivery is sent again later. A function that is no coroutine runs in a thread.
"""

MOST_BYTES = 9 * 1024 * 1024
"""The longest body: data has at most 8 MiB (`--max-data-bytes`), and more around it."""

_LOG = logging.getLogger("bellrope.webhooks")


async def answer_to(
    body: bytes, *, headers: Headers, secrets: Sequence[str], receiver: Receiver
) -> HttpAnswer:
    """Return the answer to a request. What goes wrong in the receiver is logged, and not in the answer."""
    try:
        verify(body, headers=headers, secret=secrets)
        event = parse(body, headers=headers)
    except (SignatureInvalid, NotAnEvent) as error:
        return refusal(400, str(error))
    try:
        return answer(await _returned(receiver, event))
    except Refused as error:
        return refused(error)
    except Exception:
        _LOG.exception("The webhook failed at delivery %s of event %s", event.delivery_id, event.id)
        return HttpAnswer(500)


def refused(error: Refused) -> HttpAnswer:
    """Return the answer after which the server does not send the delivery again."""
    return refusal(error.status, error.message, headers=NO_RETRY)


async def read_all(chunks: AsyncIterable[bytes]) -> bytes:
    """Return the body. Raises Refused (413) if it is too long, so that strangers cannot fill the memory."""
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > MOST_BYTES:
            raise Refused("The body is longer than a delivery can be", status=413)
    return bytes(read)


async def _returned(receiver: Receiver, event: Received) -> Any:
    """Return what the receiver returns. One that is no coroutine function must not hold up the loop."""
    if iscoroutinefunction(receiver) or iscoroutinefunction(type(receiver).__call__):
        return await receiver(event)
    returned = await asyncio.to_thread(_called, receiver, event)
    return await returned if isawaitable(returned) else returned


def _called(receiver: Receiver, event: Received) -> Any:
    try:
        return receiver(event)
    except StopIteration as error:  # no future can have it, so the request would get no answer
        raise RuntimeError("the webhook raised StopIteration") from error
