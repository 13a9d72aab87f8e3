"""Triggers between the proto and the model: every field's rule, and what an edit leaves unchanged."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope.v1.triggers_pb2 import RetryPolicy as ProtoPolicy
from bellrope.v1.triggers_pb2 import Trigger as Proto
from bellrope_server.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from bellrope_server.convert.triggers import TriggerReader, to_proto
from bellrope_server.errors import InvalidField, ServiceError, UrlBlocked, UrlInvalid
from bellrope_server.model import Encoding, Trigger, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.egress import EgressPolicy
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

READER = TriggerReader(EgressPolicy())
SECRET = "whsec_" + "A" * 32
URL = "https://example.com/hook"
LEAST = TriggerSpec(name="mailer", type="sent-email", url=URL)
FULL = TriggerSpec(
    name="mailer",
    type="bellrope.delivery.dead_lettered",
    url=URL,
    retry_policy=RetryPolicy(
        retries=0,
        min_backoff=MILLISECOND,
        max_backoff=7 * DAY,
        schedule=(SECOND, HOUR),
        no_retry_statuses=("410", "3xx"),
    ),
    timeout=100 * MILLISECOND,
    headers={"X-Own": "value", "authorization": "Bearer x"},
    secret=SECRET,
    options={"tier": "gold,silver"},
    filter="data.amount > 100",
    paused=True,
    disable_on_gone=True,
    max_in_flight=512,
    encoding=Encoding.BINARY,
    chain_events=True,
    description="Mails the buyer.\n\n\tAsk the shop's team.",
)


def proto(**fields: Any) -> Proto:
    """Return the trigger of a request, with these fields and the required ones."""
    return Proto(**{"name": "mailer", "type": "sent-email", "url": URL, **fields})


def seconds(number: float) -> Duration:
    """Return a duration."""
    micros = round(number * 1_000_000)
    return Duration(seconds=micros // 1_000_000, nanos=micros % 1_000_000 * 1000)


def shown(spec: TriggerSpec) -> Proto:
    """Return a stored trigger as the API shows it."""
    return to_proto(
        Trigger(
            id=1, project_id=1, project="p", spec=spec, version=1, create_time=1, update_time=2, endpoint="e"
        )
    )


def refused(**fields: Any) -> tuple[type[ServiceError], str | None]:
    """Return the error for a trigger with these fields, and the field that it names."""
    with pytest.raises(ServiceError) as caught:
        READER.spec(proto(**fields))
    return type(caught.value), caught.value.field


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
            *(("x", each) for each in ("\x80", "\x85", "a\xa0b", "é", "ÿ", "😀", "\x7f", "\x1b")),
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
    """E32: A header that could end early, has no agreed reading, or is the server's own is refused."""
    assert refused(headers=dict([header])) == (InvalidField, "headers")


def test_a_header_comes_once() -> None:
    """Two spellings of one header are refused, because a receiver would see only one of them."""
    assert refused(headers={"X-Own": "1", "x-own": "2"}) == (InvalidField, "headers")


def test_an_error_about_a_secret_does_not_repeat_it() -> None:
    """An error never repeats a secret."""
    with pytest.raises(InvalidField) as caught:
        READER.spec(proto(secrets=["whsec_marked-secret"]))
    assert "marked" not in caught.value.sentence


# Edits.


