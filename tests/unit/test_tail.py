"""Listeners of the tail: they get the facts they want, in order, and a count of those that were lost."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest
from attempts import leased
from bellrope_server.attempt import Attempt
from bellrope_server.errors import ProjectNotFound
from bellrope_server.model import State
from bellrope_server.store.feed.facts import attempt_recorded
from bellrope_server.store.feed.tail import Fact, FactKind, Listener, Tail, Wanted
from msgspec.structs import replace


def fact(event_id: str = "e", **fields: Any) -> Fact:
    """A fact about a delivery."""
    usual: dict[str, Any] = {"kind": FactKind.DELIVERY_CHANGED, "time": 0, "project": "p", "type": "order"}
    usual |= {"trigger": "hook", "state": State.SUCCEEDED}
    return Fact(event_id=event_id, **(usual | fields))


async def taken(listener: Listener, count: int) -> list[tuple[str, int]]:
    """Take facts; return the event's id of each, and how many were lost before it."""
    told = [await listener.take() for _ in range(count)]
    return [(fact.event_id, dropped) for fact, dropped in told]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"project": "other"}, False),
        ({"trigger": "hook", "type": "order", "state": State.SUCCEEDED}, True),
        ({"trigger": "other"}, False),
        ({"type": "other"}, False),
        ({"state": State.SCHEDULED}, False),
    ],
)
def test_only_what_is_wanted_is_heard(wanted: dict[str, Any], fits: bool) -> None:
    """Each filter leaves fewer facts; facts of another project are never sent."""
    assert Wanted(**({"project": "p"} | wanted)).fits(fact()) is fits


async def test_a_deleted_project_ends_its_listeners() -> None:
    """A listener of a deleted project gets the facts before that, and none of another with its name."""
    tail = Tail()
    with tail.listening(Wanted(project="p")) as listener, tail.listening(Wanted(project="q")) as other:
        waiting = asyncio.create_task(other.take())
        tail.tell(fact("before"))
        tail.project_deleted("p")
        tail.tell(fact("after"))
        assert (await listener.take())[0].event_id == "before"
        with pytest.raises(ProjectNotFound):
            await listener.take()
        tail.tell(fact("elsewhere", project="q"))
        assert (await waiting)[0].event_id == "elsewhere"


async def test_facts_come_in_order_and_once() -> None:
    """A listener gets each fact from its start on, once and in order."""
    tail = Tail()
    tail.tell(fact("before"))
    with tail.listening(Wanted(project="p")) as listener:
        for name in ("a", "b"):
            tail.tell(fact(name))
        assert [fact.event_id for fact, _ in [await listener.take() for _ in range(2)]] == ["a", "b"]
        waiting = asyncio.create_task(listener.take())
        await asyncio.sleep(0)
        tail.tell(fact("c"))
        last, dropped = await waiting
        assert (last.event_id, dropped) == ("c", 0)
        assert tail.heard
    assert not tail.heard


async def test_who_takes_too_slowly_loses_the_oldest_and_is_told() -> None:
    """A listener never holds more than a bounded number of facts, and reports once how many were lost."""
    tail = Tail()
    with tail.listening(Wanted(project="p"), most=3) as slow, tail.listening(Wanted(project="p")) as quick:
        for number in range(5):
            tail.tell(fact(f"e{number}"))
        assert await taken(slow, 3) == [("e2", 2), ("e3", 0), ("e4", 0)]
        tail.tell(fact("e5"))
        assert await taken(slow, 1) == [("e5", 0)]
        assert await taken(quick, 6) == [(f"e{number}", 0) for number in range(6)]


def test_what_is_made_of_a_fact_is_made_once() -> None:
    """However many listeners show a fact, each form of it is made once."""
    made: list[str] = []

    def name(of: Fact) -> str:
        made.append(of.event_id)
        return of.event_id

    one, other = fact("a"), fact("b")
    assert [one.once(name), one.once(name), other.once(name)] == ["a", "a", "b"]
    assert made == ["a", "b"]


async def test_listeners_that_do_not_take_keep_the_same_facts() -> None:
    """However many listeners are too slow, what waits for them is kept once."""
    tail = Tail()
    with ExitStack() as stack:
        slow = [stack.enter_context(tail.listening(Wanted(project="p"), most=3)) for _ in range(50)]
        for number, listener in enumerate(slow):  # each stops at a fact of its own
            tail.tell(fact(f"e{number}"))
            await listener.take()
        kept = {id(taken) for listener in slow for taken, _ in [await listener.take() for _ in range(2)]}
    assert len(kept) <= 3


def test_a_fact_has_an_attempt_in_brief() -> None:
    """A fact that waits for a listener holds 256 bytes of a large answer, and no headers."""
    attempt = Attempt(start_time=0, duration=1, response_body=b"x" * 1_000_000, response_headers={"a": "b"})
    kept = attempt_recorded(leased("http://a"), attempt, State.SUCCEEDED, 0).attempt
    assert kept == replace(attempt, response_body=b"x" * 256, truncated=True, response_headers={})
