"""How the Connect protocol writes a stream: each message in an envelope, and a last one for how it ended."""

from collections.abc import Mapping
from typing import Any

import orjson
from google.protobuf.message import Message

from bellrope_server.errors import ServiceError
from bellrope_server.gateway.connect.codecs import to_json, to_proto
from bellrope_server.gateway.connect.envelopes import END, sealed
from bellrope_server.gateway.connect.failures import as_json
from bellrope_server.gateway.wire.stream_answer import Framing

STREAM = "application/connect+"


def _proto(message: Message) -> bytes:
    return sealed(to_proto(message))


def _json(message: Message) -> bytes:
    return sealed(to_json(message))


def failed(error: ServiceError, *, request_id: str) -> bytes:
    """Return the last envelope of a stream that failed (`EndStreamResponse`)."""
    end: dict[str, Any] = {"error": as_json(error, request_id=request_id)}
    if error.retry_after is not None:
        end["metadata"] = {"retry-after": [str(error.retry_after)]}
    return sealed(orjson.dumps(end), flags=END)


FRAMINGS: Mapping[str, Framing] = {
    framing.kind: framing
    for framing in (
        Framing(f"{STREAM}proto", _proto, failed, end=sealed(b"{}", flags=END)),
        Framing(f"{STREAM}json", _json, failed, end=sealed(b"{}", flags=END)),
    )
}
"""By content type."""
