"""Filters: what an expression sees of an event, what is refused when it is saved, and which bounds it has."""

import asyncio
import threading
from time import thread_time
from typing import Any

import pytest
from bellrope_server.model import CloudEvent
from bellrope_server.rules.filter_language import MAX_LENGTH
from bellrope_server.rules.filter_subjects import MOST_MEMBERS, FilterFailed
from bellrope_server.rules.filter_watch import Watch
from bellrope_server.rules.filters import compile
from hypothesis import given
from hypothesis import strategies as st
from unit.tried_filters import failed, matches, outcome, refused, subject


@pytest.mark.parametrize(
    "expression",
    [
        "data.amount > 100",
        "data.amount > 100.0 && data.to.endsWith('@email.com')",
        "data.to in ['user1@email.com', 'user2@email.com']",
        "has(data.to) && !has(data.cc)",
        "data.items.exists(item, item.sku == 'a' && item.count > 1)",
        "data['amount'] == 129.5",
        "data.`odd-key` == true",
        "data.size() == 5",
        "data.items[0].sku.matches('^[a-c]$')",
        "type == 'sale'",
        "id.startsWith('order-')",
        "project == 'shop' && options.db == 'main'",
        "time > timestamp('2026-01-01T00:00:00Z') && time.getFullYear() == 2026",
        "event.data.amount > 100 // the long way",
        "data.amount + 1 > 130.0",
        "data.none == null",
    ],
)
def test_a_filter_sees_the_event(expression: str) -> None:
    """A filter sees the event's data, type, id, options, project and time."""
    data = {
        "amount": 129.5,
        "to": "user1@email.com",
        "items": [{"sku": "a", "count": 2}],
        "odd-key": True,
        "none": None,
    }
    assert matches(expression.replace("amount + 1 ", "amount + 1.0 "), data, options={"db": "main"})


@pytest.mark.parametrize("data", [None, True, 1, "text", [1, 2]])
def test_data_need_not_be_an_object(data: Any) -> None:
    """Data of any JSON type can be filtered as a whole."""
    expressions = {"NoneType": "data == null", "bool": "data == true", "int": "data == 1"}
    expressions |= {"str": "data == 'text'", "list": "data == [1, 2]"}
    assert matches(expressions[type(data).__name__], data)


@pytest.mark.parametrize(
    ("number", "expression"),
    [
        ("9223372036854775807", "data.n == 9223372036854775807"),
        ("-9223372036854775808", "data.n < -9223372036854775807"),
        ("9223372036854775808", "data.n == 9223372036854775808.0"),
        ("18446744073709551616", "data.n > 1e19"),
        ("123456789012345678901234567890", "data.n > 1e29"),
        ("0.10", "data.n == 0.1"),
        ("1.0", "data.n == 1"),
        ("1e2", "data.n == 100"),
        ("1e400", "data.n > 1e300"),
        ("-1" + "0" * 400, "data.n < -1e300"),
    ],
)
def test_numbers_are_64_bit_integers_or_doubles(number: str, expression: str) -> None:
    """A whole number up to 2^63 is exact; a larger one, and any with a point or exponent, is a double."""
    assert matches(expression, raw=b'{"n": %b, "other": [1]}' % number.encode())


