"""How the members of a request are read: each value as it was sent, and no unknown key."""

import json

import pytest
from bellrope_server.errors import MalformedJson, UnknownField
from bellrope_server.text import strict_json
from hypothesis import given
from hypothesis import strategies as st
from unit.json_checks import KNOWN, LAW, values


@pytest.mark.parametrize(
    "value",
    [b"1.0", b"-0", b"0.10", b"18446744073709551616", b"1e400", b'"\\u0000\\/"', b'{"b": 1,"a" :[ ]}'],
)
def test_b13_a_value_stays_as_it_was_sent(value: bytes) -> None:
    """B13: A value is kept as it was sent, byte for byte, without the white space around it."""
    assert strict_json.fields(b'{"data" :\n ' + value + b"\t}", known=KNOWN) == {"data": value}


@LAW
@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), values))
def test_members_read_back_as_the_values_they_were(request: dict[str, object]) -> None:
    """For any object, each member's bytes are the JSON of that member's value."""
    text = json.dumps(request).encode()
    strict_json.check(text)
    members = strict_json.fields(text, known=KNOWN)
    assert {key: json.loads(value) for key, value in members.items()} == request
    assert all(value in text for value in members.values())


@pytest.mark.parametrize("text", [b"null", b"1", b'"x"', b"[]", b"true"])
def test_b14_a_request_that_is_not_an_object_is_refused(text: bytes) -> None:
    """B14: A request is an object; null, a scalar or an array is refused."""
    strict_json.check(text)
    with pytest.raises(MalformedJson, match="the request is not a JSON object"):
        strict_json.fields(text, known=KNOWN)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("dely", 'unknown key "dely"; did you mean "delay"?'),
        ("Type", 'unknown key "Type"; did you mean "type"?'),
        ("xyzzy", 'unknown key "xyzzy"'),
    ],
)
def test_b16_an_unknown_key_is_refused_by_name(key: str, sentence: str) -> None:
    """B16: An unknown key of the request is refused by name, with the key that was probably meant."""
    with pytest.raises(UnknownField) as caught:
        strict_json.fields(json.dumps({"type": "a", key: 1}).encode(), known=KNOWN)
    assert (caught.value.message, caught.value.field) == (sentence, key)


def test_b16_deep_inside_data_every_key_is_allowed() -> None:
    """B16: Only the request's own keys are checked."""
    text = b'{"data": {"dely": {"anything": 1}}}'
    assert strict_json.fields(text, known=KNOWN) == {"data": b'{"dely": {"anything": 1}}'}
