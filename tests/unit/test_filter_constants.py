"""Parts of a filter that no event can change are tried when it is saved."""

import pytest
from unit.tried_filters import matches, refused

ZONE = "`getHours` takes a time zone: Europe/Berlin, +02:00 (Invalid timezone)"
RFC_3339 = (
    "`timestamp` takes a time in RFC 3339 with an offset: 2026-01-31T09:30:00Z"
    " (String to Timestamp conversion failed)"
)
PATTERN = "`matches` takes a regular expression of RE2, which has no look-around and no back-references"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("data.text.matches('(')", f"{PATTERN} (invalid regular expression: missing ): ()"),
        (
            "data.items.exists(i, i.matches('(?=a)b'))",
            f"{PATTERN} (invalid regular expression: invalid perl operator: (?=)",
        ),
        ("has(data.at) && timestamp(data.at) > timestamp('2026-01-31')", RFC_3339),
        ("timestamp(data.at) in [timestamp('2026-02-30T00:00:00Z')]", RFC_3339),
        (
            "time - timestamp(data.at) < duration('1 hour')",
            "`duration` takes a length of time: 36h, 1h30m, 0.5s (String to Duration conversion failed)",
        ),
        ("time.getHours('Mars/X') < 9", ZONE),
        ("timestamp(data.at).getHours('Mars/X') < 9", ZONE),
        ("data.n == int('x')", "`int` cannot be evaluated (cannot convert string to int)"),
        ("data.n == 1 / 0", "`/` cannot be evaluated (divide by zero)"),
    ],
)
def test_a_filter_that_would_fail_for_every_event_is_refused(expression: str, said: str) -> None:
    """What no event can change is tried when the filter is saved, so that it does not fail in silence."""
    assert refused(expression) == f"filter has a part that fails for every event: {said}"


@pytest.mark.parametrize(
    "zone",
    [
        "data.zone",
        "'a' + data.zone",
        "'/dev/stdin'",
        "'file:/dev/stdin'",
        "'../passwd'",
        "'a/../b'",
        "''",
        "'+2'",
    ],
)
def test_a_time_zone_is_a_text_in_quotes(zone: str) -> None:
    """A time zone is named by the filter and not by the event, and its name is not a path of a file."""
    said = "as a text in quotes: 'Europe/Berlin', '+02:00'"
    assert refused(f"time.getHours({zone}) == 9") == f"filter must have the time zone of `getHours` {said}"
    loop = f"data.items.exists(i, timestamp(i).getDate({zone}) == 9)"
    assert refused(loop) == f"filter must have the time zone of `getDate` {said}"


@pytest.mark.parametrize(
    "expression",
    [
        "data.text.matches('^ab$') && matches(data.text, r'\\w+')",
        "time.getHours('Europe/Berlin') == 10 && time.getHours('+02:00') == 11 && time.getHours() == 9",
        "timestamp(data.at) - duration('1h30m') < timestamp('2026-01-31T09:30:00+01:00')",
        "[1, 2].all(n, n < 'abc'.size()) && !has({'a': 1}.b)",
        "'a' + 'b' == data.text",
    ],
)
def test_what_does_not_fail_is_not_refused(expression: str) -> None:
    """A filter with such parts is saved, and matches."""
    data = {"text": "ab", "at": "2026-01-31T09:30:00Z"}
    assert matches(expression, data, time=1_769_851_800_000_000)  # the same time
