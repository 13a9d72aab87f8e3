"""What docs/scaling.md says that an event costs on PostgreSQL is what it costs: in the long form only.

It takes as many events as the figures of the page were measured with, or half-filled pages distort it.
"""

import re
from pathlib import Path

import pytest
from soak.growth import measure

PAGE = Path(__file__).parents[2] / "docs/scaling.md"
SAID = re.compile(r"^\| its row in `(\w+)`, with indexes \| (\d+) bytes \|$", re.MULTILINE)


async def test_an_event_takes_as_much_room_as_the_page_says(tmp_path: Path) -> None:
    """A column or an index more in one of the three large tables changes the page, too."""
    said = {relation: float(size) for relation, size in SAID.findall(PAGE.read_text())}
    costs = await measure(tmp_path, seconds=20)
    found = {relation: costs[f"{relation} with indexes (bytes)"] for relation in said}
    assert sorted(said) == ["attempt", "delivery", "event"]
    assert found == pytest.approx(said, rel=0.25)
