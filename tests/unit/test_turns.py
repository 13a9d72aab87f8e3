"""Turns: each project gets its share of what runs at once, and leaves some for the others."""

import asyncio

import pytest
from bellrope_server.outbound.turns import Turns
from hypothesis import given
from hypothesis import strategies as st

PROJECTS = st.sampled_from("abcde")


def test_a_project_takes_its_share_and_no_more() -> None:
    """One project gets eight turns at once, however many are free."""
    turns = Turns(most=64, each=8)
    assert [turns.take("a") for _ in range(9)] == [True] * 8 + [False]
    assert turns.take("b")


def test_many_projects_that_hang_leave_a_turn_for_the_next() -> None:
    """Eight projects that take all they get still leave a turn for a ninth."""
    turns = Turns(most=64, each=8)
    for project in "abcdefgh":
        while turns.take(project):
            pass
    assert turns.take("i")


async def test_a_name_that_failed_lets_the_others_of_its_project_go_first() -> None:
    """When a turn is free, names that have not failed go before those that have."""
    turns, order = Turns(most=8, each=1), list[str]()

    async def ask(name: str, *, last: bool) -> None:
        await turns.wait("a", last=last)
        order.append(name)
        turns.give_back("a")

    assert turns.take("a")
    asking = [asyncio.create_task(ask("bad", last=True)), asyncio.create_task(ask("good", last=False))]
    await asyncio.sleep(0)
    turns.give_back("a")
    await asyncio.gather(*asking)
    assert order == ["good", "bad"]


async def test_one_who_gave_up_takes_no_turn() -> None:
    """A waiter that was cancelled is passed over."""
    turns = Turns(most=8, each=1)
    assert turns.take("a")
    gone, patient = (asyncio.create_task(turns.wait("a", last=True)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    turns.give_back("a")
    await patient
    assert not turns.take("a")
    turns.give_back("a")
    assert turns.take("a")


@given(st.lists(PROJECTS, max_size=60))
def test_all_who_wait_get_their_turn(projects: list[str]) -> None:
    """Whoever asks in whatever order, each gets a turn in the end, and no turn is lost."""

    async def run() -> None:
        turns = Turns(most=6, each=3)

        async def ask(project: str) -> None:
            await turns.wait(project, last=False)
            await asyncio.sleep(0)
            turns.give_back(project)

        async with asyncio.timeout(10):
            await asyncio.gather(*map(ask, projects))
        assert [turns.take("new") for _ in range(4)] == [True, True, True, False]

    asyncio.run(run())


async def test_a_turn_that_was_given_to_a_caller_who_leaves_is_not_lost() -> None:
    """A caller who is cancelled in the moment in which it gets its turn gives the turn back."""
    turns = Turns(most=4, each=1)
    assert turns.take("a")
    waits = asyncio.create_task(turns.wait("a", last=True))
    await asyncio.sleep(0)
    turns.give_back("a")
    waits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waits
    assert turns.take("a")
