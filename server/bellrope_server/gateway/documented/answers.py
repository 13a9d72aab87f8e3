"""The answers of the documented paths."""

from collections.abc import Sequence
from typing import Any

import orjson
from bellrope.v1.eventing_pb2 import TriggerSyncResponse

from bellrope_server.convert import values
from bellrope_server.convert.message_values import to_values
from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted
from bellrope_server.text import strict_json

REPLY_KEYS = frozenset({"response", "event", "events", "error"})


def queued(accepted: Accepted) -> bytes:
    """Return the answer to an asynchronous event."""
    return orjson.dumps(_accepted(accepted))


def queued_together(accepted: Sequence[Accepted]) -> bytes:
    """Return the answer to a batch: for each event the answer that it would get alone."""
    return orjson.dumps({"results": [_accepted(each) for each in accepted]})


def _accepted(accepted: Accepted) -> dict[str, Any]:
    return {
        "eventId": accepted.event_id,
        "deliveryCount": accepted.delivery_count,
        "dueTime": values.show_time(accepted.due_time),
        "duplicate": accepted.duplicate,
    }


def triggered(response: TriggerSyncResponse) -> bytes:
    """Return the answer to a synchronous event; the webhook's answer is `result`."""
    answer: dict[str, Any] = {
        "result": orjson.Fragment(_unwrapped(response.result)),
        "eventId": response.event_id,
        "results": list(map(to_values, response.results)),
    }
    if response.result_base64:
        answer["resultBase64"] = True
    return orjson.dumps(answer)


def _unwrapped(result: bytes) -> bytes:
    """Return `response` if the answer is a documented reply, else the whole answer."""
    if not result.lstrip().startswith(b"{"):
        return result
    try:
        members = strict_json.fields(result, known=REPLY_KEYS)
    except ServiceError:
        return result
    return members.get("response", result)
