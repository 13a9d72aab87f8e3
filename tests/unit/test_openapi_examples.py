"""/openapi.json has every path with its own keys, and an example of each call that it allows itself."""

from typing import Any

import pytest
from bellrope_server.api.api import SERVICES
from bellrope_server.convert import cloudevents, documented
from bellrope_server.gateway.cloudevents import events
from bellrope_server.gateway.docs import openapi_cloudevents, openapi_space_cloud
from bellrope_server.gateway.docs import openapi_space_cloud_members as members
from bellrope_server.gateway.docs.openapi import document
from bellrope_server.gateway.documented import config_bodies
from bellrope_server.gateway.native.routes import Table
from jsonschema_rs import Draft202012Validator

DOCUMENT = document(Table(SERVICES).routes)
OPERATIONS = {
    each["operationId"]: each for methods in DOCUMENT["paths"].values() for each in methods.values()
}
NOT_KNOWN_BEFORE = {"deliveryId", "bulkAction"}  # ids that only the server makes


def faults(schema: Any, value: object) -> list[str]:
    """Return what the schema says against a value."""
    whole = {"components": DOCUMENT["components"], **schema}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_has_an_example_that_it_allows(name: str) -> None:
    """Each call has a value for each parameter that it needs, and for each kind of body."""
    operation = OPERATIONS[name]
    needed = {each["name"] for each in operation["parameters"] if each.get("required")}
    given = {each["name"] for each in operation["parameters"] if "example" in each}
    assert needed - given <= NOT_KNOWN_BEFORE
    for each in (each for each in operation["parameters"] if "example" in each):
        assert faults(each["schema"], each["example"]) == []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert faults(content["schema"], content["example"]) == []


def test_no_example_changes_a_whole_project_that_is_real() -> None:
    """What pauses, changes or deletes a project names one of its own, never `default`."""
    for name, operation in OPERATIONS.items():
        whole = name.endswith(("Project", "ProjectById", "Eventing")) and "Get" not in name
        for each in operation["parameters"] if whole else []:
            assert each.get("example") != "default", name


@pytest.mark.parametrize(
    ("documented_keys", "read_keys"),
    [
        (members.EVENT, documented.KNOWN),
        (
            members.TRIGGER | members.SECRET | members.NAME_IN_PATH,
            config_bodies.READERS.keys() | {"id", "name"},
        ),
        (members.SCHEMA | {"type": ...}, config_bodies.SCHEMA_KEYS),
        (members.PROJECT_MEMBERS, config_bodies.PROJECT_KEYS),
        (members.SETTINGS, config_bodies.EVENTING_KEYS),
        (openapi_cloudevents.SAID, cloudevents.TEXTS),
    ],
    ids=["event", "trigger", "schema", "project", "eventing", "CloudEvent"],
)
def test_the_document_has_the_keys_that_are_read(documented_keys: Any, read_keys: Any) -> None:
    """Each key that the server reads is in the document, and no other."""
    assert set(documented_keys) == set(read_keys)


def test_the_document_has_the_types_of_cloudevents() -> None:
    """The content types of CloudEvents are those that the server reads."""
    content = OPERATIONS["sendCloudEvent"]["requestBody"]["content"]
    assert [*content] == [events.STRUCTURED, events.BATCH, "application/json"]


def test_each_api_is_a_group_of_its_own() -> None:
    """The native services, the Space Cloud-compatible API and CloudEvents are tags, each with a text."""
    tags = {each["name"]: each["description"] for each in DOCUMENT["tags"]}
    assert {openapi_space_cloud.TAG, openapi_cloudevents.TAG, "Eventing"} < tags.keys()
    assert all(tags.values())
    assert {each["tags"][0] for each in OPERATIONS.values()} == tags.keys()
