"""Svix: an application, an endpoint for each type of event, and a message for each event.

API: https://api.svix.com/docs and server/openapi.json of github.com/svix/svix-webhooks at server-v1.100.0
(`v1.application.create`, `v1.endpoint.create`, `v1.message.create`, `v1.endpoint.get-stats`). Key: a JWT from
`svix-server jwt generate`, see "Authentication" in its README.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.peers.events import DATA, Publish
from bench.peers.peer import Peer


class Svix(Peer):
    """BENCH_SVIX_URL, BENCH_SVIX_TOKEN, BENCH_SVIX_PROCESSES."""

    name = "svix"

    def __init__(self) -> None:
        super().__init__()
        self.url = self.setting("URL", "http://127.0.0.1:8071")
        self._key = {"Authorization": f"Bearer {self.setting('TOKEN')}"}
        self._since = datetime.now(UTC)
        self._endpoints: list[str] = []

    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Make an application of its own, whose endpoints each want one type of event."""
        name = f"bench-{uuid.uuid4().hex}"
        app = self.call("POST", "/api/v1/app", {"name": name, "uid": name}, **self._key)["id"]
        for number, hook in enumerate(hooks):
            made = {"url": hook, "eventTypes": [f"bench.{number}"]}
            endpoint = self.call("POST", f"/api/v1/app/{app}/endpoint", made, **self._key)["id"]
            self._endpoints.append(f"/api/v1/app/{app}/endpoint/{endpoint}")
        return [
            Publish.of(f"/api/v1/app/{app}/msg", self._key, eventType=f"bench.{number}", payload=DATA)
            for number in range(len(hooks))
        ]

    def delivered(self) -> int | None:
        """Add up `success` of each endpoint's statistics: attempts that succeeded."""
        since = self._since.strftime("%Y-%m-%dT%H:%M:%SZ")
        stats = [self.call("GET", f"{each}/stats?since={since}", **self._key) for each in self._endpoints]
        return sum(int(each["success"]) for each in stats)
