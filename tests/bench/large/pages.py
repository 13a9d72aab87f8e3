"""Pages of the log, by trigger, state and time."""

import time
from statistics import median

from bellrope_server.clock import DAY, wall
from bellrope_server.model import State
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from faults.test_many_rows import serving
from integration.store.rig import PROJECT

from bench.large.database import Tables

READS = 30


async def pages(tables: Tables) -> dict[str, float]:
    """Return how many milliseconds the first page and the next take together, by what is asked for."""
    now = wall()
    wanted = {
        "trigger": DeliveryFilter(trigger="old"),
        "state": DeliveryFilter(state=State.SUCCEEDED),
        "time": DeliveryFilter(from_time=now - 19 * DAY, until_time=now - DAY),
    }
    async with serving(tables.database) as store:
        return {name: await _read(store, each) for name, each in wanted.items()}


async def _read(store: Store, wanted: DeliveryFilter) -> float:
    took = []
    for _ in range(READS):
        begin = time.perf_counter()
        first = await store.log.list_deliveries(PROJECT, wanted, Page())
        second = await store.log.list_deliveries(PROJECT, wanted, Page(before=first.next))
        took.append(1000 * (time.perf_counter() - begin))
        assert len(first) == len(second) == Page().size
    return median(took)
