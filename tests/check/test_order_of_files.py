"""The files that a command line names may be of any folders, in any order."""

import os
import subprocess
import sys
from pathlib import Path

FIXTURE = "import pytest\n@pytest.fixture\ndef inner():\n    return 1\n"
OUTER = "def test_outer(): pass"
INNER = "def test_inner(inner): assert inner == 1"


def test_a_folder_keeps_its_fixtures(tmp_path: Path) -> None:
    """Tests of a folder find its fixtures if a file of the folder around it is named between them."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/conftest.py").write_text(FIXTURE)
    files = {"inner/test_first.py": INNER, "test_outer.py": OUTER, "inner/test_last.py": INNER}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--import-mode=importlib", f"--rootdir={tmp_path}", *files],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
    )
    assert "3 passed" in done.stdout, done.stdout
