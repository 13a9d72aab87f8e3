"""Converts deliveries, attempts and the answer to TriggerSync to the proto."""

import base64
from collections.abc import Sequence
from typing import TypeAlias

import orjson
from bellrope.v1 import deliveries_pb2, eventing_pb2

from bellrope_server.attempt import Attempt
from bellrope_server.convert.times import to_duration, to_timestamp
from bellrope_server.errors import MalformedJson
from bellrope_server.model import Delivery, Result
from bellrope_server.rules.answers import utf8
from bellrope_server.store.log.backlog import Backlog
from bellrope_server.text import strict_json

MOST_TEXT = 1_600_000  # bytes of text as JSON; base64 of an answer of 1 MiB is shorter
Owed: TypeAlias = Delivery | Result
BRIEF_RESULTS, BRIEF_BODY = 10, 256  # 256 bytes of each of the first 10 webhooks' last answers


def to_proto(delivery: Delivery) -> deliveries_pb2.Delivery:
    """Return a delivery with its attempts."""
    return deliveries_pb2.Delivery(
        project=delivery.project,
        delivery_id=delivery.delivery_id,
        event_id=delivery.event_id,
        type=delivery.type,
        trigger=delivery.trigger,
        state=delivery.state.name,
        due_time=to_timestamp(delivery.due_time),
        attempt_count=delivery.attempt_count,
        reason=delivery.reason,
        create_time=to_timestamp(delivery.create_time),
        finish_time=None if delivery.finish_time is None else to_timestamp(delivery.finish_time),
        attempts=[attempt_to_proto(attempt) for attempt in delivery.attempts],
    )


def attempt_to_proto(attempt: Attempt) -> deliveries_pb2.Attempt:
    """Return one attempt, with its request if it has one."""
    shown = _answered(attempt)
    if sent := attempt.request:
        shown.request.url = sent.url
        shown.request.headers.update(_headers(sent.headers))
        shown.request.body_bytes = sent.body_bytes
    return shown


def _headers(lines: bytes) -> dict[str, str]:
    """Return the headers of these lines; a header without a value was not sent.

    >>> _headers(b"Content-Type:\\nwebhook-id: 7\\nX-Key: [hidden]")
    {'webhook-id': '7', 'X-Key': '[hidden]'}
    """
    pairs = (line.partition(": ") for line in lines.decode(errors="replace").split("\n"))
    return {name: value for name, _, value in pairs if value}


def _answered(attempt: Attempt) -> deliveries_pb2.Attempt:
    """Return one attempt without its request."""
    next_time = attempt.next_attempt_time
    connected, answered = attempt.connect_duration, attempt.first_byte_duration
    return deliveries_pb2.Attempt(
        number=attempt.number,
        start_time=to_timestamp(attempt.start_time),
        duration=to_duration(attempt.duration),
        connect_duration=None if connected is None else to_duration(connected),
        first_byte_duration=None if answered is None else to_duration(answered),
        status_code=attempt.status_code,
        error=attempt.error.name if attempt.error else None,
        tls_reason=str(attempt.tls_reason),
        proxy_reason=str(attempt.proxy_reason),
        response_headers=attempt.response_headers,
        response_body=attempt.response_body,
        truncated=attempt.truncated,
        next_attempt_time=None if next_time is None else to_timestamp(next_time),
        late=attempt.late,
        brief=attempt.brief,
        chain_error=attempt.chain_error,
    )


def backlog_to_proto(backlog: Backlog, *, free_slots: int) -> deliveries_pb2.Backlog:
    """Return what a trigger owes; `free_slots` is how many attempts it may start now."""
    failure = backlog.last_failure
    return deliveries_pb2.Backlog(
        project=backlog.trigger.project,
        trigger=backlog.trigger.spec.name,
        scheduled_count=backlog.scheduled,
        due_count=backlog.due,
        delivering_count=backlog.delivering,
        dead_lettered_count=backlog.dead_lettered,
        due_time=None if backlog.due_time is None else to_timestamp(backlog.due_time),
        held_by=_held_by(backlog, free_slots),
        last_failure=None if failure is None else attempt_to_proto(failure),
        paused=backlog.trigger.spec.paused,
        project_paused=backlog.trigger.project_paused,
    )


def _held_by(backlog: Backlog, free_slots: int) -> str | None:
    if not backlog.due:
        return None
    if backlog.trigger.waits:
        return "PAUSED"
    return None if free_slots else "CAP"


def sync_response(event_id: str, deliveries: Sequence[Owed]) -> eventing_pb2.TriggerSyncResponse:
    """Return the outcome of each delivery, without the `result`."""
    return eventing_pb2.TriggerSyncResponse(
        event_id=event_id, results=[_result(delivery) for delivery in deliveries]
    )


def brief(response: eventing_pb2.TriggerSyncResponse) -> eventing_pb2.TriggerSyncResponse:
    """Return the outcomes cut for the details of an error: gRPC clients accept 8 KiB of trailers.

    The log has the whole attempts.
    """
    small = eventing_pb2.TriggerSyncResponse(
        event_id=response.event_id, results=response.results[:BRIEF_RESULTS]
    )
    for result in small.results:
        attempt = result.last_attempt
        attempt.truncated = attempt.truncated or len(attempt.response_body) > BRIEF_BODY
        attempt.response_body = attempt.response_body[:BRIEF_BODY]
        attempt.response_headers.clear()
        if not result.attempt_count:
            result.ClearField("last_attempt")
    return small


def _result(delivery: Owed) -> eventing_pb2.TriggerSyncResponse.Result:
    return eventing_pb2.TriggerSyncResponse.Result(
        trigger=delivery.trigger,
        delivery_id=delivery.delivery_id,
        state=delivery.state.name,
        attempt_count=delivery.attempt_count,
        last_attempt=_answered(delivery.attempts[-1]) if delivery.attempts else None,
    )


def answer_as_json(body: bytes, content_type: str = "") -> tuple[bytes, bool]:
    """Return a webhook's body as JSON text, and whether it is in base64.

    That is for what is not text, and for long text that would grow several times by its escapes.

    >>> [answer_as_json(body) for body in (b'{"a":1}', b"", b"fine", b"\\xff")]
    [(b'{"a":1}', False), (b'null', False), (b'"fine"', False), (b'"/w=="', True)]
    """
    text = utf8(body, content_type)
    if text is not None and not text.strip():
        return b"null", False
    found = text and _as_json(text)
    if found and len(found) <= MOST_TEXT:
        return found, False
    return orjson.dumps(base64.b64encode(body).decode()), True


def _as_json(text: bytes) -> bytes:
    """Return a text itself if it is JSON, else a JSON string."""
    try:
        strict_json.check(text)
    except MalformedJson:
        return orjson.dumps(text.decode())
    return text
