"""Events between the proto and the model."""

from collections.abc import Iterable
from typing import Any

from bellrope.v1 import deliveries_pb2, eventing_pb2
from google.protobuf.duration_pb2 import Duration

from bellrope_server.admission.limits import Limits
from bellrope_server.convert import cloudevents, names
from bellrope_server.convert.times import from_duration, from_timestamp, to_timestamp
from bellrope_server.errors import InvalidField, ServiceError, TooLarge
from bellrope_server.model import Accepted, CloudEvent, Event, Micros, NewEvent
from bellrope_server.rules import traces
from bellrope_server.rules.traces import Trace
from bellrope_server.text import strict_json

FARTHEST: Micros = 3653 * 24 * 3600 * 1_000_000  # ten years

OneEvent = eventing_pb2.QueueRequest | eventing_pb2.TriggerSyncRequest


def batch(
    events: Iterable[tuple[int, eventing_pb2.QueueRequest]],
    *,
    project: str,
    now: Micros,
    limits: Limits,
    json_checked: bool = False,
    trace: Trace = traces.NONE,
    span: str = "",
) -> list[NewEvent]:
    """Return events of a batch, or raise the error of the first refused one, with its index.

    Each comes with its index. `project` is the checked name of the batch's project.
    """
    found = []
    for index, each in events:
        try:
            if each.project not in ("", project):
                raise InvalidField("must be empty, or the project of the batch", field="project")
            event = new_event(
                each,
                project=project,
                now=now,
                limits=limits,
                json_checked=json_checked,
                trace=trace,
                span=span,
            )
            found.append(event)
        except ServiceError as error:
            raise error.at(index) from None
    return found


def new_event(
    request: OneEvent,
    *,
    project: str | None = None,
    now: Micros,
    limits: Limits,
    json_checked: bool = False,
    wait_until: Micros | None = None,
    trace: Trace = traces.NONE,
    span: str = "",
) -> NewEvent:
    """Return the event of a request, or raise InvalidField, MalformedJson or TooLarge.

    `project` is a checked name that replaces the request's project. `trace` is for an event without a trace
    context of its own, and `span` is the span that accepts it.
    """
    has = request.HasField
    data = _data(request.data, limits, json_checked)
    cloud_event = None
    if has("cloud_event"):
        cloud_event, data = cloudevents.from_proto(request.cloud_event, data)
    if not trace.parent or request.traceparent:
        trace = traces.checked(request.traceparent, request.tracestate)
    event = NewEvent(
        project=project or names.project(request.project),
        type=names.event_type(request.type),
        data=data,
        schedule_time=(
            from_timestamp(request.schedule_time, field="schedule_time") if has("schedule_time") else None
        ),
        delay=_delay(request.delay) if has("delay") else 0,
        event_id=_event_id(request.id, cloud_event),
        options=names.options(request.options),
        expire_time=(
            from_timestamp(request.expire_time, field="expire_time") if has("expire_time") else None
        ),
        traceparent=trace.parent,
        tracestate=trace.state,
        span=span,
        cloud_event=cloud_event,
        wait_until=wait_until,
    )
    if event.schedule_time is not None or event.delay:
        _check_due(event, now)
    return event


def _event_id(id: str, cloud_event: CloudEvent | None) -> str | None:
    if id:
        return names.event_id(id)
    return cloudevents.event_id(cloud_event) if cloud_event else None


def _data(data: bytes, limits: Limits, checked: bool) -> bytes:
    if len(data) > limits.data_bytes:
        raise TooLarge(f"is over {limits.data_bytes} bytes", field="data")
    if not data:
        return b"null"
    if not checked:
        strict_json.check(data, field="data")
    return data


def _delay(delay: Duration) -> Micros:
    if min(delay.seconds, delay.nanos) < 0:
        raise InvalidField("must not be negative", field="delay")
    return from_duration(delay, field="delay")


def due_time(request: Any, *, now: Micros) -> Micros:
    """Return the required due time of a request, or raise InvalidField."""
    if not request.HasField("due_time"):
        raise InvalidField("is required", field="due_time")
    time = from_timestamp(request.due_time, field="due_time")
    if time > now + FARTHEST:
        raise InvalidField("must not be more than 10 years ahead", field="due_time")
    return time


def _check_due(event: NewEvent, now: Micros) -> None:
    start = now if event.schedule_time is None else event.schedule_time
    if event.schedule_time is not None and start > now + FARTHEST:
        raise InvalidField("must not be more than 10 years ahead", field="schedule_time")
    if start + event.delay > now + FARTHEST:
        raise InvalidField("must not lead to a time more than 10 years ahead", field="delay")


def accepted_to_proto(accepted: Accepted) -> eventing_pb2.QueueResponse:
    """Return the answer to Queue."""
    response = eventing_pb2.QueueResponse()
    fill_in(response, accepted)
    return response


def batch_to_proto(accepted: Iterable[Accepted]) -> eventing_pb2.QueueBatchResponse:
    """Return the answer to QueueBatch."""
    response = eventing_pb2.QueueBatchResponse()
    add = response.results.add
    for each in accepted:
        fill_in(add(), each)
    return response


def fill_in(response: eventing_pb2.QueueResponse, accepted: Accepted) -> None:
    """Fill in the answer to Queue, in its place in a larger one: copying it there would cost as much."""
    response.event_id = accepted.event_id
    response.delivery_count = accepted.delivery_count
    due_time = response.due_time
    due_time.seconds, rest = divmod(accepted.due_time, 1_000_000)
    due_time.nanos = rest * 1000
    if accepted.duplicate:
        response.duplicate = True


def event_to_proto(event: Event) -> deliveries_pb2.Event:
    """Return an event as a message."""
    return deliveries_pb2.Event(
        project=event.project,
        event_id=event.event_id,
        type=event.type,
        data=event.data,
        accept_time=to_timestamp(event.accept_time),
        due_time=to_timestamp(event.due_time),
        expire_time=None if event.expire_time is None else to_timestamp(event.expire_time),
        options=event.options,
        delivery_count=event.delivery_count,
        traceparent=event.traceparent,
        tracestate=event.tracestate,
        cloud_event=cloudevents.to_proto(event.cloud_event) if event.cloud_event else None,
        cause=event.cause or "",
        hop=event.hop,
    )
