"""A node with slots and queues, for the tests of what waits for a slot."""

from dataclasses import replace

from attempts import leased as made
from attempts import trigger as calls
from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, Trigger
from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from msgspec import structs

CAPS = Caps(trigger=2, endpoint=3, node=5)
ANSWERED = Attempt(start_time=0, duration=0, status_code=200)


def trigger(id: int, *, endpoint: str | None = None, version: int = 1) -> Trigger:
    """Return a trigger on an endpoint of its own, or on this one."""
    return replace(calls(endpoint or f"http://endpoint-{id}"), id=id, version=version)


class Node:
    """Slots and queues, in which each trigger may lease ahead a hundred deliveries."""

    def __init__(self, caps: Caps = CAPS, *triggers: Trigger) -> None:
        ahead = Ahead(lambda: 1000.0)
        for each in triggers:
            for _ in range(100):
                ahead.ended(each, 1000)
        self.slots = Slots(caps, ahead=ahead)
        self.queues = Queues(self.slots)
        self.begun: list[int] = []
        self._ids = 0

    def lease(self, trigger: Trigger, count: int = 1, *, suspect: bool = False) -> list[Leased]:
        """Lease deliveries, as a commit does, and hand them over."""
        got = self.slots.take(trigger, count, ahead=not suspect)
        return [self.add(trigger, suspect=suspect) for _ in range(got)]

    def new(self, trigger: Trigger) -> bool:
        """Queue an event, and return whether its delivery got a slot or place."""
        taken = self.slots.take_for_new(trigger)
        if taken:
            self.add(trigger)
        return taken

    def add(self, trigger: Trigger, *, suspect: bool = False) -> Leased:
        """Hand over one that has its slot or place."""
        self._ids += 1
        one = delivery(trigger, self._ids, suspect=suspect)
        if begins := self.queues.add(one):
            self.begun.append(begins.id)
        return one

    def end(self, trigger: Trigger) -> None:
        """End one attempt of the trigger, and begin what may begin."""
        self.slots.end(trigger, ANSWERED, size=2)
        self.slots.recorded(trigger)
        self.begun += [each.id for each in self.queues.after(trigger)]


def delivery(trigger: Trigger, id: int, *, suspect: bool) -> Leased:
    """Return a delivery to this trigger."""
    names = {"delivery_id": f"d{id}", "event_id": f"e{id // 2}"}
    return structs.replace(made(trigger.spec.url), id=id, trigger=trigger, suspect=suspect, **names)
