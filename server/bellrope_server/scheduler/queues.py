"""What is leased and waits in memory for a slot: a queue for each trigger, served in turn."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from bellrope_server.model import Leased, Trigger
from bellrope_server.scheduler.ahead import Version, version
from bellrope_server.scheduler.slots import Slots

MOST_ASKED = 8  # queues that are asked in vain before the search for one that may begin ends
MOST_ASKED_OF_ALL = 256  # the same in a search for all that may begin


class _Queue(deque[Leased]):
    """What waits for one version of a trigger, and who waits for how many of these to begin."""

    def __init__(self, leased: Iterable[Leased] = ()) -> None:
        super().__init__(leased)
        self._begun = 0
        self._watchers: deque[tuple[int, asyncio.Future[None]]] = deque()

    def begin(self) -> Leased:
        """Take the first one."""
        self._begun += 1
        while self._watchers and self._watchers[0][0] <= self._begun:
            _tell(self._watchers.popleft()[1])
        return self.popleft()

    def watch(self) -> "asyncio.Future[None]":
        """Return a future that is done when everything that waits now has begun, or is withdrawn."""
        future = asyncio.get_running_loop().create_future()
        self._watchers.append((self._begun + len(self), future))
        return future

    def end(self) -> None:
        """Tell all who wait."""
        while self._watchers:
            _tell(self._watchers.popleft()[1])


def _tell(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


class Queues:
    """The deliveries of this node that are leased and not begun. It belongs to the event loop.

    A free slot goes to the next trigger in turn.
    """

    def __init__(self, slots: Slots) -> None:
        """`slots` says which trigger may begin an attempt."""
        self._slots = slots
        self._queues: dict[Version, _Queue] = {}
        self._ids: dict[int, _Queue] = {}
        """The queue of each trigger's newest version."""
        self._late: dict[int, set[asyncio.Future[None]]] = {}
        """The futures of callers that are held because a trigger is behind."""
        self._turns: dict[Version, None] = {}
        self._endpoints: dict[str, dict[Version, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._queues)

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def triggers(self) -> list[Trigger]:
        """Return the triggers that have a queue."""
        return [queue[0].trigger for queue in self._queues.values()]

    def trigger(self, trigger_id: int) -> Trigger | None:
        """Return the trigger with this row, if it has a queue."""
        queue = self._ids.get(trigger_id)
        return queue[0].trigger if queue else None

    def watch(self, trigger: Trigger) -> "asyncio.Future[None] | None":
        """Return a future that is done when all that waits for this trigger now has begun; None if none."""
        queue = self._queues.get(version(trigger))
        return queue.watch() if queue else None

    def watch_late(self, trigger_id: int) -> "asyncio.Future[None]":
        """Return a future that is done when a claim finds nothing more due of this trigger in the table."""
        future = asyncio.get_running_loop().create_future()
        late = self._late.setdefault(trigger_id, set())
        late.add(future)
        future.add_done_callback(late.discard)
        return future

    def caught_up(self, trigger_ids: Iterable[int]) -> None:
        """Note that nothing more of these triggers is due in the table."""
        for trigger_id in self._late.keys() & trigger_ids:
            for each in list(self._late.pop(trigger_id)):
                _tell(each)

    def add(self, leased: Leased) -> Leased | None:
        """Add a delivery, and return the one of its trigger that begins now, if one may."""
        trigger = leased.trigger
        key = version(trigger)
        queue = self._queues.get(key)
        if queue is None:
            if self._slots.begin(trigger):
                return leased
            queue = self._queues[key] = self._ids[trigger.id] = _Queue()
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
        leased = queue.begin()
        self._slots.waits(leased.trigger, -len(leased.data))
        if not queue:
            self._forget(key, leased.trigger)
        return leased

    def _forget(self, key: Version, trigger: Trigger) -> None:
        queue = self._queues.pop(key)
        queue.end()
        if self._ids.get(trigger.id) is queue:
            del self._ids[trigger.id]
        del self._turns[key]
        at_endpoint = self._endpoints[trigger.endpoint]
        del at_endpoint[key]
        if not at_endpoint:
            del self._endpoints[trigger.endpoint]

    def after(self, trigger: Trigger) -> Iterator[Leased]:
        """Take what may begin after an attempt of this trigger ended: at its endpoint, else anywhere.

        If the node's slots are scarce, the next in turn may begin, wherever it goes.
        """
        if not self._queues:
            return
        at_endpoint = self._endpoints.get(trigger.endpoint, {})
        for turns in (self._turns, at_endpoint) if self._slots.scarce else (at_endpoint, self._turns):
            found = False
            for leased in self._in_turn(turns):
                found = True
                yield leased
            if found:
                return

    def all_able(self) -> Iterator[Leased]:
        """Take everything that may begin now, unless many triggers in a row may begin nothing."""
        return self._in_turn(self._turns, MOST_ASKED_OF_ALL)

    def _in_turn(self, turns: dict[Version, None], most_asked: int = MOST_ASKED) -> Iterator[Leased]:
        """Take one delivery after the other, each from the next queue in turn that may begin one."""
        in_vain = 0
        while turns and in_vain < min(most_asked, len(turns)):
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
            gone = [each for each in queue if each.id in ids]
            if not gone:
                continue
            kept = [each for each in queue if each.id not in ids]
            queue.clear()
            queue.extend(kept)
            queue.end()  # their places have changed
            for each in gone:
                self._slots.waits(each.trigger, -len(each.data))
                self._slots.give_back(each.trigger)
            if not kept:
                self._forget(key, gone[0].trigger)
