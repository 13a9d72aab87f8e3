"""Webhooks reach no forbidden address, however the URL is written, named, stored or redirected."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.app.app import App
from bellrope_server.attempt import AttemptError
from bellrope_server.model import Delivery, State, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.handover import nobody
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from faults.caller import QUEUE, TRIGGERS, Caller, queue_all, save_trigger
from faults.own_net import Wire
from faults.servers import attempted, running
from faults.sink import Sink, sinks
from forked import ended
from integration.store.rig import made
from kit import Server, app_here, environment, until

TABLE = Path(__file__).parents[2].parent / "shared" / "data" / "ssrf-urls.tsv"
KEY = "a-key-so-that-nothing-is-open"
PROJECT = "/v1/config/projects/default"
REFUSALS = {"400 URL_INVALID", "400 URL_BLOCKED", "400 INVALID_FIELD"}
PUBLIC = "93.184.216.34"
PROXY = "--egress-proxy=http://127.0.0.1:3128"  # nobody listens there

# Spellings of this machine's own address that something between us and the kernel might understand.
OWN_TABLE = """
http://127.0.0.1:{port}/            http://127.0.0.2:{port}/             http://127.1:{port}/
http://2130706433:{port}/           http://0x7f000001:{port}/            http://0177.0.0.1:{port}/
http://0.0.0.0:{port}/              http://0:{port}/                     http://localhost:{port}/
http://LOCALHOST.:{port}/           http://x.localhost:{port}/           http://[::1]:{port}/
http://[::]:{port}/                 http://[0:0:0:0:0:0:0:1]:{port}/     http://[::ffff:127.0.0.1]:{port}/
http://[::ffff:7f00:1]:{port}/      http://[::127.0.0.1]:{port}/         http://user@127.0.0.1:{port}/
http://127.0.0.1:{port}@localhost/  http://localhost:{port}#@8.8.8.8/    http://127.0.0.1%2f:{port}/
"""


class Row(NamedTuple):
    """One line of the table: what must happen to a URL, or to a name with these answers."""

    number: str
    expected: str
    kind: str
    value: str
    answers: str
    about: str

    @property
    def url(self) -> str:
        r"""The value with its escapes replaced; `x{...x320}` stands for 320 times the x."""
        long = re.sub(r"(.)\{\.\.\.x(\d+)\}", lambda match: match[1] * int(match[2]), self.value)
        return long.encode("ascii").decode("unicode_escape")


def table(kind: str, expected: str) -> list[Row]:
    """Return the rows of one kind with this expectation, or skip the test."""
    if not TABLE.exists():
        pytest.skip(f"there is no {TABLE}")
    lines = [line for line in TABLE.read_text().split("\n") if line and not line.startswith("#")]
    found = [Row(*line.split("\t")) for line in lines]
    return [row for row in found if (row.kind, row.expected) == (kind, expected)]


def urls_of(rows: Sequence[Row]) -> dict[str, str]:
    """Return the rows' URLs under names for triggers; the server's own address is not known yet."""
    return {f"row-{row.number}": row.url for row in rows if not row.answers.startswith("<")}


async def make_project(server: str) -> None:
    """Create the project `default` on a server with a key."""
    caller = Caller(server, key=KEY)
    assert (await caller.post(PROJECT, {}))[0] == 200
    caller.close()


async def saved_over_http(server: Server, urls: dict[str, str]) -> dict[str, str]:
    """Save a trigger with each URL over the config path; return "saved" or the reason for each."""
    caller = Caller(server.http, key=KEY)
    said: dict[str, str] = {}
    for name, url in urls.items():
        status, answer = await caller.post(f"{TRIGGERS}/{name}", {"type": "row", "url": url})
        said[name] = "saved" if status == 200 else f"{status} {answer['reason']}"
    caller.close()
    return said


async def saved_over_grpc(server: Server, urls: dict[str, str]) -> dict[str, str]:
    """Save a trigger with each URL over gRPC; return "saved" or the reason for each."""
    said: dict[str, str] = {}
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        create = TriggersStub(channel).CreateTrigger  # type: ignore[no-untyped-call]
        for name, url in urls.items():
            trigger = Trigger(name=f"grpc-{name}", type="row", url=url)
            request = CreateTriggerRequest(project="default", trigger=trigger)
            try:
                await create(request, metadata=(("authorization", f"Bearer {KEY}"),))
                said[name] = "saved"
            except grpc.aio.AioRpcError as error:
                said[name] = error.code().name
    return said


async def test_a_dangerous_url_is_refused_over_every_protocol(tmp_path: Path) -> None:
    """A trigger whose URL leads to a forbidden address, or is not a URL, is not saved."""
    urls = urls_of(table("url", "BLOCK_CREATE"))
    async with running(tmp_path, f"--admin-key={KEY}") as server:
        await make_project(server.http)
        over_http = await saved_over_http(server, urls)
        over_grpc = await saved_over_grpc(server, urls)
    assert {name: said for name, said in over_http.items() if said not in REFUSALS} == {}
    assert {name: said for name, said in over_grpc.items() if said != "INVALID_ARGUMENT"} == {}
    assert len(urls) > 50


async def test_a_harmless_url_is_saved_over_every_protocol(tmp_path: Path) -> None:
    """The control: a public address can be saved, and so can a name, which is checked when it is resolved."""
    urls = urls_of(table("url", "ALLOW") + table("dns", "BLOCK_DIAL"))
    async with running(tmp_path, f"--admin-key={KEY}") as server:
        await make_project(server.http)
        over_http = await saved_over_http(server, urls)
        over_grpc = await saved_over_grpc(server, urls)
    assert {name: said for name, said in (over_http | over_grpc).items() if said != "saved"} == {}
    assert len(urls) > 10


async def store_unchecked(folder: Path, urls: dict[str, str]) -> None:
    """Write triggers into a database that no server has open, without the check of URLs."""
    store = made(Sqlite(folder / "bellrope.db"), handover=nobody())
    await store.open()
    await store.settings.create_project("default")
    once = RetryPolicy(retries=0)
    specs = [TriggerSpec(name=name, type=name, url=url, retry_policy=once) for name, url in urls.items()]
    await asyncio.gather(*(store.settings.create_trigger("default", spec) for spec in specs))
    await store.close()


async def errors_of_attempts(server: Server, urls: dict[str, str]) -> dict[str, str | None]:
    """Send an event to each trigger; return the errors of the attempts."""
    await queue_all(server.http, ({"type": name} for name in urls), key=KEY)
    await until(lambda: attempted(server) == len(urls))
    return {fact["trigger"]: fact["error"] for fact in server.facts("delivery.attempted")}


@pytest.mark.parametrize("proxy", [[], [PROXY]], ids=["straight", "with a proxy"])
async def test_a_dangerous_url_in_the_database_is_never_dialled(
    tmp_path: Path, wire: Wire, proxy: list[str]
) -> None:
    """A URL that got into the database another way is stopped at the attempt: no packet leaves (F217)."""
    urls = urls_of(table("url", "BLOCK_CREATE"))
    await store_unchecked(tmp_path, urls)
    async with running(tmp_path, f"--admin-key={KEY}", *proxy) as server:
        errors = await errors_of_attempts(server, urls)
    assert {name: error for name, error in errors.items() if error != "BLOCKED"} == {}
    assert errors.keys() == urls.keys()
    assert dialled_by(server, wire) == set()


async def test_the_wire_would_show_a_packet(tmp_path: Path, wire: Wire) -> None:
    """The control: public addresses are dialled, and the wire sees it."""
    urls = {name: url for name, url in urls_of(table("url", "ALLOW")).items() if _literal(url)}
    await store_unchecked(tmp_path, urls)
    async with running(tmp_path, f"--admin-key={KEY}") as server:
        errors = await errors_of_attempts(server, urls)
    assert set(errors.values()) == {"CONNECT_FAILED"}
    assert dialled_by(server, wire) == {(_literal(url), 443) for url in urls.values()}


async def test_with_a_proxy_nothing_else_is_dialled(tmp_path: Path, wire: Wire) -> None:
    """With `--egress-proxy` no webhook is called past the proxy; the wire sees the proxy's address alone."""
    urls = {name: url for name, url in urls_of(table("url", "ALLOW")).items() if _literal(url)}
    await store_unchecked(tmp_path, urls)
    async with running(tmp_path, f"--admin-key={KEY}", PROXY) as server:
        errors = await errors_of_attempts(server, urls)
    assert set(errors.values()) == {"PROXY_ERROR"}
    assert dialled_by(server, wire) == {("127.0.0.1", 3128)}


