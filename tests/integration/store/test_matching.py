"""Filters in the commit: which deliveries an event gets, and what an expensive filter can do."""

import time
from typing import Any

import orjson
import pytest
from bellrope_server.errors import NoTriggerMatched
from bellrope_server.store.store import Store
from bellrope_server.telemetry import metrics
from integration.store.rig import PROJECT, START, Database, Desk, HandClock, event, spec

BOMB = "data.all(a, data.all(b, data.all(c, data.all(d, true))))"
MANY = b"[%b]" % b",".join(b"%d" % n for n in range(1000))


def failures(reason: str) -> float:
    """Return how many filters failed for this reason since the process started."""
    return metrics.REGISTRY.get_sample_value("bellrope_filter_failures_total", {"reason": reason}) or 0.0


async def count(store: Store, data: bytes = b"{}", **fields: Any) -> int:
    """Queue an event and return how many triggers it matched."""
    return (await store.intake.queue(event(data=data, **fields))).delivery_count


async def test_an_event_goes_where_the_filters_want_it(store: Store) -> None:
    """Each trigger gets the events that match its own filter; one without a filter gets all of them."""
    await store.settings.create_trigger(PROJECT, spec("all"))
    await store.settings.create_trigger(PROJECT, spec("large", filter="data.amount > 100"))
    await store.settings.create_trigger(PROJECT, spec("euros", filter="data.currency == 'EUR'"))
    assert await count(store, b'{"amount": 101, "currency": "EUR"}') == 3
    assert await count(store, b'{"amount": 101, "currency": "USD"}') == 2
    assert await count(store, b'{"amount": 1, "currency": "USD"}') == 1
    assert await count(store, b"null") == 1


async def test_a_filter_sees_the_event_as_it_is_stored(store: Store) -> None:
    """The filter sees the event's final id, even if the server made it, and the current time."""
    wanted = f"id.size() == 36 && project == '{PROJECT}' && time == timestamp({START // 1_000_000})"
    await store.settings.create_trigger(PROJECT, spec(filter=wanted))
    assert await count(store) == 1
    assert await count(store, event_id="short") == 0


async def test_a_changed_filter_holds_for_the_next_event(store: Store) -> None:
    """An event queued after the filter was saved always uses it."""
    await store.settings.create_trigger(PROJECT, spec(filter="false"))
    assert await count(store) == 0
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: spec(filter="true"))
    assert await count(store) == 1
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: spec())
    assert await count(store) == 1


async def test_an_event_that_no_filter_wants_has_nobody_to_wait_for(store: Store) -> None:
    """A synchronous event that no filter matches is not stored."""
    await store.settings.create_trigger(PROJECT, spec(filter="data.urgent == true"))
    with pytest.raises(NoTriggerMatched):
        await store.intake.queue(event(wait_until=START + 10_000_000))


async def test_a_filter_that_fails_does_not_match_and_is_counted(
    store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    """A filter that fails does not match; it is counted, and logged now and then, without the data."""
    await store.settings.create_trigger(PROJECT, spec(filter="data[data.key] == 1"))
    before = failures("error")
    assert [await count(store, b'{"key": "hunter2"}') for _ in range(3)] == [0, 0, 0]
    assert failures("error") == before + 3
    said = [line for line in capfd.readouterr().err.splitlines() if "trigger.filter_failed" in line]
    assert (len(said), "hunter2" in said[0], '"trigger":"mailer"' in said[0]) == (1, False, True)


async def test_a_nested_loop_rests_after_it_ran_out_of_steps(store: Store, clock: HandClock) -> None:
    """A filter that used up its steps is not run again at once, but gets another turn later."""
    await store.settings.create_trigger(PROJECT, spec(filter=BOMB))
    steps, suspended = failures("steps"), failures("suspended")
    assert [await count(store, MANY) for _ in range(20)] == [0] * 20
    assert (failures("steps") - steps, failures("suspended") - suspended) == (1, 19)
    assert await count(store, b"[]") == 0
    clock.advance(60)
    assert await count(store, b"[]") == 1


async def test_a_changed_filter_does_not_rest(store: Store) -> None:
    """A fixed filter runs at once."""
    await store.settings.create_trigger(PROJECT, spec(filter=BOMB))
    assert await count(store, MANY) == 0
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: spec(filter="data.size() == 1000"))
    assert await count(store, MANY) == 1


