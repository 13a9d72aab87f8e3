"""The event in a request, in any of the encodings that a trigger can have."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from bellrope.decode import Made, decode, into
from bellrope.webhooks.headers import Headers, lower
from bellrope.webhooks.members import members

STRUCTURED = "application/cloudevents+json"
_SECOND = slice(16, 19)


class NotAnEvent(Exception):
    """The request has no valid event. Another attempt would send the same request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An event as a webhook gets it. Every attempt of a delivery has the same value."""

    id: str
    """The event's id, as `queue` returned it to the sender."""

    type: str
    source: str
    """The name of the bellrope installation."""

    time: datetime | None
    """When the event was accepted, in UTC. If its sender sent a CloudEvent: what the sender says, or None."""

    data: Any
    """The data: decoded if it is JSON, else a str or bytes as it was sent."""

    raw: bytes
    """The data as it was sent, byte for byte."""

    delivery_id: str
    """The id of the delivery. A delivery may come more than once, so ignore one that you have seen."""

    def into(self, kind: Callable[..., Made]) -> Made:
        """Return a `kind` made of the data: a class, such as a dataclass, or any function.

        The members of an object are its keyword arguments, and any other data its only argument. What `kind`
        raises is raised.
        """
        return into(kind, self.data)


def parse(body: bytes, *, headers: Headers) -> Received:
    """Return the event in a request without checking the signature; `receive` checks it.

    Reads bellrope's own body (specversion 1.0-rc1) and the two modes of the CloudEvents 1.0 HTTP binding,
    structured and binary. Raises NotAnEvent.
    """
    named = lower(headers)
    media_type = _media_type(named.get("content-type", ""))
    try:
        if media_type == STRUCTURED:
            return _of_json(members(body), version="1.0", headers=named)
        if "ce-specversion" in named:
            return _binary(body, media_type=media_type, headers=named)
        return _of_json(members(body), version="1.0-rc1", headers=named)
    except (ValueError, OverflowError) as error:
        raise NotAnEvent(f"the request has no valid event: {error}") from None


def _of_json(parts: dict[str, bytes], *, version: str, headers: Mapping[str, str]) -> Received:
    attributes = {name: decode(text) for name, text in parts.items() if name not in ("data", "data_base64")}
    content_type = _text(attributes, "datacontenttype") if "datacontenttype" in attributes else ""
    data, raw = _data(parts, media_type=_media_type(content_type))
    return _event(attributes, version=version, headers=headers, data=data, raw=raw)


def _data(parts: Mapping[str, bytes], *, media_type: str) -> tuple[Any, bytes]:
    """Return the data in a JSON document, decoded and as the original bytes."""
    if "data" in parts and "data_base64" in parts:
        raise ValueError("it has both data and data_base64")
    if "data_base64" in parts:
        encoded = decode(parts["data_base64"])
        if not isinstance(encoded, str):
            raise ValueError("its data_base64 is not a text")
        return _decoded(b64decode(encoded, validate=True), media_type=media_type)
    text = parts.get("data", b"")
    data = decode(text)
    if isinstance(data, str) and media_type and not _is_json(media_type):
        return data, data.encode()
    return data, text


def _binary(body: bytes, *, media_type: str, headers: Mapping[str, str]) -> Received:
    """Read a binary request (section 3.1 of the binding): attributes are percent-encoded headers."""
    attributes = {
        name.removeprefix("ce-"): unquote(_unquoted(value), errors="strict")
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    data, raw = _decoded(body, media_type=media_type)
    return _event(attributes, version="1.0", headers=headers, data=data, raw=raw)


def _event(
    attributes: Mapping[str, Any], *, version: str, headers: Mapping[str, str], data: Any, raw: bytes
) -> Received:
    if attributes.get("specversion") != version:
        raise ValueError(f"its specversion is not {version}")
    return Received(
        id=_text(attributes, "id"),
        type=_text(attributes, "type"),
        source=_text(attributes, "source"),
        time=_time(_text(attributes, "time")) if "time" in attributes else None,
        data=data,
        raw=raw,
        delivery_id=_text(headers, "webhook-id"),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"it has no {name}")
    return value


def _time(text: str) -> datetime:
    """Return a time in UTC. A leap second, which no datetime has, is the second after it."""
    leap = text[_SECOND] == ":60"
    time = datetime.fromisoformat((f"{text[:16]}:59{text[19:]}" if leap else text).upper())
    if time.tzinfo is None:
        raise ValueError("its time has no zone")
    return time.astimezone(UTC) + timedelta(seconds=leap)


def _decoded(data: bytes, *, media_type: str) -> tuple[Any, bytes]:
    """Return the data, decoded if it is JSON, and its bytes. Data of no type is JSON if it can be."""
    if data and _is_json(media_type):
        return decode(data), data
    if not media_type:
        with suppress(ValueError):
            return decode(data), data
    return data or None, data


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    return media_type.endswith(("/json", "+json"))


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
