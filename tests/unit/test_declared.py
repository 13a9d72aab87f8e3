"""Files of projects and triggers: YAML as people write it, and what an error says about the rest."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from bellrope.v1.projects_pb2 import Retention
from bellrope.v1.triggers_pb2 import Trigger
from bellrope_server.cli.space_cloud import documents
from bellrope_server.convert.declared import DeclarationError, declared
from bellrope_server.text.file_text import text_of
from google.protobuf.duration_pb2 import Duration
from stopwatch import Stopwatch

HEAD = "projects:\n  p:\n    triggers:\n      t:\n"  # what follows begins on line 5
THEIRS = "type: eventing-trigger\nmeta: {project: p, id: t}\nspec:\n  url: http://h.example/\n"
KEY = "a key is not allowed here; check the indentation, and put text with `: ` in quotes"
START = "indent with spaces and not with tabs, and put text that begins with @, ` or % in quotes"
TAG = "a tag is not allowed; put text that begins with `!` in quotes"
ALIAS = "`*` refers to an anchor that is not above it; put text that begins with `*` in quotes"
ENCODING = "encoding must be one of DOCUMENTED, STRUCTURED, BINARY, or its number"
WHOLE = "retries must be a whole number of at most 32 bits"
LENGTH = 'must be seconds like "3.5s"'
NAMES = "must be a list of names of headers, like [authorization]"
TRUE = "must be true, or left out; `secrets: []` removes the secret"
KEPT = "must be a number from 1 with s, m, h or d, for example 7d, or forever"


def one(*lines: str) -> Trigger:
    """Return the trigger of a file with these lines."""
    return declared(HEAD + "".join(f"        {line}\n" for line in lines))[0].triggers[0].trigger


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("type: on", {"type": "on"}),
        ("type: 2026-01-31", {"type": "2026-01-31"}),
        ("type: 1.10", {"type": "1.10"}),
        ("type: 0x1F", {"type": "0x1F"}),
        ("type: 'null'", {"type": "null"}),
        ("type: !!str 12", {"type": "12"}),
        ("headers: {x-version: 1.10, x-on: yes, x-day: 2026-02-30, x-big: 1_000}", None),
        ("options: {version: 1.0, on: no, 1: 010}", {"options": {"version": "1.0", "on": "no", "1": "010"}}),
        ("timeout: 2.5s", {"timeout": {"seconds": 2, "nanos": 500_000_000}}),
        ('retries: "7"', {"retries": 7}),
        ("retries: 7", {"retries": 7}),
        ("retries: 1e1", {"retries": 10}),
        ("paused: yes", {"paused": True}),
        ("paused: Off", {"paused": False}),
        ("encoding: BINARY", {"encoding": 3}),
        (
            "retryPolicy: {schedule: [1s, 2s]}",
            {"retry_policy": {"schedule": [{"seconds": 1}, {"seconds": 2}]}},
        ),
        ("filter: >-\n          data.a ==\n          1", {"filter": "data.a == 1"}),
        ('{"type": "a", "retries": 1}', {"type": "a", "retries": 1}),
        ("type: ~", {}),
        ("retryPolicy:", {}),
        ("", {}),
    ],
)
def test_a_plain_value_is_what_its_field_wants(line: str, expected: dict[str, Any] | None) -> None:
    """`1.10`, `on` and a date are text where text is wanted, and true, 7 and 2.5s are what they look like."""
    if expected is None:
        values = {"x-version": "1.10", "x-on": "yes", "x-day": "2026-02-30", "x-big": "1_000"}
        expected = {"headers": values}
    assert one(line) == Trigger(name="t", **expected)


def test_aliases_and_merged_keys_are_written_out() -> None:
    """An anchor can be used again, and `<<` takes the keys of a mapping; a mapping's own keys win."""
    text = (
        f"{HEAD}        options: &o {{a: 1, b: 2}}\n"
        "        retryPolicy: &wait {minBackoff: 1s}\n"
        "      u: &u {retryPolicy: *wait, options: {b: 3, <<: *o}}\n"
        "      v: {type: a, <<: *u}\n"
    )
    _, u, v = (each.trigger for each in declared(text)[0].triggers)
    expected = {"options": {"a": "1", "b": "3"}, "retry_policy": {"min_backoff": {"seconds": 1}}}
    assert (u, v) == (Trigger(name="u", **expected), Trigger(name="v", type="a", **expected))


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        (["timeout: 5"], 5, f"timeout {LENGTH}"),
        (["type: a", "timeout: 2026-02-30"], 6, f"timeout {LENGTH}"),
        (["retryPolicy:", "  minBackoff: 1s", "  maxBackoff: 1h"], 7, f"retryPolicy.maxBackoff {LENGTH}"),
        (["retryPolicy:", "  minBackof: 1s"], 6, 'unknown key "minBackof"; did you mean "minBackoff"?'),
        (["retryPolicy:", "  schedule:", "  - 1s", "  - 5"], 8, f"retryPolicy.schedule[1] {LENGTH}"),
        (["retryPolicy: 5s"], 5, "retryPolicy must be an object: {...}"),
        (["encoding: binary"], 5, f"{ENCODING}; did you mean BINARY?"),
        (["encoding: json"], 5, ENCODING),
        (["retries: many"], 5, WHOLE),
        (["retries: 010"], 5, WHOLE),
        (["retries: 1e999"], 5, WHOLE),
        (["retries: 99999999999"], 5, WHOLE),
        (["retries: " + "9" * 5000], 5, WHOLE),
        (["retries: [1]"], 5, WHOLE),
        (["paused: maybe"], 5, "paused must be true or false"),
        (["type: [a]"], 5, "type must be a string"),
        (["type: {a: b}"], 5, "type must be a string"),
        (["headers: x-a"], 5, "headers must be an object: {...}"),
        (["headers:", "  x-a: 1", "  x-b: [1]"], 7, "headers must be an object whose values are strings"),
        (["headers:", "  x-a: 1", "", "  x-b:"], 8, "headers must be an object whose values are strings"),
        (["options:", "  a: 1", "  b:", "    - 1"], 7, 'options["b"] must be a string'),
        (["secrets: abc"], 5, "secrets must be an array: [...]"),
        (["retires: 5"], 5, "the trigger `t` has no key `retires`; did you mean `retries`?"),
        (["retry_policy: {}"], 5, "the trigger `t` has no key `retry_policy`; did you mean `retryPolicy`?"),
        (["type: a", "type: b"], 6, "`type` comes twice"),
        (["options: {a: 1, a: 2}"], 5, "`a` comes twice"),
        (["headers: {a: 1, a: 2}"], 5, "a key comes twice"),
        (["options: {[a]: 1}"], 5, "a key must be text, not a list or a mapping"),
        (["options: *o"], 5, ALIAS),
        (["type: !a b"], 5, TAG),
        (["type: !!python/object:os.system b"], 5, TAG),
        (["type: a: b"], 5, KEY),
        (["type: @a"], 5, START),
        (["type: *"], 5, "put text that begins with * or & in quotes"),
        (["type: &"], 5, "put text that begins with * or & in quotes"),
        (["type: |x"], 5, "put text that begins with | or > in quotes, or begin it on the next line"),
        (["type: a", "\ttimeout: 1s"], 6, "indent with spaces and not with tabs"),
        (["type: 'a", "url: b"], 5, "the quote that begins here has no end"),
        (["type: a", " url: b"], 6, KEY),
        (["- type: a"], 5, "the trigger `t` must be a mapping of keys to values"),
        (["type: \x07"], 5, "a control character is not allowed; write it as an escape in quotes"),
        (['type: "\\q"'], 5, "the text in double quotes has an unknown escape; write a backslash as `\\\\`"),
        (["options: [a, b"], 5, "the list that begins here needs `,` or `]`"),
        (["options: {a: b"], 5, "the mapping that begins here needs `,` or `}`"),
        (["description: [a]"], 5, "description must be a string"),
        (["keepHeaders: authorization"], 5, f"keepHeaders {NAMES}"),
        (["keepHeaders: {authorization: marked}"], 5, f"keepHeaders {NAMES}"),
        (["keepHeaders:", "- a", "- 'authorization: marked'"], 7, f"keepHeaders {NAMES}"),
        (["keepHeaders: [[a]]"], 5, f"keepHeaders {NAMES}"),
        (["keepHeaders: ['']"], 5, f"keepHeaders {NAMES}"),
        (["keepHeaders:", "- a", "- A"], 7, "keepHeaders must not have the same name twice"),
        (
            ["headers: {x-a: 1}", "keepHeaders: [x-b, X-A]"],
            6,
            "`keepHeaders` has `X-A`, and `headers` too; leave it out of one",
        ),
        (["keepSecret: whsec_marked"], 5, f"keepSecret {TRUE}"),
        (["keepSecret: false"], 5, f"keepSecret {TRUE}"),
        (["keepSecret: [true]"], 5, f"keepSecret {TRUE}"),
        (
            ["secrets: [whsec_marked]", "keepSecret: true"],
            6,
            "`keepSecret` does not go with `secrets`; leave out one",
        ),
        (["keepHeader: [a]"], 5, "the trigger `t` has no key `keepHeader`; did you mean `keepHeaders`?"),
        (["signed: true"], 5, None),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_write(
    lines: list[str], line: int, sentence: str | None
) -> None:
    """An error has the line of the mistake itself, the field, and what is allowed, in plain words."""
    with pytest.raises(DeclarationError) as refused:
        one(*lines)
    assert (refused.value.line, refused.value.sentence) == (line, sentence or refused.value.sentence)
    assert "marked" not in refused.value.sentence


