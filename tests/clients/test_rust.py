"""The Rust client: its own tests, what its README promises, its examples, and a server that is killed."""

import asyncio
import json
import re
import shutil
import tomllib
from asyncio.subprocess import Process
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from bellrope import BellropeError, Client
from bellrope.v1.deliveries_pb2 import GetEventRequest
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, DeleteTriggerRequest, Trigger

from tests.clients.rust import CRATE, ROOT, RUNNER, TARGET, cargo, example, printed, require_rust, running
from tests.clients.streams import Lives
from tests.clients.webhook import Webhook
from tests.kit import Server, until
from tests.ports import lasting_port

pytestmark = [
    pytest.mark.xdist_group("rust"),  # one build for all of them
    pytest.mark.timeout(1800),  # the first build compiles a hundred crates
    pytest.mark.usefixtures("built"),
]

README = (CRATE / "README.md").read_text()
PROGRAMS = [block for block in re.findall(r"```rust\n(.*?)```", README, re.DOTALL) if "fn main" in block]
[HOOK] = [block for block in PROGRAMS if "axum::serve" in block]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STRICT = ("--", "-D", "warnings")
MANIFEST = f"""
[package]
name = "programs"
edition = "2024"

[dependencies]
axum = {{ version = "0.8", default-features = false, features = ["http1", "tokio"] }}
bellrope = {{ path = "{CRATE}", features = ["axum"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
tokio = {{ version = "1", features = ["full"] }}
tokio-stream = {{ version = "0.1", default-features = false, features = ["io-util"] }}

[profile.dev]
debug = 0

[lints.rust]
warnings = "deny"

[workspace]
"""


