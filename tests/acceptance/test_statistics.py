"""Statistics as a user reads them: what was accepted, what was attempted, and the list behind each bar."""

from typing import Any

import pytest
from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from kit import until
from receiver import Receiver, answer

MINUTE = Duration(seconds=60)
Filter = pb.DeliveryFilter


async def statistics(tenant: Tenant, **asked: Any) -> Any:
    """Return the project's statistics by the minute."""
    request = pb.GetStatisticsRequest(project=tenant.project, **{"step": MINUTE} | asked)
    return await tenant.log.GetStatistics(request)


async def in_list(tenant: Tenant, bar: Any, outcome: Any) -> int:
    """Return how many attempts the list with the bounds of a bar has for one of its outcomes."""
    end = Timestamp(seconds=bar.start_time.seconds + 60)
    wanted = Filter(attempt_from_time=bar.start_time, attempt_until_time=end, error=outcome.error)
    wanted.status_code = outcome.status_code
    wanted.attempt_outcome = Filter.FAILED if outcome.error else Filter.SUCCEEDED
    return sum(len(each.attempts) for each in await tenant.deliveries(filter=wanted))


async def ended(tenant: Tenant, *events: str) -> None:
    """Wait until the only delivery of each event is final."""
    for event in events:
        await tenant.delivery(event)


async def test_a_bar_counts_what_its_list_shows(tenant: Tenant) -> None:
    """Each attempt is in one bar, and the list with the bounds of that bar shows it."""
    async with Receiver(answer(503), answer(200), answer(500), answer(400)) as receiver:
        await tenant.trigger(receiver.url, retries=1)
        for event in ("a", "b"):
            await tenant.queue({"type": "order", "id": event})
            await ended(tenant, event)
    found = await statistics(tenant)
    busy = [bar for bar in found.bars if bar.succeeded_count or bar.failed_count]
    assert sum(bar.succeeded_count for bar in busy) == 1
    assert sum(bar.failed_count for bar in busy) == 3
    assert sum(bar.dead_lettered_count for bar in busy) == 1
    assert sum(bar.accepted_count for bar in found.bars) == 3  # with the event about the dead letter
    counted = {(each.status_code, each.error) for bar in busy for each in bar.outcomes}
    assert {(200, 0), (400, 1), (500, 1), (503, 1)} == counted
    for bar in busy:
        assert all([each.count == await in_list(tenant, bar, each) for each in bar.outcomes])
        assert bar.duration_p50.ToMicroseconds() <= bar.duration_p95.ToMicroseconds() < 10_000_000
        assert bar.HasField("lateness_p95")


async def test_every_bar_is_there(tenant: Tenant) -> None:
    """A project without attempts has bars, too, so that a picture has no holes."""
    found = await statistics(tenant, step=None)
    assert len(found.bars) in (96, 97)  # a day in quarters of an hour, and the one that has begun
    assert found.step.ToSeconds() == 900
    starts = [bar.start_time.seconds for bar in found.bars]
    assert list(range(starts[0], found.until_time.seconds, 900)) == starts
    assert not any(bar.accepted_count or bar.outcomes or bar.HasField("duration_p50") for bar in found.bars)


async def test_the_triggers_that_fail_are_named(tenant: Tenant, receiver: Receiver) -> None:
    """Totals show which trigger fails; one trigger's bars have only its own attempts."""
    async with Receiver(answer(500)) as bad:
        await tenant.trigger(bad.url, name="bad", type="bad", retries=0)
        await tenant.trigger(receiver.url, name="good", type="good")
        for type in ("good", "bad"):
            await tenant.queue({"type": type, "id": type})
            await ended(tenant, type)
    found = await statistics(tenant, by_trigger=True)
    totals = [(x.trigger, x.succeeded_count, x.failed_count, x.dead_lettered_count) for x in found.triggers]
    assert totals == [("bad", 0, 1, 1), ("good", 1, 0, 0)]
    of_one = await statistics(tenant, trigger="good", by_trigger=True)
    assert sum(bar.succeeded_count for bar in of_one.bars) == 1
    assert sum(bar.failed_count for bar in of_one.bars) == 0
    assert [each.trigger for each in of_one.triggers] == ["good"]


