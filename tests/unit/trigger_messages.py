"""Triggers as requests have them and as the store has them."""

from typing import Any

import pytest
from bellrope.v1.triggers_pb2 import Trigger as Proto
from bellrope_server.clock import DAY, HOUR, MILLISECOND, SECOND
from bellrope_server.convert.triggers import TriggerReader, to_proto
from bellrope_server.errors import ServiceError
from bellrope_server.model import Encoding, Trigger, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.egress import EgressPolicy
from google.protobuf.duration_pb2 import Duration

READER = TriggerReader(EgressPolicy())
SECRET = "whsec_" + "A" * 32
URL = "https://example.com/hook"
LEAST = TriggerSpec(name="mailer", type="sent-email", url=URL)
FULL = TriggerSpec(
    name="mailer",
    type="bellrope.delivery.dead_lettered",
    url=URL,
    retry_policy=RetryPolicy(
        retries=0,
        min_backoff=MILLISECOND,
        max_backoff=7 * DAY,
        schedule=(SECOND, HOUR),
        no_retry_statuses=("410", "3xx"),
    ),
    timeout=100 * MILLISECOND,
    headers={"X-Own": "value", "authorization": "Bearer x"},
    secret=SECRET,
    options={"tier": "gold,silver"},
    filter="data.amount > 100",
    paused=True,
    disable_on_gone=True,
    max_in_flight=512,
    encoding=Encoding.BINARY,
    chain_events=True,
    description="Mails the buyer.\n\n\tAsk the shop's team.",
)


def proto(**fields: Any) -> Proto:
    """Return the trigger of a request, with these fields and the required ones."""
    return Proto(**{"name": "mailer", "type": "sent-email", "url": URL, **fields})


def seconds(number: float) -> Duration:
    """Return a duration."""
    micros = round(number * 1_000_000)
    return Duration(seconds=micros // 1_000_000, nanos=micros % 1_000_000 * 1000)


def shown(spec: TriggerSpec) -> Proto:
    """Return a stored trigger as the API shows it."""
    return to_proto(
        Trigger(
            id=1, project_id=1, project="p", spec=spec, version=1, create_time=1, update_time=2, endpoint="e"
        )
    )


def refused(**fields: Any) -> tuple[type[ServiceError], str | None]:
    """Return the error for a trigger with these fields, and the field that it names."""
    with pytest.raises(ServiceError) as caught:
        READER.spec(proto(**fields))
    return type(caught.value), caught.value.field
