"""bellrope: a trigger for each type of event, and an event for each event; it is started here unless it runs.

API: docs/native-api.md (`Triggers.CreateTrigger`, `Eventing.Queue`, `Deliveries.GetStatistics`).
"""

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers.events import DATA, Publish
from bench.peers.peer import Peer

if TYPE_CHECKING:
    from postgres import Cluster
    from soak import Executed

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of the Standard Webhooks specification


class Bellrope(Peer):
    """On SQLite. BENCH_BELLROPE_URL and BENCH_BELLROPE_KEY are those of a server that runs already."""

    name = "bellrope"
    note = ""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="bellrope-bench-")
        self._server: Executed | None = None
        self.url = self.setting("URL", "")
        if not self.url:
            self._start()
        key = self.setting("KEY", "")
        self._key = {"Authorization": f"Bearer {key}"} if key else {}
        self._project = f"/v1/projects/{self.setting('PROJECT', 'default')}"
        self._triggers = f"bench-{uuid.uuid4().hex[:12]}"
        self._count = 0
        self._since = datetime.now(UTC)

    def _start(self, *flags: str) -> None:
        from soak import Executed  # not above: the other servers need none of ours

        self._server = server = Executed(Path(self._folder.name), *flags)
        self.url = server.wait_ready().http
        self.processes = str(server.process.pid)

    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Make the triggers, which sign."""
        self._count = len(hooks)
        types = [f"{self._triggers}-{number}" for number in range(self._count)]
        for kind, hook in zip(types, hooks, strict=True):
            made = {"name": kind, "type": kind, "url": hook, "secrets": [SECRET]}
            self.call("POST", f"{self._project}/triggers", made, **self._key)
        return [
            Publish.of(f"{self._project}/events:queue", self._key, type=kind, data=DATA) for kind in types
        ]

    def delivered(self) -> int | None:
        """Add up the `succeededCount` of its triggers."""
        return sum(self._succeeded(f"{self._triggers}-{number}") for number in range(self._count))

    def _succeeded(self, trigger: str) -> int:
        since = self._since.strftime("%Y-%m-%dT%H:%M:00Z")
        path = f"{self._project}/statistics?trigger={trigger}&fromTime={since}&step=60s"
        bars = self.call("GET", path, **self._key)["bars"]
        return sum(int(bar.get("succeededCount", 0)) for bar in bars)

    def stop(self) -> None:
        """Stop the server that was started, or delete the triggers of one that goes on."""
        if self._server:
            self._server.stop()
        else:
            for number in range(self._count):
                path = f"{self._project}/triggers/{self._triggers}-{number}"
                self.call("DELETE", path, **self._key)
        self._folder.cleanup()


class BellropePostgres(Bellrope):
    """On a PostgreSQL that is started for it, with its files on disk."""

    name = "bellrope-postgres"
    _cluster: "Cluster | None" = None

    def _start(self, *flags: str) -> None:
        from postgres import Cluster

        self._cluster = cluster = Cluster(Path(tempfile.mkdtemp(prefix="bellrope-postgres-")))
        super()._start(f"--database={cluster.url(cluster.create())}")
        self.processes += f",{cluster.processes()[0]}"

    def stop(self) -> None:
        """Stop both."""
        super().stop()
        if self._cluster:
            self._cluster.stop()
            shutil.rmtree(self._cluster.folder)
