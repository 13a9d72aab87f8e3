"""What counts as JSON, what is refused, and with which error."""

import pytest
from bellrope_server.errors import MalformedJson
from bellrope_server.text import strict_json
from unit.json_checks import MIB, accepted, refusal


@pytest.mark.parametrize(
    "text",
    [
        b"null",
        b" 1 ",
        b'"x"',
        b'"\\u0000"',
        b"1e400",
        b"18446744073709551616",
        b'"\\ud83d\\ude00"',
        b"\t[]\r\n",
    ],
)
def test_any_kind_of_value_is_json(text: bytes) -> None:
    """A scalar is JSON too, and so is a number that no machine type holds."""
    assert accepted(text) is True


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b'["%s", 1x]', "not JSON at line 1, column 131079"),
        (b'["%s", 1e999, 1x]', "not JSON: expecting ',' delimiter at line 1, column 131086"),
        (b'["%s", 1e999, "\\ud800"]', "lone surrogate"),
        (b'["%s",\n "\xff"]', "not UTF-8 at byte 131079"),
        (b'["%s",\n "\\ud800"]', "lone surrogate at line 2, column 3"),
        (b'["%s", ' + b"9" * 4301 + b"]", "number longer than 4300 characters"),
        (b'["%s", {"a": 1, "a": 1e999}]', 'duplicate key "a"'),
        (b'["%s", NaN]', "not JSON at line 1, column 131078"),
        (b"\xef\xbb\xbf[%s1]", "the text begins with a byte order mark"),
    ],
)
def test_what_is_wrong_with_a_large_text_is_said_in_the_same_words(text: bytes, sentence: str) -> None:
    """The error of a text over 64 KiB has the place, and no words of another reader."""
    padding = b" " if text.endswith(b"1]") and b'"' not in text else b"x"
    assert refusal(text.replace(b"%s", padding * 2 * strict_json.LARGE)) == sentence


def test_escaped_colons_in_keys_and_values_are_no_duplicates() -> None:
    """`\\u003a` in a key or a value is not taken for a colon."""
    assert accepted(b'{"\\u003a": "\\u003A:", "b": ":\\u003a"}') is True


def test_sixty_four_levels_are_accepted() -> None:
    """64 levels of nesting are accepted, any number of times."""
    deepest = b"[" * 63 + b"]" * 63
    assert accepted(b"[" + deepest + b"," + deepest + b"]") is True


def test_brackets_in_strings_are_not_nesting() -> None:
    """A string may contain any number of brackets, also after an escaped quote."""
    assert accepted(b'{"a": "' + b'\\"[{' * 100 + b'"}') is True


def test_a_number_of_4300_characters_is_accepted() -> None:
    """A number of 4,300 characters is accepted, and so is a string with any number of digits."""
    assert accepted(b'[%s, "%s"]' % (b"9" * 4300, b"9" * 5000)) is True


@pytest.mark.parametrize("text", [b"NaN", b"Infinity", b"-Infinity"])
def test_b1_nan_and_infinity_are_refused(text: bytes) -> None:
    """B1: NaN and the infinities are not JSON; the error says which one was found, and where."""
    assert refusal(b'{"a": [0, ' + text + b"]}") == f"{text.decode()} is not JSON in a[1]"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b'{"a": 1, "a": 1}', 'duplicate key "a"'),
        (b'{"a": 1, "\\u0061": 2}', 'duplicate key "a"'),
        (b'{"data": {"items": [0, 1, {"a": 1, "a": 2}]}}', 'duplicate key "a" in data.items[2]'),
        (b'[{"a:b": {"": 1, "": 2}}]', 'duplicate key "" in [0]["a:b"]'),
        ('{"é": 1, "é": ":"}'.encode(), 'duplicate key "é"'),
        (b'{"\\u003a": 1, ":": 2}', 'duplicate key ":"'),
        (b'{"a": 1, "a": "\\u003a"}', 'duplicate key "a"'),
        (b'{"a": 1, "a": "\\u003A"}', 'duplicate key "a"'),
    ],
)
def test_b3_a_duplicate_key_is_refused_at_any_depth(text: bytes, sentence: str) -> None:
    """B3: A key that comes twice in one object is refused; the error says which key, and where."""
    assert refusal(text) == sentence


