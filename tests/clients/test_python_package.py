"""The Python client as a package: what it exports, what it needs, and what its README promises."""

import asyncio
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bellrope
import grpc
import pytest
from bellrope import aio, ids, requests
from bellrope.channel import OPTIONS
from bellrope.v1.eventing_pb2 import QueueRequest

from tests.clients.webhook import Webhook
from tests.kit import Server

README = Path(__file__).parents[2] / "clients" / "python" / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def test_the_messages_load_without_grpc() -> None:
    """A program that only needs the messages does not load gRPC."""
    script = "import sys, bellrope.v1.eventing_pb2; sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_a_receiver_loads_without_grpc() -> None:
    """A program that only receives webhooks loads neither gRPC nor protobuf."""
    script = "import sys, bellrope.webhooks; sys.exit(bool({'grpc', 'google.protobuf'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_each_public_name_can_be_imported() -> None:
    """`from bellrope import ...` finds every name that the package lists, and no other."""
    assert [getattr(bellrope, name).__name__ for name in bellrope.__all__] == bellrope.__all__
    with pytest.raises(AttributeError, match="no attribute 'Cilent'"):
        bellrope.Cilent  # noqa: B018


def test_ids_are_new_uuids_of_version_7() -> None:
    """An id is a UUIDv7 of this moment, and no two are alike."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    made = [uuid.UUID(ids.uuid7()) for _ in range(1000)]
    assert {(id.version, id.variant) for id in made} == {(7, uuid.RFC_4122)}
    assert len(set(made)) == 1000
    assert before <= datetime.fromtimestamp((made[0].int >> 80) / 1000, UTC) <= datetime.now(UTC)


def test_each_event_has_an_id_before_it_is_sent() -> None:
    """A client that makes the id can send the same event again; a given id is kept."""
    made = [requests.event(QueueRequest, project="p", type="t", data=1, id=id).id for id in (None, None, "x")]
    assert (made[0] != made[1], made[2]) == (True, "x")
    assert all(made)


async def test_a_channel_that_was_given_stays_open(server: Server) -> None:
    """A channel that the caller passes in stays open for the caller to close."""
    async with grpc.aio.insecure_channel(server.grpc, options=OPTIONS) as channel:
        for _ in range(2):
            async with aio.Client(channel=channel) as client:
                assert (await client.queue("a")).delivery_count == 0
    with grpc.insecure_channel(server.grpc, options=OPTIONS) as channel:
        for _ in range(2):
            with bellrope.Client(channel=channel) as threaded:
                assert (await asyncio.to_thread(threaded.queue, "a")).delivery_count == 0


def test_an_asyncio_client_needs_a_running_loop() -> None:
    """Creating an asyncio client outside a loop fails at once, because it would belong to no loop."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        aio.Client()


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
async def test_the_readme_tells_the_truth(server: Server, webhook: Webhook, example: str) -> None:
    """Every example runs as it is printed, except for the addresses, and prints what its comments say."""
    program = example.replace("127.0.0.1:4123", server.grpc).replace("http://127.0.0.1:8000/", webhook.url)
    pipe = asyncio.subprocess.PIPE
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=pipe, stderr=pipe)
    printed, complaint = await run.communicate()
    promised = [line.partition("  # prints ")[2] for line in example.splitlines() if "  # prints " in line]
    assert (printed.decode().splitlines(), complaint.decode()) == (promised, "")
