"""When each event was sent, acknowledged and delivered, and what follows from it."""

import math
import time
from array import array
from dataclasses import dataclass

NEVER = 0.0


@dataclass(frozen=True)
class Counts:
    """What a stretch of time saw: rates a second, latencies in milliseconds, events."""

    acknowledgements: float
    deliveries: float
    acknowledged_p50: float
    acknowledged_p99: float
    delivered_p50: float
    delivered_p99: float
    refused: int
    duplicates: int
    lost: int


class Ledger:
    """The events of one measurement, by their numbers; times are seconds of one clock."""

    def __init__(self, first: int = 0) -> None:
        """`first` is its first number: webhooks for smaller ones belong to an earlier measurement."""
        self._first = first
        self._sent = array("d")
        self._answered = array("d")
        self._arrived = array("d")
        self._refused = 0
        self._duplicates = 0

    @property
    def next(self) -> int:
        """The number that the next event gets."""
        return self._first + len(self._sent)

    @property
    def delivered(self) -> int:
        """How many events were delivered."""
        return sum(1 for at in self._arrived if at)

    @property
    def answers(self) -> int:
        """How many events were accepted."""
        return sum(1 for at in self._answered if at)

    def send(self, at: float | None = None) -> int:
        """Note that an event is sent, now or as of then, and return its number."""
        number = self.next
        self._sent.append(time.perf_counter() if at is None else at)
        self._answered.append(NEVER)
        self._arrived.append(NEVER)
        return number

    def answered(self, number: int, *, accepted: bool = True) -> None:
        """Note the answer to an event."""
        if accepted:
            self._answered[number - self._first] = time.perf_counter()
        else:
            self._refused += 1

    def arrived(self, number: int) -> None:
        """Note a webhook; one that no event of this measurement has caused does not count."""
        index = number - self._first
        if not 0 <= index < len(self._arrived):
            return
        if self._arrived[index]:
            self._duplicates += 1
        else:
            self._arrived[index] = time.perf_counter()

    def owed(self) -> int:
        """Return how many acknowledged events were not delivered yet."""
        return sum(1 for at, then in zip(self._answered, self._arrived, strict=True) if at and not then)

    def counts(self, begin: float, end: float) -> Counts:
        """Count what happened between two times; latencies are those of the events sent between them."""
        seconds = end - begin
        acknowledged = self._latencies(self._answered, begin, end)
        delivered = self._latencies(self._arrived, begin, end)
        return Counts(
            acknowledgements=sum(begin <= at < end for at in self._answered) / seconds,
            deliveries=sum(begin <= at < end for at in self._arrived) / seconds,
            acknowledged_p50=share(acknowledged, 0.5),
            acknowledged_p99=share(acknowledged, 0.99),
            delivered_p50=share(delivered, 0.5),
            delivered_p99=share(delivered, 0.99),
            refused=self._refused,
            duplicates=self._duplicates,
            lost=self.owed(),
        )

    def lateness(self) -> list[float]:
        """Return how long after they were due all events came, in milliseconds and in order."""
        return self._latencies(self._arrived, -math.inf, math.inf)

    def _latencies(self, ends: "array[float]", begin: float, end: float) -> list[float]:
        pairs = zip(self._sent, ends, strict=True)
        return sorted(1000 * (at - sent) for sent, at in pairs if at and begin <= sent < end)


def share(ordered: list[float], part: float) -> float:
    """Return the value that this part of the values does not exceed; NaN if there is none."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")
