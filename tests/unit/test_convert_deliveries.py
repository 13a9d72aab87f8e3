"""Deliveries and attempts as the proto has them, and a webhook's answer as JSON."""

import base64
import json
from typing import Any

import pytest
from bellrope.v1 import deliveries_pb2
from bellrope_server.attempt import Attempt, AttemptError, SentRequest
from bellrope_server.convert import deliveries
from bellrope_server.convert.times import from_duration, from_timestamp
from bellrope_server.model import Delivery, State
from bellrope_server.rules.answers import utf8
from bellrope_server.text import strict_json
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

NOW = 1_795_435_200_000_001
ATTEMPT = Attempt(
    start_time=NOW,
    duration=1_500_000,
    request=SentRequest(
        url="http://x/?a", headers=b"Content-Type:\nwebhook-id: 7\nX-Key: [hidden]", body_bytes=9
    ),
    connect_duration=0,
    first_byte_duration=1_400_000,
    status_code=503,
    error=AttemptError.STATUS,
    response_headers={"retry-after": "1"},
    response_body=b"\xff",
    truncated=True,
    number=2,
    next_attempt_time=NOW + 5,
    late=True,
)


def delivery(**fields: Any) -> Delivery:
    """Return a delivery."""
    usual: dict[str, Any] = {
        **{"id": 1, "project": "p", "delivery_id": "d", "event_id": "e", "type": "y", "trigger": "t"},
        **{
            "state": State.SCHEDULED,
            "due_time": NOW,
            "attempt_count": 0,
            "reason": "",
            "create_time": NOW + 1,
        },
        "finish_time": None,
    }
    return Delivery(**(usual | fields))


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_name(state: State) -> None:
    """The states are those of the proto, by name and by number."""
    shown = deliveries.to_proto(delivery(state=state))
    assert (shown.state, deliveries_pb2.Delivery.State.Name(shown.state)) == (int(state), state.name)


@pytest.mark.parametrize("error", AttemptError)
def test_every_error_has_its_name(error: AttemptError) -> None:
    """The kinds of error are those of the proto; none maps to UNSPECIFIED."""
    shown = deliveries.attempt_to_proto(replace(ATTEMPT, error=error))
    assert shown.error == int(error)
    assert set(deliveries_pb2.Attempt.Error.keys()) - {"ERROR_UNSPECIFIED"} == {
        each.name for each in AttemptError if each
    }


def test_a_delivery_is_shown_whole() -> None:
    """A delivery is shown with all its fields, its attempts in order."""
    shown = deliveries.to_proto(
        delivery(
            state=State.DEAD_LETTERED,
            attempt_count=2,
            reason="retries_exhausted",
            finish_time=NOW + 2,
            attempts=(replace(ATTEMPT, number=1), ATTEMPT),
        )
    )
    assert (shown.project, shown.delivery_id, shown.event_id, shown.trigger) == ("p", "d", "e", "t")
    assert (shown.attempt_count, shown.reason) == (2, "retries_exhausted")
    assert [attempt.number for attempt in shown.attempts] == [1, 2]
    times = (shown.due_time, shown.create_time, shown.finish_time)
    assert [from_timestamp(time, field="") for time in times] == [NOW, NOW + 1, NOW + 2]


def test_an_attempt_is_shown_whole() -> None:
    """An attempt is shown with all its fields, its bytes unchanged."""
    shown = deliveries.attempt_to_proto(ATTEMPT)
    assert (shown.number, shown.status_code, shown.truncated, shown.late) == (2, 503, True, True)
    assert (dict(shown.response_headers), shown.response_body) == ({"retry-after": "1"}, b"\xff")
    times = (shown.connect_duration, shown.first_byte_duration, shown.duration)
    assert [from_duration(time, field="") for time in times] == [0, 1_400_000, 1_500_000]
    assert shown.HasField("connect_duration") is True
    assert (shown.request.url, shown.request.body_bytes) == ("http://x/?a", 9)
    assert dict(shown.request.headers) == {"webhook-id": "7", "X-Key": "[hidden]"}
    assert [from_timestamp(time, field="") for time in (shown.start_time, shown.next_attempt_time)] == [
        NOW,
        NOW + 5,
    ]


def test_what_is_not_there_is_absent() -> None:
    """An unfinished delivery has no finish time, and a last attempt has no next one."""
    assert deliveries.to_proto(delivery()).HasField("finish_time") is False
    last = deliveries.attempt_to_proto(replace(ATTEMPT, next_attempt_time=None))
    assert last.HasField("next_attempt_time") is False
    unsent = replace(ATTEMPT, request=None, connect_duration=None, first_byte_duration=None)
    shown = deliveries.attempt_to_proto(unsent)
    names = ("request", "connect_duration", "first_byte_duration")
    assert [shown.HasField(name) for name in names] == [False] * 3


