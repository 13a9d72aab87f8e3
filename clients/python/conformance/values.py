"""The values, events and errors of the protocol, as Python's and back."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import bellrope
from bellrope.v1.deliveries_pb2 import Delivery
from bellrope.webhooks import Received


def value_of(spec: dict[str, Any]) -> Any:
    """Return what a program would have as data."""
    [(kind, value)] = spec.items()
    return _VALUES[kind](value)


_VALUES: dict[str, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "bool": bool,
    "string": str,
    "integer": int,
    "double": float,
    "bytes": b64decode,
    "list": lambda items: [value_of(each) for each in items],
    "object": lambda members: {name: value_of(each) for name, each in members},
    "raw": lambda text: bellrope.RawJSON(text),
}


def spec_of(value: Any) -> dict[str, Any]:
    """Return a value in the protocol's form."""
    kind, shown = _KINDS[type(value)]
    return {kind: shown(value)}


_KINDS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    type(None): ("null", lambda value: value),
    bool: ("bool", lambda value: value),
    str: ("string", lambda value: value),
    int: ("integer", str),
    float: ("double", repr),
    bytes: ("bytes", lambda value: text_of(value)),
    list: ("list", lambda items: [spec_of(each) for each in items]),
    dict: ("object", lambda members: [[name, spec_of(each)] for name, each in members.items()]),
}


def text_of(data: bytes) -> str:
    """Return bytes in base64."""
    return b64encode(data).decode()


def fields_of(event: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an event besides its type and its data."""
    fields: dict[str, Any] = {}
    for name in ("id", "options", "traceparent", "tracestate"):
        if name in event:
            fields[name] = event[name]
    if "delay_ms" in event:
        fields["delay"] = event["delay_ms"] / 1000
    if "time" in event:
        fields["at"] = datetime.fromisoformat(event["time"])
    if "expire_time" in event:
        fields["expire_at"] = datetime.fromisoformat(event["expire_time"])
    return fields


def data_of(event: dict[str, Any]) -> tuple[Any, ...]:
    """Return the data as an argument; none if it is absent."""
    return () if "absent" in event["data"] else (value_of(event["data"]),)


def event_of(event: dict[str, Any]) -> bellrope.Event:
    """Return an event of a batch or a stream."""
    return bellrope.Event(event["type"], *data_of(event), **fields_of(event))


def queued(outcome: bellrope.Queued) -> dict[str, Any]:
    """Return what `queue` returned."""
    return {
        "event_id": outcome.event_id,
        "delivery_count": outcome.delivery_count,
        "due_time": time_of(outcome.due_time),
        "duplicate": outcome.duplicate,
    }


def outcome_of(outcome: bellrope.Queued | bellrope.BellropeError) -> dict[str, Any]:
    """Return an outcome of a stream."""
    return {"error": error(outcome)} if isinstance(outcome, bellrope.BellropeError) else queued(outcome)


def answer(outcome: bellrope.Answer) -> dict[str, Any]:
    """Return what `trigger` returned."""
    found = {"event_id": outcome.event_id, "result": spec_of(outcome.result)}
    return found | {"raw": text_of(outcome.raw), "results": results(outcome.results)}


def results(each: Any) -> list[dict[str, Any]]:
    """Return the outcomes of triggers."""
    return [
        {
            "trigger": result.trigger,
            "state": Delivery.State.Name(result.state),
            "status_code": result.last_attempt.status_code,
        }
        for result in each
    ]


_KIND_OF: dict[type, str] = {
    bellrope.Conflict: "CONFLICT",
    bellrope.DeadlinePassed: "DEADLINE_PASSED",
    bellrope.InternalError: "INTERNAL_ERROR",
    bellrope.InvalidRequest: "INVALID_REQUEST",
    bellrope.KeyRequired: "KEY_REQUIRED",
    bellrope.NoTriggerMatched: "NO_TRIGGER_MATCHED",
    bellrope.NotFound: "NOT_FOUND",
    bellrope.Overloaded: "OVERLOADED",
    bellrope.OverQuota: "OVER_QUOTA",
    bellrope.ResponseTooLarge: "RESPONSE_TOO_LARGE",
    bellrope.TooLarge: "TOO_LARGE",
    bellrope.TriggerPaused: "TRIGGER_PAUSED",
    bellrope.Unavailable: "UNAVAILABLE",
    bellrope.WebhookFailed: "WEBHOOK_FAILED",
}


def error(failed: bellrope.BellropeError) -> dict[str, Any]:
    """Return the public members of an error."""
    kind = _KIND_OF.get(type(failed), "OTHER")
    found = {"kind": kind, "code": failed.code.name, "reason": failed.reason, "message": failed.message}
    found["fields"] = [each.field for each in failed.fields]
    found |= {"metadata": failed.metadata, "event_id": failed.event_id, "results": results(failed.results)}
    if failed.index is not None:
        found["index"] = failed.index
    if failed.retry_after is not None:
        found["retry_after_ms"] = round(failed.retry_after.total_seconds() * 1000)
    return found


def received(event: Received) -> dict[str, Any]:
    """Return an event as a webhook has it."""
    return {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "time": None if event.time is None else time_of(event.time),
        "delivery_id": event.delivery_id,
        "data": spec_of(event.data),
        "raw": text_of(event.raw),
    }


def time_of(time: datetime) -> str:
    """Return a time in RFC 3339."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