def dialled_by(server: Server, wire: Wire) -> set[tuple[str, int]]:
    """Return what was dialled, except for the test's own calls to the server's port."""
    door = ("127.0.0.1", int(server.http.rpartition(":")[2]))
    return set(wire.dialled()) - {door}


def _literal(url: str) -> str:
    """Return the address in a URL, or nothing if its host is a name."""
    host = url.split("/")[2].strip("[]")
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


async def test_no_way_to_write_this_machines_address_reaches_it(tmp_path: Path) -> None:
    """However loopback is written, in a request or in the database, nothing on this machine is called."""
    async with sinks() as [sink]:
        await sink.start("::1", sink.port)
        urls = {f"way-{n}": url.format(port=sink.port) for n, url in enumerate(OWN_TABLE.split())}
        await store_unchecked(tmp_path, urls)
        async with running(tmp_path, f"--admin-key={KEY}") as server:
            saved = await saved_over_http(server, {f"new-{name}": url for name, url in urls.items()})
            errors = await errors_of_attempts(server, urls)
    assert {name: said for name, said in saved.items() if said not in REFUSALS} == {}
    assert {name: error for name, error in errors.items() if error != "BLOCKED"} == {}
    assert sink.connection_count == 0


async def test_the_receiver_would_count_a_call(tmp_path: Path) -> None:
    """The control: where loopback is allowed, both spellings of it are called, and counted."""
    async with sinks() as [sink]:
        await sink.start("::1", sink.port)
        urls = {"v4": sink.url(), "v6": f"http://[::1]:{sink.port}/"}
        await store_unchecked(tmp_path, urls)
        async with running(tmp_path, f"--admin-key={KEY}", "--egress-allow=loopback") as server:
            assert await errors_of_attempts(server, urls) == {"v4": None, "v6": None}
    assert sink.connection_count == 2


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


