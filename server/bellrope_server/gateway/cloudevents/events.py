"""CloudEvents over HTTP (HTTP protocol binding 1.0.2), read as requests to Queue."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import orjson
from bellrope.v1 import cloudevents_pb2, eventing_pb2

from bellrope_server.convert import counts, values
from bellrope_server.convert.cloudevents import PREFIX, TEXTS, URI_REFERENCE, extension, form_of
from bellrope_server.errors import InvalidField, MalformedJson, ServiceError, UnsupportedMediaType
from bellrope_server.model import DataForm
from bellrope_server.rules.media_types import is_json
from bellrope_server.text import strict_json

Proto = cloudevents_pb2.CloudEvent
Headers = Iterable[tuple[str, str]]
Value = bool | int | str

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
CLOUD_EVENTS = "application/cloudevents"
VERSION = "1.0"
INTEGER = re.compile(rb"-?\d+")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
URIS = frozenset(("source", "dataschema"))
AS_TEXT = "in a header, write a `%` that begins no escape as `%25`, or send the event in structured mode"
NEVER_HEADERS = {
    "datacontenttype": "must come as Content-Type, not as `ce-datacontenttype`",
    "data": "must come as the body, not as `ce-data`",
}
FORMS = {
    DataForm.JSON: Proto.DATA_FORM_UNSPECIFIED,
    DataForm.TEXT: Proto.TEXT,
    DataForm.BYTES: Proto.BYTES,
    DataForm.ABSENT: Proto.ABSENT,
}
IN_DATA = re.compile(r"data(?![A-Za-z0-9_])")


class Sent:
    """One CloudEvent as it was sent; only the rules of its encoding are checked."""

    def __init__(self) -> None:
        self.attributes: dict[str, Value] = {}
        self.data = b""
        self.data_key = "data"
        self.form = Proto.DATA_FORM_UNSPECIFIED

    def request(self, project: str) -> eventing_pb2.QueueRequest:
        """Return the request to queue it; raise InvalidField for faults in its attributes."""
        attributes = dict(self.attributes)
        _check_version(attributes.pop("specversion", None))
        core = {name: _string(attributes.pop(name, ""), name) for name in TEXTS}
        return eventing_pb2.QueueRequest(
            project=project,
            type=_string(attributes.pop("type", ""), "type"),
            data=self.data,
            traceparent=_string(attributes.pop("traceparent", ""), "traceparent"),
            tracestate=_string(attributes.pop("tracestate", ""), "tracestate"),
            cloud_event=Proto(
                **core,
                extensions={name: extension(value) for name, value in attributes.items()},
                data_form=self.form,
            ),
        )

    def named(self, error: ServiceError) -> ServiceError:
        """Return the error with the name of the attribute."""
        if error.field and IN_DATA.match(error.field):
            error.field = self.data_key + error.field.removeprefix("data")
        elif error.field:
            error.field = error.field.removeprefix(PREFIX)
        return error


def read(kind: str, headers: Headers, body: bytes) -> Sent:
    """Return the CloudEvent of a request. `kind` is its Content-Type, or empty.

    Raises MalformedJson, InvalidField, or UnsupportedMediaType.
    """
    essence = _essence(kind)
    if essence == STRUCTURED:
        return structured(body)
    if essence.startswith(CLOUD_EVENTS):
        raise UnsupportedMediaType(
            f"This server accepts CloudEvents as {STRUCTURED}, as {BATCH}, and in binary mode.",
            field="Content-Type",
        )
    return binary(kind, headers, body)


def is_batch(kind: str) -> bool:
    """Return whether a request with the Content-Type `kind` is a batch (HTTP protocol binding, 3.3)."""
    return _essence(kind) == BATCH


def structured(body: bytes) -> Sent:
    """Return the CloudEvent of a JSON object (JSON event format, 3)."""
    strict_json.check(body, around=1)
    members = strict_json.members(body)
    counts.check(len(members), counts.EXTENSIONS, field="extensions")
    sent = Sent()
    data = members.pop("data", None)
    encoded = members.pop("data_base64", values.NULL)
    sent.attributes = {name: _value(raw, name) for name, raw in members.items() if raw != values.NULL}
    if encoded != values.NULL:
        if data is not None:
            raise InvalidField("must not come with `data`", field="data_base64")
        sent.data_key, sent.data, sent.form = "data_base64", encoded, Proto.BYTES
    elif data is None:
        sent.form = Proto.ABSENT
    else:
        sent.data = data
        kind = sent.attributes.get("datacontenttype", "")
        if data.startswith(b'"') and isinstance(kind, str) and not is_json(kind):
            sent.form = Proto.TEXT
    return sent


def binary(kind: str, headers: Headers, body: bytes) -> Sent:
    """Return the CloudEvent of `ce-` headers and a body (HTTP protocol binding, 3.1)."""
    sent = Sent()
    for header, value in headers:
        name = header.lower()
        if name.startswith("ce-"):
            _add(sent.attributes, name[3:], value)
    if kind:
        sent.attributes["datacontenttype"] = kind
    form, sent.data = _form_of(body, kind)
    sent.form = FORMS[form]
    return sent


def _form_of(body: bytes, kind: str) -> tuple[DataForm, bytes]:
    """Return what the body is, as it is kept; one without a type is JSON if it can be, else bytes."""
    try:
        return form_of(body, kind)
    except MalformedJson:
        if kind:
            raise
        return DataForm.BYTES, orjson.dumps(base64.b64encode(body).decode())


def _essence(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()


def _check_version(version: Value | None) -> None:
    if version is None:
        raise InvalidField(
            f"is required: as the header `ce-specversion`, or in a body of type {STRUCTURED}",
            field="specversion",
        )
    if version != VERSION:
        raise InvalidField(f'must be "{VERSION}"', field="specversion")


def _string(value: Value, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidField("must be a string", field=name)
    return value


def _value(raw: bytes, name: str) -> Value:
    """Return an attribute's value from its JSON (JSON event format, 2.2)."""
    if raw in (b"true", b"false"):
        return raw == b"true"
    if raw.startswith(b'"'):
        return _not_empty(values.text(raw, field=name), name)
    if not INTEGER.fullmatch(raw) or len(raw) > 11 or not -(2**31) <= int(raw) < 2**31:
        raise InvalidField(
            "must be a string, true, false, or a whole number from -2147483648 to 2147483647", field=name[:64]
        )
    return int(raw)


