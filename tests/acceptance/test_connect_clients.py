"""The Connect protocol's own clients, for Node and for browsers, call a server on each kind of database."""

import asyncio
import json
import subprocess
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from acceptance.connect_packages import Packages
from acceptance.tenant import Tenant
from bellrope.v1 import eventing_pb2
from integration.connect_calls import JSON, PROTO, Fault, ask, encoded, unpacked
from kit import Server
from receiver import Receiver, hang

SCRIPT = Path(__file__).with_name("connect_clients.mjs")
CLIENTS = ["web_json", "web_proto", "node_proto", "node_json_gzip"]
CANCELED, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, UNIMPLEMENTED = 1, 3, 4, 5, 12
SUCCEEDED = 2  # a bulk action's state
_numbers = count(1)

pytestmark = pytest.mark.xdist_group("connect-clients")  # one run of the script for all of them


@pytest.fixture(scope="module")
def said(server: Server, packages: Packages) -> Any:
    """What each client was told, in one run of the script."""
    command = ["node", str(SCRIPT), *map(str, packages), server.http, f"connect-{next(_numbers)}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


@pytest.mark.parametrize("client", CLIENTS)
def test_data_is_exact(said: Any, client: str) -> None:
    """What a client queues is what it reads, byte for byte, small and large, compressed or not."""
    assert (said[client]["exact"], said[client]["large"]) == (True, True)
    assert said[client]["result"] == '{"exact": 1.0}'


@pytest.mark.parametrize("client", CLIENTS)
def test_errors_have_their_details(said: Any, client: str) -> None:
    """A client gets the code, the reason, the field at fault and the id of its request."""
    expected = {"code": INVALID_ARGUMENT, "reason": "INVALID_FIELD", "field": "type", "requestId": 32}
    assert said[client]["refused"] == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_a_stream_is_read_as_it_comes(said: Any, client: str) -> None:
    """A tail begins at once, shows an event when it is queued, and ends when its caller gives it up."""
    told = said[client]
    assert (told["first"], told["fact"], told["aborted"]["code"]) == (0, "exact", CANCELED)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_stream_ends_well_or_with_its_error(said: Any, client: str) -> None:
    """A stream that is over ends by itself; one that cannot begin has the error's code and reason."""
    assert said[client]["watched"] == SUCCEEDED
    expected = {"code": NOT_FOUND, "reason": "PROJECT_NOT_FOUND", "field": "project", "requestId": 32}
    assert said[client]["nobody"] == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_a_call_ends_at_its_deadline_or_when_given_up(said: Any, client: str) -> None:
    """A caller that waits no longer learns which of the two it was."""
    ended = [said[client][what]["code"] for what in ("late", "lateStream", "givenUp")]
    assert ended == [DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, CANCELED]


def test_a_stream_of_requests_says_where_it_can_be_called(said: Any) -> None:
    """QueueStream is `unimplemented` over this protocol."""
    told = said["queueStream"]
    assert (told["code"], told["reason"]) == (UNIMPLEMENTED, "NO_SUCH_PATH")


@pytest.mark.parametrize("kind", [PROTO, JSON])
async def test_the_server_keeps_the_deadline_itself(tenant: Tenant, kind: str) -> None:
    """`Connect-Timeout-Ms` ends a wait in the server, too; the event is stored, and the error has its id."""
    async with Receiver(hang) as receiver:
        await tenant.trigger(receiver.url)
        sync = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", id="late")
        path, body = "Eventing/TriggerSync", encoded(sync, kind)
        timeout = {"Connect-Timeout-Ms": "1000"}
        answer = await asyncio.to_thread(ask, tenant.server, path, body, kind=kind, **timeout)
    assert answer.refusal == (504, Fault("deadline_exceeded", "DEADLINE_PASSED"))
    assert unpacked(json.loads(answer.body)["details"][0]).metadata["event_id"] == "late"
    assert [each.event_id for each in await tenant.deliveries()] == ["late"]
