"""What a filter costs at most: no accepted expression holds up a thread, and ordinary ones are accepted."""

import json
from contextlib import suppress
from time import thread_time
from typing import Any

import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.filter_subjects import FilterFailed, Subject
from bellrope_server.rules.filters import MOST_DATA, MOST_DATA_IN_LOOPS, compile
from bellrope_server.rules.pattern_costs import pattern_cost
from hypothesis import given, settings
from hypothesis import strategies as st

TRIES = 4  # at most: a busy processor is slow by itself
LONGER = 0.1  # seconds; an evaluation is made to end after 0.02, and is given 0.02 more in a loop


def about(data: Any, **fields: Any) -> Subject:
    """Return an event as filters see it."""
    given = {"project": "shop", "type": "sale", "id": "7", "options": {}, "time": 0}
    return Subject(data=json.dumps(data, separators=(",", ":")).encode(), **(given | fields))


def seconds(expression: str, data: Any) -> float:
    """Return how much processor time an evaluation takes: 0 if the expression is refused."""
    try:
        filter = compile(expression)
    except InvalidField:
        return 0
    took = []
    for _ in range(TRIES):
        event, start = about(data), thread_time()
        with suppress(FilterFailed):
            filter.matches(event)
        took.append(thread_time() - start)
        if took[-1] < LONGER:
            break
    return min(took)


