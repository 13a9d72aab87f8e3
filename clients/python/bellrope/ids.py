"""Ids for events. The client makes them, so that each retry has the same id."""

import os
import time
from uuid import UUID


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.

    The random bits come from the operating system, so that seeding `random` cannot repeat an id.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & ~(0xF << 76 | 0b11 << 62)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | random))
