"""What is leased and waits in memory for a slot: a queue for each trigger, served in turn."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bellrope_server.model import Leased, Trigger
from bellrope_server.scheduler.ahead import Version, version
from bellrope_server.scheduler.slots import Slots

MOST_ASKED = 8  # queues that are asked in vain before the search for one that may begin ends
MOST_ASKED_OF_ALL = 256  # the same in a search for all that may begin


class _Queue(OrderedDict[str, Leased]):
    """What waits for one version of a trigger, by delivery, and who waits for how many of these to begin."""

    def __init__(self, trigger: Trigger) -> None:
        super().__init__()
        self.trigger = trigger
        self._begun = 0
        self._watchers: deque[tuple[int, asyncio.Future[None]]] = deque()

    def begin(self) -> Leased:
        """Take the first one."""
        self._begun += 1
        while self._watchers and self._watchers[0][0] <= self._begun:
            _tell(self._watchers.popleft()[1])
        return self.popitem(last=False)[1]

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
        self._versions: dict[int, dict[Version, _Queue]] = {}
        """The queues of each trigger, that of its newest version last."""
        self._deliveries: dict[str, Leased] = {}
        self._events: dict[str, dict[str, Leased]] = {}
        """What waits of each event: ids of events are those of one project."""
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
        return [queue.trigger for queue in self._queues.values()]

    def trigger(self, trigger_id: int) -> Trigger | None:
        """Return the trigger with this row, if it has a queue."""
        queues = self._versions.get(trigger_id)
        return next(reversed(queues.values())).trigger if queues else None

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
        if older := self._deliveries.get(leased.delivery_id):  # its lease has ended
            self.remove([older])
        queue = self._queues.get(key)
        if queue is None:
            if self._slots.begin(trigger):
                return leased
            queue = self._queues[key] = _Queue(trigger)
            self._versions.setdefault(trigger.id, {})[key] = queue
            self._turns[key] = None
            self._endpoints.setdefault(trigger.endpoint, {})[key] = None
        queue[leased.delivery_id] = self._deliveries[leased.delivery_id] = leased
        if leased.suspect:
            queue.move_to_end(leased.delivery_id, last=False)  # sent alone, it does not wait for others
        self._events.setdefault(leased.event_id, {})[leased.delivery_id] = leased
        self._slots.waits(trigger, len(leased.data))
        return self._begin(key)

    def _begin(self, key: Version) -> Leased | None:
        """Take the first delivery from this queue if it may begin."""
        queue = self._queues[key]
        if not self._slots.begin(queue.trigger):
            return None
        leased = queue.begin()
        self._took(leased)
        if not queue:
            self._forget(key, leased.trigger)
        return leased

    def _took(self, leased: Leased) -> None:
        """Note that a delivery waits no longer."""
        self._slots.waits(leased.trigger, -len(leased.data))
        del self._deliveries[leased.delivery_id]
        of_event = self._events[leased.event_id]
        del of_event[leased.delivery_id]
        if not of_event:
            del self._events[leased.event_id]

    def _forget(self, key: Version, trigger: Trigger) -> None:
        self._queues.pop(key).end()
        versions = self._versions[trigger.id]
        del versions[key]
        if not versions:
            del self._versions[trigger.id]
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

    # What is not to be sent.

    def of_deliveries(self, delivery_ids: Iterable[str]) -> list[Leased]:
        """Return those of these deliveries that wait."""
        return [self._deliveries[id] for id in delivery_ids if id in self._deliveries]

    def of_event(self, event_id: str) -> list[Leased]:
        """Return what waits of the events with this id, one in each project at most."""
        return [*self._events.get(event_id, {}).values()]

    def of_trigger(self, trigger_id: int) -> list[Leased]:
        """Return what waits for any version of the trigger."""
        queues = self._versions.get(trigger_id, {})
        return [leased for queue in queues.values() for leased in queue.values()]

    def of_triggers(self, wanted: Callable[[Trigger], bool]) -> list[Leased]:
        """Return what waits for these triggers."""
        queues = [queue for queue in self._queues.values() if wanted(queue.trigger)]
        return [leased for queue in queues for leased in queue.values()]

    def withdraw_all(self) -> list[Leased]:
        """Take everything out. It is still leased."""
        found = self.of_triggers(lambda _trigger: True)
        self.remove(found)
        return found

    def excess(self) -> list[Leased]:
        """Take out what is more than each endpoint takes in a second by now: the last that came."""
        found: list[Leased] = []
        for queue in self._queues.values():
            if more := self._slots.excess(queue.trigger, len(queue)):
                found += islice(reversed(queue.values()), more)
        self.remove(found)
        return found

    def remove(self, unwanted: Sequence[Leased]) -> None:
        """Take these out, and give back what they took. They are still leased."""
        changed: dict[Version, Trigger] = {}
        for leased in unwanted:
            key = version(leased.trigger)
            del self._queues[key][leased.delivery_id]
            changed[key] = leased.trigger
            self._took(leased)
            self._slots.give_back(leased.trigger)
        for key, trigger in changed.items():
            if self._queues[key]:
                self._queues[key].end()  # the places of the others have changed
            else:
                self._forget(key, trigger)
