"""A crash with leases ahead: what may have been sent is suspect, and what was only leased ahead is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bellrope_server.model import State
from integration.store.ahead import Node, crashed, on, sent, until_states
from integration.store.rig import PROJECT, SECOND, Sqlite, event, one_commit, spec
from kit import until

CAP = 2
REPEATED = 3 * CAP  # attempts that a crash repeats at most
MANY = 12
POISON = 5  # kills


@asynccontextmanager
async def leased_ahead(sqlite: Sqlite) -> AsyncIterator[Node]:
    """Run a server that has two deliveries under way, and twelve leased ahead."""
    async with Node(on(sqlite), cap=CAP, many=MANY).running() as node:
        await node.fill()
        yield node


async def suspects(crash: Sqlite, ids: list[str]) -> list[str]:
    """Start a server after a crash, have everything delivered, and return what it took for suspect."""
    async with Node(on(crash), cap=CAP).running() as node:
        await sent(node, sorted(ids))
        await until_states(node, dict.fromkeys(ids, State.SUCCEEDED))
        return node.sender.suspects


async def test_what_was_only_leased_ahead_lost_no_lease(sqlite: Sqlite, tmp_path: Path) -> None:
    """After a crash, only as many deliveries are suspect as can have been sent without a trace."""
    async with leased_ahead(sqlite) as node:
        crash = crashed(sqlite, tmp_path / "crash")
    assert sorted(await suspects(crash, node.ids)) == sorted(node.ids[:REPEATED])


async def test_what_was_sent_without_a_trace_is_suspect(sqlite: Sqlite, tmp_path: Path) -> None:
    """Attempts that had ended count, too, if their outcomes are not on disk: all that was sent is suspect."""
    async with leased_ahead(sqlite) as node, one_commit(node.store):
        for id in node.ids:
            node.sender.answer(id)
        await until(lambda: len(node.sender.begun) == REPEATED)
        crash = crashed(sqlite, tmp_path / "crash")
        begun = list(node.sender.begun)
    assert begun == node.ids[:REPEATED]
    assert sorted(await suspects(crash, node.ids)) == sorted(begun)


async def test_what_was_claimed_is_suspect_in_the_order_of_its_claim(sqlite: Sqlite, tmp_path: Path) -> None:
    """Deliveries that waited in the table begin by their due times, and so are they suspect."""
    async with Node(on(sqlite), cap=CAP, many=MANY).running() as node:
        await node.store.settings.create_project(PROJECT)
        node.learn(await node.store.settings.create_trigger(PROJECT, spec(paused=True)))
        last = on(sqlite).clock.wall() + SECOND // 2
        for number, id in enumerate(node.ids):
            await node.store.intake.queue(event(event_id=id, schedule_time=last - 1000 * number))
        await asyncio.sleep(0.5)
        await node.store.settings.set_paused(PROJECT, "mailer", paused=False)
        await until(lambda: len(node.queues) == MANY)
        crash = crashed(sqlite, tmp_path / "crash")
        begun = list(node.sender.begun)
    found = await suspects(crash, node.ids)
    in_turn = node.ids[::-1]
    assert (begun, sorted(found)) == (in_turn[:CAP], sorted(in_turn[:REPEATED]))


async def test_a_poison_is_found_among_what_was_leased_ahead(sqlite: Sqlite, tmp_path: Path) -> None:
    """A delivery that kills its server is a dead letter after five kills, and no other delivery is."""
    async with leased_ahead(sqlite) as node:
        poison = node.ids[-1]
        node.answer_others(poison)
        await until(lambda: poison in node.sender.begun)
        crash = crashed(sqlite, tmp_path / "crash0")
    for kill in range(1, POISON):
        async with Node(on(crash), cap=CAP, many=MANY).running() as node:
            node.answer_others(poison)
            await until(lambda: poison in node.sender.begun)
            crash = crashed(crash, tmp_path / f"crash{kill}")
    async with Node(on(crash), cap=CAP, many=MANY).running() as node:
        node.answer_others(poison)
        succeeded = dict.fromkeys(node.ids, State.SUCCEEDED)
        await until_states(node, succeeded | {poison: State.DEAD_LETTERED})
    assert poison not in node.sender.begun


async def test_suspects_that_expired_do_not_delay_the_next_one(sqlite: Sqlite, tmp_path: Path) -> None:
    """A suspect that expired while the server was down is not sent, and the next one has its turn at once."""
    many = 60
    async with Node(on(sqlite), cap=many, many=0).running() as node:
        await node.store.settings.create_project(PROJECT)
        await node.store.settings.create_trigger(PROJECT, spec())
        expire_time = on(sqlite).clock.wall() + 3 * SECOND
        old = [event(event_id=id, expire_time=expire_time) for id in node.ids[:-1]]
        await node.store.intake.queue_together([*old, event(event_id=node.ids[-1])])
        await until(lambda: len(node.sender.begun) == many)
        crash = crashed(sqlite, tmp_path / "crash")
    await until(lambda: on(sqlite).clock.wall() > expire_time)
    async with Node(on(crash), cap=many, many=0).running() as node:
        await until(lambda: node.sender.suspects == node.ids[-1:], seconds=20)
