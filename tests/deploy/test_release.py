"""The wheels work where there is no clone, and `make release` can be checked by everybody."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiohttp import ClientSession
from deploy.released import FULL, ROOT, outside, printed, started, tool, where
from receiver import Receiver

pytestmark = pytest.mark.xdist_group("release")
SEND = """
import sys
from bellrope import Client
from bellrope.v1.triggers_pb2 import Trigger, UpdateTriggerRequest
server, url = sys.argv[1:]
with Client(server) as client:
    trigger = Trigger(name="hook", type="order", url=url)
    request = UpdateTriggerRequest(project="default", trigger=trigger, allow_missing=True)
    client.triggers.UpdateTrigger(request)
    print(client.queue("order", {"n": 7}).delivery_count)
"""


def metadata(wheel: Path) -> Message:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as opened:
        [name] = [each for each in opened.namelist() if each.endswith(".dist-info/METADATA")]
        return message_from_bytes(opened.read(name))


async def test_a_server_from_the_wheel_delivers_what_a_client_from_the_wheel_queues(
    installed: Path, sender: Path, tmp_path: Path
) -> None:
    """Both wheels work in clean environments outside the repository: the server serves, an event arrives."""
    for programs, module in ((installed, "bellrope_server"), (installed, "bellrope"), (sender, "bellrope")):
        assert where(programs, module, tmp_path).is_relative_to(programs.parent)
    serve = (str(installed / "bellrope"), "serve", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
    async with started(serve, tmp_path, outside(installed)) as at, Receiver() as receiver:
        script = (str(sender / "python"), "-c", SEND, at["grpc"], receiver.url)
        sent = await asyncio.to_thread(printed, script, tmp_path, outside(sender))
        assert sent == "1\n"
        [request] = await receiver.received(1)
        assert json.loads(request.body)["data"] == {"n": 7}
        assert (tmp_path / "bellrope.db").exists()


async def test_a_server_from_the_wheel_has_the_console(installed: Path, tmp_path: Path) -> None:
    """Where there is no Node, the server of the wheel serves the console with all its files."""
    serve = (str(installed / "bellrope"), "serve", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
    async with (
        started(serve, tmp_path, outside(installed, PATH=str(installed))) as at,
        ClientSession(f"http://{at['http']}/console/", raise_for_status=True) as http,
    ):
        page = await (await http.get("")).text()
        assets = re.findall(r'(?:src|href)="\./([^"]+\.[a-z]+)"', page)
        assert {name.rpartition(".")[2] for name in assets} == {"css", "js", "svg"}
        for name in assets:
            assert len(await (await http.get(name)).read()) > 100


def test_the_client_alone_has_no_server(sender: Path, tmp_path: Path) -> None:
    """Installing the client brings no server and no program."""
    assert not (sender / "bellrope").exists()
    site = where(sender, "bellrope", tmp_path).parents[1]
    assert not (site / "bellrope_server").exists()


def test_the_same_commit_gives_the_same_bytes(
    dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody can build the release again and compare the checksums, wherever and whenever."""
    copy = tmp_path / "a longer path"
    for name in ("clients/python", "migrations", "server", "tools"):
        shutil.copytree(ROOT / name, copy / name, copy_function=shutil.copy)
    for name in (".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
        (copy / name).chmod(0o600)
    then = int.from_bytes(next(dist.glob("*.tar.gz")).read_bytes()[4:8], "little")  # RFC 1952, MTIME
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(then))
    tool(copy).build(tmp_path / "again")
    built = {file.name: file.read_bytes() for file in dist.iterdir()}
    assert {file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()} == built
    assert len(built) == 4


def test_the_checksums_can_be_checked(dist: Path, tmp_path: Path) -> None:
    """`sha256sum --check SHA256SUMS` accepts what was released, and notices one changed byte."""
    for file in dist.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tool().write_sums(tmp_path)
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert printed(check, tmp_path).count(": OK") == 4
    changed = next(tmp_path.glob("*.whl"))
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1


def test_the_bill_of_materials_lists_what_is_installed(dist: Path, tmp_path: Path) -> None:
    """The CycloneDX file names all that a server consists of, with versions; in the long form all of it."""
    release, bill = tool(), tmp_path / "bill.json"
    python = release.environment(tmp_path / "server")
    if FULL:
        release.install(python, dist, "bellrope-server")
    else:
        release.install_alone(python, dist, *release.OURS)
    release.list_parts(python, bill)
    content = json.loads(bill.read_text())
    assert (content["bomFormat"], content["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "bellrope-server",
    )
    parts = {part["name"].lower().replace("_", "-"): part["version"] for part in content["components"]}
    assert parts["bellrope"] == metadata(next(dist.glob("bellrope-*.whl")))["Version"]
    needed = (
        {"aiohttp", "apsw", "grpcio", "protobuf", "psycopg-binary", "pycurl", "uvloop"} if FULL else set()
    )
    assert needed <= parts.keys()
    assert str(tmp_path) not in bill.read_text()


def test_the_metadata_is_complete(dist: Path) -> None:
    """An index can show all it needs: the README, the licence with its text, the oldest Python."""
    subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *map(str, dist.iterdir())],
        check=True,
        capture_output=True,
    )
    for wheel in dist.glob("*.whl"):
        said = metadata(wheel)
        assert (said["License-Expression"], said["License-File"]) == ("Apache-2.0", "LICENSE")
        assert (said["Requires-Python"], said["Description-Content-Type"]) == (">=3.11", "text/markdown")
        assert said["Summary"]
        assert len(said.get_all("Classifier") or ()) > 5
    assert (ROOT / "clients/python/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_a_wheel_has_all_that_the_code_reads(dist: Path) -> None:
    """The wheels hold each file of their packages, the migrations too, and nothing of the tests."""
    server, client = next(dist.glob("bellrope_server-*.whl")), next(dist.glob("bellrope-*.whl"))
    for wheel, folder, package in (
        (server, ROOT / "server/bellrope_server", "bellrope_server"),
        (server, ROOT / "migrations", "bellrope_server/migrations"),
        (client, ROOT / "clients/python/bellrope", "bellrope"),
    ):
        names = set(zipfile.ZipFile(wheel).namelist())
        files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
        assert {f"{package}/{file.relative_to(folder)}" for file in files} <= names
        assert all(
            name.startswith(("bellrope/", "bellrope_server/")) or ".dist-info/" in name for name in names
        )


def test_the_source_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    """Whoever starts from the source archive gets the files that are in the wheel."""
    with tarfile.open(next(dist.glob("bellrope_server-*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    [built], [released] = tmp_path.glob("*.whl"), dist.glob("bellrope_server-*.whl")
    assert zipfile.ZipFile(built).namelist() == zipfile.ZipFile(released).namelist()


def test_server_and_client_have_one_version(dist: Path) -> None:
    """The server's wheel needs the client's of the same version, so no other one is ever mixed with it."""
    server, client = (metadata(next(dist.glob(f"{name}-*.whl"))) for name in ("bellrope_server", "bellrope"))
    assert f"bellrope=={client['Version']}" in server.get_all("Requires-Dist", [])
    assert server["Version"] == client["Version"]
