"""What a servicer knows of its caller, whichever way the call came."""

import asyncio

from msgspec import Struct

from bellrope_server.admission.principal import Principal
from bellrope_server.model import Micros


class Call(Struct, frozen=True, kw_only=True):
    """One call that was let in: only admission makes these.

    `deadline` is when the caller stops waiting; None if it did not say.
    """

    principal: Principal
    draining: asyncio.Event
    """Is set when the server stops: then a stream ends."""
    request_id: str = ""
    deadline: Micros | None = None
    json_checked: bool = False
    """True if the request's JSON text has passed strict_json.check already."""
