"""JSON is read by its tokens alone: nothing changes, and the verdict is the server's."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.errors import MalformedJson
from bellrope_server.text import strict_json
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clients.typescript import CLIENTS, bundle, environment_of_node, needs_node, program

pytestmark = needs_node

TEXT = CLIENTS / "console/src/text"
SCRIPT = f"""
import {{ objection }} from "{TEXT}/objection";
import {{ indented }} from "{TEXT}/json";
for await (const line of process.stdin.setEncoding("utf8").compose(async function* (pieces) {{
  let rest = "";
  for await (const piece of pieces) {{
    const lines = (rest + piece).split("\\n");
    rest = lines.pop();
    yield* lines;
  }}
}})) {{
  const text = JSON.parse(line);
  const wrong = objection(text);
  console.log(JSON.stringify(wrong ? [wrong.message, wrong.at] : [indented(text)]));
}}
"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)


class Console:
    """The console's own code, in Node."""

    def __init__(self, folder: Path) -> None:
        source = folder / "verdict.ts"
        source.write_text(SCRIPT)
        pipe = subprocess.PIPE
        command = [program("node"), bundle(source, folder, "--platform=node")]
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, env=environment_of_node()
        )

    def __call__(self, text: str) -> list[Any]:
        """Return the text as it is shown, or what is wrong and where."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        return list(json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        """End it."""
        self._process.communicate()


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """One process for all texts."""
    made = Console(tmp_path_factory.mktemp("console"))
    yield made
    made.end()


def bare(text: str) -> str:
    """Return a JSON text without the space between its tokens."""
    return SPACE.sub(lambda match: match[1] or "", text)


def accepted(text: str) -> bool:
    """Return whether the server takes a text as an event's data."""
    try:
        strict_json.check(text.encode("utf-8", "surrogatepass"))
    except MalformedJson:
        return False
    return True


@given(value=VALUES, indent=st.sampled_from([None, 0, 3]), ascii=st.booleans())
def test_only_the_space_changes(console: Console, value: Any, indent: int | None, ascii: bool) -> None:
    """Indented, a text has the same tokens, character for character."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii)
    shown = console(text)
    if accepted(text):
        assert bare(shown[0]) == bare(text)
        assert shown[0] == json.dumps(value, indent=2, ensure_ascii=ascii)
    else:
        assert len(shown) == 2


@settings(max_examples=200)
@given(
    value=VALUES,
    changes=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([*'{}[]",:0.eE-+\\u1 ntf\n'])), max_size=3
    ),
)
def test_the_verdict_is_the_servers(console: Console, value: Any, changes: list[tuple[int, str]]) -> None:
    """A text with some characters changed is taken or refused as by the server."""
    text = json.dumps(value)
    for at, sign in changes:
        text = text[:at] + sign + text[at + 1 :]
    assert (len(console(text)) == 1) == accepted(text), text


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "\\u0061": 2}',
        '"\\ud800"',
        "[" * 65 + "]" * 65,
        "[" * 64 + "]" * 64,
        "1" * 4301,
        "1" * 4300,
        "\ufeff1",
        "01",
        "1.",
        "-",
        "1e",
        "[1,]",
        '{"a":}',
        "",
        " ",
        "nul",
        '"\t"',
        '"\\x"',
        "\u00a01",
        "1\x00",
    ],
)
def test_what_readers_read_differently_is_refused_as_by_the_server(console: Console, text: str) -> None:
    """Duplicate keys, half characters, depth, long numbers and the like have the server's verdict."""
    assert (len(console(text)) == 1) == accepted(text)
