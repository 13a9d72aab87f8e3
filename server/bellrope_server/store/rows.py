"""Rows as the model's values, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import orjson

from bellrope_server.errors import UrlInvalid
from bellrope_server.model import (
    CloudEvent,
    Encoding,
    EventType,
    Micros,
    OwnRetention,
    Project,
    Trigger,
    TriggerSpec,
)
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.urls import read_url

_CLOUD_EVENT = msgspec.json.Decoder(CloudEvent)
_CLOUD_EVENT_TEXT = msgspec.json.Encoder(order="deterministic")  # so that equal ones have equal text


def text(mapping: Mapping[str, str]) -> str:
    """Return a string map as the JSON text of its column."""
    return orjson.dumps(dict(mapping)).decode() if mapping else "{}"


def sorted_text(mapping: Mapping[str, str]) -> str:
    """Return a string map as the JSON text of its column. Equal maps have equal text."""
    return orjson.dumps(dict(mapping), option=orjson.OPT_SORT_KEYS).decode()


def mapping(text: str) -> dict[str, str]:
    """Return the string map in a column's text."""
    if text == "{}":
        return {}
    result: dict[str, str] = orjson.loads(text)
    return result


def cloud_event_text(cloud_event: CloudEvent | None) -> str | None:
    """Return a CloudEvent's attributes as the JSON text of their column."""
    return None if cloud_event is None else _CLOUD_EVENT_TEXT.encode(cloud_event).decode()


def cloud_event(text: str | None) -> CloudEvent | None:
    """Return a CloudEvent's attributes from their column's text."""
    return None if text is None else _CLOUD_EVENT.decode(text)


def project(row: Mapping[str, Any]) -> Project:
    """Return the project of a row."""
    lengths = {kind: row[f"retain_{kind}"] for kind in asdict(OwnRetention())}
    return Project(
        id=row["id"],
        name=row["name"],
        create_time=row["create_time"],
        paused=bool(row["paused"]),
        retention=OwnRetention(**lengths),
    )


def retention_columns(retention: OwnRetention) -> dict[str, Micros | None]:
    """Return the columns that a project's own retention fills."""
    return {f"retain_{kind}": length for kind, length in asdict(retention).items()}


def event_type(row: Mapping[str, Any]) -> EventType:
    """Return the event type of a row that is joined with its project's name as `project`."""
    names = ("id", "project", "type", "schema", "json_schema", "create_time", "update_time")
    return EventType(**{name: row[name] for name in names})


def trigger(row: Mapping[str, Any]) -> Trigger:
    """Return the trigger of a row joined with its project's name and pause, by the query in `catalog`."""
    url, endpoint = _called(row["url"])
    spec = TriggerSpec(
        name=row["name"],
        type=row["type"],
        url=url,
        retry_policy=RetryPolicy(
            retries=row["retries"],
            min_backoff=row["min_backoff"],
            max_backoff=row["max_backoff"],
            schedule=tuple(orjson.loads(row["schedule"])),
            no_retry_statuses=tuple(orjson.loads(row["no_retry_statuses"])),
        ),
        timeout=row["timeout"],
        headers=mapping(row["headers"]),
        secret=row["secret"],
        options=mapping(row["options"]),
        filter=row["filter"] or "",
        paused=bool(row["paused"]),
        disable_on_gone=bool(row["disable_on_gone"]),
        max_in_flight=row["max_in_flight"],
        encoding=Encoding(row["encoding"]),
        chain_events=bool(row["chain_events"]),
        description=row["description"],
    )
    return Trigger(
        id=row["id"],
        project_id=row["project_id"],
        project=row["project"],
        spec=spec,
        version=row["version"],
        create_time=row["create_time"],
        update_time=row["update_time"],
        endpoint=endpoint,
        project_paused=bool(row["project_paused"]),
    )


def _called(url: str) -> tuple[str, str]:
    """Return a URL as it is called, and the key of the cap per endpoint: scheme, host and port.

    >>> _called("https://Example.com/a/../hook?x=1")
    ('https://example.com/hook?x=1', 'https://example.com:443')
    """
    try:
        target = read_url(url)
    except UrlInvalid:  # a row that was edited by hand; the guard refuses it at the attempt
        return url, url
    return target.url, f"{target.scheme}://{target.host}:{target.port}"


def trigger_columns(spec: TriggerSpec) -> dict[str, Any]:
    """Return the columns that a trigger's specification fills."""
    policy = spec.retry_policy
    return {
        "name": spec.name,
        "type": spec.type,
        "url": spec.url,
        "retries": policy.retries,
        "min_backoff": policy.min_backoff,
        "max_backoff": policy.max_backoff,
        "schedule": orjson.dumps(policy.schedule).decode(),
        "no_retry_statuses": orjson.dumps(policy.no_retry_statuses).decode(),
        "timeout": spec.timeout,
        "headers": text(spec.headers),
        "secret": spec.secret,
        "options": text(spec.options),
        "filter": spec.filter or None,
        "paused": spec.paused,
        "disable_on_gone": spec.disable_on_gone,
        "max_in_flight": spec.max_in_flight,
        "encoding": int(spec.encoding),
        "chain_events": spec.chain_events,
        "description": spec.description,
    }