SCHEMA = (
    "the event type `a` must have a `schema` that is text:"
    " write `schema: |`, and below it the schema, indented"
)
OF_A_PROJECT = [
    (["triggerz: {}"], 3, "the project `p` has no key `triggerz`; did you mean `triggers`?"),
    (["paused: maybe"], 3, "paused must be true or false"),
    (["retention: 30d"], 3, "retention must be an object: {...}"),
    (["retention:", "  attempts: 7d", "  succeeded: 1w"], 5, f"retention.succeeded {KEPT}"),
    (["retention: {deadLetters: 30}"], 3, f"retention.deadLetters {KEPT}"),
    (["retention: {attempts: [7d]}"], 3, 'retention.attempts must be seconds like "3.5s"'),
    (["retention:", "  dead: 7d"], 4, 'unknown key "dead"'),
    (["retention: {attempts: 7d, attempts: 7d}"], 3, "`attempts` comes twice"),
    (["eventTypes: []"], 3, "`eventTypes` must be a mapping of keys to values"),
    (["eventTypes:", "  a: text"], 4, "the event type `a` must be a mapping of keys to values"),
    (["eventTypes:", "  a: {}"], 4, SCHEMA),
    (["eventTypes:", "  a:", "    schema: {type: object}"], 5, SCHEMA),
    (["eventTypes:", "  a: {schem: b}"], 4, "the event type `a` has no key `schem`; did you mean `schema`?"),
    (["eventTypes:", "  a: {schema: b}", "  a: {schema: b}"], 5, "`a` comes twice"),
]


