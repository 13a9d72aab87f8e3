"""The Kotlin client: its own tests, and the programs of its README and of its examples."""

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bellrope import Client

from tests.clients.java import built, running
from tests.clients.kotlin import CLASSPATH, LIBRARIES, PACKAGE, TOOLS, compiled, compiling
from tests.clients.test_java import ROOT, SECRET, maven, trigger
from tests.clients.webhook import Webhook
from tests.kit import Server
from tests.ports import lasting_port

BUILDS = 1800  # seconds that a first build may take
# The Java client is built with it, by the same process.
pytestmark = [pytest.mark.xdist_group("java"), pytest.mark.timeout(BUILDS)]

README = (PACKAGE / "README.md").read_text()
PROGRAMS = re.findall(r"```kotlin\n(.*?)```", README, re.DOTALL)
[SERVING] = [place for place, program in enumerate(PROGRAMS) if "embeddedServer" in program]
# One process for all programs, because each would load gRPC again.
ALL = """
package all

suspend fun main() {
%s    kotlin.system.exitProcess(0)
}
"""

NULL_IS_REFUSED = """
fun time(event: bellrope.Event): java.time.Instant = event.time()
fun result(answer: bellrope.Answer): Any = answer.result()
fun data(received: bellrope.webhooks.Received): Any = received.data()
fun header(headers: bellrope.webhooks.Headers): String = headers.get("a")
fun event() = bellrope.Event.of(null)
fun list(triggers: bellrope.Triggers) = triggers.listTriggers(null)
"""
NULL_CANNOT_BE = """
fun id(event: bellrope.Event) = event.id() ?: ""
fun due(queued: bellrope.Queued) = queued.dueTime() ?: null
fun raw(received: bellrope.webhooks.Received) = received.raw() ?: null
fun field(error: bellrope.BellropeException) = error.fields()[0] ?: null
"""


@pytest.fixture(scope="session", autouse=True)
def packages() -> None:
    """The packages are built, or this file is skipped."""
    built()


def test_the_client_does_what_its_tests_say() -> None:
    """Each of the package's own tests passes; a failure names the sentence."""
    tests = PACKAGE / "target/test-classes"
    classpath = os.pathsep.join((str(tests), f"{TOOLS}/*", CLASSPATH))
    launcher = ("org.junit.platform.console.ConsoleLauncher", "execute", f"--scan-classpath={tests}")
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", classpath, *launcher, "--disable-banner"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.findall(r"(\d+) tests successful", done.stdout)[0]) > 0


@pytest.mark.parametrize("program", [NULL_IS_REFUSED, NULL_CANNOT_BE], ids=["refused", "needless"])
def test_the_compiler_knows_what_may_be_null(program: str, tmp_path: Path) -> None:
    """Classes of the Java client have no platform types: null is refused, and so is a needless check."""
    lines = program.strip().splitlines()
    source = tmp_path / "Program.kt"
    source.write_text("\n".join(lines))
    found = re.findall(r"Program\.kt:(\d+)", compiling([source], tmp_path).stderr)
    assert {int(line) for line in found} == set(range(1, len(lines) + 1))


def written(server: Server, webhook: Webhook, port: int, folder: Path) -> list[Path]:
    """Write the programs of the README, with the addresses of the test, and one that runs them."""
    calls = ""
    for place, program in enumerate(PROGRAMS):
        source = program.replace("127.0.0.1:4123", server.grpc).replace("http://127.0.0.1:8000/", webhook.url)
        source = source.replace("port = 8000", f"port = {port}")
        (folder / f"Readme{place}.kt").write_text(f"package readme{place}\n\n{source}")
        calls += "" if place == SERVING else f'    readme{place}.main()\n    println("end of {place}")\n'
    (folder / "All.kt").write_text(ALL % calls)
    return [*folder.glob("*.kt")]


async def test_the_readme_tells_the_truth(server: Server, webhook: Webhook, tmp_path: Path) -> None:
    """Every program runs as it is printed, except for the addresses, and prints what its comments say.

    The webhook prints the event, and answers a caller that waits. It needs nothing of gRPC.
    """
    port = lasting_port()
    classpath = compiled(written(server, webhook, port, tmp_path), tmp_path)
    async with running(classpath, "all.AllKt") as process:
        printed, _ = await process.communicate()
    promised = [
        line
        for place, program in enumerate(PROGRAMS)
        if place != SERVING
        for line in (*re.findall(r"// prints (.*)", program), f"end of {place}")
    ]
    assert printed.decode().splitlines() == promised
    assert process.returncode == 0

    url = f"http://127.0.0.1:{port}/hook"
    await trigger(server, name="kotlin", type="order-placed", url=url, secrets=[SECRET], retries=100)
    without_grpc = [str(jar) for jar in LIBRARIES.glob("*.jar") if not re.match("grpc|proto", jar.name)]
    classpath = os.pathsep.join((str(tmp_path), *without_grpc))
    async with running(classpath, f"readme{SERVING}.Readme{SERVING}Kt") as process:
        with Client(server.grpc) as client:
            answer = await asyncio.to_thread(client.trigger, "order-placed", {"n": 1}, timeout=60)
        assert answer.result == {"fine": True}
        assert process.stdout
        printed = await process.stdout.readline()
        assert printed.decode().endswith(f"{answer.event_id} {{n=1}}\n")


async def test_the_example_imports_a_file(server: Server) -> None:
    """The example stores each line of a file under an id of its place, and once if it runs again."""
    lines = b'{"n": 1.0}\n18446744073709551616\n"text"\n'
    jar = PACKAGE / "conformance/target/runner.jar"
    for promised in ("3 stored, 0 stored before, 0 refused", "0 stored, 3 stored before, 0 refused"):
        async with running(f"{jar}:{CLASSPATH}", "examples.ImportKt", BELLROPE_SERVER=server.grpc) as process:
            printed, _ = await process.communicate(lines)
        assert printed.decode().splitlines() == [promised]


@pytest.mark.long
def test_the_quickstart_compiles_in_an_empty_project(tmp_path: Path) -> None:
    """A project with nothing but Kotlin and the dependency of the README compiles the quickstart."""
    repository = tmp_path / "repository"
    shutil.copytree(Path.home() / ".m2/repository", repository, copy_function=os.link)
    local = f"-Dmaven.repo.local={repository}"
    maven("-f", "clients/pom.xml", "install", "-DskipTests", "-pl", "kotlin", "-am", local)
    project = tmp_path / "project"
    sources = project / "src/main/kotlin"
    sources.mkdir(parents=True)
    (sources / "Quickstart.kt").write_text(PROGRAMS[0])
    [dependency] = re.findall(r"```xml\n(.*?)```", README, re.DOTALL)
    [kotlin] = re.findall("<kotlin.version>(.*)</kotlin.version>", (ROOT / "clients/pom.xml").read_text())
    (project / "pom.xml").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
        "<version>1</version><properties><kotlin.compiler.jvmTarget>17</kotlin.compiler.jvmTarget>"
        "<kotlin.compiler.daemon>false</kotlin.compiler.daemon></properties>"
        f"<dependencies>{dependency}</dependencies>"
        "<build><sourceDirectory>src/main/kotlin</sourceDirectory>"
        "<plugins><plugin><groupId>org.jetbrains.kotlin</groupId>"
        f"<artifactId>kotlin-maven-plugin</artifactId><version>{kotlin}</version></plugin></plugins></build></project>"
    )
    maven("-f", str(project / "pom.xml"), "kotlin:compile", local)
    assert (project / "target/classes/QuickstartKt.class").exists()
