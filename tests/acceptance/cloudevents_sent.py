"""CloudEvents as a sender writes them, in binary and in structured mode, and what the server made of them."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from acceptance.tenant import Fault, Tenant, http_fault, soon
from bellrope.v1 import cloudevents_pb2
from yarl import URL

STRUCTURED = "application/cloudevents+json"
BIG = 2**31
CORE = {"specversion": "1.0", "id": "1234-1234-1234", "source": "/mycontext/subcontext", "type": "order"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Pairs = Iterable[tuple[str, str]]
CE = cloudevents_pb2.CloudEvent


def path(tenant: Tenant) -> str:
    """The path that accepts CloudEvents."""
    return f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"


async def send(tenant: Tenant, headers: Pairs, body: bytes = b"") -> tuple[int, Any]:
    """POST with exactly these headers, on a raw socket, because clients merge equal ones."""
    url = URL(path(tenant))
    fixed = [("Host", "localhost"), ("Connection", "close"), ("Content-Length", str(len(body)))]
    lines = [f"POST {url.raw_path} HTTP/1.1", *(f"{name}: {value}" for name, value in [*fixed, *headers])]
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write("\r\n".join([*lines, "", ""]).encode(errors="surrogateescape") + body)
    answer = await soon(reader.read())
    writer.close()
    head, _, told = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(told)


async def binary(tenant: Tenant, body: bytes = b"{}", kind: str = "application/json", **changes: Any) -> Any:
    """POST in binary mode; a change to None leaves the attribute out."""
    attributes = {name: value for name, value in {**CORE, **changes}.items() if value is not None}
    headers = [(f"ce-{name}", value) for name, value in attributes.items()]
    return await send(tenant, headers + ([("Content-Type", kind)] if kind else []), body)


async def structured(tenant: Tenant, kind: str = STRUCTURED, **changes: Any) -> Any:
    """POST in structured mode; a change to `...` leaves the member out."""
    event = {name: value for name, value in {**CORE, **changes}.items() if value is not ...}
    return await send(tenant, [("Content-Type", kind)], json.dumps(event).encode())


async def stored(tenant: Tenant, answer: tuple[int, Any]) -> Any:
    """Return the accepted event, as it is read back."""
    status, told = answer
    assert (status, told.get("error")) == (200, None)
    return await tenant.event(told["eventId"])


async def refused(tenant: Tenant, answer: tuple[int, Any]) -> Fault:
    """Return the error; nothing may be stored."""
    status, told = answer
    assert status == 400
    assert await tenant.deliveries() == []
    return http_fault(told)


def attributes(event: Any) -> dict[str, Any]:
    """Return a stored event's attributes by the names of the specification."""
    came = event.cloud_event
    names = ("id", "source", "subject", "time", "datacontenttype", "dataschema")
    found = {name: getattr(came, name) for name in names if getattr(came, name)}
    extensions = {n: getattr(value, value.WhichOneof("value")) for n, value in came.extensions.items()}
    return {"type": event.type, **found, **extensions}


def known(**more: str) -> dict[str, str]:
    """Return the attributes that every event here has, without its version, and these."""
    return {name: value for name, value in CORE.items() if name != "specversion"} | more
