"""The runner of Python, made wrong on purpose: an event that is sent again gets a new id."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bellrope import Unavailable, client
from bellrope.ids import uuid7

send = client._send


def send_with_new_ids(method: Callable[..., Any], request: Any, timeout: float) -> Any:
    """Call a method as the client does, but with another id each time."""

    def call(request: Any, timeout: float) -> Any:
        try:
            return method(request, timeout=timeout)
        except Unavailable:
            for event in getattr(request, "events", [request]):
                event.id = uuid7()
            raise

    return send(call, request, timeout)


client._send = send_with_new_ids

sys.path.insert(0, str(Path("conformance").resolve()))

import runner  # noqa: E402

runner.main()
