"""When to look at which trigger next: hints in memory, all of which are in the database too."""

from heapq import heappop, heappush

from bellrope_server.model import Micros


class Agenda:
    """Triggers in the order in which their deliveries are due.

    >>> agenda = Agenda()
    >>> agenda.note(7, 300), agenda.note(8, 100), agenda.note(7, 200)
    (None, None, None)
    >>> agenda.next, agenda.due(now=200, most=9), agenda.next
    (100, [8, 7], None)
    """

    def __init__(self) -> None:
        self._wakes: dict[int, Micros] = {}
        self._heap: list[tuple[Micros, int]] = []

    def note(self, trigger_id: int, wake_time: Micros) -> None:
        """Look at the trigger at this time. An earlier time that is already noted stays."""
        noted = self._wakes.get(trigger_id)
        if noted is None or wake_time < noted:
            self._wakes[trigger_id] = wake_time
            heappush(self._heap, (wake_time, trigger_id))

    def due(self, *, now: Micros, most: int) -> list[int]:
        """Remove and return the triggers to look at now, the one due longest first."""
        due: list[int] = []
        while self._heap and self._heap[0][0] <= now and len(due) < most:
            wake_time, trigger_id = heappop(self._heap)
            if self._wakes.get(trigger_id) == wake_time:
                del self._wakes[trigger_id]
                due.append(trigger_id)
        return due

    @property
    def next(self) -> Micros | None:
        """When the next trigger is due."""
        while self._heap and self._wakes.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)  # this time was replaced by an earlier one
        return self._heap[0][0] if self._heap else None
