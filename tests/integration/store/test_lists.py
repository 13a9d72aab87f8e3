"""Lists of events, deliveries and attempts: every filter, and how many rows a page looks at."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope_server.attempt import AttemptError, SentRequest
from bellrope_server.errors import DeliveryNotFound, ProjectNotFound, TriggerNotFound
from bellrope_server.model import State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.intake.dead_letter import DEAD_LETTERED
from bellrope_server.store.store import Store
from bellrope_server.store.walks import deliveries as walks
from bellrope_server.store.walks import walk
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Listed, Page
from integration.store.rig import PROJECT, SECOND, START, Desk, HandClock, Worker, event, spec

NO_RETRIES = RetryPolicy(retries=0)
Three = tuple[Store, HandClock, Worker]


SENT = SentRequest(url="http://x/", headers=b"webhook-id: 7", body_bytes=2)


@pytest.fixture
async def three(store: Store, clock: HandClock, desk: Desk, worker: Worker) -> Three:
    """Three events, a second apart: e-1 matched a and b, e-2 matched nothing, x-3 matched b; a failed."""
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec("a"))
    await store.intake.queue(event(project="other", event_id="e-1"))
    desk.handed.clear()
    await store.settings.create_trigger(PROJECT, spec("a", retry_policy=NO_RETRIES))
    await store.settings.create_trigger(PROJECT, spec("b"))
    await store.settings.create_trigger(PROJECT, spec("c", "signed-up"))
    await store.intake.queue(event(event_id="e-1"))
    clock.advance(1)
    await store.intake.queue(event("nobody-cares", event_id="e-2", data=b'"' + b"x" * 1030 + b'"'))
    clock.advance(1)
    await store.intake.queue(event("signed-up", event_id="x-3"))
    a, b, c = desk.handed
    await worker.answer(a, 503, response_body=b"<h1>Out of Memory</h1>" + b"." * 500, request=SENT)
    await worker.answer(b, 200, response_body=b"out of memory? no, fine")
    await worker.answer(c, 0, error=AttemptError.TIMEOUT)
    return store, clock, worker


AT = START + SECOND  # when e-2 was accepted


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(), ["x-3", "e-2", "e-1"]),
        (EventFilter(type="sent-email"), ["e-1"]),
        (EventFilter(type="nothing"), []),
        (EventFilter(unmatched=True), ["e-2"]),
        (EventFilter(unmatched=True, type="sent-email"), []),
        (EventFilter(id_prefix="e-"), ["e-2", "e-1"]),
        (EventFilter(id_prefix="x-3"), ["x-3"]),
        (EventFilter(id_prefix="e-", unmatched=True), ["e-2"]),
        (EventFilter(id_prefix="e-", from_time=AT), ["e-2"]),
        (EventFilter(id_prefix="e-", type="sent-email"), ["e-1"]),
        (EventFilter(from_time=AT), ["x-3", "e-2"]),
        (EventFilter(until_time=AT), ["e-1"]),
        (EventFilter(from_time=AT, until_time=AT + 1), ["e-2"]),
        (EventFilter(type="signed-up", until_time=AT), []),
    ],
)
async def test_events_are_found_by_each_filter(three: Three, wanted: EventFilter, found: list[str]) -> None:
    """Events can be listed by type, id, time, and whether anything matched them; newest first."""
    listed = await three[0].log.list_events(PROJECT, wanted, Page())
    ours = [each.event_id for each in listed if each.type != DEAD_LETTERED]
    assert ours == found
    assert listed.next is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DeliveryFilter(), ["x-3/c", "e-1/b", "e-1/a"]),
        (DeliveryFilter(type="sent-email"), ["e-1/b", "e-1/a"]),
        (DeliveryFilter(from_time=AT), ["x-3/c"]),
        (DeliveryFilter(until_time=AT), ["e-1/b", "e-1/a"]),
        (DeliveryFilter(state=State.DEAD_LETTERED), ["e-1/a"]),
        (DeliveryFilter(state=State.SCHEDULED), ["x-3/c"]),
        (DeliveryFilter(state=State.SCHEDULED, trigger="a"), []),
        (DeliveryFilter(trigger="a", state=State.DEAD_LETTERED, until_time=AT), ["e-1/a"]),
        (DeliveryFilter(status_code=503), ["e-1/a"]),
        (DeliveryFilter(status_code=200, trigger="b"), ["e-1/b"]),
        (DeliveryFilter(error=AttemptError.TIMEOUT), ["x-3/c"]),
        (DeliveryFilter(error=AttemptError.STATUS, event_id="e-1"), ["e-1/a"]),
        (DeliveryFilter(error_text="out of memory"), ["e-1/a"]),
        (DeliveryFilter(error_text="Timeout"), ["x-3/c"]),
        (DeliveryFilter(error_text="retries_exhausted"), ["e-1/a"]),
        (DeliveryFilter(error_text="%"), []),
        (DeliveryFilter(error_text="out of memory", trigger="c"), []),
    ],
)
async def test_deliveries_are_found_by_each_filter(
    three: Three, wanted: DeliveryFilter, found: list[str]
) -> None:
    """Deliveries can be listed by type, time, state, and the result of their last attempt; newest first."""
    listed = await three[0].log.list_deliveries(PROJECT, wanted, Page())
    assert [f"{each.event_id}/{each.trigger}" for each in listed] == found


async def test_lists_show_in_brief_what_is_shown_whole_alone(three: Three) -> None:
    """A list leaves out large data and truncates answers; getting a single row returns all of it."""
    store, _, _ = three
    (dead,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger="a"), Page())
    whole = await store.log.get_delivery(PROJECT, dead.delivery_id)
    assert (len(dead.attempts[0].response_body), dead.attempts[0].truncated) == (256, True)
    assert (len(whole.attempts[0].response_body), whole.attempts[0].truncated) == (522, False)
    assert (dead.attempts[0].request, whole.attempts[0].request) == (None, SENT)
    events = await store.log.list_events(PROJECT, EventFilter(id_prefix="e-"), Page())
    assert [len(each.data) for each in events] == [0, 2]
    assert len((await store.log.get_event(PROJECT, "e-2")).data) == 1032


async def test_a_deleted_triggers_name_finds_what_both_were_owed(three: Three) -> None:
    """The name of a deleted and recreated trigger lists the deliveries of both."""
    store, clock, _ = three
    await store.settings.delete_trigger(PROJECT, "b")
    await store.settings.create_trigger(PROJECT, spec("b"))
    clock.advance(1)
    await store.intake.queue(event(event_id="e-4"))
    for state, found in ((None, ["e-4", "e-1"]), (State.DELIVERING, ["e-4"]), (State.SUCCEEDED, ["e-1"])):
        listed = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger="b", state=state), Page())
        assert [each.event_id for each in listed] == found


async def test_attempts_come_in_pages_the_last_first(
    store: Store, clock: HandClock, desk: Desk, worker: Worker
) -> None:
    """All attempts of a delivery can be read in pages, however many there are; a list has the last ten."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=12)))
    await store.intake.queue(event(event_id="e1"))
    await worker.finish(desk.handed[0], 500)
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert [each.number for each in delivery.attempts] == list(range(4, 14))
    pages: list[list[int]] = []
    before = None
    while before is not None or not pages:
        found = await store.log.list_attempts(PROJECT, delivery.delivery_id, Page(size=5, before=before))
        pages.append([each.number for each in found])
        before = found.next
    assert pages == [[13, 12, 11, 10, 9], [8, 7, 6, 5, 4], [3, 2, 1]]
    with pytest.raises(DeliveryNotFound):
        await store.log.list_attempts(PROJECT, "nothing", Page())


