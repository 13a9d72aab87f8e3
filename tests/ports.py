"""A port that stays free while nobody listens on it."""

import contextlib
import random
import socket


def lasting_port() -> int:
    """Return a free port on 127.0.0.1 that the system gives to nobody who has not asked for it.

    To those who connect, or listen on port 0, it gives one from 32768 on (unless somebody changed that). A
    program that comes back on such a port may find it taken.
    """
    while True:
        port = random.randrange(11_000, 27_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def lasting_address() -> str:
    """Return 127.0.0.1 with a lasting port."""
    return f"127.0.0.1:{lasting_port()}"