def often(part: str, joint: str) -> str:
    """Return an expression of as many parts as fit."""
    return joint.join([part] * (2040 // len(part + joint)))


def sum_of(part: str, count: int) -> str:
    """Return the sum of so many parts, with few levels."""
    half = count // 2
    return part if count == 1 else f"({sum_of(part, half)} + {sum_of(part, count - half)})"


SIZE = MOST_DATA - 100
LETTERS = {"s": "a" * (SIZE * 2 // 3), "t": "a" * (SIZE // 3) + "b"}
LISTS = {"l": [0] * (SIZE // 4), "m": [0] * (SIZE // 4)}
DEEP: Any = 0
for _ in range(40):
    DEEP = [DEEP]
LOOP = {"l": list(range(98)), "s": "a" * 15_000}
BITS = {"s": "".join("ab"[(n * n // 7 + n // 3) % 2] for n in range(MOST_DATA_IN_LOOPS - 500)), "l": [1] * 90}
HOSTILE = {
    "a text in a text": (often("data.s.contains(data.t)", "||"), LETTERS),
    "a sum of texts in another": (sum_of("data.s", 40) + ".contains(" + sum_of("data.t", 40) + ")", LETTERS),
    "a long constant": ("data.s.contains('" + "a" * 1900 + "b')", LETTERS),
    "equal lists": (often("data.l == data.m", "&&"), LISTS),
    "equal sums of lists": (f"{sum_of('data.l', 60)} == {sum_of('data.m', 60)}", LISTS),
    "equal lists of lists": (f"[{often('data.l', ',')[:900]}0] == [{often('data.l', ',')[:900]}0]", LISTS),
    "equal data": (often("data == data", "&&"), {f"{n:x}": 0 for n in range(5_000)}),
    "deep data": (often("data == data", "&&"), {"l": [DEEP] * (SIZE // 90)}),
    "in a list": (often("data.t in data.l", "||"), LISTS | {"t": 1}),
    "built messages": (often("google.protobuf.ListValue{values: data.l} == data.m", "&&"), LISTS),
    "durations": (often("duration(data.s) > duration('1s')", "||"), {"s": "1h" * (SIZE // 2)}),
    "a regular expression": ("data.s.matches('[ab]*a[ab]{80}c')", BITS),
    "many regular expressions": (often("data.s.matches('[ab]*a[ab]{80}c')", "||"), BITS),
    "a large regular expression": (r"data.l.all(x, !'a'.matches('(\\pL){9}'))", BITS),
    "loops": ("data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))", LOOP),
    "loops over constants": (
        "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, data.l.all(c,"
        + often("c == a", "||")[:1700]
        + "||true)))",
        LOOP,
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_filter_takes_little_time(kind: str) -> None:
    """However expensive an expression is, its evaluation is short."""
    assert seconds(*HOSTILE[kind]) < LONGER


VALUES = st.sampled_from(
    ["data.s", "data.t", "data.l", "data.m", "data", "type", "'a'", "'" + "a" * 90 + "b'", "1", "[1, 2]"]
)
PATTERNS = st.lists(
    st.sampled_from(["a", "[ab]", ".", r"\\w", "[^x]", r"\\pL", "(a|b)", "(b?)"]).flatmap(
        lambda atom: st.sampled_from(["", "*", "?", "{9}", "{60}", "{1,200}"]).map(atom.__add__)
    ),
    min_size=1,
    max_size=4,
).map("".join)
SUMS = st.recursive(
    VALUES, lambda inner: st.tuples(inner, st.sampled_from("+,"), inner).map(lambda each: _joined(*each))
)


def _joined(left: str, how: str, right: str) -> str:
    return f"({left} + {right})" if how == "+" else f"[{left}, {right}]"


CHECKS = st.one_of(
    st.builds("{} {} {}".format, SUMS, st.sampled_from(["==", "!=", "in", "<"]), SUMS),
    st.builds("{}.contains({})".format, SUMS, SUMS),
    st.builds("{}.matches('[ab]*a{}')".format, SUMS, PATTERNS),
    st.builds("size({}) > 3".format, SUMS),
)
MANY_CHECKS = st.builds(
    lambda check, joint, times: "(" + joint.join([check] * max(1, min(times, 1800 // len(check)))) + ")",
    CHECKS,
    st.sampled_from([" && ", " || "]),
    st.sampled_from([1, 3, 60]),
)
EXPRESSIONS = st.recursive(
    MANY_CHECKS,
    lambda inner: st.one_of(
        st.builds("{} || {}".format, inner, inner),
        st.builds("{} ? {} : {}".format, MANY_CHECKS, inner, inner),
        st.builds("data.l.{}(x, {})".format, st.sampled_from(["all", "exists", "exists_one"]), inner),
    ),
    max_leaves=4,
)
DATA = st.sampled_from([LETTERS, LISTS, LOOP, BITS])


@settings(max_examples=40, deadline=None)
@given(expression=EXPRESSIONS, data=DATA)
def test_no_filter_takes_long(expression: str, data: dict[str, Any]) -> None:
    """Any expression is refused, has a result, or fails within a short time."""
    assert seconds(expression, data) < LONGER


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,24}$",
        r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        r"^(\d{1,3}\.){3}\d{1,3}$",
        r"^\p{L}+$",
        r"^.{1,200}$",
        r"(?i)(refund|chargeback|dispute)",
        r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$",
    ],
)
def test_an_ordinary_pattern_reads_a_large_event(pattern: str) -> None:
    """A usual regular expression may be asked about each text of an event of 64 KiB."""
    event = about({"to": "-", "lines": ["thanks"] * (SIZE // 9)})
    assert compile(f'data.to.matches(r"{pattern}") || data.to == "-"').matches(event)


def test_a_text_may_be_too_long_for_a_pattern() -> None:
    """The larger the regular expression, the shorter the text that it is asked about; the reason says so."""
    long = compile("data.to.matches('^.{1,200}$')")
    assert long.matches(about({"to": "a" * 100}))
    with pytest.raises(FilterFailed, match=r"over 2\d\d\d bytes, for which this expression may"):
        long.matches(about({"to": "a" * 9_000}))


def test_attributes_count_as_data_does() -> None:
    """Options and the attributes of a CloudEvent are texts of others, too."""
    asked = compile("options.a.matches('^.{1,200}$')")
    assert asked.matches(about(None, options={"a": "b"}))
    with pytest.raises(FilterFailed, match="may take too long"):
        asked.matches(about(None, options={"a": "b" * 9_000}))


def test_a_light_filter_is_told_by_what_it_reads() -> None:
    """A filter that does not read the data is light for every event; others are for small ones."""
    large = about({"a": "b" * 9_000})
    assert [compile(each).is_light(large) for each in ("type == 'a'", "data.a == 'b'")] == [True, False]
    assert compile("data.a == 'b'").is_light(about({"a": "b"}))
    assert not compile("data.a == data.b && data.a.matches('[ab]{90}')").is_light(about({"a": "b" * 900}))


@pytest.mark.parametrize(
    ("larger", "smaller", "times"),
    [
        ("a{200}", "a", 200),
        ("(ab){3,7}", "ab", 7),
        ("((a{9}){9}){2}", "a", 162),
        ("a{9,}", "a", 10),
        ("[ab]{9}", "[ab]", 9),
        ("[[:alpha:]]]{3}", "[[:alpha:]]]]]", 1),
        (r"\{9\}", r"\{8\}", 1),
        ("a{9999999999}", "a", 1001),
    ],
)
def test_a_count_is_as_large_as_its_copies(larger: str, smaller: str, times: int) -> None:
    """A counted repetition costs what its copies do."""
    assert pattern_cost(larger) == pattern_cost(smaller).times(times)


@pytest.mark.parametrize("part", ["[", "[[:a:]", "[^", "(", "(?i", "{9", "a{9,", r"\p{", r"\x{", "[\\"])
def test_a_pattern_is_read_once(part: str) -> None:
    """The cost of a long text that is no regular expression is found soon, too."""

    def took(times: int) -> float:
        start = thread_time()
        pattern_cost(part * times)
        return thread_time() - start

    assert min(took(800) for _ in range(TRIES)) < 30 * min(took(100) for _ in range(TRIES)) + 0.001


@given(st.text(st.sampled_from("()[]{}^$.*+?|\\pPLx:a1,-"), max_size=40))
def test_every_pattern_has_a_cost(pattern: str) -> None:
    """A text that is not a regular expression has a cost, too: it is compiled for each event."""
    once, each = pattern_cost(pattern)
    assert (once >= 0, each >= 0) == (True, True)
