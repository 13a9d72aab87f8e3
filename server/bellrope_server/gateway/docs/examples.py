"""An example of each call, which can be sent as it stands: the parameters, and the body."""

from typing import Any

NEW = "docs-7"
"""In the examples, the name of what they make. /docs writes a new one, so a second call makes another."""

TYPE = "docs.example"
DATA = {"to": "user1@email.com", "subject": "It's an example"}
EVENT = {"type": TYPE, "id": NEW, "data": DATA}
TRIGGER = {"type": TYPE, "url": "http://127.0.0.1:8080/hook"}
CLOUD_EVENT = {"specversion": "1.0", "id": NEW, "source": "/docs", "type": TYPE, "data": DATA}
SCHEMA = '{"type": "object", "required": ["to"]}'

PARAMETERS = {
    "project": "default",
    "trigger": NEW,
    "event_id": NEW,
    "name": NEW,
    "type": TYPE,
    "event_type": TYPE,
}
"""By the name of a variable of the path."""

_MINE = {"project": NEW}  # what changes a whole project must not be tried on a real one
OF_CALLS: dict[str, dict[str, Any]] = {
    "Eventing_TriggerSync": {"timeout": "10s"},
    "Triggers_UpdateTrigger": {"allowMissing": True},
    "Deliveries_ListEvents": {"pageSize": 10},
    "Deliveries_ListDeliveries": {"pageSize": 10},
    "Deliveries_ListAttempts": {"pageSize": 10},
    "Deliveries_GetStatistics": {"byTrigger": True},
    "Deliveries_Tail": {"timeout": "5s"},
    "Deliveries_WatchBulkAction": {"timeout": "5s"},
    "Projects_GetProject": _MINE,
    "Projects_UpdateProject": _MINE | {"updateMask": "retention"},
    "Projects_DeleteProject": _MINE,
    "Projects_PauseProject": _MINE,
    "Projects_ResumeProject": _MINE,
    "Projects_UpdateEventType": {"allowMissing": True},
    "SpaceCloud_SaveProject": _MINE,
    "SpaceCloud_DeleteProject": _MINE,
    "SpaceCloud_SaveProjectById": {"id": NEW},
    "SpaceCloud_DeleteProjectById": {"id": NEW},
    "SpaceCloud_SaveEventing": _MINE,
    "SpaceCloud_DeleteEventing": _MINE,
    "SpaceCloud_SaveTriggerById": {"id": NEW},
    "SpaceCloud_DeleteTriggerById": {"id": NEW},
    "SpaceCloud_SaveSchemaById": {"id": TYPE},
    "SpaceCloud_DeleteSchemaById": {"id": TYPE},
    "CloudEvents_Send": {
        "ce-specversion": "1.0",
        "ce-id": f"{NEW}-binary",
        "ce-source": "/docs",
        "ce-type": TYPE,
    },
    "CloudEvents_Ask": {"WebHook-Request-Origin": "emitter.example.com"},
}
"""By the operation, and then by the name of a parameter."""

BODIES: dict[str, Any] = {
    "Eventing_Queue": EVENT,
    "Eventing_TriggerSync": EVENT | {"id": f"{NEW}-sync"},
    "Eventing_QueueBatch": {"events": [EVENT | {"id": f"{NEW}-{n}"} for n in "ab"]},
    "Eventing_QueueStream": EVENT | {"id": f"{NEW}-stream"},
    "Triggers_CreateTrigger": {"name": NEW} | TRIGGER | {"description": "Made by /docs."},
    "Triggers_UpdateTrigger": TRIGGER | {"retries": 5},
    "Triggers_TestTrigger": {"type": TYPE, "data": DATA},
    "Deliveries_RescheduleDelivery": {"dueTime": "2030-01-31T09:30:00Z"},
    "Deliveries_StartBulkAction": {"action": "CANCEL", "filter": {"type": TYPE}},
    "Projects_CreateProject": {"name": NEW},
    "Projects_UpdateProject": {"retention": {"succeeded": "86400s"}},
    "Projects_UpdateEventType": {"schema": SCHEMA},
    "Projects_TestEventType": {"draft": {"schema": SCHEMA}, "data": [DATA], "recentCount": 10},
    "SpaceCloud_Queue": EVENT | {"id": f"{NEW}-space-cloud", "delay": 0.5},
    "SpaceCloud_QueueBatch": {"events": [EVENT | {"id": f"{NEW}-{n}"} for n in "cd"]},
    "SpaceCloud_SaveEventing": {"enabled": True},
    "SpaceCloud_SaveTrigger": TRIGGER | {"timeout": 2000},
    "SpaceCloud_SaveTriggerById": TRIGGER | {"timeout": 2000},
    "SpaceCloud_SaveSchema": {"schema": {"type": "object", "required": ["to"]}},
    "SpaceCloud_SaveSchemaById": {"schema": {"type": "object", "required": ["to"]}},
}
"""By the operation, if it has one kind of body."""

OF_KINDS: dict[str, dict[str, Any]] = {
    "CloudEvents_Send": {
        "application/cloudevents+json": CLOUD_EVENT,
        "application/cloudevents-batch+json": [CLOUD_EVENT | {"id": f"{NEW}-{n}"} for n in "ab"],
        "application/json": DATA,
    }
}
"""By the operation and the content type of its body."""


def add(operation: dict[str, Any]) -> None:
    """Add an example to an operation of the document: to its body, and to the parameters that need one."""
    name = operation["operationId"]
    given = OF_CALLS.get(name, {})
    for parameter in operation["parameters"]:
        in_path = PARAMETERS if parameter["in"] == "path" else {}
        example = given.get(parameter["name"], in_path.get(parameter["name"]))
        if example is not None:
            parameter["example"] = example
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        content["example"] = OF_KINDS.get(name, {}).get(kind, BODIES.get(name, {}))