def test_a_member_is_seen_even_where_a_string_or_a_comment_looks_like_code() -> None:
    """Text in a string or a comment of the expression is not code."""
    assert matches("data.a == '\"' && data.b == 1 // it's data.c", {"a": '"', "b": 1})
    assert matches(r"data.a == 'it\'s data.c' && data.b == 1", {"a": "it's data.c", "b": 1})
    assert matches(r"data.a == r'\\' && data.b == 'x'", {"a": "\\\\", "b": "x"})
    assert matches("data.a == '''a'b''' && data.b == 1", {"a": "a'b", "b": 1})


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            "data.",
            "filter has an error at line 1, column 6: `.` cannot stand here",
        ),
        (
            "amount > 1",
            "filter has an error at line 1, column 1: `amount` is not known: "
            "a filter has `data`, `type` and other attributes",
        ),
        (
            "1 == 'a'",
            "filter has an error at line 1, column 3: `==` cannot be used with int, string",
        ),
        (
            "data.x >",
            "filter has an error at line 1, column 9: the expression ends here, but something must follow",
        ),
        ("(data.x", "filter has an error at line 1, column 8: `)` is missing"),
        ("data.x = 1", "filter has an error at line 1, column 8: to compare, write `==`"),
        ("data.x == 'a", "filter has an error at line 1, column 11: this text has no ' at its end"),
        ("data.x @ 3 == 1", "filter has an error at line 1, column 8: `@` means nothing in CEL"),
        ("data.urgent", "filter must be true or false for every event; compare, as in `data.urgent == true`"),
        ("'true'", "filter must be true or false for every event; compare, as in `data.urgent == true`"),
        ("(" * 200 + "true" + ")" * 200, "filter is nested too deeply"),
        ("[1].all(a, " * 29 + "true" + ")" * 29, "filter is nested too deeply"),
        (
            "data.text.matches(data.pattern)",
            "filter must have the pattern of `matches` as a text in quotes",
        ),
        (
            "data.text.matches('^.{1,1000}$')",
            "filter may take too long; use fewer or smaller regular expressions and comparisons",
        ),
        ("data" + ".a" * 900 + " == 1", "filter is nested too deeply"),
        (
            "data.items.exists(i, data.text + data.text == i)",
            "filter must not use `+` and a loop (`exists`, `all`, `exists_one`)",
        ),
        ("true || " * 300 + "true", f"filter must not be longer than {MAX_LENGTH} characters"),
        ("'\ud800' == 'a'", "filter is not an expression in CEL"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_place(expression: str, said: str) -> None:
    """A filter that cannot run is refused when it is saved; the error says where it is wrong."""
    assert said == refused(expression)


TOO_LONG = "this number does not fit into 64 bits; with `.0` at its end it is a double"
NO_ESCAPE = "this text has a `\\` that means no character"


@pytest.mark.parametrize(
    ("expression", "place", "said"),
    [
        ("data.x == 9223372036854775808", 11, TOO_LONG),
        ("data.x == -9223372036854775809", 11, TOO_LONG),
        ("data.x == 18446744073709551616u", 11, TOO_LONG),
        ("data.x == '\\ud800'", 11, NO_ESCAPE),
        ("data.x == '\\q'", 11, "this text has no ' at its end, or a `\\` that means no character"),
        ("data.x == r'\\'", 11, "this text has no ' at its end"),
        ("! ", 3, "the expression ends here, but something must follow"),
        (
            "whsec_MfKQ9r8GKYqr == data.x",
            1,
            "`whsec_…` is not known: a filter has `data`, `type` and other attributes",
        ),
        ("package == 1", 1, "`package` is a reserved word"),
        ("data.x\u00a0== 1", 7, "`U+00A0` means nothing in CEL"),
        ("data.x \u202e== 1", 8, "`U+202E` means nothing in CEL"),
        ("data.x == 1 \x1b", 13, "`U+001B` means nothing in CEL"),
    ],
)
def test_an_error_in_a_filter_is_a_sentence_of_ours(expression: str, place: int, said: str) -> None:
    """What CEL's parser says becomes a sentence; a character that nobody sees has a number."""
    assert refused(expression) == f"filter has an error at line 1, column {place}: {said}"


def test_a_filter_with_a_zero_character_is_refused_by_that() -> None:
    """U+0000 is refused by its name, also in a file that `apply` reads, not as the end of the text."""
    assert refused("true\0 || false") == "filter must not have the character U+0000"


def test_what_builds_lists_is_not_there() -> None:
    """`map` and `filter` are refused with the reason: the lists that they build have no bound."""
    instead = "; the loops are `exists`, `all` and `exists_one`"
    assert refused("size(data.items.map(x, x)) > 0") == f"filter must not use `map`{instead}"
    assert refused("size(data.items . filter (x, true)) > 0") == f"filter must not use `filter`{instead}"
    assert refused("size(data.items.filter(x, 'a')) > '.map('") == f"filter must not use `filter`{instead}"


def test_a_text_or_a_member_may_be_named_like_what_is_not_there() -> None:
    """Only a call of `map` is refused, not a string that contains it or a member with that name."""
    assert compile("data.map == '.map(x, x)' && has(data.filter)")


def test_a_filter_that_fails_says_why() -> None:
    """An event that a filter fails on does not match, and the reason can be shown."""
    assert failed("data.missing == 1", {}) == ("error", 'Key not found in map : "missing"')
    assert (
        failed("data.text.size() > 'a'.size() && data.n.contains('x')", {"text": "ab", "n": 1})[0] == "error"
    )


def test_a_nested_loop_ends_within_its_budget() -> None:
    """Nested loops end after 10,000 steps together, at once."""
    bomb = "data.l.all(a, data.l.all(b, data.l.all(c, data.l.all(d, data.l.all(e, true)))))"
    start = thread_time()
    assert failed(bomb, {"l": list(range(1000))}) == ("steps", "its loops take more than 10000 steps")
    assert thread_time() - start < 0.5


def test_a_loop_ends_when_its_time_is_over() -> None:
    """Loops end after 20 ms of processor time, however much each step costs, or sooner if there is less."""
    scan = compile("data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))")
    event = subject({"l": list(range(98)), "s": "a" * 15_000})
    for watch in (None, Watch(1_000)):
        start = thread_time()
        with pytest.raises(FilterFailed, match="its loops take more than 20 ms") as failure:
            scan.matches(event, watch)
        assert failure.value.reason == "time"
        assert thread_time() - start < 0.2  # without an end, it takes over a second


@pytest.mark.parametrize("loop", ["all(x, x < 9)", "exists(x, x > 9)", "exists_one(x, x == 9)"])
def test_a_loop_without_time_has_no_result(loop: str) -> None:
    """A loop of any kind that is ended has no result, rather than a wrong one."""
    watch = Watch(0)
    with pytest.raises(FilterFailed, match="its loops"):
        compile(f"data.l.{loop} || true").matches(subject({"l": [1, 2]}), watch)


async def test_others_have_their_turn_while_a_filter_loops() -> None:
    """Other threads run between the steps of a loop."""
    scan = compile("data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))")
    event = subject({"l": list(range(98)), "s": "a" * 15_000})
    turns, ended = 0, threading.Event()

    def loop() -> None:
        with pytest.raises(FilterFailed):
            scan.matches(event, Watch(200_000))
        ended.set()

    threading.Thread(target=loop).start()
    while not ended.is_set():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 5


def test_a_filter_reads_so_much_data_and_no_more() -> None:
    """Data over 64 KiB, or 16 KiB if the filter loops, is not read; a filter on the type still works."""
    data = {"text": "x" * 65_536, "l": []}
    assert failed("data.text != ''", data) == ("data_too_large", "the data is over 65536 bytes")
    assert failed("data.l.all(x, true)", {"text": "x" * 16_384, "l": []})[0] == "data_too_large"
    assert matches("type == 'sale'", data)
    assert matches("data.text != ''", {"text": "x" * 16_384})


def test_filters_that_share_an_event_see_what_each_would_alone() -> None:
    """Odd member names, and many members, change nothing for a filter that names one of them."""
    data = {"a": {"b": 1}, "a.b": 2, "type": "other", "": 0, "é": 3}
    assert matches("data.a.b == 1 && type == 'sale' && data.type == 'other'", data)
    many = {f"k{number}": number for number in range(MOST_MEMBERS + 1)}
    assert matches("data.k0 == 0 && data.k64 == 64", many)
    event = subject({"to": "x"}, shared=True)
    assert [compile(f"data.to == '{to}'").matches(event) for to in "xyx"] == [True, False, True]


def test_a_text_with_a_nul_is_not_taken_for_its_beginning() -> None:
    """Data or options with the character U+0000 do not match: the part before it could pass for the whole."""
    assert failed("data.to == 'admin'", {"to": "admin\0x"})[0] == "error"
    assert failed("options.to == 'admin'", {}, options={"to": "admin\0x"})[0] == "error"
    assert matches(r"data.to == r'\u0000'", {"to": "\\u0000"})
    assert matches("type == 'sale'", {"to": "\0"})


MEMBERS = st.sampled_from(["data.a", "data.b", "data.a.b", "data.c"])
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, "x", "", [1], {}])
CLAUSES = st.tuples(
    MEMBERS, st.sampled_from(["==", "!=", ">", "<="]), st.sampled_from(["1", "'x'", "0.5", "null"])
)