@pytest.mark.parametrize(
    ("path", "fields", "changes"),
    [
        ("type", {"type": "other"}, {"type": "other"}),
        ("url", {"url": "https://example.com/other"}, {"url": "https://example.com/other"}),
        ("timeout", {"timeout": seconds(2)}, {"timeout": 2 * SECOND}),
        ("timeout", {}, {"timeout": 5 * SECOND}),
        ("headers", {"headers": {"x": "y"}}, {"headers": {"x": "y"}}),
        ("headers", {}, {"headers": {}}),
        ("secrets", {}, {"secret": None}),
        ("options", {"options": {"a": "b"}}, {"options": {"a": "b"}}),
        ("paused", {"paused": False}, {"paused": False}),
        ("disable_on_gone", {}, {"disable_on_gone": False}),
        ("max_in_flight", {"max_in_flight": 1}, {"max_in_flight": 1}),
        ("max_in_flight", {}, {"max_in_flight": None}),
        ("retries", {"retries": 7}, {"retry_policy": replace(FULL.retry_policy, retries=7)}),
        ("retries", {}, {"retry_policy": replace(FULL.retry_policy, retries=3)}),
        ("retry_policy", {}, {"retry_policy": RetryPolicy(retries=0)}),
    ],
)
def test_an_edit_changes_what_it_names(path: str, fields: dict[str, Any], changes: dict[str, Any]) -> None:
    """A mask changes its fields and no others; a field that it names without a value gets its default."""
    assert READER.edit(proto(**fields), [path])(FULL) == replace(FULL, **changes)


@pytest.mark.parametrize(
    ("part", "given", "now"),
    [
        ("min_backoff", {"min_backoff": seconds(2)}, 2 * SECOND),
        ("min_backoff", {}, 5 * SECOND),
        ("max_backoff", {"max_backoff": seconds(9)}, 9 * SECOND),
        ("schedule", {"schedule": [seconds(3)]}, (3 * SECOND,)),
        ("schedule", {}, ()),
        ("no_retry_statuses", {"no_retry_statuses": ["4xx"]}, ("4xx",)),
        ("no_retry_statuses", {}, ()),
    ],
)
def test_an_edit_of_a_part_leaves_the_rest_of_the_policy(part: str, given: dict[str, Any], now: Any) -> None:
    """A mask can name one part of the retry policy; the others stay as they are."""
    edit = READER.edit(proto(retry_policy=ProtoPolicy(**given)), [f"retry_policy.{part}"])
    assert edit(FULL) == replace(FULL, retry_policy=replace(FULL.retry_policy, **{part: now}))


@pytest.mark.parametrize("paths", [[], ["*"]])
def test_an_edit_without_a_mask_changes_everything_but_the_secret(paths: list[str]) -> None:
    """Without a mask all fields are replaced, but the secret stays, because it was never shown."""
    assert READER.edit(proto(), paths)(FULL) == replace(LEAST, secret=SECRET)
    other = "whsec_" + "B" * 32
    assert READER.edit(proto(secrets=[other]), paths)(FULL) == replace(LEAST, secret=other)


@pytest.mark.parametrize(
    "path", ["name", "project", "create_time", "signed", "retry_policy.nope", "retry_policy.", "nope", ""]
)
def test_an_edit_of_another_field_is_refused(path: str) -> None:
    """A mask that names an unknown or read-only field is refused, and nothing is changed."""
    with pytest.raises(InvalidField) as caught:
        READER.edit(proto(), ["url", path])
    assert caught.value.field == "update_mask"


@pytest.mark.parametrize(
    ("part", "policy", "field"),
    [
        ("min_backoff", ProtoPolicy(min_backoff=seconds(7200)), "max_backoff"),
        ("max_backoff", ProtoPolicy(max_backoff=seconds(4)), "max_backoff"),
        ("no_retry_statuses", ProtoPolicy(no_retry_statuses=["200"]), "no_retry_statuses"),
    ],
)
def test_an_edit_of_a_part_must_go_with_the_rest(part: str, policy: ProtoPolicy, field: str) -> None:
    """A part of the retry policy is checked together with the parts that stay."""
    edit = READER.edit(proto(retry_policy=policy), [f"retry_policy.{part}"])
    with pytest.raises(InvalidField) as caught:
        edit(LEAST)
    assert caught.value.field == f"retry_policy.{field}"


def test_an_edit_checks_only_what_it_names() -> None:
    """An edit of one field needs no other field."""
    assert READER.edit(Proto(name="mailer", paused=True), ["paused"])(LEAST) == replace(LEAST, paused=True)
    with pytest.raises(UrlInvalid):
        READER.edit(Proto(name="mailer"), ["url"])
