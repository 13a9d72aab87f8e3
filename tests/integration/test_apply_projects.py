"""`bellrope apply`: a project's settings, its schemas, and the secrets that stay on the server."""

from pathlib import Path
from typing import Any

import pytest
from configurations import SECRET
from kit import Server, serving
from shell import objects, run
from typer.testing import Result

SCHEMA = "type sale { amount: Float! }"
TRIGGER = "{type: sale, url: 'https://example.com/'}"


class Applied:
    """A project of one test, and the files that are applied to it."""

    def __init__(self, server: Server, name: str) -> None:
        """`name` is the project's."""
        self.name = name
        self._server = server

    def run(self, *arguments: str, **more: Any) -> Result:
        """Run a command against the server."""
        return run(*arguments, BELLROPE_SERVER=self._server.grpc, **more)

    def apply(self, *lines: str, flags: tuple[str, ...] = ()) -> Result:
        """Apply a file with these lines below the project."""
        text = "".join(f"    {line}\n" for line in lines)
        return self.run("apply", "-", *flags, stdin=f"projects:\n  {self.name}:\n{text}")

    def done(self, *lines: str, flags: tuple[str, ...] = ()) -> list[str]:
        """Apply a file without an error, and return what was printed, without the project's name."""
        applied = self.apply(*lines, flags=flags)
        assert (applied.exit_code, applied.stderr) == (0, "")
        return applied.stdout.replace(self.name, "p").splitlines()

    def project(self) -> tuple[bool, dict[str, str]]:
        """Return whether the project is paused, and what it keeps."""
        (shown,) = objects(self.run("projects", "get", self.name, "--json"))
        return shown["paused"], shown.get("retention", {})

    def listed(self, kind: str, key: str) -> dict[str, Any]:
        """Return the project's triggers or event types by name."""
        found = objects(self.run(kind, "list", f"--project={self.name}", "--json"))
        return {each[key]: each for each in found}


@pytest.fixture
def p(server: Server, request: pytest.FixtureRequest) -> Applied:
    """A project that no other test uses."""
    return Applied(server, request.node.originalname.replace("_", "-")[:60])


def test_settings_of_a_project_are_applied(p: Applied) -> None:
    """A file says whether a project is paused and what it keeps; what it does not say stays as it is."""
    first = p.done("paused: true", "retention: {succeeded: 7d, deadLetters: forever}")
    kept = ["    + retention.deadLetters: forever", "    + retention.succeeded: 7d"]
    assert first == ["+ p", *kept, "~ p", "    - paused: false", "    + paused: true"]
    there = p.project()
    assert there == (True, {"succeeded": "604800s", "deadLetters": "315576000000s"})
    for lines in (
        ("triggers: {}",),
        ("paused: yes",),
        ("retention: {deadLetters: forever, succeeded: 168h}",),
    ):
        assert p.done(*lines) == ["nothing to change"]
        assert p.project() == there
    changed = ["~ p", "    + retention.attempts: 1d", "    - retention.deadLetters: forever"]
    changed.append("    - retention.succeeded: 7d")
    assert p.done("retention: {attempts: 1d}", flags=("--dry-run",)) == changed
    assert p.project() == there
    assert p.done("retention: {attempts: 1d}") == changed
    resumed = p.done("paused: false", f"triggers: {{late: {TRIGGER}}}")
    assert (resumed[0], resumed[-3:]) == ("+ p/late", ["~ p", "    - paused: true", "    + paused: false"])
    assert p.project() == (False, {"attempts": "86400s"})
    assert p.done("retention: {attempts: 86399.9999999s}") == ["nothing to change"]
    assert p.done("retention: {}") == ["~ p", "    - retention.attempts: 1d"]


def test_schemas_are_applied(p: Applied) -> None:
    """A file has the schemas of event types; one that is there letter for letter is left alone."""
    assert p.done("eventTypes:", f"  sale: {{schema: '{SCHEMA}'}}") == [
        "+ p",
        "+ p/eventTypes/sale",
        f"    + schema: {SCHEMA}",
    ]
    before = p.listed("event-types", "type")
    assert p.done("eventTypes:", "  sale:", "    schema: >-", f"      {SCHEMA}") == ["nothing to change"]
    assert p.listed("event-types", "type") == before
    added = ["type sale {", "  amount: Int!", "}"]
    changed = ["~ p/eventTypes/sale", f"    - schema: {SCHEMA}", *(f"    + schema: {line}" for line in added)]
    lines = ("eventTypes:", "  sale:", "    schema: |-", *(f"      {line}" for line in added))
    assert p.done(*lines, flags=("--dry-run",)) == changed
    assert p.listed("event-types", "type") == before
    assert p.done(*lines) == changed
    assert p.listed("event-types", "type")["sale"]["schema"] == "\n".join(added)


def test_prune_deletes_only_from_the_lists_that_a_file_has(p: Applied) -> None:
    """`--prune` deletes what is not in `eventTypes` or `triggers`; a list that is not there says nothing."""
    types = ("eventTypes:", f"  sale: {{schema: '{SCHEMA}'}}", "  other: {schema: '{}'}")
    p.done(*types, "triggers:", f"  a: {TRIGGER}", f"  b: {TRIGGER}")
    assert p.done("paused: false", flags=("--prune",)) == ["nothing to change"]
    assert p.done("eventTypes: {}", "triggers: {}") == ["nothing to change"]
    assert p.done("triggers:", f"  a: {TRIGGER}", flags=("--prune",)) == ["- p/b"]
    assert p.done(*types[:2], flags=("--prune",)) == ["- p/eventTypes/other"]
    assert p.done("eventTypes:", "triggers:", flags=("--prune",)) == ["- p/eventTypes/sale", "- p/a"]


