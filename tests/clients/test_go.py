"""The Go client: its own tests, what its README promises, and its examples, in an empty project."""

import asyncio
import re
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from bellrope import Client
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, DeleteTriggerRequest, Trigger

from tests.clients.webhook import Webhook
from tests.kit import Server, environment, until
from tests.ports import lasting_port

MODULE = Path(__file__).parents[2] / "clients" / "go"
GO = Path(sys.executable).parent / "go"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
README = (MODULE / "README.md").read_text()
PROGRAMS = re.findall(r"```go\n(package main.*?)```", README, re.DOTALL)
ADDRESSES = {
    '"127.0.0.1:4123"': "SERVER",
    '"http://127.0.0.1:8000/"': "WEBHOOK",
    '"127.0.0.1:8000"': "LISTEN",
}
"""Which variable has what a program of the README is given in place of an address."""

PRINTING = [number for number, program in enumerate(PROGRAMS) if "// prints " in program]
EXAMPLES = sorted(path.parent.name for path in (MODULE / "examples").glob("*/main.go"))

pytestmark = [
    pytest.mark.skipif(not GO.exists(), reason="Go is missing or too old; .ci/go says what is needed"),
    pytest.mark.xdist_group("go"),  # what is built is built once
]


def go(folder: Path, *arguments: str) -> str:
    """Run Go in a folder; return what it printed."""
    done = subprocess.run(
        [GO, *arguments], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_does_what_its_tests_say() -> None:
    """Each of the module's own tests passes."""
    tested = re.findall(r"^ok\s+bellrope.example/go(\S*)", go(MODULE, "test", "./..."), re.MULTILINE)
    assert tested == ["", "/internal/jsondata", "/webhooks"]


def test_receiving_does_not_load_grpc() -> None:
    """A program that only receives webhooks has nothing of gRPC in it."""
    assert "grpc" not in go(MODULE, "list", "-deps", "./webhooks")


def as_package(source: str) -> str:
    """Return a program as a package with the function Main, and its addresses as variables."""
    for address, variable in ADDRESSES.items():
        source = source.replace(address, f'environment.Getenv("{variable}")')
    others = source.partition("package main\n")[2]
    imports, body = others.split(")\n", 1)
    head = f'package program\n\nimport environment "os"\n{imports})\n\nvar _ = environment.Args\n'
    return head + body.replace("func main()", "func Main()")


def choosing(names: Iterable[str]) -> str:
    """Return the program that runs the one which its first argument names."""
    imports = "\n".join(f'{name} "example.com/project/{name}"' for name in names)
    programs = "\n".join(f'"{name}": {name}.Main,' for name in names)
    return f"""
package main

import (
"os"
{imports}
)

func main() {{
    program := map[string]func(){{
{programs}
    }}[os.Args[1]]
    os.Args = os.Args[1:]
    program()
}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One program of all that are in the README and the examples; its first argument says which one to run.

    It is made in an empty project, as the README says.
    """
    project = tmp_path_factory.mktemp("go")
    sources = {f"readme{number}": program for number, program in enumerate(PROGRAMS)}
    sources |= {f"{name}example": (MODULE / "examples" / name / "main.go").read_text() for name in EXAMPLES}
    for name, source in sources.items():
        (project / name).mkdir()
        (project / name / "main.go").write_text(as_package(source))
    (project / "main.go").write_text(choosing(sources))
    go(project, "mod", "init", "example.com/project")
    for line in re.findall(r"^    go (.*)$", README, re.MULTILINE):
        go(project, *line.replace("./clients/go", str(MODULE)).split())
    go(project, "build", "-ldflags=-s -w", "-o", "program", ".")
    return project / "program"


@asynccontextmanager
async def running(built: Path, *arguments: str, **variables: str) -> AsyncIterator[Process]:
    """Run a program, and end it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        built, *arguments, env=environment(**variables), stdin=pipe, stdout=pipe
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def line(process: Process) -> str:
    """Return the next line that a program prints."""
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def finished(process: Process, given: bytes = b"") -> list[str]:
    """Give a program its input, and return the lines that it prints until it ends."""
    printed, _ = await process.communicate(given)
    assert process.returncode == 0
    return printed.decode().splitlines()


async def trigger(server: Server, **fields: Any) -> None:
    """Create a trigger."""
    with Client(server.grpc) as client:
        request = CreateTriggerRequest(project="default", trigger=Trigger(**fields))
        await asyncio.to_thread(client.triggers.CreateTrigger, request)


@pytest.mark.parametrize("number", PRINTING)
async def test_the_readme_tells_the_truth(server: Server, webhook: Webhook, built: Path, number: int) -> None:
    """Every program runs as it is printed, except for the addresses, and prints what its comments say."""
    addresses = {"SERVER": server.grpc, "WEBHOOK": webhook.url}
    async with running(built, f"readme{number}", **addresses) as program:
        printed = await finished(program)
    assert printed == re.findall(r"// prints (.*)", PROGRAMS[number])


async def test_the_readme_manages_triggers(server: Server, webhook: Webhook, built: Path) -> None:
    """The program of the README that manages triggers and replays dead letters runs."""
    [number] = [number for number, program in enumerate(PROGRAMS) if "replayDeadLetters" in program]
    async with running(built, f"readme{number}", SERVER=server.grpc, WEBHOOK=webhook.url) as program:
        assert await finished(program) == []


async def test_the_readmes_webhooks_answer(server: Server, built: Path) -> None:
    """One webhook of the README answers a caller that waits, and the other queues an event, too."""
    [paid, placed] = [number for number, program in enumerate(PROGRAMS) if "webhooks.Handler" in program]
    for number, expected in ((paid, {"fine": True}), (placed, "ok")):
        kind = f"go-{number}"
        address = f"127.0.0.1:{lasting_port()}"
        await trigger(
            server, name=kind, type=kind, url=f"http://{address}/hook", secrets=[SECRET], chain_events=True
        )
        variables = {"LISTEN": address, "WEBHOOK_SECRET": SECRET}
        async with running(built, f"readme{number}", **variables):
            with Client(server.grpc) as client:
                await until(lambda address=address: listens(address))
                answer = await asyncio.to_thread(client.trigger, kind, {"amount": 5}, timeout=60)
        found = answer.result if number == paid else answer.result["response"]
        assert found == expected


async def listens(address: str) -> bool:
    """Whether somebody listens there."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


async def test_the_examples_webhook_and_caller_meet(server: Server, built: Path) -> None:
    """`price` asks `webhook` for a price; an item without a price is refused at once."""
    address = f"127.0.0.1:{lasting_port()}"
    await trigger(server, name="go-price", type="price-asked", url=f"http://{address}/", secrets=[SECRET])
    said = []
    async with running(built, "webhookexample", PORT=address.rpartition(":")[2]) as webhook:
        assert await line(webhook) == f"listening on {address}"
        for item in ("tea", "milk"):
            async with running(built, "priceexample", item, BELLROPE_SERVER=server.grpc) as price:
                said += await finished(price)
    with Client(server.grpc) as client:
        request = DeleteTriggerRequest(project="default", trigger="go-price")
        await asyncio.to_thread(client.triggers.DeleteTrigger, request)
    assert said == ["tea costs 3.5", "failed with 422"]


async def test_the_example_that_imports_may_run_again(server: Server, built: Path) -> None:
    """`import` stores each line once, however often it runs."""
    lines = b'{"n": 1.0}\n18446744073709551616\n"text"\n'
    said = []
    for _ in range(2):
        async with running(built, "importexample", "go-import", BELLROPE_SERVER=server.grpc) as importing:
            said += await finished(importing, lines)
    assert said == ["3 stored, 0 stored before, 0 refused", "0 stored, 3 stored before, 0 refused"]


async def test_the_example_that_watches_shows_what_happens(server: Server, built: Path) -> None:
    """`watch` shows an event as it happens, and ends in order after Ctrl-C."""
    async with running(built, "watchexample", BELLROPE_SERVER=server.grpc) as watching:
        assert await line(watching) == "watching"
        with Client(server.grpc) as client:
            queued = await asyncio.to_thread(client.queue, "go-watched")
        assert await line(watching) == f"go-watched {queued.event_id}: 0 deliveries"
        watching.send_signal(2)
        assert await finished(watching) == ["stopped"]


async def test_the_example_that_replays_sends_dead_letters_again(
    server: Server, webhook: Webhook, built: Path
) -> None:
    """`replay` sends the dead letters of a trigger again."""
    await trigger(server, name="go-replayed", type="go-replayed", url=webhook.url, retries=0)
    webhook.status = 500
    with Client(server.grpc) as client:
        for _ in range(2):
            await asyncio.to_thread(client.queue, "go-replayed")
        dead = ListDeliveriesRequest(
            project="default", trigger="go-replayed", state=Delivery.State.DEAD_LETTERED
        )
        await until(lambda: len(client.deliveries.ListDeliveries(dead).deliveries) == 2)
    webhook.status = 200
    async with running(built, "replayexample", "go-replayed", BELLROPE_SERVER=server.grpc) as replaying:
        assert (await finished(replaying))[-1] == "2 of 2 sent again"
    await until(lambda: webhook.count == 4)
