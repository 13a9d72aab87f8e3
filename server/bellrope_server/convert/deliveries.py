"""Converts deliveries, attempts and the answer to TriggerSync to the proto."""

import base64
from collections.abc import Sequence
from typing import TypeAlias

import orjson
from bellrope.v1 import deliveries_pb2, eventing_pb2

from bellrope_server.attempt import Attempt
from bellrope_server.convert.times import set_duration, set_timestamp, to_timestamp
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
    shown = deliveries_pb2.Attempt()
    _fill(shown, attempt)
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


def _fill(shown: deliveries_pb2.Attempt, attempt: Attempt) -> None:
    """Show one attempt in an empty message, without its request.

    It is filled in its place, because a message that is given to another is copied.
    """
    shown.number = attempt.number
    set_timestamp(shown.start_time, attempt.start_time)
    set_duration(shown.duration, attempt.duration)
    if attempt.connect_duration is not None:
        set_duration(shown.connect_duration, attempt.connect_duration)
    if attempt.first_byte_duration is not None:
        set_duration(shown.first_byte_duration, attempt.first_byte_duration)
    shown.status_code = attempt.status_code
    if attempt.error:
        shown.error = attempt.error.name  # type: ignore[assignment]  # a name, as in a constructor
    shown.tls_reason = str(attempt.tls_reason)
    shown.proxy_reason = str(attempt.proxy_reason)
    shown.response_headers.update(attempt.response_headers)
    shown.response_body = attempt.response_body
    shown.truncated = attempt.truncated
    if attempt.next_attempt_time is not None:
        set_timestamp(shown.next_attempt_time, attempt.next_attempt_time)
    shown.late = attempt.late
    shown.brief = attempt.brief
    shown.chain_error = attempt.chain_error


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
    response = eventing_pb2.TriggerSyncResponse(event_id=event_id)
    for delivery in deliveries:
        result = response.results.add(
            trigger=delivery.trigger,
            delivery_id=delivery.delivery_id,
            state=delivery.state.name,
            attempt_count=delivery.attempt_count,
        )
        if delivery.attempts:
            _fill(result.last_attempt, delivery.attempts[-1])
    return response


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
