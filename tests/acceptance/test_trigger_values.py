"""The values of a trigger on the documented config path: how they are written, and which are refused."""

from typing import Any

import pytest
from acceptance.config_path import names, refused, save, shown
from acceptance.tenant import Tenant, http_fault


async def test_the_timeout_is_in_milliseconds(tenant: Tenant) -> None:
    """`timeout` is a number of milliseconds here; over gRPC the same trigger has a duration."""
    await save(tenant, timeout=250.5)
    assert (await tenant.edit("paused")).timeout.ToMicroseconds() == 250_500
    assert await refused_timeout(tenant, 5) == "timeout must be 0.1 s to 120 s; this key is in milliseconds"


async def refused_timeout(tenant: Tenant, value: object) -> str:
    """Return the error message for a timeout."""
    status, answered = await save(tenant, timeout=value)
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("timeout",))
    return fault.sentence


async def test_headers_as_the_list_that_the_old_console_writes(tenant: Tenant) -> None:
    """Headers may be an object, or a list of key, value and op."""
    listed = [{"key": "X-A", "value": "1", "op": "set"}, {"key": "X-B", "value": ""}]
    await save(tenant, headers=listed)
    assert (await shown(tenant))["headers"] == {"X-A": "1", "X-B": ""}


@pytest.mark.parametrize(
    "headers", [[{"key": "X-A"}], [{"key": "X-A", "value": "1", "op": "del"}], ["X-A"], 5, {"X-A": 1}]
)
async def test_headers_of_another_shape_are_refused(headers: Any, tenant: Tenant) -> None:
    """Anything else is refused."""
    status, reason, fields, _ = await refused(tenant, headers=headers)
    assert (status, reason, fields) == (400, "INVALID_FIELD", ("headers",))


@pytest.mark.parametrize(
    ("members", "field", "sentence"),
    [
        ({"type": None}, "type", "type is required"),
        (
            {"type": "a b"},
            "type",
            "type must be 1 to 255 characters, without white space or control characters",
        ),
        ({"retries": -1}, "retries", "retries must be 0 to 100"),
        ({"retries": 1.5}, "retries", "retries must be a whole number"),
        ({"retries": "3"}, "retries", "retries must be a number"),
        ({"timeout": "5s"}, "timeout", "timeout must be a number"),
        ({"timeout": 1e99}, "timeout", "timeout is out of range"),
        ({"retryPolicy": 5}, "retryPolicy", "retryPolicy must be an object"),
        *(
            (
                {"retryPolicy": {"minBackoff": wrong}},
                "retryPolicy.minBackoff",
                'retryPolicy.minBackoff must be seconds like "0.5s"',
            )
            for wrong in ("1", 5, "\u0661s")
        ),
        (
            {"retryPolicy": {"minBackoff": "10s", "maxBackoff": "1s"}},
            "retryPolicy.maxBackoff",
            "retryPolicy.maxBackoff must be 10 s to 604800 s",
        ),
        ({"headers": {"Host": "x"}}, "headers", "headers must not set `Host`, which the server sets"),
        (
            {"headers": {"Webhook-Id": "x"}},
            "headers",
            "headers must not set `Webhook-Id`, which the server sets",
        ),
        (
            {"headers": {"a b": "x"}},
            "headers",
            "headers must have names of letters, digits and `-`, of at most 128 characters",
        ),
        (
            {"headers": {"a": "x\r\ny"}},
            "headers",
            "headers must have values of one line, without spaces around it, of at most 4,096 characters",
        ),
        ({"secret": "hunter2"}, "secret", "secret must be whsec_ and the base64 of 24 to 64 bytes"),
        ({"options": {"a": 1}}, "options", "options must be an object whose values are strings"),
        ({"claims": "x"}, "claims", "claims is not supported; leave it out"),
        (
            {"filter": "amount > 1"},
            "filter",
            "filter has an error at line 1, column 1: `amount` is not known: a filter has `data`, `type` and "
            "other attributes",
        ),
        (
            {"filter": {"rule": "hash"}},
            "filter.rule",
            "filter.rule cannot be `hash`: a filter changes no event; hash before the event is queued",
        ),
        ({"filter": ["a"]}, "filter", "filter must be a string in CEL, or a rule as an object"),
    ],
)
async def test_a_wrong_value_is_named_by_its_key(
    members: dict[str, Any], field: str, sentence: str, tenant: Tenant
) -> None:
    """A value that is not allowed is refused with its own key and a message, and nothing is saved."""
    assert await refused(tenant, **members) == (400, "INVALID_FIELD", (field,), sentence)


@pytest.mark.parametrize(
    ("members", "field", "sentence"),
    [
        ({"retires": 3}, "retires", 'unknown key "retires"; did you mean "retries"?'),
        (
            {"retryPolicy": {"minBackof": "1s"}},
            "retryPolicy.minBackof",
            'unknown key "minBackof"; did you mean "minBackoff"?',
        ),
    ],
)
async def test_an_unknown_key_is_named(
    members: dict[str, Any], field: str, sentence: str, tenant: Tenant
) -> None:
    """An unknown key is refused, with the key that was probably meant."""
    assert await refused(tenant, **members) == (400, "UNKNOWN_FIELD", (field,), sentence)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://169.254.169.254/latest", "URL_BLOCKED"),
        ("http://10.0.0.1/", "URL_BLOCKED"),
        ("http://[fd00::1]/", "URL_BLOCKED"),
        ("ftp://example.com/", "URL_INVALID"),
        ("http://user:secret@example.com/", "URL_INVALID"),
        ("example.com", "URL_INVALID"),
        (None, "URL_INVALID"),
    ],
)
async def test_a_url_that_nothing_may_be_sent_to_is_refused(
    url: str | None, reason: str, tenant: Tenant
) -> None:
    """A URL that is invalid, or that the egress guard denies, is refused when the trigger is saved."""
    status, found, fields, sentence = await refused(tenant, url=url)
    assert (status, found, fields) == (400, reason, ("url",))
    assert "secret" not in sentence


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type":"a","type":"b","url":"http://127.0.0.1/"}'])
async def test_a_trigger_that_is_no_json_object_is_refused(body: bytes, tenant: Tenant) -> None:
    """A body that is not one JSON object is refused."""
    status, answered = await tenant.send("POST", f"{tenant.config}/eventing/triggers/hook", body)
    assert (status, http_fault(answered).reason) == (400, "MALFORMED_JSON")
    assert await names(tenant) == []
