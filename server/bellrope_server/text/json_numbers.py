"""JSON numbers that no double holds, such as `1e999`: they are as good as others, up to a length."""

import re

MAX_NUMBER = 4300  # characters; CPython's int() refuses more too

_TO_ZERO = bytes(ord("0") if chr(c) in "0123456789+-.eE" else ord(" ") for c in range(256))
_TOO_LONG = b"0" * (MAX_NUMBER + 1)
_HUGE = re.compile(  # in strings too, but never so that an escape becomes another
    rb"(?<=[0-9])(?<!\\u[0-9])([eE][+-]?)0*[1-9][0-9]{2,}|()(?<![0-9A-Za-z])[1-9][0-9]{199,}"
)


def may_be_too_long(text: bytes) -> bool:
    """Return True if the text has a number over 4,300 characters, or text that looks like one."""
    return _TOO_LONG in text.translate(_TO_ZERO)


def without_huge(text: bytes) -> bytes:
    """Return the text with smaller numbers in place of those that no double holds, which orjson refuses.

    It is JSON exactly if the text is. Strings may get fewer digits too, so two keys may become one.

    >>> without_huge(b"[1e999, -2.5E+100, 1e99, " + b"9" * 300 + b"]")
    b'[1e1, -2.5E+1, 1e99, 1]'
    """
    return _HUGE.sub(rb"\g<1>1", text)


def whole(digits: str) -> int | float:
    """Return the value of a whole number; one that no double holds is infinite."""
    return int(digits) if len(digits) < 300 else float(digits)  # a double holds less than 10^309
