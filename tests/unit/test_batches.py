"""A batch's JSON is counted and split before any of its events is built."""

import time
import tracemalloc

import msgspec
import pytest
from bellrope_server.convert import batches
from bellrope_server.errors import InvalidField, MalformedJson, ServiceError, TooLarge, UnknownField
from usual import usual_limits

LIMITS = usual_limits(batch_events=3, data_bytes=1000)
KNOWN = frozenset({"events", "project"})
MANY = 1_500_000
MIB = 1024 * 1024


def read(body: bytes, *, known: frozenset[str] = KNOWN) -> list[bytes] | None:
    """Return the events of a batch."""
    return batches.checked(body, known=known, limits=LIMITS)


def refusal(body: bytes) -> tuple[type[ServiceError], str | None, str]:
    """Return how a batch is refused."""
    with pytest.raises(ServiceError) as caught:
        read(body)
    return type(caught.value), caught.value.field, caught.value.message


def test_events_are_split_byte_for_byte() -> None:
    """An event is what stands between the commas, without the white space around it."""
    assert read(b'{"events": [ {"a": 1.0} ,\n null, [1, 2] ]}') == [b'{"a": 1.0}', b"null", b"[1, 2]"]
    assert read(b'{"\\u0065vents": [":"], "project": ":"}') == [b'":"']
    assert read(b'{"events": []}') == []
    assert read(b'{"events": 5}') is None
    assert read(b"{}") is None


def test_one_event_more_than_the_limit_is_refused() -> None:
    """The limit itself is accepted."""
    assert read(b'{"events":[1,2,3]}') == [b"1", b"2", b"3"]
    assert refusal(b'{"events":[1,2,3,4]}') == (TooLarge, "events", "must not have more than 3 entries")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"events":[%b{}]}' % (b"{}," * MANY), TooLarge),
        (b'{"events":5,"events":[%b{}]}' % (b"{}," * MANY), MalformedJson),
        (b'{"events":[%b{}],"events":[]}' % (b"{}," * MANY), MalformedJson),
        (b'{"\\u0065vents":[%b{}]}' % (b"{}," * MANY), TooLarge),
        (b'{"events":[%bx]}' % (b"{}," * MANY), ServiceError),
        (b'{"events":[[%b{}]]}' % (b"{}," * MANY), TooLarge),
        (b'{"events":[{"data":[%b{}]}]}' % (b"{}," * MANY), TooLarge),
        (b'{"event":[%b{}]}' % (b"{}," * MANY), UnknownField),
        (b'{"project":[%b{}]}' % (b"{}," * MANY), InvalidField),
        (b'{"events":{%b"a":1}}' % (b'"a":1,' * MANY), None),
        (b'{%b"events":[]}' % (b'"events":[],' * (MANY // 2)), MalformedJson),
        (b'{"a":1%b}' % b"".join(b',"%d":1' % n for n in range(MANY // 2)), UnknownField),
        (b"[%b{}]" % (b"{}," * MANY), MalformedJson),
        (b'{"events":[%b' % (b"[" * MANY), MalformedJson),
    ],
    ids=[
        *("events", "after another", "before another", "escaped", "malformed", "a list", "data", "unknown"),
        *("project", "an object", "the same key", "unknown keys", "no object", "levels"),
    ],
)
def test_what_is_too_many_is_not_built(body: bytes, error: type[ServiceError] | None) -> None:
    """A batch of 1.5 million things, wherever they are, costs a few copies of its text and no objects.

    It takes no longer than the decoder that builds the events, so it is refused at once.
    """
    tracemalloc.start()
    try:
        if error is None:
            assert read(body) is None
        else:
            with pytest.raises(error):
                read(body)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(body) + MIB
    finally:
        tracemalloc.stop()


def test_a_count_takes_no_time() -> None:
    """To refuse 1.5 million events takes a small part of the time in which they could be built."""
    events = b"[%b{}]" % (b"{}," * MANY)
    start = time.process_time()
    msgspec.json.decode(events)
    built = time.process_time() - start
    start = time.process_time()
    with pytest.raises(TooLarge):
        batches.elements(events, LIMITS)
    assert time.process_time() - start < built / 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"events":[{"a":1,"a":2}]}', (MalformedJson, "events[0].a", 'duplicate key "a" in events[0]')),
        (b'{"events":[],"events":[]}', (MalformedJson, "events", 'duplicate key "events"')),
        (b'{"events":[],"project":"a","project":"b"}', (MalformedJson, "project", 'duplicate key "project"')),
        (b'{"evnts":[]}', (UnknownField, "evnts", 'unknown key "evnts"; did you mean "events"?')),
        (b'{"events":[1,2', (MalformedJson, None, None)),
        (b"\xef\xbb\xbf{}", (MalformedJson, None, "the text begins with a byte order mark")),
        (b'{"\xff":1}', (ServiceError, None, None)),
        (b'{"a`b":1}', (UnknownField, "a`b", 'unknown key "a`b"')),
        (
            b'{"events":["%b"]}' % (b"x" * 70_000),
            (TooLarge, "events[0]", "is over 66536 bytes"),
        ),
        (b'{"events":[%b\n x]}' % (b" " * 70_000), (MalformedJson, None, "not JSON at line 2, column 2")),
    ],
)
def test_what_is_wrong_is_said(body: bytes, expected: tuple[type[ServiceError], str | None, str]) -> None:
    """The refusal names the key, or the place in the text."""
    kind, field, message = refusal(body)
    assert issubclass(kind, expected[0])
    assert expected[1:] in ((field, message), (None, None), (field, None))
