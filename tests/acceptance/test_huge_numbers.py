"""A number that no double holds is data like any other at every door, and no value of a field of ours."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import grpc
import pytest
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from kit import Server, lent, post
from shell import run

NUMBERS = {"1e999": b"1e999", "400 digits": b"9" * 400}
SIZES = {"small": b"", "large": b"p" * 70_000}
EVENTS = "/v1/projects/default/events"
THEIRS = "/v1/api/default/eventing"
CLOUD = b'{"specversion": "1.0", "id": "%s", "source": "s", "type": "t", "data": %s}'
HTTP = {
    "the Space Cloud-compatible API": (f"{THEIRS}/queue", b'{"type": "t", "data": %s}', "json"),
    "its batch": (f"{THEIRS}/admin-queue", b'{"events": [{"type": "t", "data": %s}]}', "json"),
    "the native API": (f"{EVENTS}:queue", b'{"type": "t", "data": %s}', "json"),
    "its batch ": (f"{EVENTS}:queueBatch", b'{"events": [{"type": "t", "data": %s}]}', "json"),
    "its stream": (f"{EVENTS}:queueStream", b'{"type": "t", "data": %s}', "x-ndjson"),
    "a CloudEvent": (f"{THEIRS}/cloudevents", CLOUD.replace(b"%s", b"ID", 1), "cloudevents+json"),
    "a batch of them": (
        f"{THEIRS}/cloudevents",
        b"[%s]" % CLOUD.replace(b"%s", b"ID2", 1),
        "cloudevents-batch+json",
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults."""
    with lent(tmp_path_factory.mktemp("open")) as server:
        yield server


def stored(server: Server, data: bytes) -> int:
    """Return how many events have exactly this data."""
    database = apsw.Connection(str(server.database), flags=apsw.SQLITE_OPEN_READONLY)
    (count,) = next(database.execute("SELECT count(*) FROM event WHERE data = ?", (data,)))
    database.close()
    return int(count)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("size", SIZES)
def test_data_with_a_huge_number_is_stored_as_it_was_sent(
    server: Server, tmp_path: Path, size: str, number: str
) -> None:
    """`1e999` and 400 digits pass byte for byte: small or large, alone or in a batch, by every door."""
    data = b'{"n": [%s, -0.10], "p": "%s"}' % (NUMBERS[number], SIZES[size])
    for path, body, kind in HTTP.values():
        id = f"{size}-{number}".replace(" ", "-").encode()
        sent = (body % data).replace(b"ID", id)
        status, answered = post(server.http + path, sent, **{"Content-Type": f"application/{kind}"})
        assert status == 200, (path, answered)
    with grpc.insecure_channel(server.grpc) as channel:
        eventing = EventingStub(channel)
        eventing.Queue(QueueRequest(project="default", type="t", data=data))
        eventing.QueueBatch(QueueBatchRequest(project="default", events=[QueueRequest(type="t", data=data)]))
    line = tmp_path / "events.jsonl"
    line.write_bytes(b'{"type": "t", "data": %s}' % data)
    for command in (("queue-batch", str(line)), ("queue-stream", str(line)), ("queue", "t", "--data=-")):
        done = run(*command, stdin=data, BELLROPE_SERVER=server.grpc)
        assert (done.exit_code, done.stderr) == (0, "")
    assert stored(server, data) == len(HTTP) + 2 + 3


TRIGGERS = ("/v1/projects/default/triggers", "/v1/config/projects/default/eventing/triggers/t")
TRIGGER = '"type": "t", "url": "http://h.example/"'
FIELDS = {
    "timestamp": (f"{THEIRS}/queue", '{"type": "t", "timestamp": %s, "data": "%s"}'),
    "type": (f"{THEIRS}/queue", '{"type": %s, "data": "%s"}'),
    "delay": (f"{EVENTS}:queue", '{"type": "t", "delay": %s, "data": "%s"}'),
    'options["a"]': (f"{EVENTS}:queue", '{"type": "t", "options": {"a": %s}, "data": "%s"}'),
    "b": (f"{THEIRS}/cloudevents", CLOUD.decode() % ("a", '"%s", "b": %s')),
    "retries": (TRIGGERS[0], f'{{"name": "t", {TRIGGER}, "retries": %s}}'),
    "timeout": (TRIGGERS[1], f'{{{TRIGGER}, "timeout": %s}}'),
}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_huge_number_is_no_value_of_our_own_fields(server: Server, field: str, number: str) -> None:
    """In a field with a meaning here it is refused by the field's name, around small data and large."""
    path, body = FIELDS[field]
    kind = "cloudevents+json" if path.endswith("cloudevents") else "json"
    for padding in SIZES.values():
        values = (NUMBERS[number].decode(), padding.decode())
        sent = body % (values[::-1] if field == "b" else values[: body.count("%s")])
        status, answered = post(server.http + path, sent, **{"Content-Type": f"application/{kind}"})
        assert (status, answered["error"].partition(" ")[0]) == (400, field)


@pytest.mark.parametrize("path", TRIGGERS)
@pytest.mark.parametrize("number", ["1e-999", "0.99999999999999999999", "2.5", "1e999"])
def test_a_number_is_not_rounded_to_a_whole_one(server: Server, path: str, number: str) -> None:
    """`retries` must be whole as it is written, not after rounding to a double."""
    status, answered = post(server.http + path, f'{{"name": "t", {TRIGGER}, "retries": {number}}}')
    assert (status, "retries must be a whole number" in answered["error"]) == (400, True)
