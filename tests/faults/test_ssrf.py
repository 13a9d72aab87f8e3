"""A webhook reaches no forbidden address, however its URL is written or came into the database."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import grpc
import pytest
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.model import TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.handover import nobody
from faults.caller import TRIGGERS, Caller, queue_all
from faults.forbidden import KEY, Row, make_project, table
from faults.own_net import Wire
from faults.servers import attempted, running
from faults.sink import sinks
from integration.store.rig import made
from kit import Server, until

REFUSALS = {"400 URL_INVALID", "400 URL_BLOCKED", "400 INVALID_FIELD"}
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


def urls_of(rows: Sequence[Row]) -> dict[str, str]:
    """Return the rows' URLs under names for triggers; the server's own address is not known yet."""
    return {f"row-{row.number}": row.url for row in rows if not row.answers.startswith("<")}


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
