"""The TypeScript client as a package: what `npm pack` makes, what its README promises, and its examples."""

import asyncio
import fcntl
import gzip
import json
import re
import shutil
import subprocess
import tomllib
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest
from bellrope import Client
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from chromium import browser, tab
from deploy.released import tool

from tests.clients.typescript import (
    INSTALLED,
    PACKAGE,
    bundle,
    environment_of_node,
    needs_node,
    program,
    run,
    running,
)
from tests.clients.webhook import Webhook
from tests.kit import Server, until
from tests.ports import lasting_port

pytestmark = needs_node

README = (PACKAGE / "README.md").read_text()
BLOCKS = re.findall(r"```ts\n(.*?)```", README, re.DOTALL)
PROGRAMS = [block for block in BLOCKS if "new Bellrope(" in block]
EXAMPLES = sorted((PACKAGE / "examples").glob("*.ts"))
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STRICT = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": False,
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": ["node"],
    },
    "include": ["readme-*.ts", "example-*.ts"],
}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """An empty project in which the packed package is installed, and Express. All test processes share it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "typescript"
    folder.mkdir(exist_ok=True)
    made = folder / "elsewhere" / "project"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            install(folder, made)
    return made


def install(folder: Path, made: Path) -> None:
    """Pack the package as `make release` does, and make the project."""
    tool().pack(folder)
    made.mkdir(parents=True)
    (made / "package.json").write_text('{"type": "module"}')
    [packed] = folder.glob("*.tgz")
    npm(made, "install", "--prefer-offline", "--no-audit", "--no-fund", str(packed))
    for name in ("express", "@types"):
        (made / "node_modules" / name).symlink_to(INSTALLED / name)


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in a folder."""
    command = [program("npm"), *arguments]
    env = environment_of_node()
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_has_its_code_and_its_pages_only(project: Path) -> None:
    """The package has compiled code, its types, the README and the license. Its version is the server's."""
    installed = project / "node_modules/bellrope"
    names = {path.name for path in installed.iterdir()} - {"node_modules"}
    described = json.loads((installed / "package.json").read_text())
    server = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text())["project"]
    assert names == {"LICENSE", "README.md", "dist", "package.json"}
    assert (described["name"], described["version"]) == ("bellrope", server["version"])
    assert described["license"] == server["license"]


def test_the_same_commit_gives_the_same_package(project: Path, tmp_path: Path) -> None:
    """Everybody can pack the package again and compare the checksums."""
    tool().pack(tmp_path)
    [again], [packed] = tmp_path.glob("*.tgz"), project.parents[1].glob("*.tgz")
    assert (again.name, again.read_bytes()) == ("bellrope-0.1.0.tgz", packed.read_bytes())


@pytest.mark.long
async def test_the_reference_has_no_warnings(tmp_path: Path) -> None:
    """`npm run docs` documents every public name, and what each refers to."""
    code, printed = await run(program("npm"), "run", "docs", "--", "--out", tmp_path / "docs", cwd=PACKAGE)
    assert code == 0, printed
    assert (tmp_path / "docs/classes/index.Bellrope.html").exists()


async def test_the_readme_and_the_examples_have_the_right_types(project: Path) -> None:
    """Each program of the README and each example compiles with strict settings."""
    for number, block in enumerate(BLOCKS):
        (project / f"readme-{number}.ts").write_text(block)
    for example in EXAMPLES:
        shutil.copy(example, project / f"example-{example.name}")
    (project / "tsconfig.json").write_text(json.dumps(STRICT))
    code, printed = await run(INSTALLED / ".bin/tsc", "--project", project)
    assert (code, printed) == (0, "")


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
async def test_the_readme_tells_the_truth(
    server: Server, webhook: Webhook, project: Path, number: int
) -> None:
    """Every program runs as it is printed, except for the addresses, and prints what its comments say."""
    source = PROGRAMS[number].replace("127.0.0.1:4123", server.grpc)
    source = source.replace("http://127.0.0.1:8000/", webhook.url)
    (project / f"program-{number}.ts").write_text(source)
    code, printed = await run(program("node"), f"program-{number}.ts", cwd=project)
    assert (code, printed.splitlines()) == (0, promised(source))


def promised(source: str) -> list[str]:
    """Return what the comments of a program say that it prints."""
    return [line.partition("// prints ")[2] for line in source.splitlines() if "// prints " in line]


