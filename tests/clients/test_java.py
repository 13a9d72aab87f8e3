"""The Java client: its own tests, and the programs of its README and of its examples."""

import asyncio
import os
import re
import shutil
import subprocess
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest
from bellrope import Client
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger

from tests.clients.java import CLASSPATH, PACKAGE, ROOT, built, compiled, running
from tests.clients.webhook import Webhook
from tests.kit import Server
from tests.ports import lasting_port

BUILDS = 1800  # seconds that a first build may take
pytestmark = [pytest.mark.xdist_group("java"), pytest.mark.timeout(BUILDS)]

README = (PACKAGE / "README.md").read_text()
PROGRAMS = {
    re.findall(r"^class (\w+)", block, re.MULTILINE)[0]: block
    for block in re.findall(r"```java\n(.*?)```", README, re.DOTALL)
}
SERVING = "Webhook"
EXAMPLES = [
    path for path in (PACKAGE / "examples").glob("*.java") if "springframework" not in path.read_text()
]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
JAVAC = ("api", "code", "comp", "file", "main", "model", "parser", "processing", "tree", "util")
# One process for all programs, because each would load gRPC again.
ALL = """
class All {
  public static void main(String[] names) throws Exception {
    for (String name : names) {
      Class.forName(name).getDeclaredMethod("main", String[].class).invoke(null, (Object) new String[0]);
      System.out.println("end of " + name);
    }
    System.exit(0);
  }
}
"""


@pytest.fixture(scope="session", autouse=True)
def packages() -> None:
    """The packages are built, or this file is skipped."""
    built()


def maven(*arguments: str) -> None:
    """Run Maven without a network."""
    command = ["mvn", "-B", "-o", "-q", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]


def test_the_client_does_what_its_tests_say() -> None:
    """Each of the package's own tests passes; a failure names the sentence."""
    shutil.rmtree(PACKAGE / "target/surefire-reports", ignore_errors=True)
    maven("-f", "clients/java/pom.xml", "surefire:test")
    reports = [path.read_text() for path in (PACKAGE / "target/surefire-reports").glob("*.txt")]
    assert sum(int(count) for text in reports for count in re.findall(r"Tests run: (\d+)", text)) > 0


def test_nothing_is_null_that_is_not_marked(tmp_path: Path) -> None:
    """The code keeps what its signatures say about null; NullAway follows each value."""
    tools = ROOT / ".venv/java"
    checkers = ("errorprone", "errorprone-dataflow", "nullaway", "nullaway-dataflow")
    opened = [f"-J--add-exports=jdk.compiler/com.sun.tools.javac.{part}=ALL-UNNAMED" for part in JAVAC]
    opened += [f"-J--add-opens=jdk.compiler/com.sun.tools.javac.{part}=ALL-UNNAMED" for part in JAVAC]
    plugin = (
        "-Xplugin:ErrorProne -XepDisableAllChecks -Xep:NullAway:ERROR -XepOpt:NullAway:OnlyNullMarked=true"
    )
    flags = ["-XDcompilePolicy=simple", "--should-stop=ifError=FLOW", "-implicit:none", "-nowarn", plugin]
    flags += ["-d", str(tmp_path), "-cp", CLASSPATH]
    flags += ["-processorpath", os.pathsep.join(str(tools / f"{name}.jar") for name in checkers)]
    sources = [*PACKAGE.glob("src/main/java/**/*.java"), *PACKAGE.glob("src/generated/java/bellrope/*.java")]
    done = subprocess.run(["javac", *opened, *flags, *sources], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "bellrope/Bellrope.class").exists()


async def trigger(server: Server, **fields: Any) -> None:
    """Create a trigger."""
    with Client(server.grpc) as client:
        request = CreateTriggerRequest(project="default", trigger=Trigger(**fields))
        await asyncio.to_thread(client.triggers.CreateTrigger, request)


async def lines_until(process: Process, last: str) -> list[str]:
    """Return what a program prints before a line."""
    assert process.stdout
    lines: list[str] = []
    while (line := (await process.stdout.readline()).decode()) and line.strip() != last:
        lines.append(line.strip())
    assert line, lines
    return lines


