"""What runs in the background besides the scheduler: it begins and ends as one."""

from bellrope_server.clock import Clock
from bellrope_server.config import Config
from bellrope_server.process.service import Service, all_of
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.store import Store
from bellrope_server.upkeep.bulk import BulkRunner
from bellrope_server.upkeep.disk import DiskSpace
from bellrope_server.upkeep.parked import ParkedCount
from bellrope_server.upkeep.place import Place
from bellrope_server.upkeep.retention import Remover
from bellrope_server.upkeep.samples import Sampler
from bellrope_server.upkeep.statistics import Folder


class Upkeep:
    """Bulk actions, retention, statistics, parked deliveries, and the looks at the disk and the database."""

    def __init__(self, config: Config, store: Store, disk: DiskSpace, quota: Quota, *, clock: Clock) -> None:
        """`quota` gets the triggers that have too many parked deliveries."""
        self.bulk = BulkRunner(store.bulk, clock=clock)
        self._remover = Remover(store.log, config.retention)
        self._looks = disk.service, Place(store, config.path).service
        parked = ParkedCount(store.log, quota, clock=clock, most=config.max_parked)
        folder = Folder(store.statistics, kept=config.statistics_kept)
        sampler = Sampler(store.log, store.statistics, clock=clock, kept=config.statistics_kept)
        self._steps = *self.bulk.services, parked.service, folder.service, sampler.service

    @property
    def services(self) -> tuple[Service, ...]:
        """All that run by themselves."""
        return (*self._looks, *self._steps, self._remover.service)

    def start(self) -> None:
        """Begin, with what an earlier server left unfinished."""
        for service in self.services:
            service.start()

    async def stop(self) -> None:
        """Finish the steps under way. The next start continues from there."""
        looks = (look.stop(grace=0) for look in self._looks)
        steps = (step.stop() for step in self._steps)
        await all_of(*looks, *steps, self._remover.stop())
