"""The public ids: UUIDv7, so that rows made one after another are stored close together."""

from operator import itemgetter
from random import getrandbits
from time import time_ns

RANDOM = 0x0FFF_3FFF_FFFF_FFFF_FFFF
VERSION_AND_VARIANT = 0x7000_8000_0000_0000_0000

_parts = itemgetter(slice(8), slice(8, 12), slice(12, 16), slice(16, 20), slice(20, None))


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time_ns() // 1_000_000
    number = milliseconds << 80 | VERSION_AND_VARIANT | getrandbits(80) & RANDOM
    return "-".join(_parts(number.to_bytes(16).hex()))
