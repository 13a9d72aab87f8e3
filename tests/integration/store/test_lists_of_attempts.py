"""Lists by the time of attempts: each delivery once, with the attempts that the filter is about."""

import pytest
from bellrope_server.attempt import AttemptError
from bellrope_server.clock import MINUTE
from bellrope_server.model import Action, BulkState, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.store import Store
from bellrope_server.store.walks import attempts as walks
from bellrope_server.store.walks.pages import DeliveryFilter, Listed, Page
from integration.store.rig import PROJECT, SECOND, START, Desk, HandClock, Worker, event, spec

ONE_RETRY = RetryPolicy(retries=1)
END = 1500  # how long attempts take, if a test says nothing
NO_TIME = DeliveryFilter(attempt_from_time=START + 100 * SECOND, attempt_until_time=START + 100 * SECOND)


@pytest.fixture
async def retried(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> Store:
    """Two deliveries: `e-1` to a, which failed and then succeeded; `e-2` to b, a dead letter of two failures.

    Attempts began at the seconds 0 (a: 503), 10 (b: 500), 20 (a: 200) and 30 (b: TIMEOUT).
    """
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec("a", "x", retry_policy=RetryPolicy(retries=0)))
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name, name, retry_policy=ONE_RETRY))
    await store.intake.queue(event("x", project="other"))
    await worker.answer(desk.handed.pop(), 503)
    for name, status, body in (("a", 503, b"<h1>Out of Memory</h1>"), ("b", 500, b"no")):
        await store.intake.queue(event(name, event_id=f"e-{'ab'.index(name) + 1}"))
        await worker.answer(desk.handed.pop(), status, response_body=body)
        clock.advance(10)
    again = {leased.trigger.spec.name: leased for leased in (await worker.claim()).leased}
    await worker.answer(again["a"], 200)
    clock.advance(10)
    await worker.answer(again["b"], 0, error=AttemptError.TIMEOUT)
    return store


Found = tuple[str, list[int]]


def at(second: int) -> int:
    """Return when the attempt that began at this second ended."""
    return START + second * SECOND + END


async def listed(store: Store, wanted: DeliveryFilter, page: Page | None = None) -> Listed[Found]:
    """Return the events of the deliveries that are found, each with the numbers of its attempts."""
    found = await store.log.list_deliveries(PROJECT, wanted, page or Page())
    return found.of(lambda each: (each.event_id, [attempt.number for attempt in each.attempts]))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DeliveryFilter(attempt_from_time=START), [("e-2", [1, 2]), ("e-1", [1, 2])]),
        (DeliveryFilter(attempt_until_time=at(0)), []),
        (DeliveryFilter(attempt_until_time=at(0) + 1), [("e-1", [1])]),
        (DeliveryFilter(attempt_from_time=at(0), attempt_until_time=at(20)), [("e-2", [1]), ("e-1", [1])]),
        (DeliveryFilter(attempt_from_time=at(10), attempt_until_time=at(30)), [("e-1", [2]), ("e-2", [1])]),
        (DeliveryFilter(attempt_from_time=at(10) + 1), [("e-2", [2]), ("e-1", [2])]),
        (DeliveryFilter(attempt_from_time=START, attempt_succeeded=True), [("e-1", [2])]),
        (
            DeliveryFilter(attempt_from_time=START, attempt_succeeded=False),
            [("e-2", [1, 2]), ("e-1", [1])],
        ),
        (DeliveryFilter(attempt_from_time=START, status_code=503), [("e-1", [1])]),
        (DeliveryFilter(attempt_from_time=START, error=AttemptError.STATUS), [("e-2", [1]), ("e-1", [1])]),
        (DeliveryFilter(attempt_from_time=START, error=AttemptError.TIMEOUT), [("e-2", [2])]),
        (DeliveryFilter(attempt_from_time=START, error_text="out of memory"), [("e-1", [1])]),
        (DeliveryFilter(attempt_from_time=START, error_text="exhausted"), [("e-2", [1, 2])]),
        (DeliveryFilter(attempt_from_time=START, trigger="a"), [("e-1", [1, 2])]),
        (DeliveryFilter(attempt_from_time=START, trigger="z"), []),
        (DeliveryFilter(attempt_from_time=at(20), event_id="e-2"), [("e-2", [2])]),
        (DeliveryFilter(attempt_from_time=START, event_id="e-3"), []),
        (DeliveryFilter(attempt_from_time=START, type="b", state=State.DEAD_LETTERED), [("e-2", [1, 2])]),
        (DeliveryFilter(attempt_from_time=START, state=State.SUCCEEDED), [("e-1", [1, 2])]),
        (DeliveryFilter(attempt_from_time=START, from_time=START + SECOND), [("e-2", [1, 2])]),
        (NO_TIME, []),
    ],
)
async def test_deliveries_are_found_by_an_attempt_within_the_bounds(
    retried: Store, wanted: DeliveryFilter, found: list[tuple[str, list[int]]]
) -> None:
    """The last attempt of those comes first. Only the attempts that the filter is about are shown."""
    assert found == await listed(retried, wanted)
    assert len(found) == await retried.log.count_deliveries(PROJECT, wanted)


