"""A test that fails beside others is run again, alone. If it fails again, the whole run fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAILS_ONCE = """
from pathlib import Path
def test_fails_once():
    seen = Path(__file__).with_name("seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError
"""
FAILS = "def test_fails(): raise AssertionError"
PASSES = "def test_passes(): pass"
LEFT_OUT = "import pytest\ndef test_is_left_out(): pytest.skip('no reason')"


@pytest.mark.parametrize(
    ("tests", "passes", "second"),
    [
        ([PASSES, FAILS_ONCE], True, "1 passed"),
        ([FAILS_ONCE, FAILS], False, "1 failed, 1 passed"),
        ([FAILS_ONCE, LEFT_OUT], False, None),
    ],
)
def test_what_failed_must_pass_alone(
    tmp_path: Path, tests: list[str], passes: bool, second: str | None
) -> None:
    """A test may fail once; one that fails twice or, in CI, is left out, fails the run."""
    for number, text in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(text)
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    own = [
        "-n0",
        "--rootdir",
        tmp_path,
        "-o",
        f"cache_dir={tmp_path}/cache",
        "-o",
        f"pythonpath={ROOT}/tests",
    ]
    done = subprocess.run(
        [ROOT / ".ci/tests", tmp_path, *own],
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name} | {"CI": "true"},
        capture_output=True,
        text=True,
    )
    _, again, then = done.stdout.partition("once more, alone")
    assert (done.returncode == 0) is passes, done.stdout
    assert bool(again) is (second is not None)
    assert second is None or second in then
