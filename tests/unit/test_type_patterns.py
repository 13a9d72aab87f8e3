"""The types of events that a trigger takes."""

from bellrope_server.rules.type_patterns import takers, takes
from hypothesis import given
from hypothesis import strategies as st

TYPES = st.lists(st.sampled_from(["a", "b", "bellrope", "*", ""]), min_size=1, max_size=5).map(".".join)


@given(TYPES, TYPES)
def test_a_trigger_takes_its_type_or_its_prefix_or_all(type: str, event_type: str) -> None:
    """A trigger takes events of its exact type, of a type that begins with its prefix, or of all types."""
    by_prefix = type.endswith(".*") and event_type.startswith(type.removesuffix("*"))
    by_all = type == "*" and not event_type.startswith("bellrope.")
    assert takes(type, event_type) == (type == event_type or by_prefix or by_all)


def test_there_are_few_types_to_look_for() -> None:
    """The longest type is looked for in as many forms as it has parts, not more."""
    assert len(takers("a." * 127 + "b")) == 129
