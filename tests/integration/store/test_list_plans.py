"""Lists walk along an index, so they cost the same however many events and deliveries there are."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope_server.model import State
from bellrope_server.store.actions.candidates import Search, look
from bellrope_server.store.actions.event_replays import tally
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.sql import Statement, p
from bellrope_server.store.engine.sqlite import Embedded, SqliteSession
from bellrope_server.store.intake.kept import KeptEvents
from bellrope_server.store.log.attempts import list_attempts
from bellrope_server.store.log.deliveries import list_deliveries
from bellrope_server.store.log.events import list_events
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks import walk
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Order, Page
from integration.store.rig import PROJECT, SECOND, START, Desk, HandClock, Sqlite, event, opened, spec


class NotingSession(SqliteSession):
    """A session that notes how each query runs."""

    def __init__(self, database: Embedded) -> None:
        super().__init__(database)
        self.steps: list[str] = []

    def all(self, statement: Statement, values: Any) -> Any:
        """Note the plan, then run it."""
        self._note(statement.sqlite, values)
        return super().all(statement, values)

    def _note(self, statement: str, values: Any) -> None:
        plan = self._connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        self.steps += [row[3] for row in plan]


LISTED = ("LIST SUBQUERY", "SCAN json_each", "BLOOM FILTER")  # the few values that a condition names
SMALL = ("trigger", "project", "delivery_leased", *LISTED, "CO-ROUTINE", "SCAN t2", "SCAN (subquery")


def slow(session: NotingSession) -> list[str]:
    """Return the steps that take longer the more events, deliveries or attempts there are."""
    steps = [step for step in session.steps if not step.startswith("SEARCH")]
    return [step for step in steps if not any(word in step for word in SMALL)]


@pytest.fixture
async def noting(sqlite: Sqlite, clock: HandClock, desk: Desk) -> NotingSession:
    """A session on a database with a trigger and an event."""
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue(event(event_id="e1"))
    database = Embedded(str(sqlite.path))
    database.connect()
    return NotingSession(database)


PLACE = (START + 5 * SECOND, 9)
SOME = DeliveryFilter(trigger="mailer", from_time=START, until_time=START + SECOND)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (DeliveryFilter(), "delivery_project (project_id=? AND create_time<?)"),
        (DeliveryFilter(trigger="mailer"), "delivery_project (project_id=? AND create_time<?)"),
        (SOME, "delivery_project (project_id=? AND create_time>? AND create_time<?)"),
        (DeliveryFilter(type="x", status_code=500), "delivery_project (project_id=? AND create_time<?)"),
        *(
            (each, f"delivery_{whose}_state ({whose}_id=? AND state=? AND create_time<?)")
            for state in (State.SCHEDULED, State.DEAD_LETTERED, State.CANCELLED, State.EXPIRED)
            for whose, each in (
                ("project", DeliveryFilter(state=state)),
                ("trigger", DeliveryFilter(state=state, trigger="mailer", error_text="oops")),
            )
        ),
        (DeliveryFilter(state=State.SUCCEEDED), "delivery_project (project_id=? AND create_time<?)"),
        (
            DeliveryFilter(state=State.SCHEDULED, due_from_time=START, due_until_time=START + SECOND),
            "delivery_project_state (project_id=? AND state=? AND create_time<?)",
        ),
    ],
)
def test_a_list_of_deliveries_walks_along_an_index(
    noting: NotingSession, wanted: DeliveryFilter, index: str
) -> None:
    """A page of deliveries costs the same however many there are, because it is read along an index."""
    list_deliveries(noting, PROJECT, wanted, Page(before=PLACE))
    assert any(f"INDEX {index}" in step for step in noting.steps), noting.steps
    assert slow(noting) == []


WAITING = DeliveryFilter(state=State.SCHEDULED)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (WAITING, "(project_id=? AND due_time>?)"),
        (replace(WAITING, trigger="mailer", status_code=500), "(project_id=? AND due_time>?)"),
        (replace(WAITING, due_from_time=START + 9), "(project_id=? AND due_time>?)"),
        (replace(WAITING, due_until_time=START + 9), "(project_id=? AND due_time>? AND due_time<?)"),
        (replace(WAITING, until_time=START + 9, type="x"), "(project_id=? AND due_time>?)"),
    ],
)
def test_what_waits_is_read_along_the_index_of_due_times(
    noting: NotingSession, wanted: DeliveryFilter, index: str
) -> None:
    """A page by due time costs the same however many wait."""
    list_deliveries(noting, PROJECT, wanted, Page(before=PLACE), Order.DUE_TIME)
    assert any(f"INDEX delivery_due {index}" in step for step in noting.steps), noting.steps
    assert slow(noting) == []


@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"attempt_until_time": START + SECOND, "attempt_succeeded": False},
        {"trigger": "mailer", "state": State.DEAD_LETTERED, "from_time": START},
        {"error_text": "oops", "type": "x"},
    ],
)
def test_a_list_by_the_time_of_attempts_walks_along_their_ends(
    noting: NotingSession, rest: dict[str, Any]
) -> None:
    """A page of deliveries by the time of their attempts costs the same however many there are."""
    wanted = DeliveryFilter(attempt_from_time=START, **rest)
    list_deliveries(noting, PROJECT, wanted, Page(before=PLACE))
    for index in ("attempt_end (<expr>>? AND <expr><?)", "attempt_number (delivery_row=? AND number>?)"):
        assert any(f"INDEX {index}" in step for step in noting.steps), noting.steps
    (step,) = set(slow(noting))
    assert step.startswith("CORRELATED SCALAR SUBQUERY")  # by the second index


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (EventFilter(), "event_project (project_id=? AND accept_time<?)"),
        (EventFilter(type="x"), "event_project (project_id=? AND accept_time<?)"),
        (EventFilter(unmatched=True, type="x"), "event_unmatched (project_id=? AND accept_time<?)"),
        (EventFilter(from_time=START), "event_project (project_id=? AND accept_time>? AND accept_time<?)"),
        (EventFilter(id_prefix="e", type="x"), "event_id (project_id=? AND event_id>? AND event_id<?)"),
    ],
)
def test_events_are_read_along_an_index(noting: NotingSession, wanted: EventFilter, index: str) -> None:
    """A page of events costs the same however many there are."""
    place = ("e1",) if wanted.id_prefix else PLACE
    list_events(noting, PROJECT, wanted, Page(before=place))
    assert any(f"INDEX {index}" in step for step in noting.steps), noting.steps
    assert slow(noting) == []


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (EventFilter(), "event_project (project_id=? AND accept_time<?)"),
        (EventFilter(pattern="x.*"), "event_project (project_id=? AND accept_time<?)"),
        (EventFilter(pattern="*", id_prefix="e"), "event_project (project_id=? AND accept_time<?)"),
        (EventFilter(from_time=START), "event_project (project_id=? AND accept_time>? AND accept_time<?)"),
        (EventFilter(unmatched=True, pattern="x"), "event_unmatched (project_id=? AND accept_time<?)"),
    ],
)
def test_kept_events_are_judged_along_an_index(
    noting: NotingSession, wanted: EventFilter, index: str
) -> None:
    """A look at kept events for a replay costs the same however many there are, and so does its count."""
    search = Search(
        project_id=1, trigger_id=1, wanted=wanted, forced=True, last_event=9, last_time=START + 9 * SECOND
    )
    looked = look(noting, search, PLACE, 5)
    tally(noting, 1, replace(looked, events=(1, 2)))
    KeptEvents.locked(noting, (1, 2))
    assert any(f"INDEX {index}" in step for step in noting.steps), noting.steps
    assert any("delivery_event (event_row=?)" in step for step in noting.steps), noting.steps
    assert slow(noting) == []


def test_what_is_under_way_or_one_events_is_sorted_and_nothing_else(noting: NotingSession) -> None:
    """The deliveries under way, or of one event, are few: they are found by an index, then sorted."""
    for wanted, index in (
        (DeliveryFilter(state=State.DELIVERING), "delivery_leased"),
        (DeliveryFilter(event_id="e1"), "delivery_event (event_row=?)"),
    ):
        noting.steps.clear()
        list_deliveries(noting, PROJECT, wanted, Page())
        assert any(index in step for step in noting.steps), noting.steps
        assert set(slow(noting)) <= {"USE TEMP B-TREE FOR ORDER BY"}


def test_attempts_are_found_by_an_index(noting: NotingSession) -> None:
    """The attempts of a delivery are read without touching other rows."""
    (delivery,) = list_deliveries(noting, PROJECT, DeliveryFilter(), Page())
    list_attempts(noting, PROJECT, delivery.delivery_id, Page())
    assert slow(noting) == []


def test_a_walk_that_no_index_answers_would_be_seen(noting: NotingSession) -> None:
    """The control: the same walk with a condition that no index has is a scan or a sort."""
    mine = DeliveryRow.project_id == p("project_id")
    values = {"project_id": get_project(noting, PROJECT).id}
    keys = (DeliveryRow.due_time, DeliveryRow.id)
    walk.Walk(query=DeliveryRow.select(), keys=keys, along=(mine,)).page(noting, Page(), values)
    assert slow(noting) != []
