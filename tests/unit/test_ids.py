"""The ids that clients see."""

import time
import uuid

from bellrope_server.ids import uuid7


def test_an_id_is_a_uuid_of_version_7() -> None:
    """Version and variant are those of RFC 9562, and the spelling is the usual one."""
    for _ in range(1000):
        text = uuid7()
        id = uuid.UUID(text)
        assert (id.version, id.variant, str(id)) == (7, uuid.RFC_4122, text)


def test_an_id_begins_with_its_time() -> None:
    """The first 48 bits are the milliseconds since the epoch."""
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(uuid7()).int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_later_ids_are_greater() -> None:
    """An id of a later millisecond sorts after an earlier one, as text too."""
    ids = []
    for _ in range(5):
        ids.append(uuid7())
        start = time.time_ns() // 1_000_000
        while time.time_ns() // 1_000_000 == start:
            pass
    assert ids == sorted(ids)


def test_ids_do_not_repeat() -> None:
    """Each id has 74 random bits: a hundred thousand in a row are all different."""
    assert len({uuid7() for _ in range(100_000)}) == 100_000


def test_all_random_bits_are_used() -> None:
    """Each random bit is sometimes 0 and sometimes 1."""
    seen = [uuid.UUID(uuid7()).int for _ in range(200)]
    random_bits = [*range(62), *range(64, 76)]
    assert all({number >> bit & 1 for number in seen} == {0, 1} for bit in random_bits)
