"""Removals of old rows, and events whose deliveries have ended."""

from bellrope_server.clock import DAY
from bellrope_server.model import Retention
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.log.retention import Reached, Removed
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import EventFilter, Page
from integration.store.rig import PROJECT, SECOND, Desk, Worker, event

DAYS = DAY // SECOND  # seconds
DEFAULT = Retention()
FOREVER = Retention(succeeded=None, dead_letters=None, attempts=None, unmatched=None)
NO_RETRY = RetryPolicy(retries=0)


async def remove(store: Store, retention: Retention = DEFAULT) -> tuple[int, int, int]:
    """Remove everything that is old; return how many events, deliveries and attempts were removed."""
    steps = await run(store, retention)
    counts = ((each.events, each.deliveries, each.attempts) for each in steps)
    events, deliveries, attempts = (sum(kind) for kind in zip(*counts, strict=True))
    return events, deliveries, attempts


async def run(store: Store, retention: Retention = DEFAULT) -> list[Removed]:
    """Take all steps of a run, and return what each did."""
    steps = [await store.log.remove(retention, Reached())]
    while steps[-1].reached:
        steps.append(await store.log.remove(retention, steps[-1].reached))
    return steps


async def ended(store: Store, desk: Desk, worker: Worker, event_id: str, status: int = 200) -> str:
    """Queue an event with one delivery and one attempt, and return the delivery's id."""
    await store.intake.queue(event(event_id=event_id))
    leased = desk.handed.pop()
    await worker.answer(leased, status)
    return leased.delivery_id


async def event_ids(store: Store) -> list[str]:
    """Return the ids of the existing events, oldest first."""
    return [each.event_id for each in reversed(await store.log.list_events(PROJECT, EventFilter(), Page()))]