def test_headers_stay_next_to_those_that_a_file_gives(p: Applied) -> None:
    """`keepHeaders` keeps values by name; headers that a file neither gives nor keeps are removed."""
    p.done(
        f"triggers: {{t: {{{TRIGGER[1:-1]}, headers: {{A: kept-a, b: '2', c: '3'}}, secrets: [{SECRET}]}}}}"
    )
    plan = p.done(f"triggers: {{t: {{{TRIGGER[1:-1]}, headers: {{b: new, d: ''}}, keepHeaders: [a]}}}}")
    shown = ["- headers.b", "+ headers.b", "- headers.c", "+ headers.d"]
    assert plan == ["~ p/t", *(f"    {each}: [hidden]" for each in shown)]
    there = p.listed("triggers", "name")["t"]
    assert (there["headers"], there["signed"]) == ({"A": "kept-a", "b": "new", "d": ""}, True)


def test_an_empty_list_of_secrets_removes_the_secret(p: Applied) -> None:
    """`secrets: []` removes the secret, and a dry run says so; without `secrets` it stays."""
    p.done(f"triggers: {{t: {{{TRIGGER[1:-1]}, secrets: [{SECRET}]}}}}")
    assert p.done(f"triggers: {{t: {TRIGGER}}}") == ["nothing to change"]
    assert p.done(f"triggers: {{t: {{{TRIGGER[1:-1]}, secrets: []}}}}") == ["~ p/t", "    - secrets: removed"]
    assert p.listed("triggers", "name")["t"]["signed"] is False


def test_a_server_starts_with_settings_and_schemas(tmp_path: Path) -> None:
    """`serve --config` has the file's schemas and settings before it is ready, each time it starts."""
    file = tmp_path / "bellrope.yaml"
    project = f"retention: {{attempts: 7d}}, paused: true, eventTypes: {{sale: {{schema: '{SCHEMA}'}}}}"
    file.write_text(f"projects: {{shop: {{{project}}}}}")
    found = []
    for _ in range(2):
        with serving(tmp_path, f"--config={file}") as server:
            shop = Applied(server, "shop")
            found.append((shop.project(), shop.listed("event-types", "type")))
            refused = shop.run("queue", "sale", "--data={}", "--project=shop")
            assert (refused.exit_code, "`amount` is missing" in refused.stderr) == (1, True)
    assert found[0] == found[1]
    assert found[0][0] == (True, {"attempts": "604800s"})


HOOK = ("triggers:", "  a:", "    type: a", "    url: http://a.example/")
WRONG: dict[str, tuple[tuple[str, ...], int, str]] = {
    "header": ((*HOOK, "    headers:", "      a: b", "      host: c"), 9, "headers must not set `host`"),
    "status": (
        (*HOOK, "    retryPolicy:", "      noRetryStatuses:", "        - 4xx", "        - 200"),
        10,
        "retryPolicy.noRetryStatuses must have statuses",
    ),
    "secret": ((*HOOK, "    secrets:", "      - whsec_x"), 8, "secrets must be whsec_"),
    "schema": (("eventTypes:", "  a:", "    schema: '{\"type\": 5}'"), 5, "schema.type is not JSON Schema"),
    "no schema": (("eventTypes:", "  a:", "    schema: ''"), 5, "schema "),
    "pattern": (("eventTypes:", "  a.*: {schema: '{}'}"), 4, "type must be one type of event"),
    "reserved": (("eventTypes:", "  bellrope.a: {schema: '{}'}"), 4, "type must not begin with `bellrope.`"),
    "spaces": (("eventTypes:", "  a b: {schema: '{}'}"), 4, "type must be 1 to 255 characters"),
    "short": (("retention:", "  attempts: 0.5s"), 4, "retention.attempts must be at least a second"),
    "trigger": (
        ("triggers:", "  a b: {type: a, url: 'http://a.example/'}"),
        4,
        "name must be a letter or digit",
    ),
    "description": (
        ("triggers:", "  t:", "    type: a", f"    description: {'d' * 1025}"),
        6,
        "description must have at most 1,024 characters",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_no_server_accepts_is_found_before_anything_changes(p: Applied, fault: str) -> None:
    """A wrong setting, schema or name is refused with its line, and nothing was changed."""
    lines, line, why = WRONG[fault]
    for flags in ((), ("--dry-run",)):
        refused = p.apply(*lines, flags=flags)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(f"bellrope: -:{line}: {why}"), refused.stderr
        assert refused.stderr.endswith("; nothing was changed\n")
    assert p.run("projects", "get", p.name).exit_code == 1


def test_a_projects_name_is_checked_before_anything_changes(server: Server, tmp_path: Path) -> None:
    """A name that no project can have is refused with its line."""
    file = tmp_path / "bellrope.yaml"
    file.write_text("projects:\n  fine-before: {}\n  not fine: {}\n")
    refused = run("apply", str(file), BELLROPE_SERVER=server.grpc)
    assert refused.stderr.startswith(f"bellrope: {file}:3: project must be a letter or digit, ")
    assert run("projects", "get", "fine-before", BELLROPE_SERVER=server.grpc).exit_code == 1
