"""Neither a name, a redirect nor a policy leads a webhook to a forbidden address, or tells what is there."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.app.app import App
from bellrope_server.attempt import AttemptError
from bellrope_server.model import Delivery, State
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.forbidden import KEY, PUBLIC, Row, make_project, table
from faults.own_net import Wire
from faults.sink import Sink, sinks
from forked import ended
from kit import app_here, environment, until


class Answers:
    """A name server with a list of answers for each name, given one by one; the last one repeats."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self._answers = answers
        self.asked: Counter[str] = Counter()

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Resolve a name."""
        turn = min(self.asked[host], len(self._answers[host]) - 1)
        self.asked[host] += 1
        return self._answers[host][turn]


def answers_of(row: Row) -> list[list[str]]:
    """Return the successive answers that a row of kind dns describes."""
    if row.answers == "1000 A records":
        return [[f"8.1.{n // 200}.{n % 200 + 1}" for n in range(1000)]]
    if row.answers.startswith("CNAME"):
        return [[row.answers.rpartition(" ")[2]]]
    return [[each for each in answer.split(",") if each] for answer in row.answers.split("|")]


@asynccontextmanager
async def failing_everywhere() -> AsyncIterator[Sink]:
    """Let a receiver answer 500 on port 80 of every address."""
    sink = Sink()
    sink.status = 500
    await sink.start("0.0.0.0", 80)
    await sink.start("::", 80)
    yield sink
    sink.close()


@asynccontextmanager
async def resolving(folder: Path, answers: Answers, **settings: Any) -> AsyncIterator[tuple[App, str]]:
    """Run a server that has this name server and a project; give it and its address."""
    async with app_here(folder, admin_key=KEY, resolve=answers, **settings) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
        yield app, server


def dialled(wire: Wire) -> set[str]:
    """Return the addresses that were called on port 80 since the last time."""
    return {address for address, port in wire.dialled() if port == 80}


async def finished(app: App, count: int) -> list[Delivery]:
    """Wait until this many deliveries are final, and return them with all their attempts."""

    async def found() -> list[Delivery]:
        return await app.store.log.list_deliveries("default", DeliveryFilter(), Page(size=1000))

    async def all_final() -> bool:
        return [delivery.state.final for delivery in await found()] == [True] * count

    await until(all_final)
    return [await app.store.log.get_delivery("default", each.delivery_id) for each in await found()]


async def test_a_name_is_dialled_only_at_the_addresses_that_are_allowed(tmp_path: Path, wire: Wire) -> None:
    """Whatever a name server answers, now or the next time, no denied address gets a packet."""
    names = [row for row in table("dns", "BLOCK_DIAL") if not row.answers.startswith("<")]
    resolve = Answers({row.url.split("/")[2]: answers_of(row) for row in names})
    async with failing_everywhere(), resolving(tmp_path, resolve) as (app, server):
        often = {"retries": 3, "retryPolicy": {"minBackoff": "0.01s"}}
        for row in names:
            await save_trigger(server, f"row-{row.number}", key=KEY, url=row.url, **often)
        await queue_all(server, ({"type": f"row-{row.number}"} for row in names), key=KEY)
        deliveries = await finished(app, len(names))
    found = dialled(wire)
    many = {address for address in found if address.startswith("8.1.")}
    assert found - many == {PUBLIC}
    assert 0 < len(many) <= 16
    assert {delivery.state for delivery in deliveries} == {State.DEAD_LETTERED}
    assert all(count == 4 for count in resolve.asked.values())


async def test_a_name_that_flips_to_loopback_is_never_followed_there(tmp_path: Path, wire: Wire) -> None:
    """A name that resolves to a public address, then to loopback, leads to no request to loopback (F224)."""
    flips = 20
    resolve = Answers({"flip.test": [[PUBLIC], ["127.0.0.1"]] * flips})
    async with failing_everywhere() as sink, resolving(tmp_path, resolve) as (app, server):
        often = {"retries": 2 * flips - 1, "retryPolicy": {"minBackoff": "0.001s", "maxBackoff": "0.001s"}}
        await save_trigger(server, "flip", key=KEY, url="http://flip.test/", **often)
        await queue_all(server, [{"type": "flip"}], key=KEY)
        [delivery] = await finished(app, 1)
    assert dialled(wire) == {PUBLIC}
    assert len(sink.arrivals) == flips
    errors = [attempt.error for attempt in delivery.attempts]
    assert errors == [AttemptError.STATUS, AttemptError.BLOCKED] * flips


async def test_a_name_of_the_policy_does_not_open_metadata(tmp_path: Path, wire: Wire) -> None:
    """A name that the operator allows reaches private addresses, but no metadata address."""
    resolve = Answers({"inside.test": [["10.0.0.5"], ["169.254.169.254"], ["fd00:ec2::254"]]})
    async with (
        failing_everywhere(),
        resolving(tmp_path, resolve, egress_allow=("inside.test",)) as (app, server),
    ):
        often = {"retries": 2, "retryPolicy": {"minBackoff": "0.01s"}}
        await save_trigger(server, "inside", key=KEY, url="http://inside.test/", **often)
        await queue_all(server, [{"type": "inside"}], key=KEY)
        [delivery] = await finished(app, 1)
    assert dialled(wire) == {"10.0.0.5"}
    assert delivery.attempts[-1].error is AttemptError.BLOCKED


async def test_a_name_that_leads_back_to_the_server_is_not_called(tmp_path: Path, wire: Wire) -> None:
    """A webhook never calls the server that sends it."""
    resolve = Answers({"self.test": [["8.8.4.4"]]})
    async with resolving(tmp_path, resolve) as (app, server):
        await save_trigger(server, "self", key=KEY, url=f"http://self.test:{app.http_port}/")
        await queue_all(server, [{"type": "self"}], key=KEY)
        await finished(app, 1)
        assert ("8.8.4.4", app.http_port) not in wire.dialled()


async def test_no_redirect_is_followed(tmp_path: Path) -> None:
    """A redirect is a failed attempt, and its target gets no request."""
    resolve = Answers({"hook.test": [["127.0.0.1"]]})
    places = [row.url.partition("Location: ") for row in table("redirect", "BLOCK_DIAL")]
    async with (
        sinks(2) as [sink, inside],
        resolving(tmp_path, resolve, egress_allow=("hook.test",)) as (app, server),
    ):
        await save_trigger(server, "hook", key=KEY, url=f"http://hook.test:{sink.port}/")
        places += [(status, "", inside.url()) for status in ("301", "302", "303", "307", "308")]
        for number, (status, _, place) in enumerate(places, start=1):
            sink.status, sink.location = int(status), place
            await queue_all(server, [{"type": "hook"}], key=KEY)
            newest = (await finished(app, number))[0]
            assert newest.attempts[0].error is AttemptError.REDIRECT
        assert inside.connection_count == 0
        assert len(sink.arrivals) == len(places)


@pytest.mark.parametrize("network", ["169.254.0.0/16", "0.0.0.0/0"])
def test_a_policy_that_would_open_metadata_is_refused_at_start(network: str, tmp_path: Path) -> None:
    """The server does not start with a policy that contains an address that no policy may allow (F219)."""
    flags = [f"--admin-key={KEY}", f"--database=sqlite:///{tmp_path / 'b.db'}", f"--egress-allow={network}"]
    command = [sys.executable, "-m", "bellrope_server", "serve", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0"]
    refused = ended([*command, *flags], env=environment())
    assert refused.returncode == 1
    assert network in refused.stderr
    assert refused.stdout == ""


async def called(server: str, url: str) -> tuple[int, Any]:
    """Trigger an event for this URL; return the status, and the answer without ids and times."""
    await save_trigger(server, "hook", key=KEY, url=url)
    caller = Caller(server, key=KEY)
    status, answer = await caller.post(QUEUE, {"type": "hook", "isSynchronous": True})
    caller.close()
    return status, _lasting(answer)


def _lasting(answer: Any) -> Any:
    """Return an answer without the parts that differ from call to call."""
    passing = {"requestId", "eventId", "deliveryId", "startTime", "duration", "metadata"}
    if isinstance(answer, dict):
        return {key: _lasting(value) for key, value in answer.items() if key not in passing}
    return [_lasting(each) for each in answer] if isinstance(answer, list) else answer


async def test_a_caller_cannot_scan_the_inside(tmp_path: Path, wire: Wire) -> None:
    """Behind a denied address an open port, a closed port and no host at all look the same (F222)."""
    resolve = Answers(
        {"inside.test": [["127.0.0.1"]], "nobody.test": [["10.9.9.9"]], "outside.test": [[PUBLIC]]}
    )
    sink = Sink()
    sink.status = 500
    await sink.start("127.0.0.1", 80)
    await sink.start(PUBLIC, 80)
    async with resolving(tmp_path, resolve) as (_, server):
        opened, closed, nobody = [
            await called(server, f"http://{place}/")
            for place in ("inside.test", "inside.test:81", "nobody.test")
        ]
        outside = [await called(server, f"http://outside.test:{port}/") for port in (80, 81)]
    sink.close()
    assert {target for target in wire.dialled() if target[1] in (80, 81)} == {(PUBLIC, 80), (PUBLIC, 81)}
    assert opened == closed == nobody
    codes = {(status, told["status"], told["reason"]) for status, told in [opened, *outside]}
    assert codes == {(502, "ABORTED", "WEBHOOK_FAILED")}
