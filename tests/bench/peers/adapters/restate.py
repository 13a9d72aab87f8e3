"""Restate: a one-way call of a handler that makes one POST, for each event.

Restate has no webhooks of its own, so restate_handler.py is the equal of them: a handler that signs the
event and makes the POST in one durable step. Its processes count as Restate's.

API: https://docs.restate.dev/services/invocation/http (`/restate/send/SERVICE/HANDLER`, 1.7),
https://docs.restate.dev/services/versioning (POST /deployments of the admin API) and
https://docs.restate.dev/services/introspection (POST /query), with the fields of
docs/schemas/openapi-admin.json in github.com/restatedev/docs-restate. Neither port asks for a key.
"""

from collections.abc import Sequence

from bench.peers.events import DATA, Publish
from bench.peers.peer import Peer

DONE = (
    "SELECT COUNT(*) AS done FROM sys_invocation WHERE target_service_name = 'BenchWebhook'"
    " AND status = 'completed' AND completion_result = 'success'"
)


class Restate(Peer):
    """BENCH_RESTATE_URL (ingress), BENCH_RESTATE_ADMIN, BENCH_RESTATE_HANDLER, BENCH_RESTATE_PROCESSES."""

    name = "restate"

    def __init__(self) -> None:
        super().__init__()
        self.url = self.setting("URL", "http://127.0.0.1:8080")
        self._admin = self.setting("ADMIN", "http://127.0.0.1:9070")
        self._handler = self.setting("HANDLER", "http://127.0.0.1:9080")
        self._before = 0

    def prepare(self, hooks: Sequence[str]) -> list[Publish]:
        """Register the handler; an event names the URL that it goes to."""
        self.call("POST", f"{self._admin}/deployments", {"uri": self._handler, "force": False})
        self._before = self._done()
        return [Publish.of("/restate/send/BenchWebhook/send", {}, url=hook, data=DATA) for hook in hooks]

    def delivered(self) -> int | None:
        """Return how many calls have completed; Restate keeps completed ones for a day by default."""
        return self._done() - self._before

    def _done(self) -> int:
        rows = self.call("POST", f"{self._admin}/query", {"query": DONE}, Accept="application/json")["rows"]
        return int(rows[0]["done"])
