"""How many members the lists and maps of a request may have, looked at before they are read one by one."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from bellrope_server.errors import InvalidField, TooLarge

OPTIONS, HEADERS, SECRETS, SCHEDULE, STATUSES = 32, 32, 1, 100, 100
SAMPLES = 100
PATHS = 100  # of an update mask: more than any message has fields
EXTENSIONS = 4096  # a name and a value take two bytes, and all attributes together 8 KiB
MOST = {
    "QueueRequest.options": OPTIONS,
    "TriggerSyncRequest.options": OPTIONS,
    "TestTriggerRequest.options": OPTIONS,
    "Trigger.options": OPTIONS,
    "Trigger.headers": HEADERS,
    "Trigger.secrets": SECRETS,
    "RetryPolicy.schedule": SCHEDULE,
    "RetryPolicy.no_retry_statuses": STATUSES,
    "TestEventTypeRequest.data": SAMPLES,
    "CloudEvent.extensions": EXTENSIONS,
    "FieldMask.paths": PATHS,
}
"""By the field's name in its message."""


def most(field: FieldDescriptor) -> int | None:
    """Return how many members a list or a map may have; None if only the request's size limits it."""
    message: Any = field.containing_type
    return MOST.get(f"{message.name}.{field.name}")


def check(count: int, most: int | None, *, field: str) -> None:
    """Raise InvalidField for more members than there may be, or TooLarge if their size is what is limited."""
    if most is not None and count > most:
        if most == EXTENSIONS:
            raise TooLarge(f"must not have more than {most} entries", field=field)
        entries = "one entry" if most == 1 else f"{most} entries"
        raise InvalidField(f"must not have more than {entries}", field=field)
