"""What a test says that a new version of aiohttp fails."""

import aiohttp


def changed(what: str) -> str:
    """Return which aiohttp it is, and what is otherwise in it than the gateway needs."""
    return f"aiohttp {aiohttp.__version__} is not as gateway/wire/aiohttp_internals.py needs it: {what}"
