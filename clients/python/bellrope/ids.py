"""Ids for events: an id that the client makes is the same in every try."""

import os
import time
from uuid import UUID


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.

    The random bits are the system's own, so that a program that seeds `random` cannot make one id twice.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & ~(0xF << 76 | 0b11 << 62)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | random))