async def everywhere(sink: Sink) -> None:
    """Let a receiver answer on port 80 of every address."""
    await sink.start("0.0.0.0", 80)
    await sink.start("::", 80)


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
    sink = Sink()
    sink.status = 500
    await everywhere(sink)
    async with app_here(tmp_path, admin_key=KEY, resolve=resolve) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
        often = {"retries": 3, "retryPolicy": {"minBackoff": "0.01s"}}
        for row in names:
            await save_trigger(server, f"row-{row.number}", key=KEY, url=row.url, **often)
        await queue_all(server, ({"type": f"row-{row.number}"} for row in names), key=KEY)
        deliveries = await finished(app, len(names))
    sink.close()
    dialled = {address for address, port in wire.dialled() if port == 80}
    many = {address for address in dialled if address.startswith("8.1.")}
    assert dialled - many == {PUBLIC}
    assert 0 < len(many) <= 16
    assert {delivery.state for delivery in deliveries} == {State.DEAD_LETTERED}
    assert all(count == 4 for count in resolve.asked.values())


async def test_a_name_that_flips_to_loopback_is_never_followed_there(tmp_path: Path, wire: Wire) -> None:
    """A name that resolves to a public address, then to loopback, leads to no request to loopback (F224)."""
    flips = 20
    resolve = Answers({"flip.test": [[PUBLIC], ["127.0.0.1"]] * flips})
    sink = Sink()
    sink.status = 500
    await everywhere(sink)
    async with app_here(tmp_path, admin_key=KEY, resolve=resolve) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
        often = {"retries": 2 * flips - 1, "retryPolicy": {"minBackoff": "0.001s", "maxBackoff": "0.001s"}}
        await save_trigger(server, "flip", key=KEY, url="http://flip.test/", **often)
        await queue_all(server, [{"type": "flip"}], key=KEY)
        [delivery] = await finished(app, 1)
    sink.close()
    dialled = {address for address, port in wire.dialled() if port == 80}
    assert dialled == {PUBLIC}
    assert len(sink.arrivals) == flips
    errors = [attempt.error for attempt in delivery.attempts]
    assert errors == [AttemptError.STATUS, AttemptError.BLOCKED] * flips


async def test_a_name_of_the_policy_does_not_open_metadata(tmp_path: Path, wire: Wire) -> None:
    """A name that the operator allows reaches private addresses, but no metadata address."""
    resolve = Answers({"inside.test": [["10.0.0.5"], ["169.254.169.254"], ["fd00:ec2::254"]]})
    sink = Sink()
    sink.status = 500
    await everywhere(sink)
    async with app_here(tmp_path, admin_key=KEY, resolve=resolve, egress_allow=("inside.test",)) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
        often = {"retries": 2, "retryPolicy": {"minBackoff": "0.01s"}}
        await save_trigger(server, "inside", key=KEY, url="http://inside.test/", **often)
        await queue_all(server, [{"type": "inside"}], key=KEY)
        [delivery] = await finished(app, 1)
    sink.close()
    assert {address for address, port in wire.dialled() if port == 80} == {"10.0.0.5"}
    assert delivery.attempts[-1].error is AttemptError.BLOCKED


async def test_a_name_that_leads_back_to_the_server_is_not_called(tmp_path: Path, wire: Wire) -> None:
    """A webhook never calls the server that sends it."""
    resolve = Answers({"self.test": [["8.8.4.4"]]})
    async with app_here(tmp_path, admin_key=KEY, resolve=resolve) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
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
        app_here(tmp_path, admin_key=KEY, resolve=resolve, egress_allow=("hook.test",)) as app,
    ):
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
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
    async with app_here(tmp_path, admin_key=KEY, resolve=resolve) as app:
        server = f"http://127.0.0.1:{app.http_port}"
        await make_project(server)
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