async def test_pages_have_each_delivery_once(retried: Store) -> None:
    """Pages continue where the one before ended, also between two attempts that ended at the same time."""
    wanted, page, found = DeliveryFilter(attempt_from_time=START), Page(size=1), []
    while True:
        some = await listed(retried, wanted, page)
        found += some
        if some.next is None:
            break
        page = Page(size=1, before=some.next)
    assert found == [("e-2", [1, 2]), ("e-1", [1, 2])]


async def test_a_page_looks_at_so_many_attempts_and_no_more(
    retried: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page may be empty and still have a next one, if many attempts are not what the filter wants."""
    monkeypatch.setattr(walks, "MOST_ROWS", 2)
    wanted = DeliveryFilter(attempt_from_time=START, status_code=503)
    first = await listed(retried, wanted)
    assert first == []
    assert first.next
    assert await listed(retried, wanted, Page(before=first.next)) == [("e-1", [1])]
    assert await retried.log.count_deliveries(PROJECT, wanted) == 1


async def test_an_attempt_stays_with_the_trigger_that_it_was_for(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that was replayed to another trigger is found by either, each with its own attempts."""
    await store.settings.create_trigger(PROJECT, spec("a", retry_policy=RetryPolicy(retries=0)))
    await store.settings.create_trigger(PROJECT, spec("b", "other"))
    await store.intake.queue(event(event_id="e-1"))
    (leased,) = desk.handed
    await worker.answer(leased, 500)
    await store.actions.replay(PROJECT, leased.delivery_id, trigger="b")
    await worker.answer(await worker.claim_one(), 200)
    for name, number in (("a", 1), ("b", 2)):
        found = await listed(store, DeliveryFilter(attempt_from_time=START, trigger=name))
        assert [("e-1", [number])] == found


async def test_a_delivery_with_many_attempts_shows_all_of_them(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A list by attempts is not cut to the last ten of a delivery."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=20)))
    await store.intake.queue(event(event_id="e-1"))
    await worker.finish(desk.handed.pop(), 500)
    found = await listed(store, DeliveryFilter(attempt_from_time=START))
    assert ("e-1", list(range(1, 22))) in found


async def test_a_bulk_action_takes_deliveries_by_their_attempts(
    retried: Store, clock: HandClock, worker: Worker
) -> None:
    """Dead letters of an outage are replayed: those that failed within its time, and each once."""
    start = StartBulk(
        project=PROJECT,
        action=Action.REPLAY,
        wanted=DeliveryFilter(
            state=State.DEAD_LETTERED,
            attempt_from_time=at(10),
            attempt_until_time=clock.time + MINUTE,
            attempt_succeeded=False,
        ),
        rate=100,
        matched=1,
    )
    begun = await retried.bulk.start(start)
    while (await retried.bulk.step(begun.id, most=1)).running:
        pass
    (done,) = await retried.bulk.list_bulk_actions(PROJECT, Page())
    assert (done.state, done.done, done.skipped) == (BulkState.SUCCEEDED, 1, 0)
    assert (await worker.claim_one()).event_id == "e-2"
