"""How long a project keeps what is finished, in the words of the command line: `7d`, `forever`."""

import re
from collections.abc import Iterator

from bellrope.v1 import projects_pb2
from google.protobuf.duration_pb2 import Duration

from bellrope_server.convert.times import LONGEST, from_duration, to_duration
from bellrope_server.text.lengths import FOREVER, exactly, length_of
from bellrope_server.text.strict_yaml import Mapping, Node, Scalar, members
from bellrope_server.text.yaml_faults import MalformedYaml

SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?s")


def in_seconds(line: int, node: Node) -> tuple[int, Node]:
    """Return a mapping of lengths with each one in seconds, as messages have them, and its line."""
    if not isinstance(node, Mapping):
        return line, node
    return line, Mapping(node.line, entries=list(_entries(node)))


def _entries(node: Mapping) -> Iterator[tuple[Node, Node]]:
    for key, (line, value) in members(node, "`retention`").items():
        yield Scalar(line, key, False), _in_seconds(value, key) if isinstance(value, Scalar) else value


def _in_seconds(value: Scalar, key: str) -> Scalar:
    if value.is_null or SECONDS.fullmatch(value.text):
        return value
    try:
        micros = length_of(value.text)
    except ValueError as error:
        raise MalformedYaml(f"retention.{key} {error}", line=value.line) from None
    text = f"{LONGEST}s" if micros is None else to_duration(micros).ToJsonString()
    return Scalar(value.line, text, False)


def in_words(retention: projects_pb2.Retention) -> dict[str, str]:
    """Return the lengths that are set, by their keys in a file, as the server stores them."""
    return {field.json_name: _in_words(length) for field, length in retention.ListFields()}


def _in_words(length: Duration) -> str:
    return FOREVER if length.seconds >= LONGEST else exactly(from_duration(length, field="retention"))
