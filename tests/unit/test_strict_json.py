"""What counts as JSON, what is refused and with which error, and that values stay as they were sent."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from bellrope_server.errors import MalformedJson, UnknownField
from bellrope_server.text import strict_json
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "json-test-suite"
KNOWN = frozenset({"type", "data", "payload", "delay", "timestamp", "id", "options"})
MIB = 1024 * 1024

LAW = settings(suppress_health_check=[HealthCheck.too_slow])

# A number may be greater than every float and still be JSON: `1e416` is.
NUMBERS_AS_TEXT = msgspec.json.Decoder(float_hook=str)

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=30,
)


def accepted(text: bytes) -> bool:
    """Return the result of the check of a text."""
    try:
        strict_json.check(text)
    except MalformedJson:
        return False
    return True


def refusal(text: bytes, *, field: str = "") -> str:
    """Return the error for a refused text."""
    with pytest.raises(MalformedJson) as caught:
        strict_json.check(text, field=field)
    return caught.value.message


class Pairs(list[tuple[str, object]]):
    """An object as the standard library reads it, with its duplicates."""


def has_duplicates(value: object) -> bool:
    """Return True if an object anywhere in a tree of Pairs has one key twice."""
    if isinstance(value, Pairs):
        return len(dict(value)) < len(value) or any(has_duplicates(item) for _, item in value)
    return isinstance(value, list) and any(has_duplicates(item) for item in value)


def cpu_time(action: Callable[[], object]) -> float:
    """Return the seconds of CPU an action takes on a free core: the best of four runs."""
    runs = []
    for _ in range(4):
        start = time.process_time()
        action()
        runs.append(time.process_time() - start)
    return min(runs) / slowness()


def slowness() -> float:
    """Return how many times slower than a free core of 2020 this one is right now, at least 1."""
    start = time.process_time()
    for _ in range(1_000_000):
        pass
    return max(1.0, (time.process_time() - start) / 0.04)


@LAW
@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_whatever_the_standard_library_writes_is_accepted(
    value: object, ensure_ascii: bool, indent: int | None
) -> None:
    """Every JSON text that json.dumps makes of finite values is accepted."""
    text = json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, allow_nan=False)
    assert accepted(text.encode()) is True


@LAW
@given(st.lists(st.sampled_from(["{", "}", "[", "]", ":", ",", '"a"', '"\\u0061"', '":"', '"\\u003a"', "1"])))
@example(["{", '"a"', ":", '"\\u003a"', ",", '"\\u0061"', ":", "1", "}"])
@example(["{", '"a"', ":", "1", ",", '"a"', ":", '":"', "}"])
def test_it_agrees_with_a_slow_and_obvious_reader(parts: list[str]) -> None:
    """The quick check accepts exactly what the standard library reads without a duplicate key."""
    text = "".join(parts)
    try:
        expected = not has_duplicates(json.loads(text, object_pairs_hook=Pairs))
    except ValueError:
        expected = False
    assert accepted(text.encode()) is expected


@LAW
@given(values.map(lambda value: json.dumps(value).encode()), st.data())
def test_a_damaged_text_is_accepted_only_if_it_is_still_json(text: bytes, data: st.DataObject) -> None:
    """Change one byte of a JSON text: the check accepts the result exactly if another strict reader does."""
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + bytes([data.draw(st.integers(0, 255))]) + text[at + 1 :]
    if accepted(damaged):
        NUMBERS_AS_TEXT.decode(damaged)
        damaged.decode()


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


HUGE = [
    "1e999",
    "-1E+400",
    "0e999",
    "1e0999",
    "1e00099",
    "01e999",
    "1.e999",
    "1ee999",
    "9" * 400,
    "0" + "9" * 400,
]
HUGE += ["1." + "9" * 400, "9" * 250 + "e99", "-", "9" * 4300, "9" * 4301, "1e" + "9" * 30]
DIGITS = [
    '"e1234"',
    '"e1235"',
    '"\\u00e1234"',
    '"\\u00e1235"',
    '"\\ude123"',
    '"\\ud8e123"',
    '"\\ud83d\\ude123"',
]
DIGITS += [f'"{"9" * 400}"', f'"{"9" * 401}"', f'"\\u1{"2" * 400}"', f'"{"9" * 4301}"', '"\\ue1234"']


@LAW
@given(
    st.sampled_from(HUGE),
    st.sampled_from(DIGITS),
    st.sampled_from(DIGITS),
    st.sampled_from(["", " " * strict_json.LARGE]),
)
def test_a_number_that_no_double_holds_is_judged_by_its_form_alone(
    number: str, key: str, other: str, around: str
) -> None:
    """`1e999` and 400 digits are numbers, in a small text and in a large one, whatever its keys are."""
    text = f"{{{key}: {number}, {other}: [{other}, {number}]}}{around}"
    try:
        expected = not has_duplicates(json.loads(text, object_pairs_hook=Pairs, parse_int=len))
        json.dumps(json.loads(text, parse_int=len), ensure_ascii=False).encode()
    except ValueError:
        expected = False
    assert accepted(text.encode()) is (expected and number != "9" * 4301)


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


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({f"key{n}": n for n in range(100_000)}).encode(),
        b'{"' + b"k" * MIB + b'": 1}',
        b"[" + b"[]," * (MIB // 3) + b"NaN]",
        b'["' + b'\\"' * (MIB // 2),
        b'"' * MIB,
        b"[" * MIB,
        b'{"a":' * (MIB // 5),
        b"[" + (b"9" * 4300 + b",") * (MIB // 4301) + b"NaN]",
        b"[" + (b"[" * 62 + b"]" * 62 + b",") * (MIB // 125) + b"NaN]",
    ],
    ids=[
        "100,000 keys",
        "1 MB key",
        "lists",
        "escapes",
        "quotes",
        "open lists",
        "open objects",
        "digits",
        "deep",
    ],
)
def test_b19_no_mebibyte_takes_a_second(text: bytes) -> None:
    """B19: 1 MiB of anything is accepted or refused within a second of CPU."""
    assert cpu_time(lambda: accepted(text)) < 1


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not in ../shared/data/json-test-suite")
@pytest.mark.parametrize("kind", ["y", "n", "i"])
def test_b23_the_json_test_suite(kind: str) -> None:
    """B23: Each y_ file is accepted unless it duplicates a key, each n_ file is refused, no file crashes."""
    files = sorted(SUITE.glob(f"{kind}_*.json"))
    opinions = {path.name: accepted(path.read_bytes()) for path in files}
    expected = {path.name: kind == "y" and "duplicated_key" not in path.name for path in files}
    assert len(opinions) > 30
    assert kind == "i" or opinions == expected


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


def test_b18_the_check_itself_has_no_limit_of_size() -> None:
    """B18: A payload of the full size passes this check; the size limit is checked elsewhere."""
    assert accepted(b'{"data": "' + b"x" * MIB + b'"}') is True


@pytest.mark.parametrize(
    "text",
    [json.dumps({f"k{n}": n for n in range(100_000)}).encode(), b'{"' + b"k" * MIB + b'": 1}'],
    ids=["100,000 keys", "1 MB key"],
)
def test_b19_unknown_keys_are_refused_quickly(text: bytes) -> None:
    """B19: Many unknown keys, or one of a megabyte, are refused within a second of CPU."""

    def refuse() -> None:
        with pytest.raises(UnknownField):
            strict_json.fields(text, known=KNOWN)

    assert cpu_time(refuse) < 1


@given(st.lists(st.tuples(st.text(':a\\"', max_size=3), st.integers(0, 3), st.booleans()), max_size=6))
def test_escaped_colons_hide_no_duplicate_key(members: list[tuple[str, int, bool]]) -> None:
    """Keys and values with colons, escaped or not, are accepted exactly if no key is there twice."""

    def written(text: str, *, escaped: bool) -> str:
        quoted = json.dumps(text)
        return quoted.replace(":", "\\u003a") if escaped else quoted

    pairs = [f"{written(key, escaped=hide)}:{written(':' * n, escaped=hide)}" for key, n, hide in members]
    text = f"{{{','.join(pairs)}}}".encode()
    if len({key for key, _, _ in members}) == len(members):
        strict_json.check(text)
    else:
        with pytest.raises(MalformedJson, match="duplicate key"):
            strict_json.check(text)