def written(server: Server, webhook: Webhook, folder: Path) -> list[Path]:
    """Write the programs of the README, with the addresses of the test, and the examples into a folder."""
    for name, block in (PROGRAMS | {"All": ALL}).items():
        source = block.replace("127.0.0.1:4123", server.grpc).replace("http://127.0.0.1:8000/", webhook.url)
        (folder / f"{name}.java").write_text(source)
    return [*folder.glob("*.java"), *EXAMPLES]


async def test_the_readme_and_the_examples_tell_the_truth(
    server: Server, webhook: Webhook, tmp_path: Path
) -> None:
    """Every program runs as it is printed, except for the addresses, and prints what its comments say.

    `Price` asks `Prices`, and `Import` may run again.
    """
    port = str(lasting_port())
    await trigger(server, name="price", type="price-asked", url=f"http://127.0.0.1:{port}/", secrets=[SECRET])
    classpath = compiled(written(server, webhook, tmp_path), tmp_path)
    programs = [name for name in PROGRAMS if name != SERVING]
    main = ("All", "Prices", "Price", *programs, "Import")
    async with running(classpath, *main, PORT=port, BELLROPE_SERVER=server.grpc) as process:
        assert await lines_until(process, "end of Prices") == [f"listening on port {port}"]
        assert await lines_until(process, "end of Price") == ["tea costs 3.5"]
        for name in programs:
            promised = re.findall(r"// prints (.*)", PROGRAMS[name])
            assert await lines_until(process, f"end of {name}") == promised
        printed, _ = await process.communicate(b'{"n": 1.0}\n18446744073709551616\n"text"\n')
    assert printed.decode().splitlines()[0] == "3 stored, 0 stored before, 0 refused"
    assert process.returncode == 0


async def test_the_readmes_webhook_answers(server: Server, webhook: Webhook, tmp_path: Path) -> None:
    """The webhook of the README prints the event, and answers a caller that waits."""
    port = lasting_port()
    source = tmp_path / f"{SERVING}.java"
    source.write_text(PROGRAMS[SERVING].replace("8000", str(port)))
    url = f"http://127.0.0.1:{port}/hook"
    await trigger(server, name="java", type="order-placed", url=url, secrets=[SECRET], retries=100)
    async with running(compiled([source], tmp_path), SERVING) as process:
        with Client(server.grpc) as client:
            answer = await asyncio.to_thread(client.trigger, "order-placed", {"n": 1}, timeout=60)
        assert answer.result == {"fine": True}
        assert process.stdout
        printed = (await process.stdout.readline()).decode()
        assert printed.endswith(f"{answer.event_id} {{n=1}}\n")


@pytest.mark.long
def test_the_quickstart_compiles_in_an_empty_project(tmp_path: Path) -> None:
    """A project with nothing but the dependency of the README compiles the quickstart."""
    repository = tmp_path / "repository"
    home = Path.home() / ".m2/repository"
    shutil.copytree(home, repository, copy_function=os.link)
    local = f"-Dmaven.repo.local={repository}"
    maven("-f", "clients/pom.xml", "install", "-DskipTests", local)
    project = tmp_path / "project"
    sources = project / "src/main/java"
    sources.mkdir(parents=True)
    (sources / "Quickstart.java").write_text(PROGRAMS["Quickstart"])
    [dependency] = re.findall(r"```xml\n(.*?)```", README, re.DOTALL)
    (project / "pom.xml").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
        "<version>1</version><properties><maven.compiler.release>17</maven.compiler.release></properties>"
        f"<dependencies>{dependency}</dependencies>"
        "<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version>"
        "</plugin></plugins></build></project>"
    )
    maven("-f", str(project / "pom.xml"), "compiler:compile", local)
    assert (project / "target/classes/Quickstart.class").exists()


@pytest.mark.long
def test_the_api_documentation_has_no_warnings(tmp_path: Path) -> None:
    """Every public item of the client is documented, without errors in the markup."""
    hand = PACKAGE / "src/main/java/bellrope"
    services = PACKAGE / "src/generated/java/bellrope"
    sources = [*hand.rglob("*.java"), *services.glob("*.java")]
    flags = ["-Xdoclint:all", "-Werror", "-quiet", "-d", str(tmp_path), "-cp", CLASSPATH]
    done = subprocess.run(["javadoc", *flags, *sources], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