def _add(attributes: dict[str, Value], name: str, value: str) -> None:
    """Add the attribute of one `ce-` header."""
    if name in NEVER_HEADERS:
        raise InvalidField(NEVER_HEADERS[name], field=name)
    if name in attributes:
        raise InvalidField("must not come twice", field=name[:64])
    attributes[name] = _not_empty(_decoded(value.strip(" \t"), name), name)


def _not_empty(value: str, name: str) -> str:
    if not value:
        raise InvalidField("must not be empty", field=name[:64])
    return value


def _decoded(value: str, name: str) -> str:
    """Return the value of a header, unquoted, then percent-decoded once (3.1.3.2).

    What begins no escape stands for itself, because many SDKs encode nothing.
    """
    if quoted := QUOTED.fullmatch(value):
        value = re.sub(r"\\(.)", r"\1", quoted[1])
    try:
        found = unquote_to_bytes(value).decode()
    except UnicodeEncodeError:
        raise InvalidField("has bytes that are not UTF-8: percent-encode it", field=name[:64]) from None
    except UnicodeDecodeError:
        raise InvalidField(f"has escapes that are not UTF-8: {AS_TEXT}", field=name[:64]) from None
    if name in URIS and found != value and not URI_REFERENCE.fullmatch(found):
        raise InvalidField(f"is not a URI-reference when percent-decoded: {AS_TEXT}", field=name)
    return found
