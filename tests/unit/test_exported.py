"""An exported file: whatever is in it, `apply` reads the same again, and so does any other reader of YAML."""

from typing import Any

import yaml
from bellrope.v1.projects_pb2 import EventType, Project
from bellrope.v1.triggers_pb2 import Trigger as Proto
from bellrope_server.convert import exported
from bellrope_server.convert import projects as convert
from bellrope_server.convert.declared import declared
from bellrope_server.convert.triggers import TriggerReader, as_stored
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.text import strict_yaml
from bellrope_server.text.lengths import exactly, length_of
from bellrope_server.text.yaml_text import count, yaml_text
from configurations import SECRET, event_types, projects, several, text, triggers
from hypothesis import given
from hypothesis import strategies as st

READER = TriggerReader(EgressPolicy.parse(("loopback",)))


def stored(trigger: Proto) -> Proto:
    """Return a trigger as the server shows it."""
    return as_stored(READER.spec(trigger))


@given(project=projects, types=several(event_types, "type"), some=several(triggers, "name"))
def test_an_export_says_everything_but_the_secrets(
    project: Project, types: list[EventType], some: list[Proto]
) -> None:
    """Every setting, schema and trigger of a project is in its export, as `apply` reads it. No secret is."""
    there = {each.name: stored(each) for each in some}
    tree = {"projects": {project.name: exported.project(project, types, there.values())}}
    text = yaml_text(tree)
    assert yaml.safe_load(text) == tree
    assert "marked" not in text
    assert SECRET not in text
    (read,) = declared(text)
    assert (read.project.paused, convert.retention(read.project)) == (
        project.paused,
        convert.retention(project),
    )
    assert {each.event_type.type: each.event_type.schema for each in read.event_types} == {
        each.type: each.schema for each in types
    }
    given = {each.trigger.name: each for each in read.triggers}
    for trigger in some:
        again = given[trigger.name].kept.filled(given[trigger.name].trigger, there[trigger.name])
        again.secrets.extend([SECRET] if given[trigger.name].kept.secret else [])
        assert stored(again) == there[trigger.name]
        assert not [*given[trigger.name].kept.missing(there[trigger.name])]
    assert sorted(given) == list(given) == sorted(there)


TREES: Any = st.recursive(
    text | st.booleans() | st.integers(-(10**9), 10**9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)


@given(tree=st.dictionaries(text, TREES, max_size=3))
def test_yaml_that_is_written_is_read_back(tree: Any) -> None:
    """Any text, in any place, is read back as it was; and `count` says how many values a file has."""
    written = yaml_text(tree)
    root = strict_yaml.document(written) or strict_yaml.Mapping(1)
    assert yaml.safe_load(written) == strict_yaml.value(root) == tree
    most = strict_yaml.MAX_VALUES
    try:
        strict_yaml.MAX_VALUES = count(tree)
        strict_yaml.document(written)
    finally:
        strict_yaml.MAX_VALUES = most


def test_lines_are_written_as_lines() -> None:
    """A schema or a description in several lines is shown in lines, so that a change of one is seen."""
    written = yaml_text({"a": {"schema": "type t {\n  b: Int!\n}\n", "on": "1.10", "list": ["1s", "410"]}})
    assert written == (
        "a:\n  schema: |\n    type t {\n      b: Int!\n    }\n  'on': '1.10'\n  list: [1s, '410']\n"
    )


@given(micros=st.integers(1, 10**17))
def test_a_length_is_written_as_it_is_read(micros: int) -> None:
    """Whole units are written as such, like `7d`; anything else is exact, in seconds."""
    written = exactly(micros)
    if "." not in written and len(written) < 8:
        assert length_of(written) == micros
    else:
        whole, _, rest = written.removesuffix("s").partition(".")
        assert int(whole) * 10**6 + int(rest.ljust(6, "0") or 0) == micros
