"""Requests that a webhook gets."""

from base64 import b64decode

import serving
import values
from bellrope import webhooks
from calls import Clients, Line

_serving: list[serving.Serving] = []


def verify(clients: Clients, line: Line) -> Line:
    """Check a signature."""
    webhooks.verify(b64decode(line["body"]), headers=line["headers"], secret=line["secrets"])
    return {}


def parse(clients: Clients, line: Line) -> Line:
    """Read an event."""
    return values.received(webhooks.parse(b64decode(line["body"]), headers=line["headers"]))


def receive(clients: Clients, line: Line) -> Line:
    """Check a signature, and read the event."""
    body, headers = b64decode(line["body"]), line["headers"]
    return values.received(webhooks.receive(body, headers=headers, secret=line["secrets"]))


def stacks(clients: Clients, line: Line) -> list[str]:
    """Return the HTTP stacks that there is a handler for."""
    return list(serving.STACKS)


def serve(clients: Clients, line: Line) -> Line:
    """Serve a handler."""
    _serving.append(serving.Serving(line))
    return {"url": _serving[-1].url}


def stop(clients: Clients, line: Line) -> Line:
    """End the handler that serves."""
    return {"received": _serving.pop().stop()}
