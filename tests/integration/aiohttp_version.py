"""The message of a test that fails with a new version of aiohttp."""

import aiohttp


def changed(what: str) -> str:
    """Return the version of aiohttp, and how it differs from what the gateway needs."""
    return f"aiohttp {aiohttp.__version__} is not as gateway/wire/aiohttp_internals.py needs it: {what}"
