"""/openapi.json is fit for generated clients: its names are good ones, and it says what is always there."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bellrope.v1 import errors_pb2
from bellrope_server.api.api import SERVICES
from bellrope_server.gateway.docs import openapi_rules, prose
from bellrope_server.gateway.docs.openapi import document
from bellrope_server.gateway.docs.openapi_directions import messages_in, plain_name
from bellrope_server.gateway.native.routes import Table
from google.protobuf import descriptor_pool

POOL = descriptor_pool.Default()
RPCS = [rpc for service in SERVICES for rpc in POOL.FindServiceByName(service).methods]
ANSWERED = [
    message
    for name in {name for rpc in RPCS for name in messages_in(rpc.output_type)}
    if name.startswith("bellrope.")
    and not (message := POOL.FindMessageTypeByName(name)).GetOptions().map_entry
]
FIELDS = [field for message in ANSWERED for field in message.fields]
DOCUMENT = document(Table(SERVICES).routes)
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [each for methods in DOCUMENT["paths"].values() for each in methods.values()]
CAN_BE_ABSENT = frozenset(
    f"{message}.{field}"
    for message, fields in {
        "Attempt": "next_attempt_time request connect_duration first_byte_duration",
        "Backlog": "due_time last_failure",
        "Bar": "duration_p50 duration_p95 lateness_p50 lateness_p95",
        "BulkAction": "create_time update_time finish_time",
        "Delivery": "finish_time",
        "Event": "expire_time cloud_event",
        "Extension": "boolean integer text",
        "Project": "retention",
        "Result": "accepted error last_attempt",
        "Retention": "succeeded dead_letters attempts unmatched",
        "TailResponse": "time due_time attempt",
        "Trigger": "max_in_flight",
        "TriggerTotals": "duration_p50 duration_p95 lateness_p95",
    }.items()
    for field in fields.split()
)


def texts(part: Any) -> Iterator[str]:
    """Give every summary and description in a part of the document."""
    if isinstance(part, dict):
        named = (part.get(key) for key in ("summary", "description", "means", "do"))
        yield from (each for each in named if isinstance(each, str))
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from texts(each)


def test_every_schema_has_a_name_that_every_language_takes() -> None:
    """A schema has a name of letters and digits, and no two messages have the same."""
    assert [name for name in SCHEMAS if not re.fullmatch("[A-Z][A-Za-z0-9]*", name)] == []
    names = Counter(plain_name(each) for each in ANSWERED)
    assert {name for name, count in names.items() if count > 1} == set()


def test_every_call_has_a_name_of_its_own() -> None:
    """A generated client can name each function after its `operationId`, which is that of the RPC."""
    ids = Counter(each["operationId"] for each in OPERATIONS)
    assert {name for name, count in ids.items() if count > 1} == set()
    assert [name for name in ids if not re.fullmatch("[a-z][A-Za-z]*", name)] == []
    assert {rpc.name[0].lower() + rpc.name[1:] for rpc in RPCS} < ids.keys()


def test_every_summary_begins_with_the_name_of_its_call() -> None:
    """The page shows the first word of a summary as the call's name."""
    for each in OPERATIONS:
        assert each["operationId"].lower().find(each["summary"].split()[0].lower()) >= 0, each["operationId"]


def test_fields_are_named_as_in_json() -> None:
    """Texts, paths and parameters have the names that a caller over HTTP writes, not those of the protos."""
    messages = {
        name for rpc in RPCS for each in (rpc.input_type, rpc.output_type) for name in messages_in(each)
    }
    fields = {field.name for name in messages for field in POOL.FindMessageTypeByName(name).fields}
    fields = {name for name in fields if "_" in name}
    assert "delivery_count" in fields
    words = {word for text in texts(DOCUMENT) for word in re.findall(r"\w+", text)}
    assert fields & words == set()
    parameters = {each["name"] for operation in OPERATIONS for each in operation["parameters"]}
    assert [name for name in parameters if "_" in name] == []
    assert [path for path in DOCUMENT["paths"] if "_" in path] == []


def test_a_value_that_looks_like_a_field_stays_as_it_is() -> None:
    """A word in code that is no field, such as a metric or a delivery's reason, is not respelled."""
    said = prose.of(POOL.FindMethodByName("bellrope.v1.Deliveries.CancelDelivery"))
    assert "`cancel_asked`" in said


def test_every_field_of_an_answer_is_either_always_there_or_not() -> None:
    """A field that can be unset is in the list of those that answers always have, or in the other one."""
    can_be_unset = {f"{each.containing_type.name}.{each.name}" for each in FIELDS if each.has_presence}
    assert not openapi_rules.ALWAYS & CAN_BE_ABSENT
    assert can_be_unset == openapi_rules.ALWAYS | CAN_BE_ABSENT


def test_an_answer_requires_what_is_always_there() -> None:
    """A schema of an answer requires each field that is always there, and one of a request what it needs."""
    event, trigger = SCHEMAS["Event"], SCHEMAS["Trigger"]
    assert event["properties"].keys() - set(event["required"]) == {"expireTime", "cloudEvent"}
    assert trigger["properties"].keys() - set(trigger["required"]) == {"maxInFlight"}
    assert SCHEMAS["TriggerInput"]["required"] == ["name", "type", "url"]
    assert SCHEMAS["QueueRequest"]["required"] == ["type"]
    assert "required" not in SCHEMAS["TriggerUpdate"]
    assert {"createTime", "project"} & SCHEMAS["TriggerInput"]["properties"].keys() == set()


def test_no_property_has_a_default_that_a_client_would_send() -> None:
    """A default is `x-default`: a generated client would demand it, or send it where nothing was said."""
    properties = [each for schema in SCHEMAS.values() for each in schema.get("properties", {}).values()]
    assert [each for each in properties if "default" in each] == []
    assert SCHEMAS["TriggerInput"]["properties"]["retries"]["x-default"] == 3


def test_every_error_has_one_form() -> None:
    """Each response that is an error has the same schema, whatever its status, and names its reasons."""
    shared = DOCUMENT["components"]["responses"]
    for operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if status == "200":
                continue
            found = shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            assert found["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}
            reasons = {*found.get("x-reasons", ()), *found.get("x-common-reasons", ())}
            assert status == "default" or reasons
            assert reasons <= set(errors_pb2.Error.Reason.keys())


def test_a_call_that_streams_says_so() -> None:
    """A call that streams is marked, and its lines are `application/x-ndjson`."""
    marked = {each["operationId"]: each["x-stream"] for each in OPERATIONS if "x-stream" in each}
    assert marked == {"queueStream": "both", "watchBulkAction": "response", "tail": "response"}
    for each in OPERATIONS:
        lines = "application/x-ndjson" in each["responses"]["200"].get("content", {})
        assert lines == (each["operationId"] in marked)


def test_every_body_and_answer_has_a_name() -> None:
    """What a call takes and what it answers is a schema with a name, a choice of such, or a list."""
    for operation in OPERATIONS:
        contents = [operation.get("requestBody", {}), operation["responses"]["200"]]
        for content in (each for part in contents for each in part.get("content", {}).values()):
            schema = content["schema"]
            named = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
            assert any("$ref" in each for each in named) or schema == {"description": "The data."}