@pytest.fixture(scope="session")
def built() -> None:
    """Build the examples and the conformance's runner, or skip the test."""
    require_rust()
    cargo("build", "--all-features", "--bins", "--examples")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project outside the repository that depends on the crate, with the versions of its lock."""
    folder = tmp_path_factory.mktemp("elsewhere") / "project"
    (folder / "src/bin").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(MANIFEST)
    shutil.copy(CRATE / "Cargo.lock", folder)
    return folder


def test_the_crate_passes_its_own_tests() -> None:
    """Its unit tests pass, and the examples in its documentation compile and run."""
    assert "test result: ok" in cargo("test", "--all-features")


def test_no_module_uses_one_that_uses_it() -> None:
    """The modules of the crate depend on each other without a circle."""
    sources = {path.stem: path.read_text().partition("#[cfg(test)]")[0] for path in CRATE.glob("src/*.rs")}
    exported = {
        name: module
        for module, names in re.findall(r"^pub use (\w+)::([^;]+);", sources.pop("lib"), re.MULTILINE)
        for name in re.findall(r"\w+", names)
    }
    graph = {
        module: {exported.get(name, name) for name in used(source)} & sources.keys() - {module}
        for module, source in sources.items()
    }
    assert "connection" in graph["client"]
    TopologicalSorter(graph).prepare()


def used(source: str) -> set[str]:
    """Return what a module uses of the crate: the names that come first in paths."""
    code = re.sub(r"//.*", "", source)
    lists = re.findall(r"\bcrate::\{(.*?)\};", code, re.DOTALL)
    names = {name for each in lists for name in re.findall(r"(?<![:\w])\w+", re.sub(r"\{[^}]*\}", "", each))}
    return names | set(re.findall(r"\bcrate::(\w+)", code))


def test_the_crate_has_no_warning() -> None:
    """With any features, clippy and rustdoc have nothing to say."""
    cargo("clippy", "--all-features", "--all-targets", *STRICT)
    for features in ("client", "webhooks"):
        cargo("clippy", "--no-default-features", "--features", features, "--package", "bellrope", *STRICT)
    cargo("doc", "--no-deps", "--all-features", "--package", "bellrope", RUSTDOCFLAGS="-D warnings")


def test_receiving_webhooks_needs_no_grpc() -> None:
    """With the feature `axum` alone, neither gRPC nor protobuf nor TLS is built in."""
    only = ("--no-default-features", "--features", "axum", "--package", "bellrope", "--offline")
    crates = cargo("tree", *only, "--edges", "normal", "--prefix", "none", "--format", "{p}")
    names = {line.split()[0] for line in crates.splitlines() if line}
    assert names & {"tonic", "prost", "h2", "hyper", "rustls", "ring"} == set()
    assert {"axum", "hmac"} <= names


def test_the_package_has_its_code_and_its_pages_only() -> None:
    """The package has the sources, the examples, the README and the license. Its version is the server's."""
    files = cargo("package", "--list", "--allow-dirty", "--offline", "--package", "bellrope").splitlines()
    kept = {file.split("/")[0] for file in files} - {".cargo_vcs_info.json", "Cargo.toml.orig"}
    assert kept == {"Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "examples", "src"}
    described = tomllib.loads((CRATE / "Cargo.toml").read_text())["package"]
    server = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [described[name] for name in ("name", "version")] == ["bellrope", server["version"]]
    assert described["license"] == server["license"]


async def test_the_readme_tells_the_truth(server: Server, webhook: Webhook, project: Path) -> None:
    """Every program runs in an empty project as it is printed, except for the addresses.

    It compiles without a warning, and prints what its comments say.
    """
    promised = {}
    for number, source in enumerate(PROGRAMS):
        if source != HOOK:
            source = source.replace("127.0.0.1:4123", server.grpc)
            source = source.replace("http://127.0.0.1:8000/", webhook.url)
            (project / f"src/bin/program_{number}.rs").write_text(source)
            promised[f"program_{number}"] = re.findall(r"// prints (.*)", source)
    await asyncio.to_thread(cargo, "build", "--bins", "--offline", folder=project)
    found = {name: await printed(TARGET / "debug" / name) for name in promised}
    assert found == promised


async def test_the_readmes_webhook_answers(server: Server, project: Path) -> None:
    """The webhook of the README prints the event, answers a caller that waits, and queues an event."""
    port = lasting_port()
    (project / "src/bin/hook.rs").write_text(HOOK.replace("8000", str(port)))
    await asyncio.to_thread(cargo, "build", "--bin", "hook", "--offline", folder=project)
    url = f"http://127.0.0.1:{port}/hook"
    await trigger(
        server, name="axum", type="order-placed", url=url, secrets=[SECRET], chain_events=True, retries=0
    )
    async with running(TARGET / "debug/hook") as hook:
        await until(lambda: listens(port))
        with Client(server.grpc) as client:
            answer = await asyncio.to_thread(client.trigger, "order-placed", {"n": 1}, timeout=60)
            assert answer.result["response"] == {"fine": True}
            assert (await line(hook)).endswith(f' {answer.event_id} order-placed {{"n":1}}')
            await until(lambda: is_stored(client, f"paid-{answer.event_id}"))


async def test_the_examples_webhook_and_caller_meet(server: Server) -> None:
    """`price` asks `webhook` for a price; an item without a price is refused at once."""
    port = str(lasting_port())
    await trigger(
        server, name="rust-price", type="price-asked", url=f"http://127.0.0.1:{port}/", secrets=[SECRET]
    )
    async with running(example("webhook"), PORT=port) as webhook:
        assert await line(webhook) == f"listening on port {port}"
        said = [
            await printed(example("price"), item, BELLROPE_SERVER=server.grpc) for item in ("tea", "milk")
        ]
    await asyncio.to_thread(delete_trigger, server, "rust-price")
    assert said == [["tea costs 3.5"], ["failed with 422"]]


async def test_the_example_that_imports_may_run_again(server: Server) -> None:
    """`import` stores each line once, however often it runs."""
    given = b'{"n": 1.0}\n18446744073709551616\n"text"\n'
    said = []
    for _ in range(2):
        said += await printed(example("import"), "rust-import", given=given, BELLROPE_SERVER=server.grpc)
    assert said == ["3 stored, 0 stored before, 0 refused", "0 stored, 3 stored before, 0 refused"]


async def test_the_example_that_imports_fails_at_a_line_that_is_not_json(server: Server) -> None:
    """`import` says which line is wrong, and does not end as if all was well."""
    async with running(example("import"), "rust-wrong", BELLROPE_SERVER=server.grpc) as importing:
        said, _ = await importing.communicate(b"1\n{\n3\n")
        assert said.decode().splitlines() == ["1 stored, 0 stored before, 0 refused"]
        assert importing.returncode == 1


async def test_the_example_that_watches_shows_what_happens(server: Server) -> None:
    """`watch` shows an event as it happens, and ends in order after Ctrl-C."""
    async with running(example("watch"), BELLROPE_SERVER=server.grpc) as watching:
        assert await line(watching) == "watching"
        with Client(server.grpc) as client:
            queued = await asyncio.to_thread(client.queue, "rust-watched")
        assert await line(watching) == f"rust-watched {queued.event_id}: 0 deliveries"
        watching.send_signal(2)
        assert await line(watching) == "stopped"
        assert await watching.wait() == 0


async def test_the_example_that_replays_sends_dead_letters_again(server: Server, webhook: Webhook) -> None:
    """`replay` sends the dead letters of a trigger again."""
    await trigger(server, name="rust-replayed", type="rust-replayed", url=webhook.url, retries=0)
    webhook.status = 500
    with Client(server.grpc) as client:
        for _ in range(2):
            await asyncio.to_thread(client.queue, "rust-replayed")
    await until(lambda: webhook.count == 2)
    webhook.status = 200
    said = await printed(example("replay"), "rust-replayed", BELLROPE_SERVER=server.grpc)
    assert said[-1] == "2 of 2 sent again"
    await until(lambda: webhook.count == 4)


async def test_nothing_is_lost_or_doubled_when_the_server_is_killed_in_rust(tmp_path: Path) -> None:
    """After two kills the server has every event of a stream once, and the caller each outcome in order."""
    lives, count = Lives(tmp_path), 6000
    await lives.begin()
    settings = {"server": lives.address, "timeout_ms": 60_000}
    event = {"type": "rust-killed", "data": {"null": None}, "id": "killed"}
    asked = {"case": "killed", "op": "queue_stream", "settings": settings, "event": event, "count": count}
    async with running(RUNNER) as runner:
        assert runner.stdin
        runner.stdin.write(json.dumps(asked).encode() + b"\n")
        for place in (1000, 3000):
            with Client(lives.address) as client:
                await until(lambda at=place, client=client: is_stored(client, f"killed-{at}"))
            lives.kill_and_restart()
        outcomes = json.loads(await line(runner))["ok"]
    await lives.end()
    assert [outcome["event_id"] for outcome in outcomes] == [f"killed-{number}" for number in range(count)]
    assert (lives.stored(), lives.kills) == ([(count, count)], 2)


async def line(process: Process) -> str:
    """Return the next line that a program prints."""
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def trigger(server: Server, **fields: Any) -> None:
    """Create a trigger."""
    with Client(server.grpc) as client:
        request = CreateTriggerRequest(project="default", trigger=Trigger(**fields))
        await asyncio.to_thread(client.triggers.CreateTrigger, request)


def delete_trigger(server: Server, name: str) -> None:
    """Delete a trigger whose type other tests use, too."""
    with Client(server.grpc) as client:
        client.triggers.DeleteTrigger(DeleteTriggerRequest(project="default", trigger=name))


async def is_stored(client: Client, event_id: str) -> bool:
    """Return whether the server has an event."""
    request = GetEventRequest(project="default", event_id=event_id)
    try:
        return bool(await asyncio.to_thread(client.deliveries.GetEvent, request))
    except BellropeError:
        return False


async def listens(port: int) -> bool:
    """Return whether somebody listens."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