def test_who_waited_is_told_about_every_trigger() -> None:
    """The answer has each delivery with its last attempt, in the given order."""
    both = delivery(attempts=(replace(ATTEMPT, number=1), ATTEMPT), attempt_count=2), delivery(trigger="u")
    shown = deliveries.sync_response("e", both)
    assert (shown.event_id, [result.trigger for result in shown.results]) == ("e", ["t", "u"])
    assert [result.attempt_count for result in shown.results] == [2, 0]
    assert shown.results[0].last_attempt.number == 2
    assert shown.results[0].last_attempt.HasField("request") is False
    assert shown.results[1].HasField("last_attempt") is False


def test_what_an_error_carries_is_small() -> None:
    """However many webhooks failed, with answers of any length, the error fits gRPC's 8 KiB of trailers."""
    long = replace(ATTEMPT, response_body=b"x" * 16_384, response_headers={"x": "y" * 8000}, truncated=False)
    many = [delivery(trigger=f"{number:063}", attempts=(long,), attempt_count=1) for number in range(100)]
    small = deliveries.brief(deliveries.sync_response("e" * 128, [delivery(), *many]))
    assert small.ByteSize() < 6 * 1024
    assert small.event_id == "e" * 128
    assert small.results[0].HasField("last_attempt") is False
    last = small.results[1].last_attempt
    assert (last.status_code, last.response_body, last.truncated) == (503, b"x" * 256, True)


# The answer of a webhook.


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b" [1.0, -0, 0.10] ",
        b"18446744073709551616",
        b'"text"',
        b"null",
        b"true",
        rb'"\u0000"',
        b'{"a":{"b":[]}}',
    ],
)
def test_json_is_handed_on_byte_for_byte(body: bytes) -> None:
    """An answer in JSON is returned unchanged."""
    assert deliveries.answer_as_json(body) == (body, False)


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "])
def test_an_empty_answer_is_null(body: bytes) -> None:
    """An answer that is empty or only white space is null."""
    assert deliveries.answer_as_json(body) == (b"null", False)


@pytest.mark.parametrize("text", ["fine", "<html>", "{", "NaN", '{"a":1,"a":2}', "größe", "a\0b", '"', "01"])
def test_other_text_is_a_string(text: str) -> None:
    """Text that is not JSON, by the same rules as for data, is returned as a JSON string."""
    answer, is_base64 = deliveries.answer_as_json(text.encode())
    assert (json.loads(answer), is_base64) == (text, False)


def test_other_bytes_are_base64() -> None:
    """Bytes that are not UTF-8 are returned as base64, and marked as such."""
    answer, is_base64 = deliveries.answer_as_json(b'{"a":"\xff"}')
    assert (base64.b64decode(json.loads(answer)), is_base64) == (b'{"a":"\xff"}', True)


ENCODED = {
    "UTF-8 with a mark": ("utf-8-sig", ""),
    "UTF-16 with a mark": ("utf-16", "application/json"),
    "UTF-32 with a mark": ("utf-32", "text/plain"),
    "UTF-16 by its charset": ("utf-16-be", "application/json; charset=utf-16"),
    "UTF-16LE by its charset": ("utf-16-le", 'text/plain; charset="UTF-16LE"'),
    "UTF-16 without a word": ("utf-16-le", "application/json"),
    "UTF-32 without a word": ("utf-32-be", ""),
    "Latin-1": ("iso-8859-1", "text/html; charset=ISO-8859-1"),
    "Windows": ("windows-1252", "application/json; charset=windows-1252"),
    "UTF-8 that says it is Latin-1": ("utf-8", "application/json; charset=iso-8859-1"),
}


@pytest.mark.parametrize(("encoding", "content_type"), ENCODED.values(), ids=ENCODED)
def test_an_answer_in_another_encoding_is_read(encoding: str, content_type: str) -> None:
    """JSON in UTF-16, UTF-32 or Latin-1, or with a byte order mark, is JSON, and text is a string."""
    for text, value in (('{"größe": [1.0]}', {"größe": [1.0]}), ('["größe"]', ["größe"])):
        answer, is_base64 = deliveries.answer_as_json(text.encode(encoding), content_type)
        assert (json.loads(answer), is_base64) == (value, False)


@pytest.mark.parametrize("charset", ["zip", "rot13", "unicode_escape", "idna", "nonsense", "undefined"])
def test_an_answer_does_not_choose_a_codec(charset: str) -> None:
    """A charset that is not one of text is ignored."""
    kind = f"text/plain; charset={charset}"
    assert deliveries.answer_as_json(b"fine", kind) == (b'"fine"', False)
    assert deliveries.answer_as_json(b"\xff\x01", kind)[1]


def test_text_with_a_zero_is_not_utf_16() -> None:
    """Text in UTF-8 may have U+0000 in it."""
    assert deliveries.answer_as_json(b"a\0bc") == (b'"a\\u0000bc"', False)


@given(st.binary() | st.text().map(str.encode))
@example(b"[" * 100_000)
@example(b"1" * 5000)
def test_every_answer_is_json_in_the_end(body: bytes) -> None:
    """Whatever a webhook answers, the caller gets JSON, and can restore bytes without a mark."""
    answer, is_base64 = deliveries.answer_as_json(body)
    strict_json.check(answer)
    if answer != body and body.strip() and utf8(body, "") in (body, None):
        text = json.loads(answer)
        assert (base64.b64decode(text) if is_base64 else text.encode()) == body
