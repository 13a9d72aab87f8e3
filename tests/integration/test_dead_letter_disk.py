"""Dead letters that cannot be written, because the disk is full, do not vanish (E29)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
from bellrope.v1.deliveries_pb2 import Delivery
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.clock import Clock, steady
from integration.disks import fill
from integration.grpc_calls import owed, queue, trigger
from kit import app_here, serving, until
from receiver import Connection, Receiver, answer

DEAD_LETTERED = "bellrope.delivery.dead_lettered"
HOUR = 3_600_000_000  # microseconds


class HeldAnswer:
    """A receiver's reaction that holds each answer, a 500, until the test releases it."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, connection: Connection) -> None:
        """Answer when released."""
        await self.go_on.wait()
        await answer(500, b"no" * 8000)(connection)


@asynccontextmanager
async def last_attempt(
    channel: grpc.aio.Channel, hook: Receiver, undertaker: Receiver
) -> AsyncIterator[None]:
    """Start the only attempt of a delivery, with a trigger for dead letters."""
    await trigger(channel, "e29", hook.url, retries=0)
    await trigger(channel, DEAD_LETTERED, undertaker.url)
    await EventingStub(channel).Queue(queue("e29", id="e29"))
    await asyncio.wait_for(hook.received(1), 30)
    yield


async def state(channel: grpc.aio.Channel) -> int:
    """Return the state of the delivery."""
    (delivery,) = await owed(channel, "e29")
    return int(delivery.state)


async def is_dead(channel: grpc.aio.Channel) -> bool:
    """Return whether the dead letter exists."""
    return await state(channel) == Delivery.DEAD_LETTERED


async def told_once(undertaker: Receiver) -> None:
    """Wait until the project's trigger for dead letters is called."""
    (request,) = await asyncio.wait_for(undertaker.received(1), 30)
    assert json.loads(request.body)["data"]["eventId"] == "e29"


async def test_e29_a_dead_letter_is_written_when_there_is_room_again(
    tmp_path: Path, small_disk: Path
) -> None:
    """E29: Until then its delivery stays as it was, is not sent again, and no dead letter is announced."""
    patient, ballast = HeldAnswer(), small_disk / "ballast"
    with serving(tmp_path, f"--database=sqlite:///{small_disk}/bellrope.db", "--min-free-disk=0") as server:
        async with (
            Receiver(patient) as hook,
            Receiver() as undertaker,
            grpc.aio.insecure_channel(server.grpc) as channel,
            last_attempt(channel, hook, undertaker),
        ):
            await asyncio.to_thread(fill, ballast)
            patient.go_on.set()
            await until(lambda: server.facts("store.failed"))
            for _ in range(15):  # longer than the pause before recording is tried again
                assert (await state(channel), len(undertaker.requests)) == (Delivery.DELIVERING, 0)
                await asyncio.sleep(0.1)
            ballast.unlink()
            await until(lambda: is_dead(channel))
            await told_once(undertaker)
            assert len(hook.requests) == 1


async def test_e29_a_dead_letter_that_was_not_written_is_earned_again(
    tmp_path: Path, small_disk: Path
) -> None:
    """E29: A server that dies before it writes the dead letter sends once more, and then writes it."""
    patient, ballast = HeldAnswer(), small_disk / "ballast"
    flags = (f"--database=sqlite:///{small_disk}/bellrope.db", "--min-free-disk=0")
    async with Receiver(patient) as hook, Receiver() as undertaker:
        with serving(tmp_path, *flags) as server:
            async with (
                grpc.aio.insecure_channel(server.grpc) as channel,
                last_attempt(channel, hook, undertaker),
            ):
                await asyncio.to_thread(fill, ballast)
                patient.go_on.set()
                await until(lambda: server.facts("store.failed"))
                server.kill()
        ballast.unlink()
        with serving(tmp_path, *flags) as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                await until(lambda: is_dead(channel))
                await told_once(undertaker)
    assert [request.header("webhook-id") for request in hook.requests] == [
        hook.requests[0].header("webhook-id")
    ] * 2


async def test_e29_a_lease_that_ends_while_the_disk_is_full(small_disk: Path) -> None:
    """E29: An outcome that is not recorded in time is given up; the delivery is due again, then dead."""
    patient, ballast, ahead = HeldAnswer(), small_disk / "ballast", [0]
    async with (
        Receiver(patient) as hook,
        Receiver() as undertaker,
        app_here(small_disk, clock=Clock(steady=lambda: steady() + ahead[0]), min_free_disk=0) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
        last_attempt(channel, hook, undertaker),
    ):
        await asyncio.to_thread(fill, ballast)
        patient.go_on.set()
        await until(lambda: not app.store.healthy)
        ahead[0] = HOUR
        await asyncio.sleep(1.5)  # both recording and rescue have tried in vain
        assert (await state(channel), len(hook.requests)) == (Delivery.DELIVERING, 1)
        ballast.unlink()
        await until(lambda: is_dead(channel))
        await told_once(undertaker)
        assert len(hook.requests) == 2
