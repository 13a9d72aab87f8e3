"""`bellrope event-types`: schemas from a shell."""

import json
from pathlib import Path

from shell import Shell, objects, row

GRAPHQL = "type sale { amount: Float!  note: String }"
JSON_SCHEMA = '{"type": "object",\n "required": ["to"]}'


def test_a_schema_lives_a_life(shell: Shell, tmp_path: Path) -> None:
    """A schema from a file, in either language, is saved, shown, listed, replaced and deleted."""
    (tmp_path / "sale.graphql").write_text(GRAPHQL)
    saved = shell("event-types", "set", "sale", str(tmp_path / "sale.graphql"))
    assert row(saved, "TYPE") == ["TYPE", "SCHEMA", "CREATED", "UPDATED"]
    assert row(saved, "sale")[:2] == ["sale", "GraphQL"]
    assert row(shell("event-types", "set", "mail", "-", stdin=JSON_SCHEMA), "mail")[1] == "JSON Schema"
    assert [each["type"] for each in objects(shell("event-types", "list", "--json"))] == ["mail", "sale"]
    assert shell("event-types", "get", "mail").stdout == JSON_SCHEMA + "\n"
    shown = objects(shell("event-types", "get", "sale", "--json"))[0]
    assert (shown["schema"], '"amount"' in shown["jsonSchema"]) == (GRAPHQL, True)
    assert row(shell("event-types", "set", "sale", "-", stdin="true"), "sale")[1] == "JSON Schema"
    assert shell("event-types", "delete", "sale", "--yes").stdout == "deleted sale\n"
    for command in (("get", "sale"), ("delete", "sale", "--yes")):
        gone = shell("event-types", *command)
        assert (gone.exit_code, gone.stderr.endswith("(EVENT_TYPE_NOT_FOUND)\n")) == (1, True)


def test_a_schema_holds_for_events(shell: Shell) -> None:
    """Once a schema is saved, an event whose data breaks it is refused, with the place."""
    assert shell("event-types", "set", "held", "-", stdin=GRAPHQL).exit_code == 0
    refused = shell("queue", "held", "--data", '{"amount": "much"}')
    assert (refused.exit_code, "data.amount" in refused.stderr) == (1, True)
    assert shell("queue", "held", "--data", '{"amount": 1.5}').exit_code == 0


def test_a_schema_that_makes_no_sense_is_refused(shell: Shell, tmp_path: Path) -> None:
    """An invalid schema, a missing file or bad text is reported, and deleting asks for confirmation."""
    (tmp_path / "latin").write_bytes(b"\xff")
    wrong = shell("event-types", "set", "bad", "-", stdin='{"type": 7}')
    assert (wrong.exit_code, wrong.stderr.endswith("(INVALID_FIELD)\n")) == (1, True)
    for file, why in ((tmp_path / "none", "No such file or directory"), (tmp_path / "latin", "is not UTF-8")):
        refused = shell("event-types", "set", "bad", str(file))
        assert (refused.exit_code, why in refused.stderr) == (2, True)
    assert shell("event-types", "set", "bad", "-", stdin='{"type": "object"}').exit_code == 0
    asked = shell("event-types", "delete", "bad")
    assert (asked.exit_code, "--yes" in asked.stderr) == (2, True)


def test_a_schema_is_tried_before_it_is_saved(shell: Shell, tmp_path: Path) -> None:
    """`event-types test` says which events a schema would refuse; the exit code is 1 if there are any."""
    (tmp_path / "fee.json").write_text('{"type": "number"}')
    for id, data in (("fee-1", "1"), ("fee-2", '"1"')):
        assert shell("queue", "fee", f"--id={id}", f"--data={data}").exit_code == 0
    wrong = "data does not match the event type's schema: it must be a number"
    tried = shell("event-types", "test", "fee", str(tmp_path / "fee.json"))
    assert (tried.exit_code, tried.stdout) == (1, f"1 of 2 would be refused\n  fee-2: {wrong}\n")
    fits = shell("event-types", "test", "fee", str(tmp_path / "fee.json"), "--recent=0")
    assert (fits.exit_code, fits.stdout) == (0, "0 of 0 would be refused\n")
    shell("event-types", "set", "fee", str(tmp_path / "fee.json"))
    own = shell("event-types", "test", "fee", "--data=7", "--data=[]")
    assert (own.exit_code, own.stdout) == (1, f"1 of 2 would be refused\n  --data 2: {wrong}\n")
    shown = json.loads(shell("event-types", "test", "fee", "--recent=1", "--json").stdout)
    assert (shown["refusedCount"], shown["results"][0]["eventId"]) == (1, "fee-2")
    many = shell("event-types", "test", "fee", "--recent=101")
    assert (many.exit_code, many.stderr) == (1, "bellrope: --recent must be 0 to 100 (INVALID_FIELD)\n")
