"""What the bench asks of a server: endpoints, the request that publishes an event, and its own count."""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from bench.peers.events import Publish

STAND_IN = "bench-stand-in"
"""How the stand-in of the tests names itself in the header Server."""


class PeerError(Exception):
    """What a server said, or that it could not be reached."""


class Peer(ABC):
    """A server that already runs. Its settings are variables: BENCH_SVIX_URL, BENCH_SVIX_TOKEN and so on."""

    name: ClassVar[str]
    note: ClassVar[str] = "adapter tested against a stand-in of the documented API only"
    url: str

    def __init__(self) -> None:
        self.processes = self.setting("PROCESSES", "")
        self.stand_in = False

    def setting(self, name: str, default: str | None = None) -> str:
        """Return a setting; one without a default must be there."""
        variable = f"BENCH_{self.name.replace('-', '_').upper()}_{name}"
        value = os.environ.get(variable, default)
        if value is None:
            raise PeerError(f"{self.name}: set {variable}; tests/bench/peers/README.md says to what.")
        return value.rstrip("/")

    @property
    def address(self) -> tuple[str, int]:
        """The host and port that events are published to."""
        parts = urlsplit(self.url)
        if parts.scheme != "http" or not parts.hostname:
            raise PeerError(f"{self.name}: {self.url!r} is not a URL of http. TLS is not measured.")
        return parts.hostname, parts.port or 80

    @property
    def label(self) -> str:
        """The name in the results, which says if a stand-in answered."""
        return f"{self.name} (stand-in)" if self.stand_in else self.name

    @abstractmethod
    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Make an endpoint for each URL, and return the request that publishes an event to each of them."""

    @abstractmethod
    def delivered(self) -> int | None:
        """Return how many deliveries since `prepare` it counts as succeeded; None if its API has no count."""

    def stop(self) -> None:  # noqa: B027 - most run already, and go on
        """Stop what was started for the bench."""

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Call its API and return the decoded answer; raise PeerError for what is not 2xx.

        A path that begins with http is the whole URL. An underscore in a header's name stands for a hyphen.
        """
        url = path if path.startswith("http") else self.url + path
        sent = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(url, data=sent, method=method, headers={"Content-Type": "application/json"} | named)
        try:
            with urlopen(request, timeout=30) as response:
                self.stand_in = self.stand_in or response.headers.get("Server") == STAND_IN
                answer = response.read()
        except HTTPError as error:
            raise PeerError(f"{self.name}: {method} {url}: {error.code} {error.read()[:500]!r}") from error
        except URLError as error:
            raise PeerError(f"{self.name}: {method} {url}: {error.reason}") from error
        return json.loads(answer) if answer else None
