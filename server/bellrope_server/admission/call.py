"""What a servicer knows about a call, over gRPC or HTTP."""

import asyncio

from msgspec import Struct

from bellrope_server.admission.principal import Principal
from bellrope_server.model import Micros
from bellrope_server.rules.traces import NONE, Trace


class Call(Struct, frozen=True, kw_only=True):
    """One admitted call; only admission makes these.

    `deadline` is when the caller stops waiting; None if it set none.
    """

    principal: Principal
    draining: asyncio.Event
    """Set when the server stops; streams then end."""
    request_id: str = ""
    deadline: Micros | None = None
    json_checked: bool = False
    """True if the request's JSON text has already passed strict_json.check."""
    trace: Trace = NONE
    """The trace context of the request, for events that have none of their own."""
    span: str = ""
    """The trace context of the span that accepts its events; "" without traces."""
