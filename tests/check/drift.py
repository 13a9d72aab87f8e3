"""Fail if the committed stubs and texts differ from what `make gen` makes of protos/."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = (("clients/python", "*_pb2*.py*"), ("server/bellrope_server/gateway/docs", "prose.json"))


def drifted(root: Path) -> list[str]:
    """Return the generated files that are missing, changed, or no longer generated."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(["buf", "generate", "--output", made], cwd=root, check=True)
        fresh = _generated(Path(made))
    committed = _generated(root)
    return sorted(name for name in fresh.keys() | committed.keys() if fresh.get(name) != committed.get(name))


def _generated(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for folder, pattern in MADE
        for path in (root / folder).rglob(pattern)
        if path.suffix != ".pyc"
    }


if __name__ == "__main__":
    if names := drifted(ROOT):
        sys.exit(f"not what protos/ say: {', '.join(names)}; run `make gen` and commit the result")
