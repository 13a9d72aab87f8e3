"""Requests that are refused before their JSON is read; sorted by the ids of the faults."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from acceptance.refusals import (
    MIB,
)
from acceptance.tenant import (
    Answer,
    Fault,
    Tenant,
    http_fault,
    rpc_fault,
    soon,
)
from bellrope.v1 import eventing_pb2


async def test_A1_a_body_over_the_limit_is_refused_by_its_length(shop: Tenant) -> None:
    """A request that announces a body over the limit gets 413 at once, before the body arrives."""
    url = urlsplit(shop.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = f"POST {url.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {2 * MIB}\r\n\r\n".encode())
    status, answered = await soon(read_answer(reader))
    writer.close()
    fault = http_fault(answered)
    assert (status, fault) == (413, Fault("RESOURCE_EXHAUSTED", "TOO_LARGE"))
    assert fault.sentence == "the body is over 1114112 bytes"


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read one HTTP answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


@pytest.mark.parametrize(
    "path", ["//", "/v1", "/v1/api/default/eventing", "/v1/api/default/eventing/queue/x"]
)
async def test_A19_an_unknown_path(path: str, shop: Tenant) -> None:
    """An unknown path gets 404."""
    status, answered = await shop.send("POST", shop.server.http + path, {"type": "order"})
    assert (status, http_fault(answered)) == (404, Fault("NOT_FOUND", "NO_SUCH_PATH"))


async def test_A19_an_unknown_rpc(shop: Tenant) -> None:
    """An unknown RPC gets UNIMPLEMENTED."""
    call = shop.channel.unary_unary("/bellrope.v1.Eventing/Ring")(b"")
    assert (await rpc_fault(call)).code == "UNIMPLEMENTED"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json"])
async def test_A21_a_content_type_that_is_not_json(kind: str, shop: Tenant) -> None:
    """A body whose Content-Type is not JSON gets 415 with a hint."""
    status, answered = await shop.queue({"type": "order"}, **{"Content-Type": kind})
    fault = http_fault(answered)
    assert (status, fault) == (415, Fault("INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE"))
    assert "Content-Type: application/json" in fault.sentence
    assert await shop.deliveries() == []


@pytest.mark.parametrize("offered", ["x" * 65, "x" * 7000, "a b", "a;b", "\xe4"])
async def test_A23_a_request_id_that_is_not_safe_to_repeat(offered: str, shop: Tenant) -> None:
    """A request id that is too long or has other characters is replaced by one of ours."""
    headers = {"X-Request-Id": offered, "Content-Type": "application/json"}
    for body in ({"type": "order"}, {"type": ""}):
        async with shop.http.post(shop.url, json=body, headers=headers) as response:
            given = response.headers["X-Request-Id"]
            assert (len(given), given.isalnum()) == (32, True)
            assert (await response.json()).get("requestId", given) == given


async def test_A23_a_request_id_of_10_kib(shop: Tenant) -> None:
    """A header over the limit is refused, and the answer has a request id of ours."""
    async with shop.http.post(shop.url, data=b"{}", headers={"X-Request-Id": "x" * 10_240}) as response:
        answered = await response.json()
    assert (response.status, len(answered["requestId"])) == (431, 32)
    assert http_fault(answered) == Fault("RESOURCE_EXHAUSTED", "TOO_LARGE")


async def test_A23_a_request_id_is_echoed(shop: Tenant) -> None:
    """A request id of up to 64 letters, digits, `_` and `-` comes back in the header and in an error."""
    mine = "Build_7-" + "x" * 56
    async with shop.http.post(shop.url, data=b"{}", headers={"X-Request-Id": mine}) as response:
        answered = await response.json(content_type=None)
    assert (response.headers["X-Request-Id"], answered["requestId"]) == (mine, mine)


@pytest.mark.parametrize("offered", ["x" * 5000, "a b;c"])
async def test_A23_a_request_id_in_metadata_is_not_repeated(offered: str, shop: Tenant) -> None:
    """Over gRPC a caller's metadata is never repeated."""
    call = shop.eventing.Queue(
        eventing_pb2.QueueRequest(project=shop.project, type="order"), metadata=(("x-request-id", offered),)
    )
    await call
    metadata = [*(await call.initial_metadata()), *(await call.trailing_metadata())]
    assert [value for _, value in metadata if offered in str(value)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/docs/%2e%2e/__init__.py",
        "/docs/../openapi.py",
        "/docs/..%2fopenapi.py",
        "/docs/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "/docs/..%5cpage.js",
        "/docs//etc/passwd",
        "/docs/page.js%00.html",
        "/docs/./page.js",
        "/docs/%2e/page.js",
    ],
)
async def test_A24_a_path_that_leads_out_of_the_pages_folder(path: str, shop: Tenant) -> None:
    """A24: The page serves its own files only: every other path, however it is written, gets 404."""
    assert (await shop.http.get(f"{shop.server.http}/docs/page.js")).status == 200
    status, answered = await shop.send("GET", shop.server.http + path)
    assert (status, http_fault(answered)) == (404, Fault("NOT_FOUND", "NO_SUCH_PATH"))
