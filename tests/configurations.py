"""Any configuration that a server takes, with texts that YAML might misread."""

from typing import Any

from bellrope.v1.projects_pb2 import EventType, Project, Retention
from bellrope.v1.triggers_pb2 import RetryPolicy, Trigger
from google.protobuf.duration_pb2 import Duration
from hypothesis import strategies as st

SECRET = "whsec_" + "A" * 32
ODD = (
    *("on", "No", "y", "true", "null", "Null", "~", "1.10", "010", "0x1F", "1_000", "1e3", "12:30:00", ".5"),
    *(
        "2026-01-31",
        "=",
        "<<",
        "-",
        "?",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{}",
    ),
    *(
        "[a]",
        "'",
        '"',
        "''",
        '"a"',
        "\\",
        "\\n",
        ",",
        "|",
        ">",
        "---",
        "...",
        "a:",
        ":a",
        "Zoë",
        "🔔",
        "\ufeff",
    ),
    *("\u2028", "\x85", "\xa0", "\ufffe", "\U000e0001", "keepHeaders", "k" * 200, "é" * 130),
)
FILTERS = (
    "",
    "data.a > 1",
    "data.a ==\n\n  1",
    "\n  data.a == 1\n",
    "data.a == ': # on'",
    'data.a == "\\n\\u2028"',
)
SCHEMAS = (
    '{"type": "object", "required": ["to"]}',
    '{\n  "type": "object",\n  "title": "a: b # c"\n}\n',
    "type t { amount: Float! }",
    "\n\n  type t {\n\tamount: Float!  # to pay\n  }\n\n",
    "type t {\r\n  amount: Float!\r\n}\r\n",
    '"""\nZoë\u2028\n"""\ntype t {\n  a: Int   \n   \n}',
)

text = st.one_of(
    st.sampled_from(ODD),
    st.lists(st.sampled_from(["a", "b ", " c", "\t", "", " ", ": ", "# d"]), max_size=5).map("\n".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
)
names = st.one_of(
    st.sampled_from(["on", "null", "1.10", "2026-01-31", "1e3", "a", "0", "x" * 63]),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True),
)
types = text.filter(lambda text: text.isprintable()).map(lambda text: "".join(text.split()))
types = types.filter(lambda text: text and "*" not in text and not text.startswith("bellrope."))
descriptions = text.map(lambda text: "".join(each for each in text if each in "\n\t" or each.isprintable()))


def lengths(least: int, most: int) -> st.SearchStrategy[Duration]:
    """Return lengths of time; both limits are in microseconds."""
    whole = st.integers(-(-least // 1_000_000), most // 1_000_000).map(lambda seconds: seconds * 1_000_000)
    return st.one_of(whole, st.integers(least, most)).map(
        lambda micros: Duration(seconds=micros // 1_000_000, nanos=micros % 1_000_000 * 1000)
    )


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


policies = st.builds(
    RetryPolicy,
    min_backoff=_maybe(lengths(1_000, 3600 * 10**6)),
    max_backoff=_maybe(lengths(3600 * 10**6, 7 * 86400 * 10**6)),
    schedule=st.lists(lengths(1_000, 7 * 86400 * 10**6), max_size=3),
    no_retry_statuses=st.lists(st.sampled_from(["410", "4xx", "599"]), max_size=3, unique=True),
)
headers = st.dictionaries(
    st.sampled_from(["Authorization", "x-on", "1.10", "null", "x-team", "~"]),
    st.just("Bearer marked"),
    max_size=3,
)
triggers = st.builds(
    Trigger,
    name=names,
    type=types | st.sampled_from(["*", "order.*"]),
    url=st.sampled_from(
        ["https://example.com/", "http://127.0.0.1:8080/a?b=%20#c", "https://example.com/*,(a):"]
    ),
    retries=_maybe(st.integers(0, 100)),
    timeout=_maybe(lengths(100_000, 120 * 10**6)),
    retry_policy=_maybe(policies),
    headers=headers,
    secrets=st.sampled_from([[], [SECRET]]),
    options=st.dictionaries(text, text, max_size=3),
    filter=st.sampled_from(FILTERS),
    paused=st.booleans(),
    disable_on_gone=st.booleans(),
    max_in_flight=_maybe(st.integers(1, 512)),
    encoding=st.sampled_from([0, 1, 2, 3]),
    chain_events=st.booleans(),
    description=descriptions,
)
event_types = st.builds(EventType, type=types, schema=st.sampled_from(SCHEMAS))
kept = _maybe(st.one_of(lengths(1_000_000, 10**15), st.just(Duration(seconds=315_576_000_000))))
retentions = st.builds(Retention, succeeded=kept, dead_letters=kept, attempts=kept, unmatched=kept)
projects = st.builds(Project, name=names, paused=st.booleans(), retention=retentions)


def several(strategy: st.SearchStrategy[Any], key: str) -> st.SearchStrategy[list[Any]]:
    """Return some of them, each with its own name in `key`."""
    return st.lists(strategy, max_size=4, unique_by=lambda each: getattr(each, key))