@given(
    clauses=st.lists(CLAUSES, min_size=1, max_size=3),
    joint=st.sampled_from([" && ", " || "]),
    data=VALUES | st.dictionaries(st.sampled_from("abc"), VALUES | st.dictionaries(st.just("b"), VALUES)),
)
def test_members_one_by_one_are_the_same_as_the_object(
    clauses: list[tuple[str, str, str]], joint: str, data: Any
) -> None:
    """A filter that reads only the members it names is quicker, with the same results and errors."""
    expression = joint.join(map(" ".join, clauses))
    assert outcome(expression, data) == outcome(expression.replace("data", "(true ? data : data)"), data)


CLOUD_EVENT = CloudEvent(
    id="1", source="/shop/7", subject="order-7", extensions={"tenant": "acme", "priority": 3, "test": True}
)


@pytest.mark.parametrize(
    ("expression", "expected", "without"),
    [
        ("source == '/shop/7'", True, False),
        ("source.startsWith('/shop/') && subject == 'order-7'", True, False),
        ("source == '' && subject == '' && size(extensions) == 0", False, True),
        ("has(extensions.tenant) && extensions.tenant == 'acme'", True, False),
        ("'priority' in extensions && extensions.priority > 2 && extensions.test", True, False),
        ("data.source == 'shop' && data.subject == 'order'", True, True),
        ("data.source != source && data.extensions.tenant == 'other'", True, True),
    ],
)
def test_a_filter_sees_the_attributes_of_a_cloudevent(expression: str, expected: bool, without: bool) -> None:
    """A filter reads source, subject and extensions; they are empty if the event is no CloudEvent."""
    data = {"source": "shop", "subject": "order", "extensions": {"tenant": "other"}}
    assert outcome(expression, data, cloud_event=CLOUD_EVENT) is expected
    assert outcome(expression, data) is without


def test_an_extension_that_is_not_there_is_an_error() -> None:
    """An extension that the event does not have is an error, as a missing member of the data is."""
    found = outcome("extensions.region == 'eu'", cloud_event=CLOUD_EVENT)
    assert isinstance(found, tuple)
    assert found[0] == "error"
