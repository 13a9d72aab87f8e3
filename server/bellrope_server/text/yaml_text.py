"""Writes YAML that people read and `strict_yaml` reads back, whatever is in a text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import yaml
from yaml.resolver import Resolver

Tree: TypeAlias = Mapping[str, "Tree"] | Sequence["Tree"] | str | bool | int

TEXT = "tag:yaml.org,2002:str"
WIDE = 2**30  # no line is folded, so that a change of a value is a change of its line

_LINES = re.compile(r"[^\s][^\r\x85\u2028\u2029]*[^\s]\n?")
_BREAK = re.compile(r"[\n\r\x85\u2028\u2029]")
_OF_OTHERS = re.compile(r"[yYnN]|[-+]?[0-9.]+([eE][-+]?[0-9]+)?|0o[0-7]+")
"""What is a boolean or a number in other versions of YAML than PyYAML's."""
_RESOLVER = Resolver()


def yaml_text(tree: Tree) -> str:
    """Return a tree as a YAML document. Members keep their order."""
    return str(yaml.emit(_document(tree), Dumper=yaml.CSafeDumper, allow_unicode=True, width=WIDE))


def count(tree: Tree) -> int:
    """Return how many values and keys a tree has, as `strict_yaml` counts them."""
    if isinstance(tree, Mapping):
        return 1 + sum(1 + count(each) for each in tree.values())
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return 1 + sum(map(count, tree))
    return 1


def _document(tree: Tree) -> Iterator[yaml.Event]:
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    yield from _events(tree)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _events(tree: Tree) -> Iterator[yaml.Event]:
    if isinstance(tree, Mapping):
        yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=False)
        for key, value in tree.items():
            yield _text(key, in_lines=False)
            yield from _events(value)
        yield yaml.MappingEndEvent()
    elif isinstance(tree, str):
        yield _text(tree)
    elif isinstance(tree, Sequence):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=True)
        for each in tree:
            yield from _events(each)
        yield yaml.SequenceEndEvent()
    else:
        yield yaml.ScalarEvent(None, None, (True, False), str(tree).lower())


def _text(text: str, *, in_lines: bool = True) -> yaml.Event:
    """Return the event of a text: in lines if it has some, in quotes if it looks like something else."""
    style = None
    if _BREAK.search(text):
        style = "|" if in_lines and _LINES.fullmatch(text) else '"'
    kind = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    plain = kind == TEXT and not _OF_OTHERS.fullmatch(text)
    return yaml.ScalarEvent(None, None, (plain, True), text, style=style)
