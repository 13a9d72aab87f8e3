"""/openapi.json has the errors of each call by status, as the comments of the protos say."""

from typing import Any

import pytest
from bellrope.v1 import errors_pb2, eventing_pb2
from bellrope_server.api.api import SERVICES
from bellrope_server.gateway.docs import openapi_errors
from bellrope_server.gateway.docs.openapi_errors import Refusal
from google.protobuf import descriptor_pool

RPCS = [rpc for service in SERVICES for rpc in descriptor_pool.Default().FindServiceByName(service).methods]
EVENTING = eventing_pb2.DESCRIPTOR.services_by_name["Eventing"]
IN_THE_LOG_ONLY = {"LOOP", "CHAIN_LIMIT"}


@pytest.mark.parametrize("rpc", RPCS, ids=[rpc.name for rpc in RPCS])
def test_every_rpc_says_which_errors_it_has(rpc: Any) -> None:
    """The comment of each RPC lists its errors, each with a code that the error has, and nothing else."""
    assert openapi_errors.of_rpc(rpc)
    assert "Errors: " not in openapi_errors.without_errors(rpc)


def test_an_error_says_what_it_means_in_this_call() -> None:
    """TriggerSync has the errors of Queue, and says what its own mean."""
    queue, sync = (openapi_errors.of_rpc(EVENTING.methods_by_name[name]) for name in ("Queue", "TriggerSync"))
    assert set(queue) < set(sync)
    assert Refusal(409, "ID_CONFLICT") in sync
    assert Refusal(502, "WEBHOOK_FAILED") in sync
    assert Refusal(400, "INVALID_FIELD", "the event is due after the deadline") in sync


def test_every_reason_says_what_to_do() -> None:
    """Each reason says in one paragraph what is wrong and in another what to do."""
    said = openapi_errors.meanings()
    assert set(errors_pb2.Error.Reason.keys()) == {"REASON_UNSPECIFIED", *said}
    for name, each in said.items():
        assert each["means"].endswith("."), name
        assert each["do"].endswith("."), name
        assert "\n" not in each["do"], name


def test_every_reason_belongs_to_a_call() -> None:
    """Each reason is among the errors of some call, but for those that only the log has."""
    own = {each.reason for rpc in RPCS for each in openapi_errors.of_rpc(rpc)}
    common = {each.reason for each in openapi_errors.of_every_call(has_body=True)}
    assert own | common | IN_THE_LOG_ONLY == set(errors_pb2.Error.Reason.keys()) - {"REASON_UNSPECIFIED"}


def test_a_status_has_the_reasons_of_the_call_and_of_every_call() -> None:
    """A response has all reasons that may come with its status, and marks those of this call."""
    found = openapi_errors.responses([Refusal(404, "TRIGGER_NOT_FOUND", "it was deleted")], has_body=False)
    assert found["404"]["x-reasons"] == {"TRIGGER_NOT_FOUND": "it was deleted"}
    assert found["404"]["x-common-reasons"] == ["NO_SUCH_PATH"]
    assert "In this call: it was deleted. Create the trigger" in found["404"]["description"]
    assert "415" not in found


@pytest.mark.parametrize("text", ["NOT_FOUND", "NOT_FOUND (No such)", "NOPE (ID_CONFLICT)", "see Queue"])
def test_a_comment_that_is_no_list_of_errors_is_refused(text: str) -> None:
    """A list that cannot be read, or a reason that does not go with its code, stops the build."""
    with pytest.raises((ValueError, KeyError)):
        list(openapi_errors.read(EVENTING.methods_by_name["Queue"], text))
