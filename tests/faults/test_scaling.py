"""An event costs on PostgreSQL what docs/scaling.md says, measured in the long form only.

It takes as many events as the page's figures, because half-filled database pages would distort the result.
"""

import re
from pathlib import Path

import pytest
from soak.growth import measure

PAGE = Path(__file__).parents[2] / "docs/scaling.md"
SAID = re.compile(r"^\| its row in `(\w+)`, with indexes \| (\d+) bytes \|$", re.MULTILINE)


async def test_an_event_takes_as_much_room_as_the_page_says(tmp_path: Path) -> None:
    """An event takes the room that the page states; a column or an index more changes the page too."""
    said = {relation: float(size) for relation, size in SAID.findall(PAGE.read_text())}
    costs = await measure(tmp_path, seconds=20)
    found = {relation: costs[f"{relation} with indexes (bytes)"] for relation in said}
    assert sorted(said) == ["attempt", "delivery", "event"]
    assert found == pytest.approx(said, rel=0.25)
