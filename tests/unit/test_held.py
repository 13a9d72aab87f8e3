"""What is held for the next commit: not for long, not much, and never lost."""

import asyncio

import pytest
from bellrope_server.store.engine import held
from bellrope_server.store.engine.held import MOST, Held
from kit import until

NEVER = 3600.0  # seconds


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers that were given away; none is because of the time."""
    monkeypatch.setattr(held, "LONGEST", NEVER)
    return []


async def test_orders_are_given_away_in_time(given: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """If no other order comes, they wait no longer than a moment, the first time and the next."""
    monkeypatch.setattr(held, "LONGEST", 0.001)
    orders = Held(asyncio.get_running_loop(), given.append)
    for turn in range(2):
        orders.hold(2 * turn)
        orders.hold(2 * turn + 1)
        await until(lambda: len(given) == 2 * turn + 2)  # noqa: B023  # it has ended before the next turn
    assert given == [0, 1, 2, 3]


async def test_orders_are_given_away_with_the_next(given: list[int]) -> None:
    """Another order takes all of them along, in order, and none is left for later."""
    orders = Held(asyncio.get_running_loop(), given.append)
    for number in range(3):
        orders.hold(number)
    assert given == []
    orders.join()
    orders.join()
    assert given == [0, 1, 2]


async def test_only_a_few_are_held(given: list[int]) -> None:
    """A crash would lose what is held, so many are worth a commit of their own."""
    orders = Held(asyncio.get_running_loop(), given.append)
    for number in range(MOST - 1):
        orders.hold(number)
    assert given == []
    orders.hold(MOST - 1)
    assert given == list(range(MOST))


async def test_another_thread_may_release_them(given: list[int]) -> None:
    """A stop ends the commits from a thread of its own; what comes later is held again."""
    orders = Held(asyncio.get_running_loop(), given.append)
    orders.hold(1)
    await asyncio.to_thread(orders.release)
    assert given == [1]
    orders.hold(2)
    assert given == [1]
    orders.join()
    assert given == [1, 2]
