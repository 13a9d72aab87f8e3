"""How long a server takes to start on a database, and what memory it then has."""

import tempfile
import time
from pathlib import Path

from bench.gauges import Processes
from bench.large.database import Tables
from bench.server import Checkout, running

SETTLED = 3.0  # seconds after the start


def start(tables: Tables) -> tuple[float, float]:
    """Return the seconds until the server is ready, and its memory in MiB a while later."""
    with tempfile.TemporaryDirectory(prefix="bellrope-start-") as folder:
        begin = time.perf_counter()
        with running(tables.url, Path(folder), checkout=Checkout()) as (process, _):
            ready = time.perf_counter() - begin
            time.sleep(SETTLED)
            return ready, Processes([process.pid]).memory()
