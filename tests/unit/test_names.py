"""Which names callers may choose, and which field the error names for any other."""

from collections.abc import Callable

import pytest
from bellrope_server.convert import names
from bellrope_server.errors import InvalidField
from bellrope_server.rules import traces


def refused(check: Callable[..., object], value: object, **named: str) -> str:
    """Return the field of the error for a value."""
    with pytest.raises(InvalidField) as caught:
        check(value, **named)
    return str(caught.value.field)


@pytest.mark.parametrize("name", ["a", "0", "default", "a.b_c-d", "A" * 63, "9..--__"])
def test_names_of_projects_and_triggers(name: str) -> None:
    """A name is a letter or digit, then up to 62 letters, digits, dots, underscores or hyphens."""
    assert (names.project(name), names.trigger(name)) == (name, name)


@pytest.mark.parametrize(
    "name", ["", ".a", "-a", "_a", "a b", "a/b", "a\n", "a\0", "é", "A" * 64, "a%", "*", "٣", "../etc"]
)
def test_other_names_are_refused(name: str) -> None:
    """Any other name is refused, and the error names its field."""
    assert refused(names.project, name) == "project"
    assert refused(names.trigger, name) == "trigger"
    assert refused(names.trigger, name, field="name") == "name"


@pytest.mark.parametrize("id", ["a", "-", "_", "0" * 128, "43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf"])
def test_ids_of_events(id: str) -> None:
    """An id is 1 to 128 letters, digits, underscores or hyphens."""
    assert names.event_id(id) == id


@pytest.mark.parametrize("id", ["", "0" * 129, "a b", "a.b", "a/b", "a\n", "a\0", "é", "٣"])
def test_other_ids_are_refused(id: str) -> None:
    """Any other id is refused (B6)."""
    assert refused(names.event_id, id) == "id"


@pytest.mark.parametrize(
    "type", ["a", "sent-email", "com.example/sent:v1", "größe", "😀", "x" * 255, "bellrope", "'\"<>"]
)
def test_types_of_events(type: str) -> None:
    """A type is 1 to 255 characters of any script."""
    assert names.event_type(type) == type


@pytest.mark.parametrize(
    "type",
    [
        "",
        "x" * 256,
        "two words",
        "tab\t",
        "line\n",
        "nul\0",
        "del\x7f",
        "nel\x85",
        "a\u2028b",
        "\u00a0",
        "\u3000",
    ],
)
def test_other_types_are_refused(type: str) -> None:
    """A type with white space or control characters of any script is refused (B6)."""
    assert refused(names.event_type, type) == "type"


def test_our_own_types_can_be_matched_but_not_queued() -> None:
    """Only the server queues types that begin with `bellrope.`; triggers may match them."""
    assert refused(names.event_type, "bellrope.delivery.dead_lettered") == "type"
    own = "bellrope.delivery.dead_lettered"
    assert names.event_type(own, reserved=True) == own
    assert refused(lambda type: names.event_type(type, reserved=True), "bellrope. x") == "type"


def test_options_have_a_size() -> None:
    """Options have up to 32 entries, with keys and values of up to 256 characters."""
    most = {f"{number:0256}": "v" * 256 for number in range(32)}
    assert names.options(most) == most
    assert names.options({}) == {}
    assert refused(names.options, most | {"one more": ""}) == "options"
    assert refused(names.options, {"k" * 257: ""}) == "options"
    assert refused(names.options, {"k": "v" * 257}) == "options"


@pytest.mark.parametrize("options", [{"k": "a\0b"}, {"\0": "v"}])
def test_options_have_no_character_that_a_database_cannot_keep(options: dict[str, str]) -> None:
    """U+0000 in an option is refused, as in every other text."""
    assert refused(names.options, options) == "options"


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_trace_context_is_one_of_w3c() -> None:
    """A `traceparent` of version 00 is passed on; it may be absent."""
    assert (traces.checked(TRACE, ""), traces.checked("", "")) == ((TRACE, ""), ("", ""))


@pytest.mark.parametrize(
    "text", [TRACE.upper(), TRACE[:-1], TRACE + "0", f"ff{TRACE[2:]}", f"{TRACE}\r\nx: y", "x", " "]
)
def test_other_trace_contexts_are_refused(text: str) -> None:
    """Any other trace context is refused: it could not be sent as a header, or would not be understood."""
    assert refused(traces.checked, text, state="") == "traceparent"
