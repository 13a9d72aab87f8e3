"""What is leased and waits in memory for a slot: a queue for each trigger, served in turn."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from bellrope_server.model import Leased, Trigger
from bellrope_server.scheduler.ahead import Version, version
from bellrope_server.scheduler.slots import Slots

MOST_ASKED = 8  # queues that are asked in vain before the search for one that may begin ends


class Queues:
    """The deliveries of this node that are leased and not begun. It belongs to the event loop.

    A free slot goes to the next trigger in turn, first at the endpoint where the slot became free.
    """

    def __init__(self, slots: Slots) -> None:
        """`slots` says which trigger may begin an attempt."""
        self._slots = slots
        self._queues: dict[Version, deque[Leased]] = {}
        self._turns: dict[Version, None] = {}
        self._endpoints: dict[str, dict[Version, None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def triggers(self) -> list[Trigger]:
        """Return the triggers that have a queue."""
        return [queue[0].trigger for queue in self._queues.values()]

    def add(self, leased: Leased) -> Leased | None:
        """Add a delivery, and return the one of its trigger that begins now, if one may."""
        trigger = leased.trigger
        key = version(trigger)
        queue = self._queues.get(key)
        if queue is None:
            if self._slots.begin(trigger):
                return leased
            queue = self._queues[key] = deque()
            self._turns[key] = None
            self._endpoints.setdefault(trigger.endpoint, {})[key] = None
        if leased.suspect:
            queue.appendleft(leased)  # it is sent alone, so it does not wait for others
        else:
            queue.append(leased)
        self._slots.waits(trigger, len(leased.data))
        return self._begin(key)

    def _begin(self, key: Version) -> Leased | None:
        """Take the first delivery from this queue if it may begin."""
        queue = self._queues[key]
        if not self._slots.begin(queue[0].trigger):
            return None
        leased = queue.popleft()
        self._slots.waits(leased.trigger, -len(leased.data))
        if not queue:
            self._forget(key, leased.trigger)
        return leased

    def _forget(self, key: Version, trigger: Trigger) -> None:
        del self._queues[key], self._turns[key]
        at_endpoint = self._endpoints[trigger.endpoint]
        del at_endpoint[key]
        if not at_endpoint:
            del self._endpoints[trigger.endpoint]

    def after(self, trigger: Trigger) -> Iterator[Leased]:
        """Take what may begin after an attempt of this trigger ended: at its endpoint, else anywhere."""
        if not self._queues:
            return
        found = False
        for turns in (self._endpoints.get(trigger.endpoint), self._turns):
            for leased in self._in_turn(turns or {}):
                found = True
                yield leased
            if found:
                return

    def all_able(self) -> Iterator[Leased]:
        """Take everything that may begin now."""
        for key in list(self._queues):
            while key in self._queues and (leased := self._begin(key)):
                yield leased

    def _in_turn(self, turns: dict[Version, None]) -> Iterator[Leased]:
        """Take one delivery after the other, each from the next queue in turn that may begin one."""
        in_vain = 0
        while turns and in_vain < min(MOST_ASKED, len(turns)):
            key = next(iter(turns))
            leased = self._begin(key)
            if key in turns:  # the last in turn from now on
                del turns[key]
                turns[key] = None
            if leased is None:
                in_vain += 1
                continue
            in_vain = 0
            yield leased

    def withdraw(self, unwanted: Callable[[Leased], bool]) -> list[Leased]:
        """Take these deliveries out, and give back what they took. They are still leased."""
        found = [each for queue in self._queues.values() for each in queue if unwanted(each)]
        if found:
            self._remove({each.id for each in found})
        return found

    def excess(self) -> list[Leased]:
        """Take out what is more than each endpoint takes in a second by now: the last that came."""
        found: list[Leased] = []
        for queue in self._queues.values():
            if more := self._slots.excess(queue[0].trigger, len(queue)):
                found += islice(reversed(queue), more)
        if found:
            self._remove({each.id for each in found})
        return found

    def _remove(self, ids: set[int]) -> None:
        for key, queue in list(self._queues.items()):
            kept = deque(each for each in queue if each.id not in ids)
            gone = [each for each in queue if each.id in ids]
            self._queues[key] = kept
            for each in gone:
                self._slots.waits(each.trigger, -len(each.data))
                self._slots.give_back(each.trigger)
            if not kept:
                self._forget(key, queue[0].trigger)