async def test_a_page_of_attempts_fits_a_message(store: Store, desk: Desk, worker: Worker) -> None:
    """If answers are large a page has fewer attempts, and the next one goes on."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=5)))
    await store.intake.queue(event())
    leased = desk.handed[0]
    sent = SentRequest(url="http://x/", headers=bytes(512 * 1024), body_bytes=2)
    for _ in range(5):
        await worker.record(leased, 500, request=sent, response_body=bytes(512 * 1024))
    first = await store.log.list_attempts(PROJECT, leased.delivery_id, Page())
    second = await store.log.list_attempts(PROJECT, leased.delivery_id, Page(before=first.next))
    assert [[each.number for each in page] for page in (first, second)] == [[5, 4], [3, 2]]


async def all_pages(store: Store, wanted: DeliveryFilter) -> list[Listed[Any]]:
    """Return every page of a list."""
    found = [await store.log.list_deliveries(PROJECT, wanted, Page(size=2))]
    while found[-1].next is not None:
        found.append(await store.log.list_deliveries(PROJECT, wanted, Page(size=2, before=found[-1].next)))
    return found


async def test_a_page_looks_at_so_many_rows_and_no_more(
    store: Store, desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a filter finds little, a page ends early and says where to go on; nothing is left out."""
    monkeypatch.setattr(walks, "MOST_ROWS", 3)
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(11):
        await store.intake.queue(event(event_id=f"e{number}"))
        await worker.answer(desk.handed[-1], 201 if number in (0, 1, 2, 9) else 200)
    found = await all_pages(store, DeliveryFilter(status_code=201))
    assert len(found) > 3
    assert [each.event_id for page in found for each in page] == ["e9", "e2", "e1", "e0"]


