"""On which databases a test runs: what the page reads from tables on both, a detail of the page on one.

Any other test runs on SQLite, and in the full form on both.
"""

import os

import pytest

FULL = os.environ.get("BELLROPE_FULL") == "1"
BOTH = ("sqlite", "postgres")
ONE = BOTH if FULL else BOTH[:1]
ON_BOTH = pytest.mark.parametrize("server", BOTH, indirect=True)
"""Marks a story that lists, counts or acts on what is stored: each database has its own queries for that."""
ON_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
"""Marks a test of what the page does by itself, which is the same on every database."""
