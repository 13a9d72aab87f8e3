"""The statistics of the service Deliveries."""

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.admission.call import Call
from bellrope_server.clock import Clock
from bellrope_server.convert import names, statistics
from bellrope_server.store.statistics.statistics import Statistics as Counts


class Statistics:
    """Counts attempts over time."""

    def __init__(self, counts: Counts, *, clock: Clock) -> None:
        self._counts = counts
        self._clock = clock

    async def GetStatistics(self, request: pb.GetStatisticsRequest, call: Call) -> pb.Statistics:
        """Return the counts of a project's attempts, or of a trigger's."""
        project = names.project(request.project)
        trigger = names.trigger(request.trigger) if request.trigger else ""
        asked = statistics.asked(request, now=self._clock.wall())
        found = await self._counts.find(project, trigger, asked, by_trigger=request.by_trigger)
        return statistics.to_proto(asked, found)
