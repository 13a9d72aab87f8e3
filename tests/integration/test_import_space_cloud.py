"""`bellrope import-space-cloud`: files for Space Cloud's command line work here, or an error says why not."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.cli.space_cloud import documents
from kit import Server, get, lent, post
from receiver import Receiver
from shell import run
from typer.testing import Result

DATA = Path(__file__).parents[1] / "data/space_cloud"
URL = "https://example.com/hook"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may call the service in the cluster that one of the examples names."""
    allowed = ("--egress-allow=loopback", "--egress-allow=mailer.shop.svc.cluster.local")
    with lent(tmp_path_factory.mktemp("open"), *allowed) as server:
        yield server


def files(folder: Path, project: str, url: str = URL) -> list[str]:
    """Write the example files with this project and webhook, and return their paths."""
    paths = []
    for source in sorted(DATA.glob("*.yaml")):
        paths.append(folder / source.name)
        paths[-1].write_text(source.read_text().replace("PROJECT", project).replace("WEBHOOK", url))
    return list(map(str, paths))


def outcomes(result: Result) -> dict[str, tuple[str, list[str]]]:
    """Return each document's outcome and notes, by its file's name and line."""
    told = [json.loads(line) for line in result.stdout.splitlines()]
    return {f"{Path(each['file']).name}:{each['line']}": (each["outcome"], each["notes"]) for each in told}


async def test_the_examples_of_each_kind_work(server: Server, tmp_path: Path) -> None:
    """After the import an event reaches the triggers' webhooks, with the intended values."""
    async with Receiver() as receiver:
        paths = files(tmp_path, "shop", receiver.url)[:2]
        result = await asyncio.to_thread(run, "import-space-cloud", *paths, f"--url={server.http}", "--json")
        assert result.exit_code == 1
        found = outcomes(result)
        assert [found[f"02-eventing-triggers.yaml:{line}"][0] for line in (1, 13, 29, 43, 56, 68, 79)] == [
            *("taken", "translated", "taken"),
            *["refused"] * 4,
        ]
        path = f"{server.http}/v1/config/projects/shop/eventing/triggers"
        _, there = await asyncio.to_thread(get, path)
        triggers = {trigger["id"]: trigger for trigger in there["result"]}
        assert set(triggers) == {"on-order", "with-zeros", "on-insert"}
        assert (triggers["on-order"]["retries"], triggers["on-order"]["timeout"]) == (2, 4000)
        assert (triggers["with-zeros"]["retries"], triggers["with-zeros"]["timeout"]) == (3, 5000)
        assert triggers["on-insert"]["options"] == {"db": "mydb", "col": "users"}
        on = (f"--server={server.grpc}", "--project=shop")
        queued = await asyncio.to_thread(run, "queue", "order-placed", '--data={"id": 7}', *on)
        assert queued.exit_code == 0
        bodies = [json.loads(request.body)["data"] for request in await receiver.received(2)]
        assert bodies == [{"id": 7}] * 2


def test_each_line_says_what_became_of_it(server: Server, tmp_path: Path) -> None:
    """Each line has file, line, kind, name and outcome, then what differs, or why not and what to do."""
    paths = files(tmp_path, "told")
    result = run("import-space-cloud", *paths, f"--url={server.http}")
    head = re.compile(rf"^{re.escape(str(tmp_path))}/\S+:\d+  \S+  \S+  (taken|translated|refused)$")
    lines = result.stdout.splitlines()[:-1]
    assert all(head.match(line) or line.startswith("    ") for line in lines)
    for place, line in enumerate(lines):
        if line.endswith("refused"):
            assert lines[place + 1].startswith("    "), line
    text = result.stdout
    assert "retries: 0 -> 3, because a stored 0 meant 3" in text
    assert "timeout: 0 -> 5000" in text
    assert "requestTemplate cannot be taken" in text
    assert "claims cannot be taken" in text
    assert "url is not a whole URL: write it" in text
    assert "timeout must be 0.1 s to 120 s; this key is in milliseconds (INVALID_FIELD)" in text
    assert "--egress-allow mailer.told.svc.cluster.local" in text
    assert re.fullmatch(r"\d+ taken, \d+ translated, \d+ refused", result.stdout.splitlines()[-1])


