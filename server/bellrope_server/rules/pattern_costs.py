"""What a regular expression costs at most: worked out from its text, for RE2, which takes its worst times.

RE2 takes time that grows with the text times the size of the pattern, and cannot be stopped. It compiles the
pattern for each match. https://github.com/google/re2/wiki/Syntax
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\."
    r"|\[\^?\]?(?:\[:\^?\w++:\]|\\.|[^\]\\])*+(?:\]|\Z)"
    r"|\(\?[a-zA-Z-]*[:)]|\{(?P<least>\d++)(?:,(?P<most>\d*+))?\}|.",
    re.DOTALL,
)
_UNICODE = re.compile(r"\\[pP]")
_ANY = re.compile(r"\.|\[\^.*|.*(?:\\[DWSBC]|\[:\^).*", re.DOTALL)
_ANY_CASE = re.compile(r"\(\?[a-zA-Z]*i")
_RANGES_OF_ANY = 6  # RE2 reads bytes: these are the ranges of UTF-8
_RANGES_OF_WORD = 4
_LONGEST_COUNT = 1001  # RE2 refuses more


class Cost(NamedTuple):
    """Nanoseconds: to compile the pattern, and for each byte of the text."""

    once: int
    each: int

    def __add__(self, other: "Cost") -> "Cost":  # type: ignore[override]
        return Cost(self.once + other.once, self.each + other.each)

    def times(self, count: int) -> "Cost":
        """Return the cost of so many of it."""
        return Cost(self.once * count, self.each * count)


_NOTHING = Cost(0, 0)
_MARK = Cost(1_000, 6)  # of `*`, `+`, `?` and `|`


def pattern_cost(pattern: str) -> Cost:
    """Return what a match costs at most.

    >>> pattern_cost("a{10}") == pattern_cost("a").times(10)
    True
    """
    groups, last = [_NOTHING], _NOTHING
    letters = 2 if _ANY_CASE.search(pattern) else 1
    for found in _TOKEN.finditer(pattern):
        token = found[0]
        if token.startswith("("):
            groups.append(_NOTHING)
            continue
        if token == ")":
            last = groups.pop() if len(groups) > 1 else _NOTHING
            more = last
        elif found["least"]:
            copies = _copies(found)
            more, last = last.times(copies - 1), last.times(copies)
        elif token in "*+?|":
            more = _MARK
            last += more
        else:
            more = last = _atom(token, letters)
        groups[-1] += more
    return sum(groups, _NOTHING)


def _copies(found: re.Match[str]) -> int:
    least, most = found["least"], found["most"]
    return max(1, min(_LONGEST_COUNT, int(most) if most else int(least) + (most == "")))


def _atom(token: str, letters: int) -> Cost:
    """Return the cost of what matches one character. `letters` is 2 if both cases of a letter match."""
    tables = len(_UNICODE.findall(token))
    ranges = letters * (len(token) if token.startswith("[") else _RANGES_OF_WORD if len(token) > 1 else 1)
    if tables or _ANY.fullmatch(token):
        ranges += _RANGES_OF_ANY
    return Cost(2_500 + 500 * ranges + 1_500_000 * tables, 12 + 3 * ranges)
