"""Triggers between the proto and the model: every field's rule."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope.v1.triggers_pb2 import RetryPolicy as ProtoPolicy
from bellrope_server.clock import HOUR, MILLISECOND, MINUTE, SECOND
from bellrope_server.errors import InvalidField, ServiceError, UrlBlocked, UrlInvalid
from bellrope_server.retry import RetryPolicy
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st
from unit.trigger_messages import FULL, LEAST, READER, SECRET, proto, refused, seconds, shown


def test_a_bare_trigger_has_the_defaults() -> None:
    """Name, type and URL are enough: 3 retries from 5 s to 1 h, 5 s for an attempt."""
    assert READER.spec(proto()) == LEAST
    assert (LEAST.retry_policy, LEAST.timeout) == (RetryPolicy(), 5 * SECOND)


def test_what_is_shown_can_be_saved() -> None:
    """A trigger that was read can be sent back unchanged, except for its secret, which is never shown."""
    for spec in (LEAST, FULL):
        answer = shown(spec)
        assert SECRET not in str(answer)
        assert answer.signed is (spec.secret is not None)
        assert READER.spec(answer) == replace(spec, secret=None)


WAITS = st.integers(MILLISECOND, 24 * HOUR)


@given(
    waits=st.tuples(WAITS, WAITS).map(sorted),
    schedule=st.lists(WAITS, max_size=5),
    timeout=st.integers(100 * MILLISECOND, 2 * MINUTE),
    retries=st.integers(0, 100),
    in_flight=st.none() | st.integers(1, 512),
)
def test_every_number_comes_back_as_it_went(
    waits: list[int], schedule: list[int], timeout: int, retries: int, in_flight: int | None
) -> None:
    """Every number that was saved is shown again, to the microsecond; 0 and absence stay different."""
    policy = RetryPolicy(
        retries=retries, min_backoff=waits[0], max_backoff=waits[1], schedule=tuple(schedule)
    )
    spec = replace(LEAST, retry_policy=policy, timeout=timeout, max_in_flight=in_flight)
    assert READER.spec(shown(spec)) == spec


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 64])
def test_a_trigger_has_a_name(name: str) -> None:
    """A trigger needs a name of the allowed form."""
    assert refused(name=name) == (InvalidField, "name")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", UrlInvalid),
        ("example.com", UrlInvalid),
        ("ftp://example.com", UrlInvalid),
        ("http://user@example.com", UrlInvalid),
        ("http://127.0.0.1/", UrlBlocked),
        ("http://169.254.169.254/", UrlBlocked),
    ],
)
def test_a_url_passes_the_guard(url: str, error: type[ServiceError]) -> None:
    """A URL that cannot be called, or must not be, is refused when the trigger is saved."""
    assert refused(url=url)[0] is error


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("type", ""), ("type", "two words"), ("type", "x" * 256)),
        *(("retries", -1), ("retries", 101), ("retries", 2**31 - 1)),
        *(("timeout", seconds(0)), ("timeout", seconds(0.0999)), ("timeout", seconds(120.000001))),
        *(("timeout", seconds(-1)), ("timeout", Duration(seconds=2**62))),
        ("encoding", 4),
        *(("max_in_flight", 0), ("max_in_flight", 513), ("max_in_flight", -1)),
        *(("secrets", ["whsec_short"]), ("secrets", ["no-prefix" + "A" * 32]), ("secrets", [SECRET, SECRET])),
        ("options", {f"k{number}": "" for number in range(33)}),
    ],
)
def test_what_is_out_of_bounds_is_refused(field: str, value: Any) -> None:
    """A value outside the bounds of its field is refused, and the error names the field."""
    assert refused(**{field: value}) == (InvalidField, field)


@pytest.mark.parametrize(
    ("field", "policy"),
    [
        ("min_backoff", {"min_backoff": seconds(0)}),
        ("min_backoff", {"min_backoff": seconds(0.0009)}),
        ("min_backoff", {"min_backoff": seconds(86_400.1)}),
        ("max_backoff", {"max_backoff": seconds(4.9)}),
        ("max_backoff", {"min_backoff": seconds(10), "max_backoff": seconds(9)}),
        ("max_backoff", {"max_backoff": seconds(7 * 86_400 + 1)}),
        ("schedule", {"schedule": [seconds(1), seconds(0)]}),
        ("schedule", {"schedule": [seconds(7 * 86_400 + 1)]}),
        ("schedule", {"schedule": [seconds(1)] * 101}),
    ],
)
def test_waits_have_bounds(field: str, policy: dict[str, Any]) -> None:
    """A wait is 1 ms to 7 days, the first up to 24 h, the longest no shorter; a schedule has up to 100."""
    assert refused(retry_policy=ProtoPolicy(**policy)) == (InvalidField, f"retry_policy.{field}")


def test_statuses_that_are_not_retried() -> None:
    """`no_retry_statuses` has failing statuses and classes, in small or capital letters, each kept once."""
    statuses = ["410", "4XX", "599", "300", "4xx", "410"]
    policy = READER.spec(proto(retry_policy=ProtoPolicy(no_retry_statuses=statuses))).retry_policy
    assert policy.no_retry_statuses == ("410", "4xx", "599", "300")
    most = [str(status) for status in range(400, 500)]
    assert READER.spec(proto(retry_policy=ProtoPolicy(no_retry_statuses=most)))


@pytest.mark.parametrize(
    "statuses",
    [
        *([""], ["200"], ["2xx"], ["1xx"], ["6xx"], ["xxx"], ["299"], ["600"], ["0"], ["-410"]),
        *(
            ["41"],
            ["4100"],
            ["4x"],
            ["41x"],
            ["4xxx"],
            ["4Xx"],
            [" 410"],
            ["410\n"],
            ["410,422"],
            ["400-499"],
        ),
        *(["*"], ["\u0664xx"], ["4\u0660\u0660"], ["410", "no"], ["410"] * 101),
    ],
)
def test_what_is_no_failing_status_is_refused(statuses: list[str]) -> None:
    """Anything but a status from 300 to 599 or its class is refused, and so is a list of more than 100."""
    policy = ProtoPolicy(no_retry_statuses=statuses)
    assert refused(retry_policy=policy) == (InvalidField, "retry_policy.no_retry_statuses")


@pytest.mark.parametrize("text", ["d" * 1025, "a\x1b[2J", "a\rb", "\x9b", "\x00"])
def test_a_description_is_text_that_a_terminal_can_show(text: str) -> None:
    """A description has at most 1,024 characters, of them no control characters but \\n and \\t."""
    assert READER.spec(proto(description="é\n\t" * 341 + "é"))
    assert refused(description=text) == (InvalidField, "description")


def test_the_longest_wait_is_never_below_the_first() -> None:
    """If only a first wait of more than an hour is set, it is the longest wait too."""
    policy = READER.spec(proto(retry_policy=ProtoPolicy(min_backoff=seconds(7200)))).retry_policy
    assert (policy.min_backoff, policy.max_backoff) == (2 * HOUR, 2 * HOUR)


GOOD_HEADERS = {
    "X-Own": "v",
    "authorization": "Bearer x",
    "x-empty": "",
    "x-tab": "a\tb",
    "x-latin": "ÿ",
    "x-ascii": "!\"#%&'()*+,/:;<=>?@[\\]^`{|}~",
    "~": "!",
}


def test_headers_of_ones_own() -> None:
    """A trigger has up to 32 headers, with names of 128 and values of 4,096 characters."""
    assert READER.spec(proto(headers=GOOD_HEADERS)).headers == GOOD_HEADERS
    most = {f"{number:0128}": "v" * 4096 for number in range(32)}
    assert READER.spec(proto(headers=most)).headers == most
    assert refused(headers=most | {"x": ""}) == (InvalidField, "headers")


@pytest.mark.parametrize(
    "header",
    [
        *(("", "v"), ("a b", "v"), ("a:", "v"), ("é", "v"), ("a\r\nb", "v"), ("x" * 129, "v"), (" a", "v")),
        *(
            ("x", "a\r\nb: c"),
            ("x", "a\nb"),
            ("x", "a\0"),
            ("x", " a"),
            ("x", "a "),
            *(("x", each) for each in ("Ā", "€", "😀", "\x7f", "\x1b")),
            ("x", "v" * 4097),
        ),
        *(
            (name, "v")
            for name in ("Host", "content-length", "Content-Type", "Transfer-Encoding", "CONNECTION")
        ),
        *(
            (name, "v")
            for name in ("webhook-id", "Webhook-Signature", "webhook-x", "CE-id", "traceparent", "User-Agent")
        ),
    ],
)
def test_headers_that_would_break_a_request_are_refused(header: tuple[str, str]) -> None:
    """E32: A header that could end early, or that the server sets itself, is refused."""
    assert refused(headers=dict([header])) == (InvalidField, "headers")


def test_a_header_comes_once() -> None:
    """Two spellings of one header are refused, because a receiver would see only one of them."""
    assert refused(headers={"X-Own": "1", "x-own": "2"}) == (InvalidField, "headers")


def test_an_error_about_a_secret_does_not_repeat_it() -> None:
    """An error never repeats a secret."""
    with pytest.raises(InvalidField) as caught:
        READER.spec(proto(secrets=["whsec_marked-secret"]))
    assert "marked" not in caught.value.sentence