def test_a_schema_is_taken_and_a_rule_is_not(server: Server, tmp_path: Path) -> None:
    """Data is checked against an imported schema; an access rule is refused, in a dry run too."""
    path = files(tmp_path, "checked")
    result = run("import-space-cloud", path[0], path[3], f"--url={server.http}", "--json")
    found = outcomes(result)
    assert found["04-eventing-schema-and-rule.yaml:1"] == ("taken", [])
    queue = f"{server.http}/v1/api/checked/eventing/queue"
    assert post(queue, {"type": "order-placed", "data": {"id": "a", "total": 1.5}})[0] == 200
    assert post(queue, {"type": "order-placed", "data": {"total": 1.5}})[0] == 400
    outcome, notes = found["04-eventing-schema-and-rule.yaml:13"]
    assert (outcome, notes[0].startswith("bellrope has no rules for who may queue")) == ("refused", True)
    dry = run("import-space-cloud", path[3], "--dry-run", "--json")
    assert outcomes(dry)["04-eventing-schema-and-rule.yaml:13"] == (outcome, notes)


def test_what_is_not_eventing_is_refused_with_what_to_do(server: Server, tmp_path: Path) -> None:
    """Any other kind is refused by its path, whatever type it claims, and each error says what to do."""
    others = files(tmp_path, "others")[2]
    result = run("import-space-cloud", others, f"--url={server.http}", "--json")
    assert result.exit_code == 1
    found = outcomes(result)
    assert len(found) == 15
    assert {outcome for outcome, _ in found.values()} == {"refused"}
    sentences = {place.partition(":")[2]: notes[0] for place, (_, notes) in found.items()}
    assert sentences["16"].startswith("bellrope calls no databases")
    assert sentences["41"].startswith("bellrope makes no certificates")
    assert sentences["61"].startswith("bellrope keeps no secrets")
    assert not any("leave this one out" in sentence for sentence in sentences.values())


def test_a_dry_run_needs_no_server(tmp_path: Path) -> None:
    """`--dry-run` says what would be imported; without it a missing server is exit code 3."""
    paths = files(tmp_path, "dry")
    assert run("import-space-cloud", paths[0], "--dry-run", "--url=http://127.0.0.1:1").exit_code == 0
    alone = run("import-space-cloud", paths[0], "--url=http://127.0.0.1:1")
    assert (alone.exit_code, "no server answers at http://127.0.0.1:1" in alone.stderr) == (3, True)


def test_partial_is_success(server: Server, tmp_path: Path) -> None:
    """`--partial` imports what it can and succeeds."""
    result = run("import-space-cloud", *files(tmp_path, "part"), f"--url={server.http}", "--partial")
    assert result.exit_code == 0
    assert "refused" in result.stdout


def test_the_key_is_carried(tmp_path: Path) -> None:
    """The import sends the server's key; without it nothing is imported, and one line says so."""
    key = "a-key-for-these-tests-only"
    paths = files(tmp_path, "keyed")[:1]
    with lent(tmp_path, f"--admin-key={key}") as server:
        refused = run("import-space-cloud", *paths, f"--url={server.http}")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.endswith("(KEY_REQUIRED)\n")
        assert run("import-space-cloud", *paths, f"--url={server.http}", f"--key={key}").exit_code == 0


def test_the_old_forms_are_known_too() -> None:
    """Forms of earlier versions are read too: `projectId` in meta, no `api`, and plural types."""
    text = "type: eventing-triggers\nmeta: {projectId: old, id: t}\nspec: {type: a, url: 'http://a.b/'}\n"
    (document,) = documents(text)
    assert (document.kind, document.name, document.outcome) == ("eventing-trigger", "old/t", "taken")
    assert document.path == "/v1/config/projects/old/eventing/triggers/t"


@pytest.mark.parametrize(
    ("enabled", "outcome"),
    [("true", "taken"), ("false", "taken"), ("no", "taken"), ("'false'", "refused"), ("1", "refused")],
)
def test_a_project_is_not_switched_on_by_mistake(enabled: str, outcome: str) -> None:
    """`enabled` is true or false. A text is refused: any text would count as true."""
    head = "api: /v1/config/projects/{project}/eventing/config/{id}\nmeta: {project: shop}\n"
    [document] = documents(f"{head}spec: {{enabled: {enabled}}}\n")
    assert document.outcome == outcome


def test_names_are_taken_as_they_are_written() -> None:
    """A project `007` or a trigger `1.10` or `on` has that name, whatever YAML takes it for."""
    text = "type: eventing-triggers\nmeta: {project: 007, id: %s}\nspec: {type: a, url: 'http://a.b/'}\n"
    for name in ("1.10", "on", "2026-01-31", "0x1f"):
        (document,) = documents(text % name)
        assert (document.name, document.outcome) == (f"007/{name}", "taken")


@pytest.mark.parametrize("text", ["a: [", "just text", "api: /x\n", "- 1\n"])
def test_what_is_no_document_is_refused(text: str) -> None:
    """Whatever a file contains, the error has a line."""
    found: list[Any] = list(documents(text))
    assert [(each.outcome, each.line) for each in found] == [("refused", found[0].line)]
