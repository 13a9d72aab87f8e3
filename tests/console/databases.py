"""On which databases a test runs: a story on both, a detail of the page on one."""

import pytest

ON_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
"""Marks a test of what the page does by itself, which is the same on every database."""
