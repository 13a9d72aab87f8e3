"""What must be true of a store at any time, whatever has happened to it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bellrope_server.clock import HOUR
from bellrope_server.model import Leased, Micros, State
from bellrope_server.rules.histograms import total
from bellrope_server.store.statistics.outcomes import ACCEPTED, ended
from bellrope_server.store.statistics.read import Asked
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, START, Database

RETRIES = 1
TRIGGERS = ("a", "b")
FINAL = {state for state in State if state.final}

DELIVERIES = """
    SELECT id, delivery_id, state, finish_time, reason, attempt_count, failure_count, lease, event_row
    FROM delivery
"""


STATISTICS = (
    (
        """
        SELECT trigger_id, start_time, outcome, CAST(sum(count) AS BIGINT) FROM statistic
        WHERE trigger_id > 0 GROUP BY trigger_id, start_time, outcome
        """,
        """
        SELECT trigger_id, (start_time + duration) / 60000000 * 60000000, error * 1000 + status_code, count(*)
        FROM attempt GROUP BY 1, 2, 3
        """,
    ),
    (
        """
        SELECT start_time, CAST(sum(count) AS BIGINT) FROM statistic WHERE trigger_id = 0 AND outcome = 0
        GROUP BY start_time
        """,
        "SELECT accept_time / 60000000 * 60000000, count(*) FROM event GROUP BY 1",
    ),
    (
        "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM statistic WHERE trigger_id = 0 AND outcome > 0",
        "SELECT count(*) FROM attempt",
    ),
)
"""What was counted, by the minute, and what is there to count."""


class Laws:
    """What users may expect of a store, and whether it is so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.accepted: dict[int, int] = {}
        """How many deliveries each event got according to its answer."""

        self.before: dict[int, tuple[Any, ...]] = {}
        """The deliveries when they were last checked."""

        self.replays: Counter[str] = Counter()
        self.replayed: set[str] = set()
        """The deliveries that were replayed since then."""

    def check(self, in_hand: Sequence[Leased], lost: Sequence[Leased]) -> None:
        """Check that the laws hold; these are leased, by who attempts them and by who has vanished."""
        now = {row[0]: row[1:] for row in self._database.rows(DELIVERIES)}
        self._nothing_is_lost(now)
        self._no_state_goes_back(now)
        self._attempts_are_counted(now)
        self._statistics_are_of_what_is_there()
        self._leases_have_holders(now, in_hand, lost)
        self.before = now

    def _nothing_is_lost(self, now: dict[int, tuple[Any, ...]]) -> None:
        owed = Counter(row[7] for row in now.values())
        assert {event: owed[event] for event in self.accepted} == self.accepted
        assert self.before.keys() <= now.keys()

    def _no_state_goes_back(self, now: dict[int, tuple[Any, ...]]) -> None:
        for id, (delivery_id, *before) in self.before.items():
            if before[0] in FINAL and delivery_id not in self.replayed:
                assert list(now[id][1:4]) == before[:3]
        for _, state, finish_time, *_ in now.values():
            assert (finish_time is not None) == (state in FINAL)

    def _attempts_are_counted(self, now: dict[int, tuple[Any, ...]]) -> None:
        made = self._database.rows(
            "SELECT delivery_row, number, late, status_code FROM attempt ORDER BY delivery_row, number"
        )
        for id, (delivery_id, state, _, reason, attempt_count, failure_count, *_) in now.items():
            mine = [row[1:] for row in made if row[0] == id]
            assert [number for number, *_ in mine] == list(range(1, attempt_count + 1))
            charged = [number for number, late, status in mine if not late and status != 200]
            assert failure_count <= RETRIES + 1
            assert len(charged) <= (RETRIES + 1) * (1 + self.replays[delivery_id])
            if (state, reason) == (State.DEAD_LETTERED, "retries_exhausted"):
                assert failure_count == RETRIES + 1

    def _statistics_are_of_what_is_there(self) -> None:
        for counted, is_there in STATISTICS:
            assert sorted(self._database.rows(counted)) == sorted(self._database.rows(is_there))

    @staticmethod
    def _leases_have_holders(
        now: dict[int, tuple[Any, ...]], in_hand: Sequence[Leased], lost: Sequence[Leased]
    ) -> None:
        holders = {(leased.id, leased.lease) for leased in (*in_hand, *lost)}
        leased = {(id, row[6]) for id, row in now.items() if row[1] == State.DELIVERING}
        assert leased <= holders
        held = Counter(each.id for each in in_hand if (each.id, each.lease) in leased)
        assert all(count == 1 for count in held.values())


async def lists_have_what_bars_count(store: Store, *, now: Micros) -> None:
    """Compare each bar, by trigger and by outcome, with the list that has its bounds."""
    first = START - START % HOUR
    bars = (now - first) // HOUR + 1
    asked = Asked(from_time=first, until_time=first + bars * HOUR, step=HOUR)
    for trigger in ("", *TRIGGERS, "ops"):
        found = await store.statistics.find(PROJECT, trigger, asked, by_trigger=False)
        for (bar, outcome), counts in found.sums.items():
            if outcome != ACCEPTED:
                listed = await _listed(store, trigger, first + bar * HOUR, outcome)
                assert len(set(listed)) == len(listed) == total(counts)


async def _listed(store: Store, trigger: str, start: Micros, outcome: int) -> list[tuple[str, int]]:
    """Return the attempts in the list of one outcome in one bar."""
    error, status_code = ended(outcome)
    wanted = DeliveryFilter(
        trigger=trigger or None,
        attempt_from_time=start,
        attempt_until_time=start + HOUR,
        attempt_succeeded=not error,
        status_code=status_code or None,
        error=error or None,
    )
    page, found = Page(size=2), []
    while True:
        some = await store.log.list_deliveries(PROJECT, wanted, page)
        found += [(each.delivery_id, attempt.number) for each in some for attempt in each.attempts]
        if some.next is None:
            return found
        page = Page(size=2, before=some.next)
