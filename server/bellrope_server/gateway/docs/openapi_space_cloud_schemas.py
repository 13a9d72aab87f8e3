"""The schemas of the Space Cloud-compatible paths, by name."""

from typing import NamedTuple

from bellrope_server.gateway.docs.openapi_parts import obj
from bellrope_server.gateway.docs.openapi_schemas import Schema, reference
from bellrope_server.gateway.docs.openapi_space_cloud_members import (
    ACCEPTED,
    EVENT,
    NAME_IN_PATH,
    PROJECT_MEMBERS,
    SCHEMA,
    SCHEMA_SHOWN,
    SECRET,
    SETTINGS,
    TEXT,
    TRIGGER,
    TRIGGER_SHOWN,
)

PREFIX = "SpaceCloud"


class Form(NamedTuple):
    """How the config paths show and take a kind of thing."""

    noun: str
    shown: Schema
    """Its members in an answer, which are always there."""
    saved: Schema
    """The body that saves it."""

    @property
    def result(self) -> Schema:
        """Return a reference to the schema of an answer with some of them."""
        return reference(f"{PREFIX}{self.noun}Result")

    @property
    def input(self) -> Schema:
        """Return a reference to the schema of the body that saves one."""
        return reference(f"{PREFIX}{self.noun}Input")


PROJECT = Form("Project", PROJECT_MEMBERS, obj("The body can be left out.", PROJECT_MEMBERS))
TRIGGER_FORM = Form(
    "Trigger", TRIGGER_SHOWN, obj("The trigger.", TRIGGER | NAME_IN_PATH | SECRET, "type", "url")
)
SCHEMA_FORM = Form(
    "Schema",
    SCHEMA_SHOWN,
    obj("The schema.", SCHEMA | {"type": TEXT | {"description": "The same as `id`."}}, "schema"),
)
EVENTING = Form("Eventing", SETTINGS, obj("The body can be left out.", SETTINGS))


def components(result: Schema) -> dict[str, Schema]:
    """Return all schemas; `result` is that of one webhook's answer to a synchronous event."""
    found = {
        "Event": obj("An event as its sender gives it.", EVENT, "type"),
        "Events": obj(
            "A batch of events.",
            {"events": _list("Event", "The events.") | {"minItems": 1, "maxItems": 1000}},
            "events",
        ),
        "Accepted": obj("The event is on disk.", ACCEPTED, *ACCEPTED),
        "BatchAccepted": obj(
            "The events are on disk.",
            {"results": _list("Accepted", "The answer for each event, in order.")},
            "results",
        ),
        "Answer": _answer(result),
    }
    for form in (PROJECT, TRIGGER_FORM, SCHEMA_FORM, EVENTING):
        found |= _of_form(form)
    return {f"{PREFIX}{name}": schema for name, schema in found.items()}


def _of_form(form: Form) -> dict[str, Schema]:
    noun = form.noun
    return {
        noun: obj(f"The {noun.lower()} as it is shown.", form.shown, *form.shown),
        f"{noun}Input": form.saved,
        f"{noun}Result": obj("What was found.", {"result": _list(noun, "One, or all of them.")}, "result"),
    }


def _list(name: str, description: str) -> Schema:
    return {"type": "array", "items": reference(f"{PREFIX}{name}"), "description": description}


def _answer(result: Schema) -> Schema:
    results = {"type": "array", "items": result, "description": "Every trigger that matched, in name order."}
    return obj(
        "What the webhooks of a synchronous event answered.",
        {
            "result": {"description": "The webhook's answer, as JSON."},
            "eventId": ACCEPTED["eventId"],
            "results": results,
            "resultBase64": {
                "type": "boolean",
                "description": "True if `result` is the base64 of an answer that is not text.",
            },
        },
        "result",
        "eventId",
        "results",
    )
