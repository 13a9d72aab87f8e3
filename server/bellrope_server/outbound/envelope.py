"""An event as a webhook gets it: the body that the user's document describes, or a CloudEvent 1.0."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol, TypeAlias
from urllib.parse import quote

import orjson
from msgspec import Struct

from bellrope_server.model import CloudEvent, DataForm, Encoding, Leased, Micros

Value: TypeAlias = str | int | bool

JSON = "application/json"
# Characters that need no percent-encoding in a header: the printable ones, except the quote and the
# percent sign (HTTP protocol binding, 3.1.3.2).
PLAIN = "".join(map(chr, range(0x21, 0x7F))).translate({ord('"'): None, ord("%"): None})


class Enveloped(Struct, frozen=True):
    """An event in the form that its endpoint gets: the body, and the header lines that describe it."""

    head: tuple[bytes, ...]
    body: bytes


class Envelope(Protocol):
    """Puts an event into its form. `source` is the installation's id."""

    def __call__(self, leased: Leased, *, source: str) -> Enveloped:
        """Return the event in this form."""


DOCUMENTED = (b"Content-Type: application/json",)
STRUCTURED = (b"Content-Type: application/cloudevents+json; charset=utf-8",)


def documented(leased: Leased, *, source: str) -> Enveloped:
    """Return the documented keys in the documented order, with the data byte for byte."""
    body = b'{"specversion":"1.0-rc1","id":%b,"type":%b,"source":%b,"time":"%b","data":%b}' % (
        orjson.dumps(leased.event_id),
        orjson.dumps(leased.type),
        orjson.dumps(source),
        _iso(leased.accept_time),
        leased.data,
    )
    return Enveloped(DOCUMENTED, body)


def structured(leased: Leased, *, source: str) -> Enveloped:
    """Return one object of the attributes and the data, byte for byte (JSON event format, 3)."""
    attributes = orjson.dumps(_attributes(leased, source))
    form = leased.cloud_event.form if leased.cloud_event else DataForm.JSON
    if form is DataForm.ABSENT:
        return Enveloped(STRUCTURED, attributes)
    key = b"data_base64" if form is DataForm.BYTES else b"data"
    return Enveloped(STRUCTURED, b'%b,"%b":%b}' % (attributes[:-1], key, leased.data))


def binary(leased: Leased, *, source: str) -> Enveloped:
    """Return the data as the body and the attributes as headers (HTTP protocol binding, 3.1)."""
    attributes = _attributes(leased, source)
    kind = attributes.pop("datacontenttype", None)
    lines = [f"ce-{name}: {_in_header(value)}".encode() for name, value in attributes.items()]
    # A name without a value, or libcurl would add a Content-Type of its own.
    head = f"Content-Type: {kind}" if kind else "Content-Type:"
    return Enveloped((head.encode(), *lines), _bytes(leased))


FORMS: Mapping[Encoding, Envelope] = {
    Encoding.DOCUMENTED: documented,
    Encoding.STRUCTURED: structured,
    Encoding.BINARY: binary,
}
"""The envelope of each encoding."""


def _bytes(leased: Leased) -> bytes:
    """Return the data in the form that its type has."""
    form = leased.cloud_event.form if leased.cloud_event else DataForm.JSON
    if form is DataForm.JSON:
        return leased.data
    if form is DataForm.ABSENT:
        return b""
    text: str = orjson.loads(leased.data)
    return text.encode() if form is DataForm.TEXT else b64decode(text)


def _attributes(leased: Leased, source: str) -> dict[str, Value]:
    """Return the event's attributes: those that it came with, if it came as a CloudEvent."""
    came = leased.cloud_event
    if came is None:
        came = CloudEvent(
            id=leased.event_id, source=source, datacontenttype=JSON, time=_iso(leased.accept_time).decode()
        )
    implied = JSON if came.form is DataForm.JSON else ""
    found: dict[str, Value] = {
        "specversion": "1.0",
        "id": came.id,
        "source": came.source,
        "type": leased.type,
        "datacontenttype": came.datacontenttype or implied,
        "dataschema": came.dataschema,
        "subject": came.subject,
        "time": came.time,
        "traceparent": leased.traceparent,
        "tracestate": leased.tracestate,
        **came.extensions,
    }
    return {name: value for name, value in found.items() if value != ""}


def _in_header(value: Value) -> str:
    """Return a value in the form that a header needs.

    >>> _in_header("Euro € 😀"), _in_header(True), _in_header(-1)
    ('Euro%20%E2%82%AC%20%F0%9F%98%80', 'true', '-1')
    """
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return quote(text, safe=PLAIN)


def _iso(time: Micros) -> bytes:
    """Return a time in UTC as ISO 8601, truncated to the millisecond."""
    seconds, micros = divmod(time, 1_000_000)
    return b"%b.%03dZ" % (_iso_second(seconds), micros // 1000)


@lru_cache(maxsize=256)
def _iso_second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
