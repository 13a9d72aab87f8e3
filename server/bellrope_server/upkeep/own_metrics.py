"""What this process says of itself in `/metrics`; the page adds what the other workers say."""

import asyncio
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

from bellrope_server.admission.admission import Admission
from bellrope_server.config import Config
from bellrope_server.process.shared_metrics import ProcessMetrics
from bellrope_server.store.store import Store
from bellrope_server.telemetry import metrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts
from bellrope_server.upkeep.disk import DiskSpace


class OwnMetrics:
    """Reads the gauges of one process when someone asks."""

    def __init__(
        self,
        config: Config,
        store: Store,
        disk: DiskSpace,
        admission: Admission,
        counts: TriggerCounts,
        *,
        unready: Callable[[], Sequence[str]],
    ) -> None:
        """`unready` says why the server is not ready."""
        self._store = store
        self._disk = disk
        self._admission = admission
        self._counts = counts
        self._unready = unready
        metrics.DISK_RESERVED.set(config.min_free_disk if config.path else 0)
        kind = "sqlite" if config.path else "postgresql"
        metrics.BUILD.labels(version("bellrope-server"), platform.python_version(), kind).set(1)

    def read(self) -> ProcessMetrics:
        """Return the metrics of this process, and its counts by trigger."""
        metrics.NOT_READY.set(bool(self._unready()))
        metrics.COMMITS.set(self._store.commits)
        metrics.COMMITTED.set(self._store.committed)
        metrics.WAITING.set(self._store.room.waiting)
        metrics.TASKS.set(len(asyncio.all_tasks()))
        metrics.WAL.set(self._disk.log_bytes)
        metrics.DISK_FREE.set(self._disk.free)
        metrics.CALLS.set(self._admission.calls.under_way)
        metrics.BODIES.set(self._admission.bodies.held)
        metrics.ANSWERS.set(self._admission.answers.held)
        metrics.REFUSED.set(self._admission.calls.refused)
        return ProcessMetrics(metrics.text(), list(self._counts.numbers(now=time.monotonic()).items()))
