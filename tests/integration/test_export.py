"""`bellrope export`: what is there, as a file that `bellrope apply` reads, without secrets."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from bellrope.v1 import projects_pb2, triggers_pb2
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope.webhooks import receive
from bellrope_server.text.yaml_text import yaml_text
from configurations import SECRET, event_types, projects, several, triggers
from hypothesis import given, settings
from integration.program import serve
from kit import Server, lent
from postgres import cluster
from receiver import Receiver
from shell import Shell, objects, run

FILE = f"""\
projects:
  shop:
    retention: {{succeeded: 30d, deadLetters: forever, attempts: 2.5s}}
    eventTypes:
      sale:
        schema: |
          type sale {{
            amount: Float!
          }}
    triggers:
      on-sale:
        type: sale
        url: URL
        description: Books the sale.
        headers: {{X-Team: books, authorization: Bearer marked-bearer}}
        secrets: [{SECRET}]
      all:
        type: "*"
        url: http://127.0.0.1:8089/
        filter: data.amount > 100
        paused: true
"""
EXPORTED = """\
projects:
  shop:
    retention:
      succeeded: 30d
      deadLetters: forever
      attempts: 2.5s
    eventTypes:
      sale:
        schema: |
          type sale {
            amount: Float!
          }
    triggers:
      all:
        type: '*'
        url: http://127.0.0.1:8089/
        paused: true
        filter: data.amount > 100
      on-sale:
        type: sale
        url: URL
        description: Books the sale.
        keepHeaders: [X-Team, authorization]
        keepSecret: true
"""


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, on each database."""
    flags = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path, *flags) as server:
        yield server


def everything(shell: Shell) -> list[Any]:
    """Return all that the server shows of the project, with its times."""
    lists = (("projects", "get", "shop"), ("triggers", "list", "--project=shop"))
    types = ("event-types", "list", "--project=shop")
    return [objects(shell(*command, "--json")) for command in (*lists, types)]


def body(text: str) -> str:
    """Return a file without its comment."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


async def test_an_export_applied_again_changes_nothing(shell: Shell) -> None:
    """Apply an export where it comes from: nothing changes, and webhooks get what they got before."""
    async with Receiver() as receiver:
        await asyncio.to_thread(apply_its_export, shell, receiver.url)
        sale = ("queue", "sale", "--project=shop", '--data={"amount": 7}', "--sync")
        assert (await asyncio.to_thread(shell, *sale)).exit_code == 0
        (request,) = await receiver.received(1)
    assert receive(request.body, headers=dict(request.headers), secret=SECRET).data == {"amount": 7}
    assert (request.header("X-Team"), request.header("authorization")) == ("books", "Bearer marked-bearer")


def apply_its_export(shell: Shell, url: str) -> None:
    """Apply the file, then its export as it is, with a change, and as it was."""
    assert shell("apply", "-", stdin=FILE.replace("URL", url)).exit_code == 0
    before = everything(shell)
    exported = shell("export", "--project=shop")
    assert (exported.exit_code, exported.stderr) == (0, "")
    assert body(exported.stdout) == EXPORTED.replace("URL", url)
    for flags in (("--dry-run",), (), ("--prune",)):
        again = shell("apply", "-", *flags, stdin=exported.stdout)
        assert (again.exit_code, again.output) == (0, "nothing to change\n")
    assert everything(shell) == before
    edited = exported.stdout.replace("Books the sale.", "Books it.")
    assert shell("apply", "-", stdin=edited).stdout.splitlines() == [
        "~ shop/on-sale",
        "    - description: Books the sale.",
        "    + description: Books it.",
    ]
    assert shell("apply", "-", stdin=exported.stdout).exit_code == 0


def test_an_empty_server_says_which_secrets_must_be_given(shell: Shell) -> None:
    """On another server `apply` names each header and secret that is not in the file, and changes nothing."""
    file = EXPORTED.replace("URL", "https://example.com/")
    refused = shell("apply", "-", stdin=file)
    missing = (
        (23, "the server has no header `X-Team` to keep; give its value in `headers`"),
        (23, "the server has no header `authorization` to keep; give its value in `headers`"),
        (24, "the server has no secret to keep; give one in `secrets`"),
    )
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        f"bellrope: -:{line}: shop/on-sale: {why}; nothing was changed" for line, why in missing
    ]
    assert shell("apply", "-", "--dry-run", stdin=file).stderr == refused.stderr
    assert shell("projects", "get", "shop").exit_code == 1
    given = file.replace("keepSecret: true", f"secrets: [{SECRET}]").replace(
        "keepHeaders: [X-Team, authorization]", "headers: {X-Team: books, authorization: other}"
    )
    assert shell("apply", "-", stdin=given).exit_code == 0
    assert body(shell("export", "--project=shop").stdout) == file


def test_a_server_does_not_start_without_the_secrets_that_its_file_keeps(tmp_path: Path) -> None:
    """`serve --config` with a file that keeps what is not there names all of it, and does not start."""
    file = tmp_path / "bellrope.yaml"
    file.write_text(EXPORTED.replace("URL", "https://example.com/"))
    ended = serve(tmp_path, f"--config={file}")
    assert (ended.returncode, ended.stdout) == (1, "")
    begins = [f"bellrope: {file}:{line}: shop/on-sale: the server has no " for line in (23, 23, 24)]
    lines = zip(ended.stderr.splitlines(), begins, strict=True)
    assert [line[: len(begin)] for line, begin in lines] == begins


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for any configuration."""
    with lent(tmp_path_factory.mktemp("any")) as server:
        yield server


