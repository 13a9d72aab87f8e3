"""The body that a webhook gets, as the user's document has it under "Event payload"."""

import json

import pytest
from attempts import leased
from bellrope_server.cloudevents import documented

URL = "https://example.com/hook"


def test_has_the_documented_keys_in_the_documented_order() -> None:
    """The body is the documented one, without spaces."""
    event = leased(
        URL,
        event_id="43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf",
        type="my-custom-event",
        data=b'{"foo":"bar"}',
        accept_time=1_571_488_850_053_000,
    )
    body = documented(event, source="1fb07d5d-b670-468e-ba94-ad5f06a5c053")
    assert body == (
        b'{"specversion":"1.0-rc1","id":"43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf","type":"my-custom-event",'
        b'"source":"1fb07d5d-b670-468e-ba94-ad5f06a5c053","time":"2019-10-19T12:40:50.053Z",'
        b'"data":{"foo":"bar"}}'
    )


@pytest.mark.parametrize(
    "data",
    [
        b"null",
        b"18446744073709551616",
        b"[1.0, -0, 0.10, 1e400]",
        b'"\\u0000 \\/ \\u00e9 \xc3\xa9"',
        b'{ "b" : 1,\n "a" : { } }',
        b"%s %d %%",
    ],
)
def test_carries_the_data_byte_for_byte(data: bytes) -> None:
    """What the client sent is what the webhook gets, spaces, numbers and escapes included."""
    body = documented(leased(URL, data=data), source="s")
    assert body.partition(b'"data":')[2] == data + b"}"


@pytest.mark.parametrize("text", ['say "hi"', "back\\slash", "é 漢 🔔", "tab\tnul\0"])
def test_escapes_its_strings(text: str) -> None:
    """An id, type or source with a quote or a backslash still makes valid JSON."""
    body = json.loads(documented(leased(URL, event_id=text, type=text), source=text))
    assert (body["id"], body["type"], body["source"]) == (text, text, text)


@pytest.mark.parametrize(
    ("micros", "time"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_571_488_850_053_999, "2019-10-19T12:40:50.053Z"),
        (1_709_210_096_007_000, "2024-02-29T12:34:56.007Z"),
        (4_102_444_799_999_999, "2099-12-31T23:59:59.999Z"),
    ],
)
def test_gives_the_time_of_acceptance_in_milliseconds(micros: int, time: str) -> None:
    """`time` is when the event was accepted, in UTC, cut to the millisecond."""
    body = json.loads(documented(leased(URL, accept_time=micros), source="s"))
    assert body["time"] == time
