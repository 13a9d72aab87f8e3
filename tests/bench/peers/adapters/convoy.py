"""Convoy: an endpoint of an outgoing project, a subscription for it, and an event for each event.

API: docs/v3/openapi3.json of github.com/frain-dev/convoy, 26.7 (CreateEndpoint, CreateSubscription,
CreateEndpointEvent, GetEndpointPeriodFailureRates), served below /api as api/api.go routes it. Key: the
project's API key, which the dashboard shows once (https://getconvoy.io/docs/guides/sending-webhook-example).
"""

import uuid
from collections.abc import Sequence
from urllib.parse import urlencode

from bench.peers.events import DATA, Publish
from bench.peers.peer import Peer


class Convoy(Peer):
    """BENCH_CONVOY_URL, BENCH_CONVOY_PROJECT, BENCH_CONVOY_KEY, BENCH_CONVOY_PROCESSES."""

    name = "convoy"

    def __init__(self) -> None:
        super().__init__()
        self.url = self.setting("URL", "http://127.0.0.1:5005")
        self._project = f"/api/v1/projects/{self.setting('PROJECT')}"
        self._key = {"Authorization": f"Bearer {self.setting('KEY')}"}
        self._endpoints: list[str] = []

    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Make the endpoints; an event names the one that it goes to."""
        self._endpoints = [self._endpoint(hook) for hook in hooks]
        path, kind = f"{self._project}/events", "bench.event"
        return [
            Publish.of(path, self._key, endpoint_id=endpoint, event_type=kind, data=DATA)
            for endpoint in self._endpoints
        ]

    def _endpoint(self, hook: str) -> str:
        name = f"bench-{uuid.uuid4().hex}"
        made = {"name": name, "url": hook, "description": "bellrope's bench", "secret": uuid.uuid4().hex}
        endpoint: str = self.call("POST", f"{self._project}/endpoints", made, **self._key)["data"]["uid"]
        wanted = {"name": name, "endpoint_id": endpoint, "filter_config": {"event_types": ["bench.event"]}}
        self.call("POST", f"{self._project}/subscriptions", wanted, **self._key)
        return endpoint

    def delivered(self) -> int | None:
        """Add up `success_count` of its endpoints over the last seven days, the default: they are new."""
        asked = urlencode([("endpointId", each) for each in self._endpoints])
        rates = self.call("GET", f"{self._project}/endpoints/period-failure-rates?{asked}", **self._key)
        return sum(int(each["success_count"] or 0) for each in rates["data"])
