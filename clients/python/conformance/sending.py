"""Calls that send events."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bellrope
import values
from bellrope import aio
from bellrope import settings as bellrope_settings
from calls import ASYNCIO, SECONDS, Clients, Line


class Broken(bellrope.BellropeError):
    """A stream failed after some outcomes."""

    def __init__(self, error: bellrope.BellropeError, before: list[Line]) -> None:
        super().__init__(error.message)
        self.error = error
        self.before = before


def queue(clients: Clients, line: Line) -> Line:
    """Queue an event."""
    event = line["event"]
    call = clients.of(line).queue(
        event["type"], *values.data_of(event), **values.fields_of(event), **timeout(line)
    )
    return values.queued(clients.now(call))


def trigger(clients: Clients, line: Line) -> Line:
    """Trigger an event."""
    event = line["event"]
    call = clients.of(line).trigger(
        event["type"], *values.data_of(event), **values.fields_of(event), **timeout(line)
    )
    return values.answer(clients.now(call))


def queue_batch(clients: Clients, line: Line) -> list[Line]:
    """Queue events in one commit."""
    events = [values.event_of(event) for event in line["events"]]
    return [
        values.queued(each) for each in clients.now(clients.of(line).queue_batch(events, **timeout(line)))
    ]


def queue_stream(clients: Clients, line: Line) -> list[Line]:
    """Queue events in a stream."""
    outcomes: list[Line] = []
    try:
        for outcome in clients.each(clients.of(line).queue_stream(events_of(line), **timeout(line))):
            outcomes.append(values.outcome_of(outcome))
    except bellrope.BellropeError as error:
        raise Broken(error, outcomes) from error
    return outcomes


def cancel(clients: Clients, line: Line) -> Line:
    """Cancel a trigger: its task, or without asyncio its client, which is closed."""
    client, event = clients.new(line), line["event"]
    begun, after = time.monotonic(), line["after_ms"] / SECONDS
    arguments = (event["type"], *values.data_of(event))
    try:
        if ASYNCIO:
            clients.now(cancelled(client.trigger(*arguments, **values.fields_of(event)), after))
        else:
            threading.Timer(after, client.close).start()
            client.trigger(*arguments, **values.fields_of(event))
    except (asyncio.CancelledError, bellrope.BellropeError):
        return {"cancelled": True, "after_ms": round((time.monotonic() - begun) * SECONDS)}
    return {"cancelled": False}


def load(clients: Clients, line: Line) -> Line:
    """Queue events from many callers at once."""
    client, callers, count = clients.of(line), line["callers"], line["count"]
    if ASYNCIO:
        return {"ids": clients.now(loaded(client, line["type"], callers=callers, count=count))}
    with ThreadPoolExecutor(callers) as pool:
        return {"ids": [each.event_id for each in pool.map(client.queue, [line["type"]] * count)]}


def settings(clients: Clients, line: Line) -> Line:
    """Return what the client makes of its settings."""
    clients.of(line)
    given = line["settings"]
    address = bellrope_settings.address(given.get("server"))
    return {
        "server": str(address),
        "tls": address.tls,
        "project": bellrope_settings.project(given.get("project")),
    }


async def cancelled(call: Any, after: float) -> Any:
    """Cancel a call after some seconds, and return what it returns nevertheless."""
    task = asyncio.ensure_future(call)
    asyncio.get_running_loop().call_later(after, task.cancel)
    return await task


async def loaded(client: aio.Client, type: str, *, callers: int, count: int) -> list[str]:
    """Queue events from many tasks at once; return the ids."""
    left, ids = iter(range(count)), []

    async def caller() -> None:
        for _ in left:
            ids.append((await client.queue(type)).event_id)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return ids


def events_of(line: Line) -> Iterator[bellrope.Event]:
    """Yield the events of a stream."""
    if "events" in line:
        yield from (values.event_of(event) for event in line["events"])
        return
    event = line["event"]
    for number in range(line["count"]):
        yield values.event_of(event | {"id": f"{event['id']}-{number}"})


def timeout(line: Line) -> Line:
    """Return the call's own timeout as an argument."""
    return {"timeout": line["timeout_ms"] / SECONDS} if "timeout_ms" in line else {}
