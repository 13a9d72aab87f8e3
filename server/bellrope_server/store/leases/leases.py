"""Leases: which node may attempt a delivery, from the claim to the outcome."""

from asyncio import Future
from collections.abc import Awaitable, Iterable, Sequence

from bellrope_server.attempt import Attempt
from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, Trigger
from bellrope_server.rules.lifecycle import Outcome
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.leases.claim import Claim, Claimed, Claims
from bellrope_server.store.leases.record import Record, Recorded, Records
from bellrope_server.store.leases.rescue import Release, Releases, Rescued, Swept
from bellrope_server.store.leases.suspects import Suspects
from bellrope_server.store.leases.triggers import ClaimableTriggers

MOST_CLAIMED = 256  # deliveries of one trigger in one claim


class Leases:
    """Gives leases, takes them back, and records their outcomes."""

    def __init__(
        self,
        commit: SharedCommit,
        feed: ChangeFeed,
        *,
        claims: Claims,
        triggers: ClaimableTriggers,
        suspects: Suspects,
        records: Records,
        releases: Releases,
    ) -> None:
        self._commit = commit
        self._feed = feed
        self._do_claim = Verb(turn=Turn.CLAIM, run=claims.claim, undo=claims.unclaim, then=self._claimed)
        self._do_claim_suspect = Verb(
            turn=Turn.CLAIM_SUSPECT, run=suspects.claim, undo=suspects.unclaim, then=self._suspect_claimed
        )
        self._do_release = Verb(turn=Turn.RELEASE, run=releases.release, then=self._released)
        self._do_changed = Verb(turn=Turn.CHECK, run=triggers.changed)
        self._do_rescue = Verb(turn=Turn.RESCUE, run=releases.rescue, then=self._rescued)
        self._do_sweep = Verb(turn=Turn.SWEEP, run=releases.sweep, then=self._swept)
        self._do_wait = Verb(turn=Turn.WAIT, run=triggers.waiting)
        self._do_record = Verb(turn=Turn.RECORD, run=records.run, then=self._recorded)

    async def claim(
        self, triggers: Iterable[int], *, limit: int = MOST_CLAIMED, now: Micros | None = None
    ) -> Claimed:
        """Lease due deliveries into free slots: at most `limit` of each trigger, none of a paused one.

        Leased deliveries are handed over, as when an event is queued.
        """
        claim = Claim(triggers=tuple(triggers), limit=limit, now=now)
        return await self._commit.submit(self._do_claim, claim)

    def _claimed(self, _claim: Claim, claimed: Claimed) -> None:
        self._hand_over(claimed)

    async def claim_suspect(self) -> Claimed | None:
        """Lease one delivery that lost a lease, if no other is being sent. None if no such delivery waits."""
        return await self._commit.submit(self._do_claim_suspect, None)

    def _suspect_claimed(self, _asked: None, claimed: Claimed | None) -> None:
        if claimed:
            self._hand_over(claimed)

    def _hand_over(self, claimed: Claimed) -> None:
        if claimed.leased:
            self._feed.attempt(claimed.leased)
        self._feed.settled(claimed.expired_events)
        self._feed.ended(claimed.ended)
        self._feed.changed(claimed.expired)
        self._feed.begun(claimed.leased)

    def release(self, leased: Leased, *, due_time: Micros = 0) -> "Future[None]":
        """Give a lease back unused: the delivery is due as before, but not before `due_time`."""
        return self._commit.submit(self._do_release, Release(leased, due_time))

    async def changed(self, triggers: Sequence[Trigger]) -> frozenset[int]:
        """Return which of these triggers were changed, paused or deleted since."""
        return await self._commit.submit(self._do_changed, triggers)

    @property
    def healthy(self) -> bool:
        """False from a commit that the database fails until the next one that writes something."""
        return not self._commit.failing

    def _released(self, release: Release, _done: None) -> None:
        leased = release.leased
        self._feed.waiting(((leased.trigger.id, release.due_time),))
        self._feed.settled((leased.event_row,))

    def record(
        self,
        leased: Leased,
        attempt: Attempt,
        outcome: Outcome,
        chained: Sequence[NewEvent | ServiceError] = (),
        *,
        held: bool = False,
    ) -> Awaitable[Recorded]:
        """Log an attempt and move its delivery on, unless its lease was lost: then the attempt is late.

        After a success, the events in `chained` are queued in the same commit. If it may be `held`, it waits
        a moment for another commit.
        """
        record = Record(leased=leased, attempt=attempt, outcome=outcome, chained=chained)
        return self._commit.submit(self._do_record, record, held=held)

    def _recorded(self, record: Record, recorded: Recorded) -> None:
        if recorded.waiting:
            self._feed.waiting(recorded.waiting)
        self._feed.attempted(record.leased, recorded.attempt, recorded.state)
        self._feed.recorded(record.leased, recorded.attempt, recorded.state)
        if recorded.paused:
            self._feed.ended_with(record.leased.trigger.project, record.leased.trigger.spec.name)
        if recorded.chained:
            pairs = zip(record.chained, recorded.chained, strict=True)
            self._feed.queued((e, a) for e, a in pairs if isinstance(e, NewEvent) and isinstance(a, Accepted))
        self._feed.queued(recorded.notices)

    async def rescue(self, *, now: Micros | None = None) -> Rescued:
        """Free leases that have ended. `now` is the lease clock's time."""
        return await self._commit.submit(self._do_rescue, now)

    def _rescued(self, _now: Micros | None, rescued: Rescued) -> None:
        self._feed.waiting(rescued.waiting)
        self._feed.settled(rescued.settled)
        self._feed.ended(rescued.ended)
        self._feed.changed(rescued.changed)
        self._feed.queued(rescued.notices)

    async def sweep(self) -> int:
        """Cancel one batch of the deliveries that deleted triggers left, and return their number."""
        return len((await self._commit.submit(self._do_sweep, None)).settled)

    def _swept(self, _asked: None, swept: Swept) -> None:
        self._feed.settled(swept.settled)
        self._feed.ended(swept.ended)
        self._feed.changed(swept.changed)

    async def waiting(self) -> dict[int, Micros]:
        """Return the time of the next due delivery of each running trigger that has one."""
        return await self._commit.submit(self._do_wait, None)
