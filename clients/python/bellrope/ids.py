"""Ids for events. The client makes them, so that each retry has the same id."""

import os
import time

_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The hexadecimal digit with the variant, from one with two random bits."""


def uuid7() -> str:
    """Return a new UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits.

    The random bits come from the operating system, so that seeding `random` cannot repeat an id.
    """
    milliseconds = time.time_ns() // 1_000_000
    text = (milliseconds.to_bytes(6) + os.urandom(10)).hex()  # the pieces are quicker than one number
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:]}"
