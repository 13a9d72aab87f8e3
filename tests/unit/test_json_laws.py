"""What strict JSON accepts, compared with other readers: on any text, and on the files of JSONTestSuite."""

import json
from pathlib import Path

import msgspec
import pytest
from bellrope_server.errors import MalformedJson
from bellrope_server.text import strict_json
from hypothesis import example, given
from hypothesis import strategies as st
from unit.json_checks import LAW, Pairs, accepted, has_duplicates, values

SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "json-test-suite"

# A number may be greater than every float and still be JSON: `1e416` is.
NUMBERS_AS_TEXT = msgspec.json.Decoder(float_hook=str)


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


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not in ../shared/data/json-test-suite")
@pytest.mark.parametrize("kind", ["y", "n", "i"])
def test_b23_the_json_test_suite(kind: str) -> None:
    """B23: Each y_ file is accepted unless it duplicates a key, each n_ file is refused, no file crashes."""
    files = sorted(SUITE.glob(f"{kind}_*.json"))
    opinions = {path.name: accepted(path.read_bytes()) for path in files}
    expected = {path.name: kind == "y" and "duplicated_key" not in path.name for path in files}
    assert len(opinions) > 30
    assert kind == "i" or opinions == expected


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