async def test_a_filter_rests_on_after_its_trigger_is_edited(store: Store) -> None:
    """An edit of anything but the filter does not end its rest."""
    await store.settings.create_trigger(PROJECT, spec(filter=BOMB))
    assert await count(store, MANY) == 0
    before = failures("suspended")
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: spec(filter=BOMB, paused=True))
    assert await count(store, MANY) == 0
    assert failures("suspended") == before + 1


SCAN = "data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))"
SCANNED = orjson.dumps({"l": list(range(98)), "s": "a" * 15_000})
LIGHT = "data.n == 1"


def slow(number: int) -> str:
    """Return one of many filters that take over a second if nothing ends them."""
    return f"{SCAN} || {number} == -1"


async def test_many_slow_filters_share_the_time_of_their_project(store: Store, clock: HandClock) -> None:
    """However many slow filters an event has, a few run, and the others are suspended; ordinary ones run."""
    for number in range(12):
        await store.settings.create_trigger(PROJECT, spec(f"slow-{number}", filter=slow(number)))
    await store.settings.create_trigger(PROJECT, spec("z", filter=LIGHT))
    ended, suspended = failures("time"), failures("suspended")
    start = time.process_time()
    assert await count(store, SCANNED) == 0
    assert time.process_time() - start < 5  # without an end, it is over ten seconds
    assert 1 <= failures("time") - ended <= 3
    assert failures("suspended") - suspended >= 9
    assert await count(store, b'{"n": 1}') == 1
    clock.advance(1)
    assert await count(store, SCANNED) == 0
    assert 2 <= failures("time") - ended <= 6


async def test_new_filters_in_turn_get_no_more_time(store: Store) -> None:
    """A trigger whose filter is changed for each event has the time of its project, and no more."""
    await store.settings.create_trigger(PROJECT, spec(filter=slow(0)))
    ended = failures("time")
    for number in range(1, 9):
        await store.settings.update_trigger(PROJECT, "mailer", lambda _, n=number: spec(filter=slow(n)))
        assert await count(store, SCANNED) == 0
    assert 1 <= failures("time") - ended <= 3


async def test_a_project_without_time_leaves_time_to_others(store: Store) -> None:
    """The slow filters of a project do not suspend another project's, unless very many projects have some."""
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec(filter=slow(-2)))
    for number in range(9):
        await store.settings.create_trigger(PROJECT, spec(f"slow-{number}", filter=slow(number)))
    assert await count(store, SCANNED) == 0
    ended = failures("time")
    assert await count(store, SCANNED, project="other") == 0
    assert failures("time") == ended + 1


async def test_a_replay_to_a_trigger_takes_the_time_of_its_project(store: Store) -> None:
    """A replay to a trigger with a slow filter ends soon, and does not match."""
    accepted = await store.intake.queue(event(data=SCANNED, event_id="a"))
    assert accepted.delivery_count == 0
    ended = failures("time")
    for number in range(6):
        await store.settings.create_trigger(PROJECT, spec(f"slow-{number}", filter=slow(number)))
        with pytest.raises(NoTriggerMatched):
            await store.actions.replay_event(PROJECT, "a", trigger=f"slow-{number}")
    assert 1 <= failures("time") - ended <= 3


async def test_a_filter_that_this_version_refuses_does_not_match(store: Store, database: Database) -> None:
    """A filter that an older version saved, and that would be refused now, fails for each event."""
    await store.settings.create_trigger(PROJECT, spec(filter="true"))
    database.rows('UPDATE "trigger" SET "filter" = \'data.a.matches(data.b)\' RETURNING id')
    before = failures("error")
    assert await count(store, b'{"a": "a", "b": "a"}') == 0
    assert failures("error") == before + 1


@pytest.mark.parametrize("type", ["*", "order.*", "order.paid"])
async def test_a_pattern_costs_an_event_nothing(type: str, store: Store, database: Database) -> None:
    """Which triggers take a type of event is looked up once, not for each event."""
    await store.settings.create_trigger(PROJECT, spec(type=type))
    assert await count(store, type="order.paid") == 1
    database.rows('UPDATE "trigger" SET "type" = \'other\' RETURNING id')
    assert await count(store, type="order.paid") == 1


async def test_a_pattern_keeps_its_trigger_once(store: Store, desk: Desk) -> None:
    """A trigger that takes many types of events is in memory once."""
    await store.settings.create_trigger(PROJECT, spec(type="*"))
    for number in range(3):
        await count(store, type=f"type-{number}")
    assert len({id(leased.trigger) for leased in desk.handed}) == 1
