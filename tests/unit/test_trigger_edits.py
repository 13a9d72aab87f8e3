"""What an edit of a trigger changes, and what it leaves unchanged."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope.v1.triggers_pb2 import RetryPolicy as ProtoPolicy
from bellrope.v1.triggers_pb2 import Trigger as Proto
from bellrope_server.clock import SECOND
from bellrope_server.errors import InvalidField, UrlInvalid
from bellrope_server.retry import RetryPolicy
from unit.trigger_messages import FULL, LEAST, READER, SECRET, proto, seconds


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
