"""YAML as a tree of bounded size, in which each value has its line; a plain value stays as it is written."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeAlias

import yaml

from bellrope_server.text.json_paths import shortened
from bellrope_server.text.strict_json import MAX_DEPTH, TOO_DEEP
from bellrope_server.text.yaml_faults import MalformedYaml, malformed

MAX_VALUES = 400_000
MAX_REPEATED = 2 * 1024 * 1024  # characters that aliases may add, each value counted with 16 more
NULLS = ("", "~", "null", "Null", "NULL")
MERGE = "<<"
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

_TAG = "tag:yaml.org,2002:"
_STANDARD = {"!", *(f"{_TAG}{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str"))}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ufeff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True, eq=False)
class Scalar:
    """A value without parts. `plain` is False for text in quotes, which is text whatever it says."""

    line: int
    text: str
    plain: bool

    @property
    def weight(self) -> int:
        """How much memory a copy takes, about."""
        return 16 + len(self.text)

    @property
    def height(self) -> int:
        """How many levels of lists and mappings are in it."""
        return 0

    @property
    def is_null(self) -> bool:
        """True if the value is absent."""
        return self.plain and self.text in NULLS


@dataclass(slots=True, eq=False)
class Items:
    """A list."""

    line: int
    items: list["Node"] = field(default_factory=list)
    weight: int = 16
    height: int = 1
    whole: bool = False

    def add(self, node: "Node") -> None:
        """Append a value."""
        self.items.append(node)
        self.weight += node.weight
        self.height = max(self.height, node.height + 1)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with their values."""

    line: int
    entries: list[tuple["Node", "Node"]] = field(default_factory=list)
    weight: int = 16
    height: int = 1
    whole: bool = False
    _key: "Node | None" = None

    def add(self, node: "Node") -> None:
        """Add a key, or the value of the key before."""
        self.weight += node.weight
        self.height = max(self.height, node.height + 1)
        if self._key is None:
            self._key = node
        else:
            self.entries.append((self._key, node))
            self._key = None


Node: TypeAlias = Scalar | Items | Mapping
Members: TypeAlias = dict[str, tuple[int, Node]]


def document(text: str) -> Node | None:
    """Return the only document of a text, or None if it is empty; raise MalformedYaml."""
    found = None
    for number, root in enumerate(documents(text)):
        if number and root is not None:
            raise MalformedYaml("the file must have one document: remove this and its `---`", line=root.line)
        found = found or root
    return found


def documents(text: str) -> Iterator[Node | None]:
    """Yield the documents of a text, None for an empty one; raise MalformedYaml."""
    if wrong := _FORBIDDEN.search(text):
        line = text.count("\n", 0, wrong.start()) + 1
        raise MalformedYaml("a control character is not allowed; write it as an escape in quotes", line=line)
    try:
        yield from _Composer(text).documents()
    except yaml.MarkedYAMLError as error:
        raise malformed(error, text) from None


def members(node: Node, what: str, *, known: Collection[str] | None = None, shown: bool = True) -> Members:
    """Return the values of a mapping by key, each with the line of its key. Nothing is an empty mapping.

    Raises MalformedYaml if `what` is no mapping, or for a key that is not in `known`, or that comes twice.
    With `shown` false the error does not show the key. Keys that `<<` merges give way to the mapping's own.
    """
    if isinstance(node, Scalar) and node.is_null:
        return {}
    if not isinstance(node, Mapping):
        raise MalformedYaml(f"{what} must be a mapping of keys to values", line=node.line)
    found: Members = {}
    merged: Members = {}
    for key, value in node.entries:
        if not isinstance(key, Scalar):
            raise MalformedYaml("a key must be text, not a list or a mapping", line=key.line)
        if key.plain and key.text == MERGE:
            merged |= _merged(value)
            continue
        if key.text in found:
            named = f"`{shortened(key.text)}`" if shown else "a key"
            raise MalformedYaml(f"{named} comes twice", line=key.line)
        found[key.text] = (key.line, value)
    found = {name: each for name, each in merged.items() if name not in found} | found
    for name, (line, _) in found.items():
        if known is not None and name not in known:
            raise MalformedYaml(_unknown(name, what, known), line=line)
    return found


