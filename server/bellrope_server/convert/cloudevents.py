"""CloudEvents between the proto and the model, checked by the rules of the specification."""

import base64
import hashlib
import re
from collections.abc import Mapping

import orjson
from bellrope.v1 import cloudevents_pb2
from msgspec.structs import replace

from bellrope_server.convert import values
from bellrope_server.errors import InvalidField, MalformedJson, TooLarge
from bellrope_server.model import CloudEvent, DataForm
from bellrope_server.rules.media_types import is_json, media_type
from bellrope_server.text import exact_base64, rfc3339, strict_json

Proto = cloudevents_pb2.CloudEvent

PREFIX = "cloud_event."  # of the fields' names in errors
MAX_BYTES = 8192
TEXTS = ("id", "source", "subject", "time", "datacontenttype", "dataschema")
REQUIRED = frozenset(("id", "source"))
TAKEN = frozenset((*TEXTS, "specversion", "type", "data", "traceparent", "tracestate"))
UTF_8 = frozenset(("", "utf-8", "us-ascii"))  # the charsets of text that is kept as text
STRINGS = frozenset((DataForm.TEXT, DataForm.BYTES))
NAME = re.compile(r"[a-z0-9]{1,256}")
# Control characters and noncharacters (specification, "Type System", String). A header may have a tab.
BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
ENCODED = "in ASCII and without spaces: percent-encode other characters, as in /Zo%C3%AB%20A"
URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.*", re.DOTALL)


def from_proto(event: Proto, data: bytes) -> tuple[CloudEvent, bytes]:
    """Return the attributes of a CloudEvent, and its data as it is kept.

    `data` is the event's JSON text, already checked. Bytes whose type is JSON or text are kept as JSON or
    text, so an event is the same in whatever mode it comes. Raises InvalidField, which names the attribute,
    TooLarge, or MalformedJson if the type is JSON and the bytes are not.
    """
    texts = {name: _text(name, getattr(event, name)) for name in TEXTS}
    _check_texts(texts)
    extensions = {name: _extension(name, event.extensions[name]) for name in sorted(event.extensions)}
    found = CloudEvent(**texts, extensions=extensions, form=_form(event))
    _check_size(found)
    _check_data(found, data)
    if found.form in STRINGS:
        data = orjson.dumps(orjson.loads(data))  # as in binary mode, however the sender wrote the characters
    return _opened(found, data) if found.form is DataForm.BYTES else (found, data)


def form_of(raw: bytes, datacontenttype: str) -> tuple[DataForm, bytes]:
    """Return what the bytes of an event's data are, by their type, and the JSON text that is kept.

    Raises MalformedJson if the type is JSON and the bytes are not.
    """
    if not raw:
        return DataForm.ABSENT, values.NULL
    if is_json(datacontenttype):
        strict_json.check(raw, field="data")
        return DataForm.JSON, raw
    text = _utf8(raw, datacontenttype)
    if text is not None:
        return DataForm.TEXT, orjson.dumps(text)
    return DataForm.BYTES, orjson.dumps(base64.b64encode(raw).decode())


def event_id(event: CloudEvent) -> str:
    """Return an id for an event without one of its own: a hash of the CloudEvent's source and id.

    >>> event_id(CloudEvent(id="1234-1234-1234", source="/mycontext/subcontext"))
    'ce_3qGzchEsDfjrYy6V53K7S9qbYkYuQL_a-EtwXquLdYQ'
    """
    digest = hashlib.sha256(f"{event.source}\0{event.id}".encode()).digest()
    return "ce_" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def to_proto(event: CloudEvent) -> Proto:
    """Return the attributes of a CloudEvent as a message."""
    texts = {name: getattr(event, name) for name in TEXTS}
    return Proto(**texts, extensions=_extensions(event.extensions), data_form=Proto.DataForm.Name(event.form))


def extension(value: bool | int | str) -> cloudevents_pb2.CloudEvent.Extension:
    """Return the value of an extension as a message."""
    if isinstance(value, bool):
        return Proto.Extension(boolean=value)
    return Proto.Extension(integer=value) if isinstance(value, int) else Proto.Extension(text=value)


def _extensions(
    extensions: Mapping[str, bool | int | str],
) -> dict[str, cloudevents_pb2.CloudEvent.Extension]:
    return {name: extension(value) for name, value in extensions.items()}


