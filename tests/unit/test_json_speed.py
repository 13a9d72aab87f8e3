"""Whatever a mebibyte of JSON has, it is accepted or refused quickly."""

import json
import time
from collections.abc import Callable

import pytest
from bellrope_server.errors import UnknownField
from bellrope_server.text import strict_json
from unit.json_checks import KNOWN, MIB, accepted


def cpu_time(action: Callable[[], object]) -> float:
    """Return the seconds of CPU an action takes on a free core: the best of four runs."""
    runs = []
    for _ in range(4):
        start = time.process_time()
        action()
        runs.append(time.process_time() - start)
    return min(runs) / slowness()


def slowness() -> float:
    """Return how many times slower than a free core of 2020 this one is right now, at least 1."""
    start = time.process_time()
    for _ in range(1_000_000):
        pass
    return max(1.0, (time.process_time() - start) / 0.04)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({f"key{n}": n for n in range(100_000)}).encode(),
        b'{"' + b"k" * MIB + b'": 1}',
        b"[" + b"[]," * (MIB // 3) + b"NaN]",
        b'["' + b'\\"' * (MIB // 2),
        b'"' * MIB,
        b"[" * MIB,
        b'{"a":' * (MIB // 5),
        b"[" + (b"9" * 4300 + b",") * (MIB // 4301) + b"NaN]",
        b"[" + (b"[" * 62 + b"]" * 62 + b",") * (MIB // 125) + b"NaN]",
    ],
    ids=[
        "100,000 keys",
        "1 MB key",
        "lists",
        "escapes",
        "quotes",
        "open lists",
        "open objects",
        "digits",
        "deep",
    ],
)
def test_b19_no_mebibyte_takes_a_second(text: bytes) -> None:
    """B19: 1 MiB of anything is accepted or refused within a second of CPU."""
    assert cpu_time(lambda: accepted(text)) < 1


@pytest.mark.parametrize(
    "text",
    [json.dumps({f"k{n}": n for n in range(100_000)}).encode(), b'{"' + b"k" * MIB + b'": 1}'],
    ids=["100,000 keys", "1 MB key"],
)
def test_b19_unknown_keys_are_refused_quickly(text: bytes) -> None:
    """B19: Many unknown keys, or one of a megabyte, are refused within a second of CPU."""

    def refuse() -> None:
        with pytest.raises(UnknownField):
            strict_json.fields(text, known=KNOWN)

    assert cpu_time(refuse) < 1