@pytest.mark.parametrize(
    "wanted", [DeliveryFilter(due_until_time=START + 6 * SECOND), DeliveryFilter(type="rare")]
)
async def test_a_page_of_a_trigger_and_a_state_looks_at_as_few(
    store: Store, monkeypatch: pytest.MonkeyPatch, wanted: DeliveryFilter
) -> None:
    """What an index has of a trigger and a state is still read row by row if the filter asks for more."""
    monkeypatch.setattr(walks, "MOST_ROWS", 3)
    await store.settings.create_trigger(PROJECT, spec(type="*"))
    for number in range(8):
        type, delay = ("usual", 10 * SECOND) if number % 5 else ("rare", 5 * SECOND)
        await store.intake.queue(event(type, event_id=f"e{number}", delay=delay))
    found = await all_pages(store, replace(wanted, trigger="mailer", state=State.SCHEDULED))
    assert [[each.event_id for each in page] for page in found] == [["e5"], [], ["e0"]]


@pytest.mark.parametrize("first", [1, 2, 5, 9])
async def test_a_page_looks_further_if_its_first_rows_do_not_fill_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """A page looks at a few rows, and at all others that it may if they are too few: it has the same rows."""
    monkeypatch.setattr(walks, "MOST_ENTRIES", 5)
    monkeypatch.setattr(walk, "FIRST_ROWS", first)
    for name in ("rare", "usual"):
        await store.settings.create_trigger(PROJECT, spec(name=name, type=name))
    for number in range(12):
        type = "rare" if number in (0, 1, 2, 9, 11) else "usual"
        await store.intake.queue(event(event_id=f"e{number}", type=type))
    found = await all_pages(store, DeliveryFilter(trigger="rare"))
    assert [[each.event_id for each in page] for page in found] == [["e11", "e9"], [], ["e2", "e1"], ["e0"]]


async def test_a_rare_trigger_is_found_among_many_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page skips a bounded number of others' rows; all pages together are complete."""
    monkeypatch.setattr(walks, "MOST_ENTRIES", 3)
    for name in ("rare", "usual"):
        await store.settings.create_trigger(PROJECT, spec(name=name, type=name))
    for number in range(9):
        await store.intake.queue(
            event(event_id=f"e{number}", type="rare" if number in (0, 1, 7) else "usual")
        )
    found = await all_pages(store, DeliveryFilter(trigger="rare"))
    assert [[each.event_id for each in page] for page in found] == [["e7"], [], ["e1", "e0"], []]


# What a trigger owes.


async def test_a_backlog_says_what_is_owed_and_why(three: Three) -> None:
    """A trigger's backlog says what waits, what is due, what is dead, and what failed last."""
    store, clock, _ = three
    found = await store.log.get_backlog(PROJECT, "c", now=clock.time)
    assert (found.scheduled, found.due, found.delivering, found.dead_lettered) == (1, 0, 0, 0)
    assert found.due_time == clock.time + 5 * SECOND
    assert found.last_failure
    assert found.last_failure.error is AttemptError.TIMEOUT
    found = await store.log.get_backlog(PROJECT, "c", now=clock.time + 5 * SECOND)
    assert found.due == 1
    found = await store.log.get_backlog(PROJECT, "a", now=clock.time)
    assert (found.scheduled, found.dead_lettered, found.due_time) == (0, 1, None)
    assert found.last_failure
    assert found.last_failure.status_code == 503
    await store.intake.queue(event(event_id="e-4"))
    found = await store.log.get_backlog(PROJECT, "b", now=clock.time)
    assert (found.delivering, found.last_failure) == (1, None)
    for project, name, error in ((PROJECT, "z", TriggerNotFound), ("z", "a", ProjectNotFound)):
        with pytest.raises(error):
            await store.log.get_backlog(project, name, now=clock.time)
