"""The examples of docs/filters.md are true."""

import re
from pathlib import Path

import orjson
import pytest
from bellrope_server.rules.filters import Subject, compile
from bellrope_server.rules.space_cloud_rules import translate

DOCS = Path(__file__).parents[2] / "docs"


def examples(page: str, language: str) -> list[str]:
    """Return the blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


EVENT, RULE = examples("filters.md", "json")
FILTERS, TRANSLATED = examples("filters.md", "cel")


@pytest.mark.parametrize("expression", FILTERS.splitlines())
def test_a_filter_of_the_page_is_true(expression: str) -> None:
    """Each example of a filter wants the page's event."""
    sale = {"project": "default", "type": "sale", "id": "s-1", "options": {"db": "main"}}
    subject = Subject(**sale, data=EVENT.encode(), time=1_795_434_627_000_000)  # type: ignore[arg-type]
    assert compile(expression).matches(subject)


def test_the_rule_of_the_page_becomes_its_filter() -> None:
    """The rule is translated as the page says."""
    assert translate(orjson.loads(RULE)) == TRANSLATED.strip()
