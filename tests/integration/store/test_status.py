"""The status beside a database that hangs, and how long a look at it is kept."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from bellrope.v1.server_pb2 import GetStatusRequest
from bellrope_server.admission.access import Access
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import Bodies
from bellrope_server.api import server as api
from bellrope_server.api.server import Server
from bellrope_server.config import Config
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.room import Space
from bellrope_server.store.nodes import Node
from bellrope_server.store.store import Store
from bellrope_server.upkeep import status
from bellrope_server.upkeep.disk import DiskSpace
from bellrope_server.upkeep.status import StatusReader
from integration.store.rig import Desk, HandClock, Postgres, opened
from kit import until
from usual import usual_caps, usual_limits

HERE, THERE = Node(id="a", name="web/1", version="1"), Node(id="b", name="web/2", version="2")


def reader(store: Store, url: str, clock: HandClock) -> StatusReader:
    """Return what looks at a server that has only a store."""
    limits, config = usual_limits(), Config(database=url)
    admission = Admission(
        Access(None),
        limits=limits,
        bodies=Bodies(1),
        answers=Answers(1),
        check=lambda: None,
        clock=clock.clock,
    )
    return StatusReader(
        config,
        store,
        DiskSpace(None, Space(), least=0),
        admission,
        Slots(usual_caps()),
        node=HERE,
        unready=list,
        longest_pause=lambda: 0.0,
        clock=clock.clock,
    )


@pytest.fixture
async def store(postgres: Postgres, clock: HandClock, desk: Desk) -> AsyncIterator[Store]:
    """A store on PostgreSQL."""
    async with opened(postgres, clock, desk) as store:
        yield store


async def test_it_comes_while_the_database_hangs(
    store: Store, postgres: Postgres, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database hangs, the status lacks only what the database knows; one question waits for it."""
    monkeypatch.setattr(status, "WAIT", 0.1)
    looks = reader(store, postgres.url, clock)
    for node in (HERE, THERE):
        await store.nodes.beat(node)
    found = await looks.read()
    assert found.about
    assert [(each.name, each.version) for each in found.others] == [("web/2", "2")]
    with psycopg.connect(postgres.url) as connection:
        connection.execute("LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE")
        for _ in range(3):
            hung = await looks.read()
            assert (hung.about, hung.others, hung.node) == (None, [], HERE)
        assert len([each for each in asyncio.all_tasks() if each.get_name() == "status"]) == 1

    async def answers() -> bool:
        return (await looks.read()).about == found.about

    await until(answers)


async def test_a_look_is_kept_for_a_while(
    store: Store, postgres: Postgres, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers get the same look until its time is over; then the next caller makes a new one."""
    server = Server(reader(store, postgres.url, clock))
    first = await server.GetStatus(GetStatusRequest(), None)  # type: ignore[arg-type]
    clock.advance(1)
    assert await server.GetStatus(GetStatusRequest(), None) is first  # type: ignore[arg-type]
    monkeypatch.setattr(api, "KEPT", 0.0)
    server = Server(reader(store, postgres.url, clock))
    first = await server.GetStatus(GetStatusRequest(), None)  # type: ignore[arg-type]
    clock.advance(1)
    second = await server.GetStatus(GetStatusRequest(), None)  # type: ignore[arg-type]
    assert second.status_time.ToMicroseconds() - first.status_time.ToMicroseconds() == 1_000_000
