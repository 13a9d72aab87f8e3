"""What a trigger would do with an event: the answer to TestTrigger, without sending anything."""

from collections.abc import Callable
from typing import TypeAlias

from bellrope.v1.eventing_pb2 import QueueRequest
from bellrope.v1.triggers_pb2 import TestTriggerRequest, TestTriggerResponse

from bellrope_server.admission.limits import Limits
from bellrope_server.api.obstacles import Said, matches, obstacles
from bellrope_server.convert.events import new_event
from bellrope_server.errors import InvalidField
from bellrope_server.ids import uuid7
from bellrope_server.model import Leased, Micros, NewEvent, Trigger
from bellrope_server.outbound.sign import Request
from bellrope_server.rules.filters import options_match
from bellrope_server.rules.type_patterns import is_pattern, takes

Answer: TypeAlias = TestTriggerResponse
Preview: TypeAlias = Callable[[Leased], Request]

UNSENT = frozenset({b"Expect:"})  # makes libcurl leave this header out


def event_of(request: TestTriggerRequest, trigger: Trigger, *, now: Micros, limits: Limits) -> NewEvent:
    """Return the event to test; raise the errors that Queue would raise."""
    if not request.type and is_pattern(trigger.spec.type):
        raise InvalidField(f"is required: the trigger takes many types (`{trigger.spec.type}`)", field="type")
    queued = QueueRequest(
        project=request.project,
        type=request.type or trigger.spec.type,
        data=request.data,
        options=request.options,
        id=request.id or uuid7(),
        cloud_event=request.cloud_event if request.HasField("cloud_event") else None,
    )
    return new_event(queued, now=now, limits=limits)


def rehearse(event: NewEvent, trigger: Trigger, *, said: Said, misfit: str, sent: Request) -> Answer:
    """Return what the trigger would do with the event; `sent` is the request that it would send.

    `said` is what its filter says. `misfit` says why the data does not match its schema; it is empty if it
    does.
    """
    answer = Answer(schema_error=misfit, filter_error=said if isinstance(said, str) else "")
    spec = trigger.spec
    answer.obstacles.extend(
        obstacles(
            type_fits=takes(spec.type, event.type),
            options_fit=options_match(spec.options, event.options),
            filter=said,
            data_fits=not misfit,
            waits=trigger.waits,
        )
    )
    answer.matches = matches(list(answer.obstacles))
    headers = [line.decode() for line in sent.headers if line not in UNSENT]
    answer.request.CopyFrom(Answer.HttpRequest(url=sent.url, headers=headers, body=sent.body))
    return answer


def delivery_of(event: NewEvent, trigger: Trigger, now: Micros) -> Leased:
    """Return a delivery of the event that is not stored."""
    return Leased(
        id=0,
        delivery_id=uuid7(),
        event_row=0,
        event_id=event.event_id or "",
        type=event.type,
        data=event.data,
        accept_time=now,
        traceparent="",
        cloud_event=event.cloud_event,
        trigger=trigger,
        lease=0,
        lease_until=0,
        failure_count=0,
        keep_bytes=0,
    )
