"""Listeners of the tail: they get the facts they want, in order, and a count of those that were lost."""

import asyncio
from typing import Any

import pytest
from bellrope_server.model import State
from bellrope_server.store.feed.tail import Fact, FactKind, Tail, Wanted


def fact(event_id: str = "e", **fields: Any) -> Fact:
    """A fact about a delivery."""
    usual: dict[str, Any] = {"kind": FactKind.DELIVERY_CHANGED, "time": 0, "project": "p", "type": "order"}
    usual |= {"trigger": "hook", "state": State.SUCCEEDED}
    return Fact(event_id=event_id, **(usual | fields))


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


async def test_facts_come_in_order_and_once() -> None:
    """A listener gets each fact from its start on, once and in order."""
    tail = Tail()
    tail.tell(fact("before"))
    with tail.listening(Wanted(project="p")) as listener:
        for name in ("a", "b"):
            tail.tell(fact(name))
        assert ([each.event_id for each in (await listener.take())[0]]) == ["a", "b"]
        waiting = asyncio.create_task(listener.take())
        await asyncio.sleep(0)
        tail.tell(fact("c"))
        facts, dropped = await waiting
        assert ([each.event_id for each in facts], dropped) == (["c"], 0)
        assert tail.heard
    assert not tail.heard


async def test_who_takes_too_slowly_loses_the_oldest_and_is_told() -> None:
    """A listener never holds more than a bounded number of facts, and reports once how many were lost."""
    tail = Tail()
    with tail.listening(Wanted(project="p"), most=3) as slow, tail.listening(Wanted(project="p")) as quick:
        for number in range(5):
            tail.tell(fact(f"e{number}"))
        facts, dropped = await slow.take()
        assert ([each.event_id for each in facts], dropped) == (["e2", "e3", "e4"], 2)
        tail.tell(fact("e5"))
        assert (await slow.take())[1] == 0
        facts, dropped = await quick.take()
        assert (len(facts), dropped) == (6, 0)
