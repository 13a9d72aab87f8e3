"""The verb `queue`: an event and a delivery for each trigger that matches it, in one commit."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bellrope_server.clock import Clock
from bellrope_server.errors import ProjectNotFound, ServiceError
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, Project, State, Trigger
from bellrope_server.rules import chains
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.handover import NoSlots, Slots
from bellrope_server.store.intake import same_id
from bellrope_server.store.intake.batch import (
    INSERT_DELIVERY,
    Batch,
    delivery_row,
    event_row,
    wake_time,
)
from bellrope_server.store.intake.dead_letter import DEAD_LETTERED, dead_letter_event
from bellrope_server.store.intake.lease_new import lease_new
from bellrope_server.store.intake.matching import Matching
from bellrope_server.store.intake.refusals import Quota, cannot_wait, over_quota
from bellrope_server.store.intake.results import Notices, Queued
from bellrope_server.store.intake.row_ids import RowIds
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.statistics.tally import Tally

NOTE_MATCHED = compiled(
    EventRow.update(
        {EventRow.delivery_count: p("delivery_count"), EventRow.chain_parts: p("chain_parts")}
    ).where(EventRow.id == p("id"))
)


class Group(Struct, frozen=True):
    """Events of one caller. If `together`, all are accepted or none."""

    events: Sequence[NewEvent]
    together: bool


class Queue:
    """Accepts events."""

    def __init__(
        self, catalog: Catalog, clock: Clock, ids: RowIds, slots: Slots, quota: Quota, tally: Tally
    ) -> None:
        """`ids` are the integers of new rows."""
        self._catalog = catalog
        self._matching = Matching(catalog, clock)
        self._clock = clock
        self._slots = slots
        self._ids = ids
        self._quota = quota
        self._tally = tally

    def run(
        self, session: Session, events: list[NewEvent], *, hand_over: bool = True
    ) -> list[Queued | ServiceError]:
        """Store the events that can be accepted, and return each one's result or error.

        Without `hand_over` everything waits in the table, even what is due at once.
        """
        batch = Batch(session, self._clock, self._slots if hand_over else NoSlots())
        same_id.look_up(events, self._catalog, batch)
        try:
            results = [self._accept(event, batch) for event in events]
            self._write(batch)
        except BaseException:
            self._undo_leases(batch.leased)
            raise
        return results

    def run_groups(
        self, session: Session, groups: list[Group]
    ) -> list[list[Queued | ServiceError] | ServiceError]:
        """Store groups of events and return each one's results, or the error of the whole group."""
        batch = Batch(session, self._clock, self._slots)
        same_id.look_up([event for group in groups for event in group.events], self._catalog, batch)
        try:
            results = [self._accept_group(group, batch) for group in groups]
            self._write(batch)
        except BaseException:
            self._undo_leases(batch.leased)
            raise
        return results

    def _write(self, batch: Batch) -> None:
        batch.write()
        self._tally.accepted(batch.events, batch.now)

    def _accept_group(self, group: Group, batch: Batch) -> list[Queued | ServiceError] | ServiceError:
        before = batch.mark()
        results: list[Queued | ServiceError] = []
        for index, event in enumerate(group.events):
            result = self._accept(event, batch)
            if group.together and isinstance(result, ServiceError):
                self._undo_leases(batch.cut(before))
                return result if isinstance(result, ProjectNotFound) else result.at(index)
            results.append(result)
        return results

    def dead_letters(self, session: Session, deliveries: list[int]) -> Notices:
        """Queue the events about these dead letters."""
        most = self._quota.chained_events
        found = [dead_letter_event(session, delivery, most=most) for delivery in deliveries]
        events = [event for event in found if event]
        results = self.run(session, events, hand_over=False)
        pairs = zip(events, results, strict=True)
        queued = [(event, result) for event, result in pairs if isinstance(result, Queued)]
        return Notices(
            events=tuple((event, result.accepted) for event, result in queued),
            waiting=tuple(each for _, result in queued for each in result.waiting),
        )

    def chain(
        self, session: Session, events: list[NewEvent]
    ) -> tuple[list[Accepted | ServiceError], Notices]:
        """Queue the events of a webhook's answer. Return each one's result; `waiting` is all that waits."""
        results = self.run(session, events, hand_over=False)
        queued = [result for result in results if isinstance(result, Queued)]
        notices = self.dead_letters(session, [loop for each in queued for loop in each.loops])
        waiting = tuple(wait for each in queued for wait in each.waiting)
        answers = [each.accepted if isinstance(each, Queued) else each for each in results]
        return answers, replace(notices, waiting=waiting + notices.waiting)

    def undo(self, queued: Queued) -> None:
        """Give back the slots that were taken for a failed commit."""
        self._undo_leases(queued.leased)

    def undo_group(self, results: list[Queued | ServiceError]) -> None:
        """Give back the slots that were taken for a group whose commit failed."""
        for result in results:
            if isinstance(result, Queued):
                self.undo(result)

    def _undo_leases(self, leases: Iterable[Leased]) -> None:
        for leased in leases:
            self._slots.give_back(leased.trigger)

    def _accept(self, event: NewEvent, batch: Batch) -> Queued | ServiceError:
        project = self._catalog.project(batch.session, event.project)
        if project is None:
            return ProjectNotFound(field="project")
        if event.event_id and (before := same_id.first_answer(project, event, batch)):
            return before
        now, event_id = batch.now, event.event_id or uuid7()
        triggers = self._matching.triggers(batch.session, project, event, event_id=event_id, now=now)
        if event.schedule_time is None:
            due_time = now + event.delay
        else:
            due_time = max(now, event.schedule_time + event.delay)
        if event.wait_until is not None and (refusal := cannot_wait(event, triggers, due_time, now)):
            return refusal
        if self._quota.full and (refusal := over_quota(event, triggers, self._quota.full)):
            return refusal
        return self._store(event, event_id, project, triggers, due_time, batch)

    def match_again(
        self, session: Session, project: Project, event: NewEvent, accepted: Accepted, accept_time: Micros
    ) -> Queued:
        """Create deliveries of a stored, unmatched event for the triggers that match it now."""
        triggers = self._matching.triggers(
            session, project, event, event_id=accepted.event_id, now=accept_time
        )
        return self._add(session, event, accepted, triggers, parts=chains.parts(triggers))

    def matches(self, event: NewEvent, trigger: Trigger, accepted: Accepted, accept_time: Micros) -> bool:
        """Return whether a stored event matches this trigger now."""
        return self._matching.matches(trigger, event, event_id=accepted.event_id, now=accept_time)

    def owe(
        self, session: Session, event: NewEvent, accepted: Accepted, trigger: Trigger, *, parts: int | None
    ) -> Queued:
        """Create a delivery of a stored event for one more trigger; `parts` are those of the event so far."""
        return self._add(session, event, accepted, [trigger], parts=chains.with_another(parts, trigger))

    def _add(
        self,
        session: Session,
        event: NewEvent,
        accepted: Accepted,
        triggers: Sequence[Trigger],
        *,
        parts: int | None,
    ) -> Queued:
        """Create deliveries of a stored event, due now."""
        batch = Batch(session, self._clock, NoSlots())
        count = accepted.delivery_count + len(triggers)
        accepted = replace(accepted, delivery_count=count, due_time=batch.now)
        queued = self._owe(event, accepted, triggers, batch)
        session.insert(INSERT_DELIVERY, batch.deliveries)
        session.run(NOTE_MATCHED, {"id": accepted.id, "delivery_count": count, "chain_parts": parts})
        return queued

    def _store(
        self,
        event: NewEvent,
        event_id: str,
        project: Project,
        triggers: Sequence[Trigger],
        due_time: Micros,
        batch: Batch,
    ) -> Queued:
        accepted = Accepted(
            id=self._ids.event(batch.session),
            event_id=event_id,
            delivery_count=len(triggers),
            due_time=due_time,
        )
        batch.events.append(event_row(event, accepted, project, batch.now, chains.parts(triggers)))
        if event.event_id:
            batch.accepted[project.id, event_id] = (accepted, event)
        if event.hop and chains.looped(event.hop) and event.type != DEAD_LETTERED:
            return self._end_loop(event, accepted, triggers, batch)
        return self._owe(event, accepted, triggers, batch)

    def _owe(self, event: NewEvent, accepted: Accepted, triggers: Sequence[Trigger], batch: Batch) -> Queued:
        """Create a delivery for each of the triggers, leased if it can be attempted at once."""
        leased: list[Leased] = []
        waiting: list[tuple[int, Micros]] = []
        expired = event.expire_time is not None and event.expire_time <= batch.now
        sendable = accepted.due_time <= batch.now and not expired
        chain_parts = chains.parts(triggers)
        for trigger in triggers:
            id = self._ids.delivery(batch.session)
            if sendable and not trigger.waits and batch.slots.take_for_new(trigger):
                leased.append(lease_new(id, event, accepted, trigger, batch, chain_parts))
                continue
            wake = wake_time(event, accepted.due_time)
            row = delivery_row(id, uuid7(), event, accepted, trigger, batch.now, wake_time=wake)
            batch.deliveries.append(row)
            if not trigger.waits:
                waiting.append((trigger.id, wake))
        return Queued(accepted, tuple(leased), tuple(waiting))

    def _end_loop(
        self, event: NewEvent, accepted: Accepted, triggers: Sequence[Trigger], batch: Batch
    ) -> Queued:
        """Make each delivery a dead letter: kept, listed and replayable, but not attempted."""
        loops = []
        for trigger in triggers:
            loops.append(self._ids.delivery(batch.session))
            row = delivery_row(
                loops[-1],
                uuid7(),
                event,
                accepted,
                trigger,
                batch.now,
                wake_time=wake_time(event, accepted.due_time),
                state=State.DEAD_LETTERED,
                reason="loop",
                finish_time=batch.now,
            )
            batch.deliveries.append(row)
        return Queued(accepted, loops=tuple(loops))
