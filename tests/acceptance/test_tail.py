"""Tail: what happens, as it happens."""

import asyncio
import json
import time
from typing import Any

import pytest
from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import projects_pb2
from kit import until
from receiver import Receiver, answer

Delivery = pb.Delivery


class Watcher:
    """Reads a tail, and keeps what it showed."""

    def __init__(self, tenant: Tenant, **wanted: Any) -> None:
        self.facts: list[Any] = []
        self._call = tenant.log.Tail(pb.TailRequest(project=tenant.project, **wanted))

    async def __aenter__(self) -> "Watcher":
        assert (await self._call.read()).kind == 0
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._call.cancel()

    async def _read(self) -> None:
        while True:
            self.facts.append(await self._call.read())

    async def shown(self, count: int) -> list[tuple[str, str, str]]:
        """Wait for this many facts, and return the kind, event and state of each."""
        await until(lambda: len(self.facts) >= count)
        return [
            (
                pb.TailResponse.Kind.Name(fact.kind),
                fact.event_id,
                Delivery.State.Name(fact.state) if fact.state else "",
            )
            for fact in self.facts
        ]


async def order(tenant: Tenant, **keys: Any) -> None:
    """Queue an order."""
    status, answered = await tenant.queue({"type": "order"} | keys)
    assert status == 200, answered


async def test_a_delivery_is_seen_from_its_event_to_its_end(tenant: Tenant) -> None:
    """Each fact, accepted, attempted, tried again, is shown in order once it is on disk."""
    async with Receiver(answer(503, b"later"), answer(200)) as receiver, Watcher(tenant) as watcher:
        await tenant.trigger(receiver.url)
        await order(tenant, id="o1")
        assert await watcher.shown(5) == [
            ("EVENT_ACCEPTED", "o1", ""),
            ("DELIVERY_CHANGED", "o1", "DELIVERING"),
            ("ATTEMPT_RECORDED", "o1", "SCHEDULED"),
            ("DELIVERY_CHANGED", "o1", "DELIVERING"),
            ("ATTEMPT_RECORDED", "o1", "SUCCEEDED"),
        ]
        first = watcher.facts[2]
        assert (first.trigger, first.attempt.status_code, first.attempt.response_body) == (
            "hook",
            503,
            b"later",
        )
        assert first.due_time == first.attempt.next_attempt_time
        assert first.attempt.HasField("request") is False
        assert watcher.facts[0].delivery_count == 1
        whole = await tenant.delivery("o1")
        assert {fact.delivery_id for fact in watcher.facts[1:]} == {whole.delivery_id}


async def test_a_dead_letters_event_is_seen_like_every_other(tenant: Tenant) -> None:
    """The event about a dead letter is shown as accepted and attempted, like every other event."""
    dead_lettered = "bellrope.delivery.dead_lettered"
    async with Receiver(answer(500)) as broken, Receiver(answer(200)) as told, Watcher(tenant) as watcher:
        await tenant.trigger(broken.url, retries=0)
        await tenant.trigger(told.url, name="told", type=dead_lettered)
        await order(tenant, id="o1")
        facts = await watcher.shown(6)
        notice = watcher.facts[3]
        assert facts == [
            ("EVENT_ACCEPTED", "o1", ""),
            ("DELIVERY_CHANGED", "o1", "DELIVERING"),
            ("ATTEMPT_RECORDED", "o1", "DEAD_LETTERED"),
            ("EVENT_ACCEPTED", notice.event_id, ""),
            ("DELIVERY_CHANGED", notice.event_id, "DELIVERING"),
            ("ATTEMPT_RECORDED", notice.event_id, "SUCCEEDED"),
        ]
        assert (notice.type, notice.delivery_count) == (dead_lettered, 1)
        [request] = await told.received(1)
        assert json.loads(request.body)["id"] == notice.event_id