@given(project=projects, types=several(event_types, "type"), some=several(triggers, "name"))
@settings(max_examples=15)
def test_any_configuration_moves_to_another_server(
    taken: Server, project: projects_pb2.Project, types: list[Any], some: list[Any]
) -> None:
    """Export, give the secrets, and apply elsewhere: the export from there is the same file again."""
    old, new = (f"p{len(_used)}-{side}" for side in ("old", "new"))
    _used.append(old)
    with grpc.insecure_channel(taken.grpc) as channel:
        settings_, triggers_ = ProjectsStub(channel), TriggersStub(channel)
        made = projects_pb2.Project(name=old, retention=project.retention)
        settings_.CreateProject(projects_pb2.CreateProjectRequest(project=made))
        if project.paused:
            settings_.PauseProject(projects_pb2.PauseProjectRequest(project=old))
        for each in types:
            wanted = projects_pb2.UpdateEventTypeRequest(project=old, event_type=each, allow_missing=True)
            settings_.UpdateEventType(wanted)
        for each in some:
            triggers_.CreateTrigger(triggers_pb2.CreateTriggerRequest(project=old, trigger=each))
    first = run("export", f"--project={old}", BELLROPE_SERVER=taken.grpc).stdout
    moved = yaml.safe_load(first)["projects"][old]
    for each in moved["triggers"].values():
        each.update({"headers": dict.fromkeys(each.pop("keepHeaders"), "v")} if "keepHeaders" in each else {})
        each.update({"secrets": [SECRET]} if each.pop("keepSecret", False) else {})
    file = yaml_text({"projects": {new: moved}})
    assert run("apply", "-", stdin=file, BELLROPE_SERVER=taken.grpc).stderr == ""
    again = run("export", f"--project={new}", BELLROPE_SERVER=taken.grpc).stdout
    assert again.replace(new, old) == first


_used: list[str] = []


def test_an_export_is_sorted_and_has_all_projects(taken: Server, tmp_path: Path) -> None:
    """All projects are in an export, or those that are named; `-o` writes a file, once all was read."""
    on = {"BELLROPE_SERVER": taken.grpc, "BELLROPE_PROJECT": "nobody-asks"}
    for name in ("sorted-b", "sorted-a"):
        run("projects", "create", name, **on)
        for trigger in ("z", "B", "a"):
            create = ("triggers", "create", trigger, "--type=t", "--url=https://example.com/")
            assert run(*create, f"--project={name}", BELLROPE_SERVER=taken.grpc).exit_code == 0
    found = yaml.safe_load(run("export", **on).stdout)["projects"]
    assert list(found) == sorted(found)
    assert {"default", "sorted-a", "sorted-b"} <= found.keys()
    assert list(found["sorted-a"]["triggers"]) == ["B", "a", "z"]
    file = tmp_path / "out.yaml"
    written = run("export", "--project=sorted-b", "--project=sorted-a", "-o", str(file), **on)
    assert (written.exit_code, written.output) == (0, "")
    assert list(yaml.safe_load(file.read_text())["projects"]) == ["sorted-a", "sorted-b"]
    kept = file.read_text()
    refused = run("export", "--project=sorted-a", "--project=nobody", "-o", str(file), **on)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "bellrope: No project has this name."
        " See `bellrope projects list`, or run `bellrope projects create NAME` (PROJECT_NOT_FOUND)\n",
    )
    assert file.read_text() == kept


def test_an_export_without_a_server_writes_nothing(tmp_path: Path) -> None:
    """Without a server nothing is written, and the exit code is 3."""
    alone = run("export", "-o", str(tmp_path / "out.yaml"), "--server=127.0.0.1:1")
    assert (alone.exit_code, "no server answers" in alone.stderr) == (3, True)
    assert not [*tmp_path.iterdir()]
