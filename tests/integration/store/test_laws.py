"""The laws: whatever happens, in any order, no accepted event is lost and no state goes back."""

import asyncio
import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.store.rig import Database
from integration.store.world import World

FULL = os.environ.get("BELLROPE_FULL") == "1"

OPERATIONS = (
    *("queue", "queue_later", "queue_once", "queue_brief", "claim", "claim", "succeed", "fail", "fail"),
    *("lose", "come_late", "release", "rescue", "wait", "pause", "resume", "delete", "create", "sweep"),
    *("replay", "vanish", "vanish", "cancel", "cancel_event", "reschedule", "replay_event"),
    *("replay_in_bulk", "cancel_in_bulk"),
)
OPERATION = st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 5))
STEP = st.lists(OPERATION, min_size=1, max_size=4)
RESTART: list[tuple[str, int]] = []
STORY = st.lists(st.one_of(STEP, STEP, STEP, STEP, st.just(RESTART)), max_size=40)


async def live(story: list[list[tuple[str, int]]], database: Database) -> None:
    """Run a story."""
    world = World(database)
    await world.open()
    try:
        await world.begin()
        for step in story:
            await world.step(step)
        await world.end()
    finally:
        await world.close()


@settings(max_examples=200 if FULL else 20, suppress_health_check=[HealthCheck.too_slow])
@given(story=STORY)
def test_nothing_is_lost_and_nothing_goes_back(
    migrated: Database, story: list[list[tuple[str, int]]]
) -> None:
    """For any order of events, claims, outcomes, losses and restarts, every delivery reaches one end."""
    with tempfile.TemporaryDirectory() as folder:
        database = migrated.copy(Path(folder))
        asyncio.run(live(story, database))
        database.drop()