async def test_what_people_do_is_seen(tenant: Tenant, receiver: Receiver) -> None:
    """A cancel, a replay and the end of a pause are facts too."""
    await tenant.trigger(receiver.url, paused=True)
    async with Watcher(tenant, trigger="hook") as watcher:
        await order(tenant, id="o1")
        (delivery,) = await tenant.deliveries("o1")
        named = {"project": tenant.project, "delivery_id": delivery.delivery_id}
        await tenant.log.CancelDelivery(pb.CancelDeliveryRequest(**named))
        await watcher.shown(1)
        await tenant.log.ReplayDelivery(pb.ReplayDeliveryRequest(**named))
        await watcher.shown(2)
        await tenant.resume()
        assert [state for _, _, state in await watcher.shown(4)] == [
            "CANCELLED",
            "SCHEDULED",
            "DELIVERING",
            "SUCCEEDED",
        ]


async def test_a_tail_shows_what_was_asked_for(tenant: Tenant, receiver: Receiver) -> None:
    """A tail with a filter shows no facts of another project, type, trigger or state."""
    await tenant.trigger(receiver.url)
    await tenant.trigger(receiver.url, name="other", type="other")
    async with (
        Watcher(tenant, type="other") as by_type,
        Watcher(tenant, state=Delivery.SUCCEEDED) as by_state,
    ):
        await order(tenant, id="o1")
        await tenant.delivery("o1")
        await tenant.queue({"type": "other", "id": "o2"})
        await tenant.delivery("o2")
        shown = await by_type.shown(3)
        assert {event_id for _, event_id, _ in shown} == {"o2"}
        assert await by_state.shown(2) == [
            ("ATTEMPT_RECORDED", "o1", "SUCCEEDED"),
            ("ATTEMPT_RECORDED", "o2", "SUCCEEDED"),
        ]


async def test_a_slow_reader_holds_nobody_up_and_is_told_what_it_missed(tenant: Tenant) -> None:
    """A reader that is too slow loses the oldest facts, gets their number, and delays nobody else."""
    call = tenant.log.Tail(pb.TailRequest(project=tenant.project))
    assert (await call.read()).kind == 0
    data = "x" * 200
    count = 6_000
    began = time.monotonic()
    for _ in range(count // 100):
        await asyncio.gather(*(order(tenant, data=data) for _ in range(100)))
    assert time.monotonic() - began < 60
    await order(tenant, id="last")
    heard, dropped = 0, 0
    async with asyncio.timeout(20):
        while True:
            fact = await call.read()
            heard, dropped = heard + 1, dropped + fact.dropped_count
            if fact.event_id == "last":
                break
    call.cancel()
    assert heard + dropped == count + 1


@pytest.mark.parametrize(("wanted", "field"), [({"state": 99}, "state"), ({"type": "a b"}, "type")])
async def test_a_tail_that_makes_no_sense_is_refused(tenant: Tenant, wanted: Any, field: str) -> None:
    """An impossible filter, or a missing project, is an error, not an empty tail."""
    request = pb.TailRequest(project=tenant.project, **wanted)
    assert (await rpc_fault(tenant.log.Tail(request).read())).fields == (field,)
    assert (await rpc_fault(tenant.log.Tail(pb.TailRequest(project="none")).read())).code == "NOT_FOUND"


async def test_a_tail_ends_with_its_project(tenant: Tenant) -> None:
    """A tail of a deleted project ends with NOT_FOUND, and shows nothing of another that got its name."""
    name = f"{tenant.project}-again"
    create = projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=name))
    await tenant.projects.CreateProject(create)
    call = tenant.log.Tail(pb.TailRequest(project=name))
    assert (await call.read()).kind == 0
    lines = await tenant.http.get(f"{tenant.server.http}/v1/projects/{name}/tail")
    assert await lines.content.readline()
    await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=name))
    await tenant.projects.CreateProject(create)
    async with asyncio.timeout(20):
        assert (await rpc_fault(call.read())).code == "NOT_FOUND"
        [last] = (await lines.content.read()).splitlines()
    assert json.loads(last)["reason"] == "PROJECT_NOT_FOUND"
    await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=name))
