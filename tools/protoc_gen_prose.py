"""A protoc plugin that writes the comments of the protos to prose.json, by full name."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

NAME = "prose.json"


def prose(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yield each commented element's full name and its comment, one line per paragraph."""
    for location in file.source_code_info.location:
        names_something = location.path and len(location.path) % 2 == 0
        if location.leading_comments and names_something:
            yield f"{file.package}.{_name(file, list(location.path))}", _paragraphs(location.leading_comments)


def _name(file: Any, path: list[int]) -> str:
    """Return the dotted name that a path of field numbers and indices leads to (descriptor.proto)."""
    at, names = file, []
    for number, index in zip(path[::2], path[1::2], strict=True):
        at = getattr(at, at.DESCRIPTOR.fields_by_number[number].name)[index]
        names.append(at.name)
    return ".".join(names)


def _paragraphs(comment: str) -> str:
    paragraphs = re.split(r"\n\s*\n", comment.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def main() -> None:
    """Answer the request of protoc, or of buf, on standard input."""
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    wanted = [file for file in request.proto_file if file.name in request.file_to_generate]
    text = dict(entry for file in sorted(wanted, key=lambda file: file.name) for entry in prose(file))
    response = plugin_pb2.CodeGeneratorResponse(supported_features=1)  # FEATURE_PROTO3_OPTIONAL
    response.file.add(name=NAME, content=json.dumps(text, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.buffer.write(response.SerializeToString())


if __name__ == "__main__":
    main()
