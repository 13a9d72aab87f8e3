"""Ids for events. The client makes them, so that each retry has the same id."""

import os
import time

_FIXED = 0x7 << 76 | 0b10 << 62  # the version and the variant
_RANDOM = (1 << 80) - 1 & ~(0xF << 76 | 0b11 << 62)


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.

    The random bits come from the operating system, so that seeding `random` cannot repeat an id.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10)) & _RANDOM
    text = f"{milliseconds << 80 | _FIXED | random:032x}"  # what `UUID` writes, in half the time
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
