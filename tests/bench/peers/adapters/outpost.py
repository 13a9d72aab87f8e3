"""Outpost: a tenant, a webhook destination for each topic, and a publish for each event.

API: docs/apis/openapi.yaml of github.com/hookdeck/outpost at v1.2.0 (upsertTenant, createTenantDestination,
publishEvent, getAttemptMetrics), whose local base path is /api/v1. Key: the server's API_KEY, as bearer.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bench.peers.events import DATA, Publish
from bench.peers.peer import Peer


class Outpost(Peer):
    """BENCH_OUTPOST_URL, BENCH_OUTPOST_KEY, BENCH_OUTPOST_PROCESSES."""

    name = "outpost"

    def __init__(self) -> None:
        super().__init__()
        self.url = self.setting("URL", "http://127.0.0.1:3333")
        self._key = {"Authorization": f"Bearer {self.setting('KEY')}"}
        self._tenant = f"bench-{uuid.uuid4().hex}"
        self._since = datetime.now(UTC)

    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Make a tenant of its own, whose destinations each want one topic; TOPICS must allow it."""
        tenant = f"/api/v1/tenants/{self._tenant}"
        self.call("PUT", tenant, **self._key)
        for number, hook in enumerate(hooks):
            made = {"type": "webhook", "topics": [f"bench.{number}"], "config": {"url": hook}}
            self.call("POST", f"{tenant}/destinations", made, **self._key)
        fixed = {"tenant_id": self._tenant, "eligible_for_retry": True}
        return [
            Publish.of("/api/v1/publish", self._key, **fixed, topic=f"bench.{number}", data=DATA)
            for number in range(len(hooks))
        ]

    def delivered(self) -> int | None:
        """Return the tenant's `successful_count` of attempts."""
        end = datetime.now(UTC) + timedelta(minutes=1)
        asked = {
            "time[start]": self._since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "time[end]": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "measures": "successful_count",
            "filters[tenant_id]": self._tenant,
        }
        points = self.call("GET", f"/api/v1/metrics/attempts?{urlencode(asked)}", **self._key)["data"]
        return sum(int(each["metrics"]["successful_count"]) for each in points)
