"""The verb that takes a step of a bulk action on events: give the next ones to its trigger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from bellrope_server.clock import SECOND
from bellrope_server.errors import ServiceError
from bellrope_server.model import Action, State, Trigger
from bellrope_server.store.actions.bulk import Stepped
from bellrope_server.store.actions.candidates import Looked
from bellrope_server.store.actions.progress import Counts, Progress, place
from bellrope_server.store.actions.transitions import COLUMNS, Acted, Found, How, Transitions
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.session import Session, Values
from bellrope_server.store.engine.sql import LOCK, among, compiled, p, unindexed
from bellrope_server.store.intake.kept import Kept, KeptEvents
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.settings.catalog import Catalog

D = DeliveryRow
REPLAY = How(action=Action.REPLAY)
OWED = D.select(*COLUMNS).where(among(D.event_row, "ids"), unindexed(D.trigger_id) == p("trigger_id"))
FIND_OWED = compiled(OWED)
LOCK_OWED = compiled(OWED.order_by(D.id), locking=LOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveEvents:
    """Give the next events of a bulk action, as they were judged, to its trigger."""

    id: int
    looked: Looked


class EventReplays:
    """Gives kept events to a trigger, some in each commit.

    The progress is written in the same commit. So each event is given once, even if the server stops at any
    time.
    """

    def __init__(
        self, catalog: Catalog, transitions: Transitions, kept: KeptEvents, progress: Progress, quota: Quota
    ) -> None:
        """`quota` has the triggers for which no more deliveries are created."""
        self._catalog = catalog
        self._transitions = transitions
        self._kept = kept
        self._progress = progress
        self._quota = quota

    def run(self, session: Session, steps: list[GiveEvents]) -> list[Stepped | ServiceError]:
        """Take each step, unless the events were judged too long ago. Then they are judged again."""
        return [self._step(session, step) for step in steps]

    def _step(self, session: Session, step: GiveEvents) -> Stepped:
        acted, looked = Acted(), step.looked
        row = self._progress.own(session, step.id)
        if row is None:
            return Stepped(acted=acted, running=False)
        trigger = self._catalog.trigger(session, row["trigger_id"])
        if place(row) != looked.before or looked.version != (trigger.version if trigger else None):
            return Stepped(acted=acted, running=True)
        if trigger is None:
            counts = Counts(skipped=looked.others)
        elif trigger.id in self._quota.full:
            return Stepped(acted=acted, running=True, rest=SECOND)
        else:
            counts = self._give(session, trigger, looked.events, acted)
            skipped = counts.skipped + looked.others
            counts = replace(counts, skipped=skipped, unmatched=looked.others)
        self._progress.note(session, row, counts, looked.next)
        return Stepped(acted=self._transitions.seen(session, acted), running=looked.next is not None)

    def _give(self, session: Session, trigger: Trigger, ids: Sequence[int], acted: Acted) -> Counts:
        """Replay the deliveries that the trigger has of these events, and create the others."""
        events = self._kept.locked(session, ids)
        owed = _by_event(session.all(LOCK_OWED, _of(trigger.id, ids)))
        new = [event for event in events if event.id not in owed]
        self._create(session, trigger, new, acted)
        again = sum([self._replay(session, theirs, acted) for theirs in owed.values()])
        done = len(new) + again
        return Counts(done=done, again=again, skipped=len(ids) - done)

    def _create(self, session: Session, trigger: Trigger, new: Sequence[Kept], acted: Acted) -> None:
        due_time = self._kept.owe(session, new, trigger)
        if due_time is not None and not trigger.waits:
            acted.wait(trigger.id, due_time)
        acted.count += len(new)
        acted.settled |= {event.id for event in new}

    def _replay(self, session: Session, owed: Sequence[Found], acted: Acted) -> bool:
        """Replay the deliveries of one event that are final, and return whether there are any."""
        refusals = [self._transitions.change(session, delivery, REPLAY, acted) for delivery in owed]
        return None in refusals


def tally(session: Session, trigger_id: int, looked: Looked) -> Counts:
    """Return the counts that a step with these events would have now."""
    if looked.version is None:
        return Counts(skipped=looked.others)
    owed = _by_event(session.all(FIND_OWED, _of(trigger_id, looked.events)))
    again = sum(any(State(each.state).final for each in theirs) for theirs in owed.values())
    done = len(looked.events) - len(owed) + again
    skipped = len(owed) - again + looked.others
    return Counts(done=done, skipped=skipped, again=again, unmatched=looked.others)


def _of(trigger_id: int, ids: Sequence[int]) -> Values:
    return {"trigger_id": trigger_id, "ids": orjson.dumps(ids).decode()}


def _by_event(found: Sequence[tuple[object, ...]]) -> dict[int, list[Found]]:
    """Return deliveries by the row of their event."""
    by_event: dict[int, list[Found]] = defaultdict(list)
    for row in found:
        delivery = Found._make(row)
        by_event[delivery.event_row].append(delivery)
    return by_event