def test_b3_the_field_at_fault_in_a_large_text_is_not_known() -> None:
    """B3: A text over 64 KiB names the duplicate key, but no field, because its place is not known."""
    with pytest.raises(MalformedJson) as caught:
        strict_json.check(b'{"a": {"b": 1, "b": 2}}' + b" " * strict_json.LARGE)
    assert (caught.value.message, caught.value.field) == ('duplicate key "b"', None)


def test_b3_the_field_at_fault_is_named_for_programs() -> None:
    """B3: The error's field is the path of the duplicate key itself."""
    with pytest.raises(MalformedJson) as caught:
        strict_json.check(b'{"items": [{"a": 1, "a": 2}]}', field="data")
    assert caught.value.field == "data.items[0].a"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b'"\\ud800"', "lone surrogate"),
        (b'["\\ude00\\ud83d"]', "lone surrogate in [0]"),
        (b'{"a": {"\\udFFF": 1}}', 'lone surrogate in the key "\\\\udfff" in a'),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
    ],
)
def test_b4_a_lone_surrogate_is_refused(text: bytes, sentence: str) -> None:
    """B4: A lone surrogate is refused, in a key and in a value."""
    assert refusal(text) == sentence


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_b8_other_encodings_are_refused(codec: str) -> None:
    """B8: JSON is UTF-8; other encodings are refused."""
    assert accepted('{"a": "é"}'.encode(codec)) is False


def test_b8_a_byte_order_mark_is_refused() -> None:
    """B8: A byte order mark at the start is refused by name."""
    assert refusal(b"\xef\xbb\xbf{}") == "the text begins with a byte order mark"


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_b9_nesting_100000_is_refused(opening: bytes) -> None:
    """B9: A text that nests 100,000 deep is refused, and the process lives on."""
    assert refusal(opening * 100_000) == "nested deeper than 64 levels"


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_b9_level_65_is_refused(opening: bytes, closing: bytes) -> None:
    """B9: 65 levels of nesting are refused."""
    assert refusal(opening * 65 + b"1" + closing * 65) == "nested deeper than 64 levels"
    assert refusal(b'{"a":%b}' % (opening * 64 + b"1" + closing * 64)) == "nested deeper than 64 levels"


@pytest.mark.parametrize("text", [b"9" * 5000, b"-" + b"9" * 4300, b"0." + b"9" * 4299, b"1e" + b"1" * 4299])
def test_b11_a_longer_number_is_refused(text: bytes) -> None:
    """B11: A number of more than 4,300 characters is refused, whatever its form."""
    assert refusal(b'{"n": ' + text + b"}") == "number longer than 4300 characters in n"


@pytest.mark.parametrize(
    "text", [b"", b" ", b"{", b"[1,]", b"{'a': 1}", b"1 2", b"nul", b"01", b'"a\tb"', b"1\x00"]
)
def test_b14_what_is_not_json_is_refused(text: bytes) -> None:
    """B14: A body that is empty, incomplete or not JSON is refused; the error says where."""
    assert " at line 1, column " in refusal(text)


def test_messages_begin_with_the_field_that_was_checked() -> None:
    """When one field's value is checked, the path in the error begins with that field."""
    assert refusal(b'{"a": [NaN]}', field="data") == "NaN is not JSON in data.a[0]"


def test_a_message_never_repeats_a_long_key() -> None:
    """An error shows only the beginning of a key of a megabyte."""
    key = b"k" * (MIB // 4)
    assert len(refusal(b'{"' + key + b'": 1, "' + key + b'": 2}')) < 100


def test_b18_the_check_itself_has_no_limit_of_size() -> None:
    """B18: A payload of the full size passes this check; the size limit is checked elsewhere."""
    assert accepted(b'{"data": "' + b"x" * MIB + b'"}') is True