def value(node: Node, *, as_text: bool = False) -> Any:
    """Return a value as JSON has it; with `as_text` booleans and numbers are text as written.

    Raises MalformedYaml for a key that comes twice, without showing it.
    """
    if isinstance(node, Items):
        return [value(each, as_text=as_text) for each in node.items]
    if isinstance(node, Mapping):
        found = members(node, "this", shown=False)
        return {key: value(each, as_text=as_text) for key, (_, each) in found.items()}
    if node.is_null:
        return None
    return node.text if as_text else scalar(node)


def scalar(node: Scalar) -> Any:
    """Return a plain scalar as a boolean or a number if it is one, or else the text.

    >>> [scalar(Scalar(1, text, True)) for text in ("on", "-7", "1.10", "1e3", "010", "2026-01-31")]
    [True, -7, 1.1, 1000.0, '010', '2026-01-31']
    """
    if not node.plain:
        return node.text
    if NUMBER.fullmatch(node.text):
        return int(node.text) if node.text.lstrip("-").isdecimal() else float(node.text)
    return BOOLEANS.get(node.text.lower(), node.text)


def _merged(node: Node) -> Members:
    """Return the members that the value of `<<` gives; the first of several mappings wins."""
    found: Members = {}
    for each in reversed(node.items) if isinstance(node, Items) else [node]:
        found |= members(each, "the value of `<<`", shown=False)
    return found


def _unknown(name: str, what: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1) if len(name) <= 64 else []
    hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(known)}"
    return f"{what} has no key `{shortened(name)}`; {hint}"


class _Composer:
    """Makes trees from the events of libyaml's parser, which does not recurse."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._anchors: dict[str, Node] = {}
        self._open: list[Items | Mapping] = []
        self._values = self._repeated = 0

    def documents(self) -> Iterator[Node | None]:
        root: Node | None = None
        for event in yaml.parse(self._text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.DocumentStartEvent):
                root, self._anchors = None, {}
            elif isinstance(event, yaml.DocumentEndEvent):
                yield None if isinstance(root, Scalar) and root.is_null else root
            elif isinstance(event, yaml.CollectionEndEvent):
                node = self._open.pop()
                node.whole = True
                root = self._placed(node)
            elif isinstance(event, yaml.NodeEvent):
                root = self._begun(event) or root

    def _begun(self, event: yaml.NodeEvent) -> Node | None:
        """Read a value that begins; return it if it is whole already."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return self._placed(self._alias(event.anchor or "", line))
        self._values += 1
        if self._values > MAX_VALUES:
            raise MalformedYaml(f"the file has over {MAX_VALUES:,} values; split it", line=line)
        if event.tag is not None and event.tag not in _STANDARD:
            raise MalformedYaml("a tag is not allowed; put text that begins with `!` in quotes", line=line)
        node = _new(event, line)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if isinstance(node, Scalar):
            return self._placed(node)
        self._open.append(node)
        if len(self._open) > MAX_DEPTH:
            raise MalformedYaml(TOO_DEEP, line=line)
        return None

    def _alias(self, anchor: str, line: int) -> Node:
        node = self._anchors.get(anchor)
        if node is None:
            raise MalformedYaml(
                "`*` refers to an anchor that is not above it; put text that begins with `*` in quotes",
                line=line,
            )
        if not isinstance(node, Scalar) and not node.whole:
            raise MalformedYaml("a value refers to itself; write it out", line=line)
        if len(self._open) + node.height > MAX_DEPTH:
            raise MalformedYaml(TOO_DEEP, line=line)
        self._repeated += node.weight
        if self._repeated > MAX_REPEATED:
            raise MalformedYaml("the aliases repeat too much; write out what differs", line=line)
        return node

    def _placed(self, node: Node) -> Node:
        """Add a whole value to what is around it."""
        if self._open:
            self._open[-1].add(node)
        return node


def _new(event: yaml.NodeEvent, line: int) -> Node:
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line=line, text=event.value, plain=event.implicit[0])
    return Items(line) if isinstance(event, yaml.SequenceStartEvent) else Mapping(line)