def _text(name: str, value: str) -> str:
    if not value and name in REQUIRED:
        raise InvalidField("is required", field=PREFIX + name)
    if BAD_CHARACTER.search(value):
        raise InvalidField("has a character that CloudEvents do not allow", field=PREFIX + name)
    return value


def _check_texts(texts: Mapping[str, str]) -> None:
    if not URI_REFERENCE.fullmatch(texts["source"]):
        raise InvalidField(f"must be a URI-reference (RFC 3986), {ENCODED}", field=PREFIX + "source")
    schema = texts["dataschema"]
    if schema and not (URI.fullmatch(schema) and URI_REFERENCE.fullmatch(schema)):
        raise InvalidField(f"must be a URI (RFC 3986), {ENCODED}", field=PREFIX + "dataschema")
    if texts["time"]:
        rfc3339.read(texts["time"], field=PREFIX + "time")
    if texts["datacontenttype"] and media_type(texts["datacontenttype"]) is None:
        raise InvalidField("must be a media type like `application/json`", field=PREFIX + "datacontenttype")


def _extension(name: str, value: cloudevents_pb2.CloudEvent.Extension) -> bool | int | str:
    if not NAME.fullmatch(name):
        raise InvalidField(
            "is not a name for an attribute: use only lower-case letters and digits",
            field=f"{PREFIX}{name[:64]}",
        )
    if name in TAKEN:
        raise InvalidField("is not an extension", field=PREFIX + name)
    kind = value.WhichOneof("value")
    if kind is None or (kind == "text" and not value.text):
        raise InvalidField("must not be empty", field=PREFIX + name)
    found: bool | int | str = getattr(value, kind)
    return _text(name, found) if isinstance(found, str) else found


def _form(event: Proto) -> DataForm:
    try:
        return DataForm(event.data_form)
    except ValueError:
        raise InvalidField("is not a known form", field=PREFIX + "data_form") from None


def _check_size(event: CloudEvent) -> None:
    texts = [getattr(event, name) for name in TEXTS]
    pairs = [f"{name}{value}" for name, value in event.extensions.items()]
    if len("".join(texts + pairs).encode()) > MAX_BYTES:
        raise TooLarge(f"has attributes of over {MAX_BYTES} bytes", field=PREFIX.rstrip("."))


def _opened(event: CloudEvent, data: bytes) -> tuple[CloudEvent, bytes]:
    """Return an event that came with its data in base64; without a type, the data is JSON if it can be."""
    raw = base64.b64decode(orjson.loads(data))
    try:
        form, kept = form_of(raw, event.datacontenttype)
    except MalformedJson:
        if event.datacontenttype:
            raise
        return event, data
    return replace(event, form=form), data if form is DataForm.BYTES else kept


def _utf8(raw: bytes, datacontenttype: str) -> str | None:
    """Return the data as text if its type is text in UTF-8 and the bytes are, else None."""
    found = media_type(datacontenttype)
    if found is None or not found.textual or found.charset not in UTF_8:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _check_data(event: CloudEvent, data: bytes) -> None:
    if event.form is DataForm.ABSENT:
        if data != b"null":
            raise InvalidField("must be empty if data_form is ABSENT", field="data")
    elif event.form is DataForm.JSON:
        if not is_json(event.datacontenttype):
            raise InvalidField(
                "is not a JSON type: send the data as text or base64", field=PREFIX + "datacontenttype"
            )
    else:
        _check_string(event, data)


def _check_string(event: CloudEvent, data: bytes) -> None:
    """Raise InvalidField unless the data is a JSON string that holds text, or bytes in base64."""
    if not data.lstrip().startswith(b'"'):
        raise InvalidField("must be a JSON string", field="data")
    if event.form is DataForm.BYTES:
        try:
            exact_base64.decoded(orjson.loads(data))
        except ValueError:
            raise InvalidField("is not base64 (RFC 4648, section 4)", field="data") from None
        return
    found = media_type(event.datacontenttype)
    if found is None or is_json(event.datacontenttype):
        raise InvalidField("must be a text type other than JSON", field=PREFIX + "datacontenttype")
    if found.charset not in UTF_8:
        raise InvalidField(
            "has a charset other than UTF-8: send the data as base64", field=PREFIX + "datacontenttype"
        )
