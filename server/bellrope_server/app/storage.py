"""The store of a server, with what its verbs share with the scheduler and the API."""

from bellrope_server.api.waiters import Waiters
from bellrope_server.clock import Clock
from bellrope_server.config import Config
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.pacing import Pacing
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.shares import Shares
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.room import Room, Space
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.store import Store, located
from bellrope_server.telemetry.trigger_counts import TriggerCounts
from bellrope_server.upkeep.disk import DiskSpace
from bellrope_server.upkeep.nodes import this_node


class Storage:
    """The store, not open yet, and around it the hand-over, the slots, and who waits for answers."""

    def __init__(self, config: Config, clock: Clock | None) -> None:
        """Create it on the running loop. Without a `clock`, the database's is used."""
        database = located(config.place, direct=config.database_direct, prepared=config.prepared_statements)
        self.clock = clock or database.clock
        space = Space()
        self.disk = DiskSpace(config.path, space, least=config.min_free_disk)
        self.waiters = Waiters()
        self.node = this_node()
        self.shares = Shares(self.node.id, now=self.clock.wall) if database.shared else None
        self.slots = Slots(Caps.of(config), self.shares)
        self.quota = Quota(chained_events=config.max_chained_events)
        self.queues = Queues(self.slots)
        pacing = Pacing(self.slots, self.queues)
        self.handover = HandOver(self.slots, watch=self.waiters, queues=self.queues, pacing=pacing)
        self.counts = TriggerCounts()
        self.store = Store(
            database,
            clock=self.clock,
            handover=self.handover,
            room=Room(config.max_waiting_events, space),
            quota=self.quota,
            ended=self.counts.ended,
        )