async def test_the_quickstart_works_in_a_page(
    server: Server, webhook: Webhook, project: Path, tmp_path: Path
) -> None:
    """The first program of the README, without the server's address, works in a page of the server.

    It has nothing of Node, and is less than 60 kB when it is compressed.
    """
    source = PROGRAMS[0].replace('{ server: "127.0.0.1:4123" }', "")
    source = source.replace("http://127.0.0.1:8000/", webhook.url).replace("welcome", "welcome-page")
    source = source.replace("user-signed-up", "user-on-a-page")
    (project / "quickstart.ts").write_text(source)
    bundled = bundle(project / "quickstart.ts", tmp_path, "--minify").read_text()
    assert "node:http2" not in bundled
    assert len(gzip.compress(bundled.encode())) < 60_000
    with browser(tmp_path / "profile") as devtools:
        async with tab(devtools) as page:
            await page.go(f"{server.http}/docs", until="true")
            await page.ask(f"(async () => {{{bundled}}})()")
            said = [each["args"] for each in page.complaints if each.get("type") == "log"]
    assert [args[0].get("value", args[0].get("className")) for args in said] == [1, "Object"]


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


async def test_the_readmes_webhook_for_express_answers(server: Server, project: Path) -> None:
    """The webhook of the README prints the event, and answers a caller that waits."""
    [source] = [block for block in BLOCKS if "app.listen" in block]
    port = lasting_port()
    (project / "app.ts").write_text(source.replace("8000", str(port)))
    await trigger(
        server, name="express", type="express", url=f"http://127.0.0.1:{port}/hook", secrets=[SECRET]
    )
    async with running(project, "app.ts") as app:
        with Client(server.grpc) as client:
            answer = await asyncio.to_thread(client.trigger, "express", {"n": 1}, timeout=60)
        assert answer.result == {"fine": True}
        assert (await line(app)).endswith(f"{answer.event_id} express {{ n: 1 }}")


async def test_the_examples_webhook_and_caller_meet(server: Server, project: Path) -> None:
    """`price.ts` asks `webhook.ts` for a price; an item without a price is refused at once."""
    shutil.copy(PACKAGE / "examples/price.ts", project)
    shutil.copy(PACKAGE / "examples/webhook.ts", project)
    port = str(lasting_port())
    await trigger(server, name="price", type="price-asked", url=f"http://127.0.0.1:{port}/", secrets=[SECRET])
    async with running(project, "webhook.ts", PORT=port) as webhook:
        assert await line(webhook) == f"listening on port {port}"
        said = []
        for item in ("tea", "milk"):
            async with running(project, "price.ts", item, BELLROPE_SERVER=server.grpc) as price:
                said += await finished(price)
    assert said == ["tea costs 3.5", "failed with 422"]


async def test_the_example_that_imports_may_run_again(server: Server, project: Path) -> None:
    """`import.ts` stores each line once, however often it runs."""
    shutil.copy(PACKAGE / "examples/import.ts", project)
    lines = b'{"n": 1.0}\n18446744073709551616\n"text"\n'
    said = []
    for _ in range(2):
        async with running(
            project, "import.ts", "typescript-import", BELLROPE_SERVER=server.grpc
        ) as importing:
            said += await finished(importing, lines)
    assert said == ["3 stored, 0 stored before, 0 refused", "0 stored, 3 stored before, 0 refused"]


async def test_the_example_that_watches_shows_what_happens(server: Server, project: Path) -> None:
    """`watch.ts` shows an event as it happens, and ends in order after Ctrl-C."""
    shutil.copy(PACKAGE / "examples/watch.ts", project)
    async with running(project, "watch.ts", BELLROPE_SERVER=server.grpc) as watching:
        assert await line(watching) == "watching"
        with Client(server.grpc) as client:
            queued = await asyncio.to_thread(client.queue, "typescript-watched")
        assert await line(watching) == f"typescript-watched {queued.event_id}: 0 deliveries"
        watching.send_signal(2)
        assert await finished(watching) == ["stopped"]


async def test_the_example_that_replays_sends_dead_letters_again(
    server: Server, webhook: Webhook, project: Path
) -> None:
    """`replay.ts` sends the dead letters of a trigger again."""
    shutil.copy(PACKAGE / "examples/replay.ts", project)
    await trigger(server, name="replayed", type="replayed", url=webhook.url, retries=0)
    webhook.status = 500
    with Client(server.grpc) as client:
        for _ in range(2):
            await asyncio.to_thread(client.queue, "replayed")
    await until(lambda: webhook.count == 2)
    webhook.status = 200
    async with running(project, "replay.ts", "replayed", BELLROPE_SERVER=server.grpc) as replaying:
        assert (await finished(replaying))[-1] == "2 of 2 sent again"
    await until(lambda: webhook.count == 4)
