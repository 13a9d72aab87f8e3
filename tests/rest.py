"""Any request of an RPC, and how Google's own library puts it into a path, a query and a body."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bellrope.v1 import deliveries_pb2, eventing_pb2, options_pb2, projects_pb2, server_pb2, triggers_pb2
from bellrope_server.convert import counts
from google.api_core.path_template import transcode
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st

PROTOS = (eventing_pb2, triggers_pb2, deliveries_pb2, projects_pb2, server_pb2)
SERVICES = tuple(
    service.full_name for proto in PROTOS for service in proto.DESCRIPTOR.services_by_name.values()
)
NAMES = st.sampled_from(["type", "url", "retry_policy", "max_in_flight", "retry_policy.min_backoff"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DATA = st.sampled_from([b"18446744073709551616", b"1.0", b"-0", b'{"a": [0.10, "\\u0000"]}', b'"x"', b"null"])
KNOWN = {
    "google.protobuf.Timestamp": st.builds(
        Timestamp, seconds=st.integers(-62135596800, 253402300799), nanos=st.integers(0, 999_999_999)
    ),
    "google.protobuf.Duration": st.builds(
        Duration, seconds=st.integers(0, 315_576_000_000), nanos=st.integers(0, 999_999_999)
    ),
    "google.protobuf.FieldMask": st.builds(FieldMask, paths=st.lists(NAMES, max_size=3)),
}


@dataclass(frozen=True)
class Rest:
    """One HTTP request."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def target(self) -> str:
        """The path and the query, as they are sent."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def messages(kind: Any, *, texts: Any = TEXTS) -> Any:
    """Generate messages of a class, each with some of its fields set."""
    values = {field.name: _values(field, texts) for field in kind.DESCRIPTOR.fields}
    return st.fixed_dictionaries({}, optional=values).map(lambda fields: kind(**fields))


def rest(route: Any, request: Message) -> Rest:
    """Return the request as Google's library transcodes it, with data as plain JSON."""
    option = {"method": route.http_method, "uri": route.template.text}
    fields = MessageToDict(request, preserving_proto_field_name=True)
    if route.body:
        option["body"] = route.body
    if route.body not in ("", "*"):
        fields.setdefault(route.body, {})
    made = transcode([option], **fields)
    body = json.dumps(made["body"]).encode() if "body" in made else b""
    return Rest(made["method"], made["uri"], tuple(_flat("", made["query_params"])), _plain(body, request))


def _values(field: Any, texts: Any) -> Any:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return st.dictionaries(texts, _one(field.message_type.fields_by_name["value"], texts), max_size=3)
    one = _one(field, texts)
    return st.lists(one, max_size=min(3, counts.most(field) or 3)) if field.is_repeated else one


def _one(field: Any, texts: Any) -> Any:
    if field.message_type is not None:
        known = KNOWN.get(field.message_type.full_name)
        return known if known is not None else messages(field.message_type._concrete_class, texts=texts)
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    return {
        field.TYPE_STRING: texts,
        field.TYPE_BYTES: DATA if field.GetOptions().Extensions[options_pb2.plain_json] else st.binary(),
        field.TYPE_BOOL: st.booleans(),
        field.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
        field.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
        field.TYPE_DOUBLE: st.floats(allow_nan=False),
    }[field.type]


def _plain(body: bytes, request: Message) -> bytes:
    """Replace base64 data by plain JSON, wherever it is in the request."""
    for field, value in request.ListFields():
        if field.type == field.TYPE_BYTES:
            values = list(value) if field.is_repeated else [value]
            array = b'"data": [%b]' if field.is_repeated else b'"data": %b'
            encoded = [b'"%b"' % base64.b64encode(each) for each in values]
            body = body.replace(array % b", ".join(encoded), array % b", ".join(values))
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for each in value if field.is_repeated else [value]:
                body = _plain(body, each)
    return body


def _flat(prefix: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{name}.", value)
        elif isinstance(value, list):
            yield from ((prefix + name, _text(each)) for each in value)
        else:
            yield prefix + name, _text(value)


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
