"""The ids that the world sees: UUIDv7, so that rows made one after the other lie side by side."""

import time
from random import getrandbits


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits."""
    time_and_version = (time.time_ns() // 1_000_000) << 16 | 0x7000 | getrandbits(12)
    first = f"{time_and_version:016x}"
    last = f"{1 << 63 | getrandbits(62):016x}"
    return f"{first[:8]}-{first[8:12]}-{first[12:]}-{last[:4]}-{last[4:]}"