@pytest.mark.parametrize(("lines", "line", "sentence"), OF_A_PROJECT)
def test_a_mistake_in_a_project_is_named_with_its_line(lines: list[str], line: int, sentence: str) -> None:
    """Settings and schemas have the same kind of errors as triggers."""
    with pytest.raises(DeclarationError) as refused:
        declared("projects:\n  p:\n" + "".join(f"    {each}\n" for each in lines))
    assert (refused.value.line, refused.value.sentence[: len(sentence)]) == (line, sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("7d", 604_800), ("36h", 129_600), ("90s", 90), ("1m", 60), ("'7d'", 604_800)),
        *(("604800s", 604_800), ("forever", 315_576_000_000)),
    ],
)
def test_a_project_keeps_things_for_lengths_as_on_the_command_line(text: str, expected: int) -> None:
    """`7d`, `36h` and `forever` are written as on the command line; seconds as everywhere."""
    (project,) = declared(f"projects: {{p: {{retention: {{deadLetters: {text}, attempts: ~}}}}}}")
    assert project.project.retention == Retention(dead_letters=Duration(seconds=expected))


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "the file must have `projects`"),
        ("# nothing\n", 1, "the file must have `projects`"),
        ("project: {}", 1, "the file has no key `project`; did you mean `projects`?"),
        ("[a]", 1, "the file must be a mapping of keys to values"),
        ("projects:\n  p: 5", 2, "the project `p` must be a mapping of keys to values"),
        ("projects: {}\n---\nprojects: {}", 3, "the file must have one document: remove this and its `---`"),
        ("{projects: {}}\n}", 2, "the value before this has ended; remove what follows"),
        ("projects:\n  p\n  q: {}", 3, KEY),
    ],
)
def test_a_file_without_projects_says_so(text: str, line: int, sentence: str) -> None:
    """A file that is empty or about something else is refused with what it must have."""
    with pytest.raises(DeclarationError) as refused:
        declared(text)
    assert (refused.value.line, refused.value.sentence) == (line, sentence)


