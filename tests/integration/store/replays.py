"""Replays of kept events: start them, take their steps, and see what the trigger got."""

from dataclasses import replace
from typing import Any

from bellrope_server.model import Action, BulkAction
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from integration.store.rig import PROJECT, event, spec

EVERY = EventFilter()


def replay(to: str = "late", wanted: EventFilter = EVERY, **fields: Any) -> StartBulk:
    """Return a replay of kept events, before it is counted."""
    given = {"project": PROJECT, "rate": 100, "matched": 0, "trigger": to} | fields
    return StartBulk(action=Action.REPLAY_EVENTS, wanted=wanted, **given)


async def start(store: Store, *arguments: Any, **fields: Any) -> BulkAction:
    """Start a replay of kept events."""
    asked = replay(*arguments, **fields)
    assert isinstance(asked.wanted, EventFilter)
    return await store.bulk.start(
        replace(asked, matched=await store.log.count_events(asked.project, asked.wanted))
    )


async def finish(store: Store, begun: BulkAction, *, most: int = 3) -> BulkAction:
    """Take steps to the end, and return the bulk action."""
    while (await store.bulk.step(begun.id, most=most)).running:
        pass
    return await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)


def counts(ended: Any) -> tuple[int, int, int, int]:
    """Return how many events were sent, again, skipped, and not matched."""
    return ended.done, ended.again, ended.skipped, ended.unmatched


async def owed(store: Store, trigger: str = "late") -> list[tuple[str, str]]:
    """Return event and state of each delivery to the trigger, by event."""
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=trigger), Page(size=1000))
    return sorted((each.event_id, each.state.name) for each in found)


async def got(store: Store, trigger: str = "late") -> list[str]:
    """Return the events that the trigger has a delivery of; one that it has twice is here twice."""
    return [event_id for event_id, _ in await owed(store, trigger)]


async def keep(store: Store, *ids: str, type: str = "order", **fields: Any) -> None:
    """Queue events that no trigger wants yet."""
    for id in ids:
        await store.intake.queue(event(type, event_id=id, **fields))


async def late(store: Store, name: str = "late", type: str = "order", **fields: Any) -> None:
    """Create a trigger after the events."""
    await store.settings.create_trigger(PROJECT, spec(name, type, **fields))
