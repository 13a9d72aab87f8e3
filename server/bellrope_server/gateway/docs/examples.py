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
    "eventId": NEW,
    "name": NEW,
    "type": TYPE,
    "eventType": TYPE,
}
"""By the name of a variable of the path."""

_MINE = {"project": NEW}  # what changes a whole project must not be tried on a real one
OF_CALLS: dict[str, dict[str, Any]] = {
    "triggerSync": {"timeout": "10s"},
    "updateTrigger": {"allowMissing": True},
    "listEvents": {"pageSize": 10},
    "listDeliveries": {"pageSize": 10},
    "listAttempts": {"pageSize": 10},
    "getStatistics": {"byTrigger": True},
    "tail": {"timeout": "5s"},
    "watchBulkAction": {"timeout": "5s"},
    "getProject": _MINE,
    "updateProject": _MINE | {"updateMask": "retention"},
    "deleteProject": _MINE,
    "pauseProject": _MINE,
    "resumeProject": _MINE,
    "updateEventType": {"allowMissing": True},
    "spaceCloudSaveProject": _MINE,
    "spaceCloudDeleteProject": _MINE,
    "spaceCloudSaveProjectById": {"id": NEW},
    "spaceCloudDeleteProjectById": {"id": NEW},
    "spaceCloudSaveEventing": _MINE,
    "spaceCloudDeleteEventing": _MINE,
    "spaceCloudSaveTriggerById": {"id": NEW},
    "spaceCloudDeleteTriggerById": {"id": NEW},
    "spaceCloudSaveSchemaById": {"id": TYPE},
    "spaceCloudDeleteSchemaById": {"id": TYPE},
    "sendCloudEvent": {
        "ce-specversion": "1.0",
        "ce-id": f"{NEW}-binary",
        "ce-source": "/docs",
        "ce-type": TYPE,
    },
    "askToSendCloudEvents": {"WebHook-Request-Origin": "emitter.example.com"},
}
"""By the operation, and then by the name of a parameter."""

BODIES: dict[str, Any] = {
    "queue": EVENT,
    "triggerSync": EVENT | {"id": f"{NEW}-sync"},
    "queueBatch": {"events": [EVENT | {"id": f"{NEW}-{n}"} for n in "ab"]},
    "queueStream": EVENT | {"id": f"{NEW}-stream"},
    "createTrigger": {"name": NEW} | TRIGGER | {"description": "Made by /docs."},
    "updateTrigger": TRIGGER | {"retries": 5},
    "testTrigger": {"type": TYPE, "data": DATA},
    "rescheduleDelivery": {"dueTime": "2030-01-31T09:30:00Z"},
    "startBulkAction": {"action": "CANCEL", "filter": {"type": TYPE}},
    "createProject": {"name": NEW},
    "updateProject": {"retention": {"succeeded": "86400s"}},
    "updateEventType": {"schema": SCHEMA},
    "testEventType": {"draft": {"schema": SCHEMA}, "data": [DATA], "recentCount": 10},
    "spaceCloudQueue": EVENT | {"id": f"{NEW}-space-cloud", "delay": 0.5},
    "spaceCloudQueueBatch": {"events": [EVENT | {"id": f"{NEW}-{n}"} for n in "cd"]},
    "spaceCloudSaveEventing": {"enabled": True},
    "spaceCloudSaveTrigger": TRIGGER | {"timeout": 2000},
    "spaceCloudSaveTriggerById": TRIGGER | {"timeout": 2000},
    "spaceCloudSaveSchema": {"schema": {"type": "object", "required": ["to"]}},
    "spaceCloudSaveSchemaById": {"schema": {"type": "object", "required": ["to"]}},
}
"""By the operation, if it has one kind of body."""

OF_KINDS: dict[str, dict[str, Any]] = {
    "sendCloudEvent": {
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
