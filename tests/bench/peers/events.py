"""What a load is made of: its events, and the request that publishes one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

EVENT = re.compile(rb"bench-event:([a-z0-9]+)\.(\d+)\.(\d+);")
DATA = "<data>"
"""Where an event's data goes in the body of a request."""


@dataclass(frozen=True)
class Publish:
    """The request that publishes one event, with `DATA` in place of the event's data."""

    path: str
    body: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, path: str, headers: Mapping[str, str], **body: object) -> "Publish":
        """Return the request with this JSON, in which a value is `DATA`."""
        return cls(path, json.dumps(body).replace(f'"{DATA}"', DATA), headers)


def data(run: str, number: int, due: int, size: int) -> str:
    """Return an event's data: JSON of `size` bytes with the run, the event's number, and its time in ns.

    All are in one text, because some servers read numbers as floating-point and write them differently.
    """
    mark = f'{{"event":"bench-event:{run}.{number}.{due};","fill":"'
    return mark + "x" * (size - len(mark) - 2) + '"}'


def text(publish: Publish, host: str) -> tuple[bytes, bytes, bytes]:
    """Return the request's head up to the length of the body, and the body before and after the data."""
    head = f"POST {publish.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in publish.headers.items())
    before, _, after = publish.body.partition(DATA)
    return f"{head}Content-Length: ".encode(), before.encode(), after.encode()
