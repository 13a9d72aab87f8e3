"""How a running server schedules its threads."""

import os
from pathlib import Path

import pytest
from kit import Server


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has SCHED_BATCH")
def test_threads_of_grpc_give_way_on_sqlite_only(server: Server, request: pytest.FixtureRequest) -> None:
    """Beside the loop and the writing thread they would wait too long for a core that PostgreSQL uses."""
    threads = [int(each.name) for each in Path(f"/proc/{server.process.pid}/task").iterdir()]
    policies = {os.sched_getscheduler(thread) for thread in threads}
    giving_way = {os.SCHED_BATCH} if request.node.callspec.params["server"] == "sqlite" else set()
    assert policies == {os.SCHED_OTHER} | giving_way
