"""Connections are kept between attempts, but never cause a second request."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest
import uvloop
from attempts import leased, sender
from bellrope_server.attempt import AttemptError
from bellrope_server.clock import MINUTE, SECOND
from receiver import Reaction, Receiver, answer, close, hang, reset, response, send_then_close


async def test_a_connection_is_kept_for_the_next_attempt() -> None:
    """Successive attempts at one endpoint share a connection."""
    async with Receiver() as receiver, sender() as webhook:
        for _ in range(5):
            assert (await webhook.send(leased(receiver.url))).succeeded
    assert (len(receiver.requests), receiver.connections) == (5, 1)


@pytest.mark.parametrize("ending", [reset, close])
@pytest.mark.parametrize("size", [2, 300_000])
async def test_e33a_a_kept_connection_that_dies_gets_one_post(ending: Reaction, size: int) -> None:
    """A request that was read on a kept connection is not sent again if no answer comes."""
    data = b'"' + b"x" * size + b'"'
    async with Receiver(answer(), ending, answer()) as receiver, sender() as webhook:
        first = await webhook.send(leased(receiver.url))
        second = await webhook.send(leased(receiver.url, data=data))
        seen = len(receiver.requests)
        third = await webhook.send(leased(receiver.url, data=data))
    assert [first.error, second.error, third.error] == [
        AttemptError.NONE,
        AttemptError.CONNECTION_RESET,
        AttemptError.NONE,
    ]
    assert (seen, len(receiver.requests)) == (2, 3)
    assert [request.connection for request in receiver.requests] == [1, 1, 2]


async def test_a_connection_that_the_endpoint_closed_meanwhile_fails_nothing() -> None:
    """If the endpoint closed an idle connection, the next attempt opens a new one and succeeds."""
    async with Receiver(send_then_close(response(200))) as receiver, sender() as webhook:
        for _ in range(20):
            assert (await webhook.send(leased(receiver.url))).succeeded
            await receiver.deserted()
    assert (len(receiver.requests), receiver.connections) == (20, 20)


async def test_many_connections_that_the_endpoint_closed_meanwhile_fail_nothing() -> None:
    """However many kept connections an endpoint has closed, the next attempt arrives, exactly once."""
    async with Receiver(send_then_close(response(200))) as receiver, sender() as webhook:
        await asyncio.gather(*(webhook.send(leased(receiver.url)) for _ in range(50)))
        await receiver.deserted()
        assert (await webhook.send(leased(receiver.url))).succeeded
    assert (len(receiver.requests), receiver.connections) == (51, 51)


async def test_a_closed_idle_connection_keeps_nobody_busy() -> None:
    """A connection that the endpoint closed costs nothing until the next attempt."""
    async with Receiver(send_then_close(response(200))) as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url))
        await receiver.deserted()
        before = time.thread_time()
        await asyncio.sleep(0.3)
        spent = time.thread_time() - before
    assert spent < 0.02


async def test_an_endpoint_that_says_close_is_taken_at_its_word() -> None:
    """After `Connection: close` the next attempt uses a new connection."""
    async with Receiver(answer(headers=[("Connection", "close")])) as receiver, sender() as webhook:
        for _ in range(3):
            assert (await webhook.send(leased(receiver.url))).succeeded
    assert receiver.connections == 3


async def test_one_endpoint_that_hangs_holds_nobody_up() -> None:
    """While one endpoint hangs, attempts at others go on."""
    async with Receiver(hang) as slow, Receiver() as quick, sender() as webhook:
        waiting = asyncio.create_task(webhook.send(leased(slow.url, timeout=60 * SECOND)))
        await slow.received(1)
        for _ in range(50):
            assert (await webhook.send(leased(quick.url, version=2))).succeeded
        assert not waiting.done()
        waiting.cancel()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_many_attempts_at_once(run: type) -> None:
    """512 attempts at once all succeed, each with one request, on either event loop."""

    async def attempts() -> None:
        async with Receiver() as receiver, sender() as webhook:
            for _ in range(2):
                sent = [webhook.send(leased(receiver.url, event_id=f"e{n}")) for n in range(512)]
                assert all(attempt.succeeded for attempt in await asyncio.gather(*sent))
        bodies = [request.body for request in receiver.requests]
        assert (len(bodies), len(set(bodies))) == (1024, 512)
        assert receiver.connections <= 512

    run(attempts())


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_attempts_that_end_in_every_way_at_once(run: type) -> None:
    """Of answers, resets, hangs and cancellations at once, each attempt gets its own outcome."""

    async def attempts() -> None:
        receivers = [Receiver(), Receiver(reset), Receiver(hang), Receiver(hang)]
        async with AsyncExitStack() as stack:
            webhook = await stack.enter_async_context(sender())
            good, bad, left, slow = [await stack.enter_async_context(each) for each in receivers]
            kinds = [
                leased(each.url, version=number, timeout=SECOND if each is slow else MINUTE)
                for number, each in enumerate((good, bad, left, slow))
            ]
            tasks = [asyncio.create_task(webhook.send(kinds[n % 4])) for n in range(160)]
            await left.received(40)
            for task in tasks[2::4]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        outcomes = [getattr(each, "error", None) for each in results]
        assert outcomes[0::4] == [AttemptError.NONE] * 40
        assert outcomes[1::4] == [AttemptError.CONNECTION_RESET] * 40
        assert outcomes[2::4] == [None] * 40
        assert outcomes[3::4] == [AttemptError.TIMEOUT] * 40

    run(attempts())


async def test_closing_cancels_what_is_under_way() -> None:
    """Closing a sender drops its attempts, and their connections."""
    async with Receiver(answer(), hang) as receiver:
        async with sender() as webhook:
            await webhook.send(leased(receiver.url))
            waiting = asyncio.create_task(webhook.send(leased(receiver.url)))
            await receiver.received(2)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await receiver.deserted()
    assert len(receiver.requests) == 2