async def test_statistics_over_http(tenant: Tenant, receiver: Receiver) -> None:
    """REST has the same statistics, as a page in a browser reads them."""
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order", "id": "a"})
    await ended(tenant, "a")
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/statistics?step=60s&byTrigger=true"
    status, found = await tenant.send("GET", url)
    assert status == 200
    assert found["triggers"][0]["trigger"] == "hook"
    (bar,) = (each for each in found["bars"] if each["outcomes"])
    assert bar["outcomes"] == [{"statusCode": 200, "error": "ERROR_UNSPECIFIED", "count": "1"}]
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/deliveries"
    bounds = f"?filter.attemptFromTime={bar['startTime']}&filter.attemptOutcome=SUCCEEDED"
    status, listed = await tenant.send("GET", url + bounds)
    assert (status, ["a"]) == (200, [each["eventId"] for each in listed["deliveries"]])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"step": Duration(seconds=90)}, "step"),
        ({"step": Duration(seconds=-60)}, "step"),
        ({"step": Duration(nanos=1)}, "step"),
        ({"step": MINUTE, "from_time": Timestamp(seconds=0)}, "step"),
        ({"step": Duration(seconds=3600), "from_time": Timestamp(seconds=0)}, "step"),
        ({"from_time": Timestamp(seconds=4_000_000_000)}, "from_time"),
        ({"until_time": Timestamp(seconds=-1)}, "until_time"),
        ({"from_time": Timestamp(seconds=2**60)}, "from_time"),
        ({"trigger": "no name"}, "trigger"),
    ],
)
async def test_what_makes_no_bars_is_refused(tenant: Tenant, asked: dict[str, Any], field: str) -> None:
    """A step of no whole minutes, a time that is not there, or too many bars: the field at fault is named."""
    fault = await rpc_fault(statistics(tenant, **asked))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", (field,))


async def test_all_of_time_makes_bars(tenant: Tenant) -> None:
    """However long the time, the default step makes at most 120 bars and one that has begun."""
    for first in (-62_135_596_800, 0, 1_700_000_000):
        found = await statistics(tenant, step=None, from_time=Timestamp(seconds=first))
        assert 1 < len(found.bars) <= 121


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"attempt_outcome": Filter.FAILED}, "attempt_outcome"),
        ({"attempt_outcome": 7, "attempt_from_time": Timestamp()}, "attempt_outcome"),
        ({"attempt_from_time": Timestamp(seconds=2**60)}, "attempt_from_time"),
    ],
)
async def test_a_filter_by_attempts_is_checked(tenant: Tenant, wanted: dict[str, Any], field: str) -> None:
    """An outcome of attempts without their time would be about no attempt in particular."""
    fault = await rpc_fault(tenant.deliveries(filter=Filter(**wanted)))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", (f"filter.{field}",))


async def test_what_failed_in_an_outage_is_replayed(tenant: Tenant) -> None:
    """A bulk action takes the filter of a bar: what failed at that time is sent again."""
    async with Receiver(answer(500), answer(200)) as receiver:
        await tenant.trigger(receiver.url, retries=0)
        await tenant.queue({"type": "order", "id": "a"})
        await ended(tenant, "a")
        start = pb.StartBulkActionRequest(project=tenant.project, action=pb.BulkAction.REPLAY)
        start.filter.attempt_from_time.seconds = 1_700_000_000
        start.filter.status_code = 500
        begun = await tenant.log.StartBulkAction(start)
        assert begun.matched_count == 1
        await until(lambda: len(receiver.requests) == 2)
        await tenant.delivery("a", state=pb.Delivery.SUCCEEDED)
