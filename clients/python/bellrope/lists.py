"""Reads lists page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any


def pages(method: Callable[[Any], Any], request: Any) -> Iterator[Any]:
    """Yield the pages of a list, the first one first: `pages(client.deliveries.ListDeliveries, request)`.

    A page may be empty although more follow, because the server looks at a limited number of rows for each.
    """
    while True:
        page = method(request)
        yield page
        if not page.next_page_token:
            return
        request = following(request, page)


async def aio_pages(method: Callable[[Any], Awaitable[Any]], request: Any) -> AsyncIterator[Any]:
    """Yield the pages of a list with asyncio, as `pages` does without."""
    while True:
        page = await method(request)
        yield page
        if not page.next_page_token:
            return
        request = following(request, page)


def following(request: Any, page: Any) -> Any:
    """Return the request for the page after this one; the given request is not changed."""
    found = type(request)()
    found.CopyFrom(request)
    found.page_token = page.next_page_token
    return found