def _laughs(leaf: str = "ha") -> str:
    lists = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else leaf] * 9)}]" for i in range(9)]
    return "\n".join(f"  {each}" for each in lists)


ONCE = "type: a\n"
BOMBS = {
    "aliases": f"spec:\n{_laughs()}\n",
    "aliases of a long text": f"a: &a {'x' * 100_000}\nspec: [{', '.join(['*a'] * 10_000)}]\n",
    "merged aliases": "o0: &o0 {a: b}\n"
    + "".join(f"o{i}: &o{i} {{<<: [{', '.join([f'*o{i - 1}'] * 9)}]}}\n" for i in range(1, 9)),
    "aliases of deep lists": "".join(
        f"a{i}: &a{i} {'[' * 40}{f'*a{i - 1}' if i else 'x'}{']' * 40}\n" for i in range(100)
    ),
    "itself in a mapping": "spec: &s {a: *s}\n",
    "itself in a list": "spec: &s [*s]\n",
    "itself merged": "spec: &s\n  <<: *s\n",
    "itself as a key": "&s {*s : a}\n",
    "5,000 lists": "spec: " + "[" * 5000 + "]" * 5000,
    "5,000 lists that do not end": "spec: " + "[" * 5000,
    "5,000 mappings": "spec: " + "{a: " * 5000,
    "5,000 levels of dashes": "- " * 5000 + "x",
    "2,000 levels of indentation": "\n".join(f"{' ' * level}a:" for level in range(2000)),
    "a long key": f"{'k' * 1_000_000}: a",
    "5,000 tags": "!!str " * 5000,
}


@pytest.mark.parametrize("read", [declared, lambda text: next(documents(text)).notes], ids=["ours", "theirs"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_hostile_file_is_refused_at_once(bomb: str, read: Callable[[str], Any]) -> None:
    """Aliases of aliases, a value in itself, or 5,000 levels cost less than a second and little memory."""
    tracemalloc.start()
    watch = Stopwatch()
    try:
        try:
            refused = read(BOMBS[bomb])
        except DeclarationError as error:
            refused = [error.sentence]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(refused) == 1
    assert peak < 50_000_000
    assert watch.seconds < 1


def test_a_file_with_too_many_values_is_refused() -> None:
    """400,000 values, some 10,000 triggers, are the most; an error says to split the file."""
    with pytest.raises(DeclarationError) as refused:
        declared(f"projects:\n  [{'a,' * 400_000}]")
    expected = (2, "the file has over 400,000 values; split it")
    assert (refused.value.line, refused.value.sentence) == expected


@pytest.mark.parametrize(
    "line",
    ["retries: " + "9" * 5000, "timeout: 1e999", "timeout: 2026-02-30", "retries: 1:30", "retries: 0xff"],
)
def test_a_document_for_space_cloud_with_an_impossible_value_is_left_to_the_server(line: str) -> None:
    """5,000 digits, a date that does not exist, or 1e999 is sent as text; the server refuses it by name."""
    document = next(documents(f"{THEIRS}  {line}\n"))
    key, _, text = line.partition(": ")
    assert document.body[key] == text


def test_what_space_cloud_keeps_as_text_is_sent_as_it_is_written() -> None:
    """`1.10`, `on` and dates in headers, options and type stay text; numbers elsewhere stay numbers."""
    texts = "  type: on\n  headers: {x-version: 1.10}\n  options: {day: 2026-01-31}\n"
    body = next(documents(f"{THEIRS}{texts}  retries: 2\n  timeout: 0.5\n")).body
    assert body == {
        "url": "http://h.example/",
        "type": "on",
        "headers": {"x-version": "1.10"},
        "options": {"day": "2026-01-31"},
        "retries": 2,
        "timeout": 0.5,
    }


class Endless:
    """A file that does not end."""

    def read(self, size: int) -> bytes:
        """Return that much of it."""
        return b"a" * size


def test_a_file_is_read_up_to_its_limit() -> None:
    """A file over 16 MiB is refused, and no more of it is read."""
    with pytest.raises(ValueError, match=r"^is over 16,777,216 bytes; split it$"):
        text_of(Endless())  # type: ignore[arg-type]
